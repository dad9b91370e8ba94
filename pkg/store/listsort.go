package store

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// sorting is the order of a list as SQL.
type sorting struct {
	column string
	unique bool // no two rows of a company have one value; elsewhere the id breaks ties
	desc   bool
	parse  func(string) (any, error)
}

// orderSorts are the columns behind the sort keys. None is ever null, and those that change do so with updated_at.
var orderSorts = map[SortKey]sorting{
	ByPlacedAt:  {column: "placed_at", parse: parseTime},
	ByShipDate:  {column: "ship_date", parse: parseDay},
	ByNumber:    {column: "sequence", unique: true, parse: parseWhole},
	ByTotal:     {column: "total", parse: parseWhole},
	ByCustomer:  {column: "name_key", parse: parseText},
	ByUpdatedAt: {column: "updated_at", parse: parseTime},
}

// positionOf is a document's place in a list sorted by a key.
func positionOf(o *order.Order, key SortKey) Position {
	value := textOfTime(o.PlacedAt)
	switch key {
	case ByShipDate:
		value = o.ShipDate.Format(time.DateOnly)
	case ByNumber:
		value = textOfWhole(o.Sequence)
	case ByTotal:
		value = textOfWhole(int64(o.Total))
	case ByCustomer:
		value = o.NameKey
	case ByUpdatedAt:
		value = textOfTime(o.UpdatedAt)
	case ByPlacedAt:
	}
	return Position{Value: value, ID: o.ID}
}

// by is ORDER BY's list. The id goes the way of the column, so that one row comparison says what lies beyond a place.
func (s sorting) by(back bool) string {
	way := ""
	if s.desc != back {
		way = " DESC"
	}
	if s.unique {
		return s.column + way
	}
	return s.column + way + ", id" + way
}

// beyond is the condition of rows beyond a position; nil where there is none.
func (s sorting) beyond(p *Position, back bool) (*condition, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // from the start: no condition
	}
	value, err := s.parse(p.Value)
	if err == nil {
		err = validID(p.ID)
	}
	if err != nil || !storable(p.Value) {
		return nil, fault.New(fault.CursorInvalid, "The cursor is no place in this list.").Because(err)
	}
	op := ">"
	if s.desc != back {
		op = "<"
	}
	if p.With {
		op += "="
	}
	if s.unique {
		return &condition{sql: s.column + " " + op + " ?", args: []any{value}}, nil
	}
	return &condition{sql: "(" + s.column + ", id) " + op + " (?, ?)", args: []any{value, p.ID}}, nil
}

func parseTime(s string) (any, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t.UTC(), err
}

func parseDay(s string) (any, error)   { return time.Parse(time.DateOnly, s) }
func parseWhole(s string) (any, error) { return strconv.ParseInt(s, 10, 64) }
func parseText(s string) (any, error)  { return s, nil }

func textOfTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
func textOfWhole(n int64) string    { return strconv.FormatInt(n, 10) }

// validID is nil for an id as we write it: PostgreSQL takes no other text for a UUID, SQLite compares it as text.
func validID(id string) error {
	u, err := uuid.Parse(id)
	if err == nil && u.String() != id {
		err = strconv.ErrSyntax
	}
	return err
}
