package audit

import "time"

// compared is a value of a row, and the same value as recorded in another place.
type compared struct {
	name       string
	row, other any
}

// same reports each value of a row that differs from the other place, which witness names.
func (c *check) same(invariant, subject, witness string, values ...compared) {
	for _, v := range values {
		if asJSON(v.row) != asJSON(v.other) {
			c.report(invariant, subject, "%s is %s, but %s says %s", v.name, asJSON(v.row), witness, asJSON(v.other))
		}
	}
}

func utc(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC()
}
