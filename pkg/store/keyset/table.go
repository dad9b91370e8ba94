// Package keyset reads sorted lists page by page, and counts them, in a time that does not grow with the depth of the
// page or the size of the table. It knows no particular table: a Table describes, as data, the filters, sorts and
// indexes of a list.
package keyset

import (
	"fmt"
	"time"
)

// Table describes one list. F is its filter, R its row.
type Table[F, R any] struct {
	Name    string
	Scope   string // the first column of every index, such as company_id; a list has one value of it
	Columns string // the columns to read
	ID      func(*R) string
	Sorts   map[SortKey]Column[R]
	Filters []Filter[F]
	Imply   func(*F) bool // may be nil; adds filters that follow from others; false: no row can match
	Indexes []Index[F]    // the index with the fewest rows first; each sort needs one that holds every row
	Facets  []Facet[F]
	Weight  func(scope string, f *F) Weight // may be nil: Count counts each row once
}

// Window selects a page of a list.
type Window struct {
	Limit  int       // rows of the page: 50 if it is 0, at most MaxLimit
	After  *Position // the page begins after it, in the direction of the sort
	Before *Position // the page ends before it; ignored if After is set
}

// From returns the position from which the page is read, or nil, and whether it is read backwards.
func (w Window) From() (from *Position, back bool) {
	if w.After != nil {
		return w.After, false
	}
	return w.Before, w.Before != nil
}

// size returns the limit that applies.
func (w Window) size() int {
	if w.Limit <= 0 {
		return DefaultLimit
	}
	return min(w.Limit, MaxLimit)
}

// Request selects a page and its order.
type Request struct {
	Window
	Sort    Sort
	Columns string // read in addition to the table's columns
}

// MaxLimit is the largest page.
const MaxLimit = 1000

// DefaultLimit is the number of rows of a page without a limit.
const DefaultLimit = 50

// Bounds limit the work of one call.
type Bounds struct {
	Examined int // rows that are read to find matching ones
	Few      int // rows that are gathered and sorted if the walk in the order of the sort would be long
	Sorted   int // rows of a range that are gathered and sorted if the first rows of the walk do not fill the page

	Fill time.Duration // how long a page goes on behind a part that reached Examined before it was full
	Many int           // rows that are gathered or sorted after some such parts
}

// PageBounds limit a page, CountBounds a count. A part of a page that reaches Examined ends there: see Fill. A count that
// reaches it is not exact.
var (
	PageBounds  = Bounds{Examined: 20_000, Few: 2_000, Sorted: 20_000, Fill: 2 * time.Second, Many: 100_000}
	CountBounds = Bounds{Examined: countLimit + 1, Few: 2_000}
)

// Position returns the place of a row in the list with this sort.
func (t *Table[F, R]) Position(s Sort, row *R) Position {
	return Position{Value: t.Sorts[s.Key].text(row), ID: t.ID(row)}
}

// list returns the list for a filter, or false if no row can match.
func (t *Table[F, R]) list(db DB, scope string, f F) (list, bool) {
	for _, filter := range t.Filters {
		if filter.Narrow != nil && !filter.Narrow(&f) {
			return list{}, false
		}
	}
	if t.Imply != nil && !t.Imply(&f) {
		return list{}, false
	}
	l := list{compound: db.Compound, table: t.Name, scopeColumn: t.Scope, scope: scope, columns: t.Columns}
	if t.Weight != nil {
		w := t.Weight(scope, &f)
		l.weight = &w
	}
	ranges := map[string]condition{} // by column
	for _, filter := range t.Filters {
		sql, args := filter.Where(scope, &f)
		if sql == "" {
			continue
		}
		c := condition{filter: filter.Name, sql: db.sql(sql), args: args, key: filter.Key, weighed: filter.Weighed}
		if !filter.Follows {
			l.conditions = append(l.conditions, c)
		}
		if filter.Range != "" {
			ranges[filter.Range] = c
		}
	}
	for i, index := range t.Indexes {
		if index.Days != "" {
			d, limited := index.daily(ranges)
			d.row, d.day, d.bounds = i, db.sql(index.Days), db.sql(index.Bounds)
			if limited {
				l.days = append(l.days, d)
			} else {
				l.openDays = append(l.openDays, d)
			}
			if h, ok := index.hop(ranges); ok {
				h.row, h.day = i, d.day
				l.hops = append(l.hops, h)
			}
			continue
		}
		if p, ok := index.path(scope, &f, ranges); ok {
			p.row = i
			l.paths = append(l.paths, p)
		}
		if h, ok := index.hop(ranges); ok {
			h.row = i
			l.hops = append(l.hops, h)
		}
	}
	return l, true
}

// sorted sets the sort and the limit of a list.
func (t *Table[F, R]) sorted(l *list, r Request) Column[R] {
	column, ok := t.Sorts[r.Sort.Key]
	if !ok {
		panic(fmt.Sprintf("keyset: %s has no sort %q", t.Name, r.Sort.Key)) // a defect that every test of the sort meets
	}
	l.sort = ordering{column: column.name, then: column.then, unique: column.unique, desc: r.Sort.Desc}
	l.limit = r.size()
	l.columns += r.Columns
	return column
}
