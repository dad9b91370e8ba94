package fuzz

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

type object = map[string]any

// drawer draws values that fit a schema of the document. ids are the ids of existing things; known are existing values by
// the name of the member.
type drawer struct {
	*rapid.T
	ids   []string
	known map[string][]string
}

// dice returns a number below n. All are equally likely, unlike rapid's own draws, which favour small numbers.
func dice(t *rapid.T, n int) int {
	return int(rapid.Uint64().Draw(t, "dice") * 0x9E3779B97F4A7C15 >> 33 % uint64(n))
}

func (d drawer) chance(percent int) bool { return dice(d.T, 100) >= 100-percent }

func (d drawer) value(s *openapi3.Schema) any {
	if s.Type.Permits("null") && d.chance(10) {
		return nil
	}
	switch {
	case len(s.Enum) > 0:
		words := slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
		return rapid.SampledFrom(words).Draw(d.T, "enum")
	case s.Type.Includes("object"):
		return d.object(s)
	case s.Type.Includes("array"):
		return d.list(s)
	case s.Type.Includes("boolean"):
		return rapid.Bool().Draw(d.T, "bool")
	case s.Type.Includes("integer"):
		least, most := int(*s.Min), int(*s.Max)
		if d.chance(80) {
			most = min(most, least+9)
		}
		return rapid.IntRange(least, most).Draw(d.T, "integer")
	}
	return d.text(s)
}

func (d drawer) object(s *openapi3.Schema) object {
	o := object{}
	share := max(12, min(50, 400/max(1, len(s.Properties))))
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || d.chance(share) {
			o[name] = d.member(name, s.Properties[name].Value)
		}
	}
	return o
}

// member returns a value for a member of this name, mostly one that exists.
func (d drawer) member(name string, s *openapi3.Schema) any {
	if known := d.known[name]; len(known) > 0 && d.chance(75) {
		if s.Type.Includes("string") {
			return known[dice(d.T, len(known))]
		}
		d.ids = known
	}
	return d.value(s)
}

func (d drawer) list(s *openapi3.Schema) []any {
	least := int(s.MinItems)
	list := make([]any, rapid.IntRange(least, least+2).Draw(d.T, "items"))
	for i := range list {
		list[i] = d.value(s.Items.Value)
	}
	return list
}

func (d drawer) text(s *openapi3.Schema) string {
	switch s.Format {
	case "uuid":
		if d.chance(70) {
			return d.ids[dice(d.T, len(d.ids))]
		}
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte(rapid.StringN(0, 8, 8).Draw(d.T, "name"))).String()
	case "date":
		return fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(10, 99).Draw(d.T, "y"), rapid.IntRange(1, 12).Draw(d.T, "m"), rapid.IntRange(1, 28).Draw(d.T, "d"))
	case "date-time":
		return fmt.Sprintf("2026-%02d-%02dT10:00:00Z", rapid.IntRange(1, 11).Draw(d.T, "m"), rapid.IntRange(1, 28).Draw(d.T, "d"))
	case "decimal":
		if d.chance(60) {
			return rapid.StringMatching(`[1-9][0-9]{0,2}(\.[0-9]{1,2})?`).Draw(d.T, "decimal")
		}
		return rapid.StringMatching(s.Pattern).Draw(d.T, "decimal")
	case "email":
		return rapid.StringMatching(`[a-z]{1,9}@[a-z]{1,9}\.example`).Draw(d.T, "email")
	}
	if !strings.Contains(s.Pattern, `\u`) { // no plain text
		return rapid.StringMatching(s.Pattern).Filter(func(text string) bool { return s.VisitJSON(text) == nil }).Draw(d.T, "pattern")
	}
	letters := []rune("abcXYZ019é花 \"<%'\\🌷;")
	least, most := int(s.MinLength), 12
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
		if d.chance(97) || most > 5000 {
			most = min(most, 12)
		} else {
			least = most
		}
	}
	text := rapid.StringOfN(rapid.RuneFrom(letters), least, most, -1).Draw(d.T, "text")
	if s.MinLength > 0 && strings.TrimSpace(text) == "" {
		text = "x" + text[min(1, len(text)):]
	}
	return text
}

// breakOne breaks one rule of a valid body and returns which. It returns an empty text if the body has no rule to break.
func (d drawer) breakOne(s *openapi3.Schema, body object) string {
	if len(s.Properties) == 0 || d.chance(15) {
		body["no_such_member"] = 1
		return "unknown member"
	}
	if len(s.Required) > 0 && d.chance(20) {
		name := rapid.SampledFrom(s.Required).Draw(d.T, "required")
		delete(body, name)
		return "without " + name
	}
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(s.Properties))).Draw(d.T, "member")
	bad, why := d.badly(s.Properties[name].Value)
	body[name] = bad
	return name + ": " + why
}

// edges are texts at the edges of formats. None of them fits every format.
var edges = []string{
	"", "x", " ", "12,5", "1.", ".5", "01", "+1", "1e3", "-0", "-1", "-0.01", "0.00", "0.12345", "1000.0001", "100000000", "99999999999999999999",
	"2026-2-3", "2026-13-01", "0000-01-01", "2026-11-24T25:00:00Z", "2026-11-24 10:00:00", "a@b", "a b@c.example", "a@c.example\n", "0197a3c4",
}

// badly returns a value that does not fit the schema.
func (d drawer) badly(s *openapi3.Schema) (any, string) {
	wrong := func() (any, string) {
		if s.Type.Includes("object") {
			return []any{1}, "a list for an object"
		}
		return object{"an": "object"}, "an object"
	}
	if d.chance(25) {
		return wrong()
	}
	switch {
	case len(s.Enum) > 0:
		return "no-such-word", "not of the enum"
	case s.Type.Includes("object") && len(s.Properties) > 0:
		o := object{}
		for _, name := range s.Required {
			o[name] = d.value(s.Properties[name].Value)
		}
		return o, d.breakOne(s, o)
	case s.Type.Includes("array") && len(s.Items.Value.Properties) > 0:
		o := d.object(s.Items.Value)
		return []any{o}, d.breakOne(s.Items.Value, o)
	case s.Type.Includes("array"):
		bad, why := d.badly(s.Items.Value)
		return []any{bad}, why
	case s.Type.Includes("integer"):
		return rapid.SampledFrom([]any{int(*s.Min) - 1, int(*s.Max) + 1, 1.5, "1"}).Draw(d.T, "integer"), "beyond its bounds, or no integer"
	case s.Type.Includes("string") && slices.Contains([]string{"uuid", "date", "date-time", "decimal", "email"}, s.Format):
		bad := slices.DeleteFunc(slices.Clone(edges), func(text string) bool { return s.VisitJSON(text) == nil })
		return rapid.SampledFrom(bad).Draw(d.T, "format"), "not of its format"
	case s.Type.Includes("string") && s.MaxLength != nil && d.chance(60):
		return strings.Repeat("x", int(*s.MaxLength)+1), "too long"
	case s.Type.Includes("string"):
		return "a\u0001b", "a control character"
	}
	return wrong()
}
