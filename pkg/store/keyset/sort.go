package keyset

import (
	"errors"
	"strconv"
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

// Position is a place in a sorted list: a row's sort value as text (an RFC 3339 time, a date, a number or a text) and
// its id. It stays valid after the row changed or was deleted.
type Position struct {
	Value string
	ID    string
	With  bool   // the row at the position belongs to the page
	Part  string // in a list of parts of rows: the id of the part. Table.Page ignores it
}

// Column is a column to sort by. It converts a row's value to a position's text and back.
type Column[R any] struct {
	name   string
	unique bool
	text   func(*R) string
	parse  func(string) (any, error)
}

// Unique declares that no two rows of a scope have the same value. Otherwise the id breaks ties.
func (c Column[R]) Unique() Column[R] {
	c.unique = true
	return c
}

// ByTime sorts by a time.
func ByTime[R any](column string, value func(*R) time.Time) Column[R] {
	return Column[R]{
		name: column,
		text: func(row *R) string { return value(row).UTC().Format(time.RFC3339Nano) },
		parse: func(s string) (any, error) {
			t, err := time.Parse(time.RFC3339Nano, s)
			return t.UTC(), err
		},
	}
}

// ByDate sorts by a date.
func ByDate[R any](column string, value func(*R) time.Time) Column[R] {
	return Column[R]{
		name:  column,
		text:  func(row *R) string { return value(row).Format(time.DateOnly) },
		parse: func(s string) (any, error) { return time.Parse(time.DateOnly, s) },
	}
}

// ByInt sorts by an integer.
func ByInt[R any](column string, value func(*R) int64) Column[R] {
	return Column[R]{
		name:  column,
		text:  func(row *R) string { return strconv.FormatInt(value(row), 10) },
		parse: func(s string) (any, error) { return strconv.ParseInt(s, 10, 64) },
	}
}

// ByText sorts by a text, bytewise.
func ByText[R any](column string, value func(*R) string) Column[R] {
	return Column[R]{name: column, text: value, parse: func(s string) (any, error) { return s, nil }}
}

// ordering is a sort as SQL.
type ordering struct {
	column string
	unique bool
	desc   bool
}

// by returns the list for ORDER BY. The id has the direction of the column, so that one row comparison selects the rows
// beyond a position.
func (o ordering) by(back bool) string {
	way := ""
	if o.desc != back {
		way = " DESC"
	}
	if o.unique {
		return o.column + way
	}
	return o.column + way + ", id" + way
}

var errNoPlace = errors.New("invalid sort value or missing id")

// beyond is the condition for rows beyond a position, or nil if there is none.
func beyond(o ordering, parse func(string) (any, error), p *Position, back bool) (*condition, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // from the start: no condition
	}
	value, err := parse(p.Value)
	if err == nil && (!UUID(p.ID) || !Storable(p.Value)) {
		err = errNoPlace
	}
	if err != nil {
		return nil, fault.New(fault.CursorInvalid, "The cursor is no place in this list.").Because(err)
	}
	op := ">"
	if o.desc != back {
		op = "<"
	}
	if p.With {
		op += "="
	}
	if o.unique {
		return &condition{sql: o.column + " " + op + " ?", args: []any{value}}, nil
	}
	return &condition{sql: "(" + o.column + ", id) " + op + " (?, ?)", args: []any{value, p.ID}}, nil
}
