package keyset

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// SortKey names a column by which a list can be sorted.
type SortKey string

// Sort is the order of a list.
type Sort struct {
	Key  SortKey
	Desc bool
}

// Position is a place in a sorted list: a row's sort value as text (an RFC 3339 time, a date, a number or a text; two
// values with a blank between them) and its id. It stays valid after the row changed or was deleted.
type Position struct {
	Value string
	ID    string
	With  bool   // the row at the position belongs to the page
	Part  string // in a list of parts of rows: the id of the part. Table.Page ignores it
}

// Column is a column to sort by. It converts a row's value to a position's text and back.
type Column[R any] struct {
	name   string
	then   string // the column that decides between equal values, before the id; "": none
	unique bool
	text   func(*R) string
	parse  func(string) ([]any, error) // of the column and of then
}

// Unique declares that no two rows of a scope have the same value. Otherwise the id breaks ties.
func (c Column[R]) Unique() Column[R] {
	c.unique = true
	return c
}

// Then makes another column decide between equal values, before the id. Neither column's text has a blank.
func (c Column[R]) Then(next Column[R]) Column[R] {
	return Column[R]{
		name: c.name, then: next.name,
		text: func(row *R) string { return c.text(row) + " " + next.text(row) },
		parse: func(s string) ([]any, error) {
			first, second, _ := strings.Cut(s, " ")
			values, err := c.parse(first)
			others, nextErr := next.parse(second)
			return append(values, others...), errors.Join(err, nextErr)
		},
	}
}

// ByTime sorts by a time.
func ByTime[R any](column string, value func(*R) time.Time) Column[R] {
	return Column[R]{
		name: column,
		text: func(row *R) string { return value(row).UTC().Format(time.RFC3339Nano) },
		parse: func(s string) ([]any, error) {
			t, err := time.Parse(time.RFC3339Nano, s)
			return []any{t.UTC()}, err
		},
	}
}

// ByDate sorts by a date.
func ByDate[R any](column string, value func(*R) time.Time) Column[R] {
	return Column[R]{
		name: column,
		text: func(row *R) string { return value(row).Format(time.DateOnly) },
		parse: func(s string) ([]any, error) {
			day, err := time.Parse(time.DateOnly, s)
			return []any{day}, err
		},
	}
}

// ByInt sorts by an integer.
func ByInt[R any](column string, value func(*R) int64) Column[R] {
	return Column[R]{
		name: column,
		text: func(row *R) string { return strconv.FormatInt(value(row), 10) },
		parse: func(s string) ([]any, error) {
			n, err := strconv.ParseInt(s, 10, 64)
			return []any{n}, err
		},
	}
}

// ByText sorts by a text, bytewise.
func ByText[R any](column string, value func(*R) string) Column[R] {
	return Column[R]{name: column, text: value, parse: func(s string) ([]any, error) { return []any{s}, nil }}
}

// ordering is a sort as SQL.
type ordering struct {
	column string
	then   string
	unique bool
	desc   bool
}

// by returns the list for ORDER BY. The id has the direction of the column, so that one row comparison selects the rows
// beyond a position.
func (o ordering) by(back bool) string {
	return o.listed(o.columns(), back)
}

func (o ordering) listed(columns []string, back bool) string {
	direction := ""
	if o.desc != back {
		direction = " DESC"
	}
	return strings.Join(columns, direction+", ") + direction
}

// place lists the columns that say where a row stands, as s0, s1 and so on, and its id as row_id.
func (o ordering) place() string {
	list := "id AS row_id"
	for i, column := range o.columns() {
		list += fmt.Sprintf(", %s AS s%d", column, i)
	}
	return list
}

// byPlace is by for rows that have the columns of place.
func (o ordering) byPlace(back bool) string {
	var names []string
	for i := range o.columns() {
		names = append(names, fmt.Sprintf("s%d", i))
	}
	return o.listed(names, back)
}

// columns are the columns that decide the order: the column, the next one and the id.
func (o ordering) columns() []string {
	columns := []string{o.column}
	if o.then != "" {
		columns = append(columns, o.then)
	}
	if !o.unique {
		columns = append(columns, "id")
	}
	return columns
}

var errNoPlace = errors.New("invalid sort value or missing id")

// until is the condition for rows before a place, and from for the row at a place and those beyond it.
func (o ordering) until(k dayKey, back bool) *condition { return o.compare(k, o.desc != back, "") }

func (o ordering) from(k dayKey, back bool) *condition { return o.compare(k, o.desc == back, "=") }

func (o ordering) compare(k dayKey, higher bool, or string) *condition {
	op := "<" + or
	if higher {
		op = ">" + or
	}
	if o.unique {
		return o.compareTo(op, []any{k.value})
	}
	return o.compareTo(op, []any{k.value, k.id})
}

// compareTo compares the columns with values: as rows if there are several, and otherwise as plain values.
func (o ordering) compareTo(op string, values []any) *condition {
	columns := strings.Join(o.columns(), ", ")
	if len(values) == 1 {
		return &condition{sql: columns + " " + op + " ?", args: values}
	}
	return &condition{sql: "(" + columns + ") " + op + " (?" + strings.Repeat(", ?", len(values)-1) + ")", args: values}
}

// beyond is the condition for rows beyond a position, or nil if there is none.
func beyond(o ordering, parse func(string) ([]any, error), p *Position, back bool) (*condition, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // from the start: no condition
	}
	values, err := parse(p.Value)
	if err == nil && (!UUID(p.ID) || !Storable(p.Value)) {
		err = errNoPlace
	}
	if err != nil {
		return nil, fault.New(fault.CursorInvalid, "The cursor is not a position in this list.").Because(err)
	}
	op := ">"
	if o.desc != back {
		op = "<"
	}
	if p.With {
		op += "="
	}
	if !o.unique {
		values = append(values, p.ID)
	}
	return o.compareTo(op, values), nil
}
