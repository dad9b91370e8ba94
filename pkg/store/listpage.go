package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// bounds are how much a list looks at.
type bounds struct {
	examined int // rows that a page looks at to find those that fit
	few      int // rows that are gathered and sorted where the sort's own index would be a long way to them
}

// pageBounds are the bounds of a page, countBounds those of a count. A page that has examined its rows ends where it
// stands, with a next one; a count is no longer exact.
var (
	pageBounds  = bounds{examined: 20_000, few: 2_000}
	countBounds = bounds{examined: 100_000, few: 2_000}
)

// listing is a list asked for: what its rows fulfil, the ways to them, and which page of it.
type listing struct {
	table, company string
	columns        string
	conditions     []condition
	paths          []path // the best first; the last is the sort's own, which every row is on
	sort           sorting
	limit          int
	after, before  *Position
}

// field names a condition of a filter.
type field string

// condition is what a filter's field asks of a row.
type condition struct {
	field field
	sql   string
	args  []any
}

// path is a way to rows: branches of an index that together hold every row which fulfils its fields.
type path struct {
	index    string
	fields   []field
	sorted   string // the column by which each branch comes sorted, so that they can be walked; "": they cannot
	handful  bool   // every value has a handful of rows: no need to count
	branches []branch
}

// branch is one range of an index.
type branch struct {
	where    string // beside the company; "": all of it
	args     []any
	order    string // the column that the index goes on with; "": none
	but      string // rows of an earlier branch, where branches overlap
	butsArgs []any
}

// rest is the conditions that a path leaves to be examined.
func (l listing) rest(p path) []condition {
	var rest []condition
	for _, c := range l.conditions {
		if !slices.Contains(p.fields, c.field) {
			rest = append(rest, c)
		}
	}
	return rest
}

// walk is the best path that comes sorted as the list is.
func (l listing) walk() path {
	for _, p := range l.paths {
		if p.sorted == l.sort.column {
			return p
		}
	}
	panic("store: the list has no index for its sort " + l.sort.column) // a defect that every test of it meets
}

// choose is the path to take, and whether to gather its rows instead of walking it. Walking in the list's order is
// cheapest where all rows on the way fit, or most. Where others are left to examine, the paths that narrow are counted
// first, as far as few goes: a handful of rows is gathered and sorted.
func (l listing) choose(ctx context.Context, r reader, b bounds) (path, bool, error) {
	walk := l.walk()
	if len(l.rest(walk)) == 0 {
		return walk, false, nil
	}
	narrow, gather := l.narrowing(walk)
	if gather || len(narrow) == 0 {
		return first(narrow, walk), gather, nil
	}
	counts, err := counted(ctx, r, l.probes(narrow, b.few))
	if err != nil {
		return walk, false, err
	}
	if best, ok := fewest(narrow, counts, b.few); ok && best.index != walk.index {
		return best, true, nil
	}
	return walk, false, nil
}

// narrowing is the paths that hold less than the whole table, worth counting: those that do better than the walk. Of a
// path that is known to be a handful it reports true.
func (l listing) narrowing(walk path) ([]path, bool) {
	var narrow []path
	others := false
	for _, p := range l.paths {
		if p.handful {
			return []path{p}, true
		}
		if len(p.fields) > 0 {
			narrow = append(narrow, p)
			others = others || p.index != walk.index
		}
	}
	if !others {
		return nil, false
	}
	return narrow, false
}

func first(paths []path, otherwise path) path {
	if len(paths) > 0 {
		return paths[0]
	}
	return otherwise
}

// fewest is the path with the fewest rows, if those are few.
func fewest(paths []path, counts []int, few int) (best path, ok bool) {
	least := few + 1
	for i, p := range paths {
		if counts[i] < least {
			best, least, ok = p, counts[i], true
		}
	}
	return best, ok
}

// page is a page's rows in the list's order.
type page[T any] struct {
	rows       []T
	next, prev *Position
}

// found is a row on the way: whether it fits, and how many were examined with it.
type found[T any] struct {
	Row      T `gorm:"embedded"`
	Fits     bool
	Examined int
}

// pageOf reads one page.
func pageOf[T any](ctx context.Context, r reader, l listing, b bounds, at func(*T) Position) (page[T], error) {
	var p page[T]
	from, back := l.after, false
	if from == nil && l.before != nil {
		from, back = l.before, true
	}
	beyond, err := l.sort.beyond(from, back)
	if err != nil {
		return p, err
	}
	way, gather, err := l.choose(ctx, r, b)
	if err != nil {
		return p, fmt.Errorf("count %s: %w", l.table, err)
	}
	q := l.walked(way, beyond, back, b)
	if gather {
		q = l.gathered(way, beyond, back, b)
	}
	var rows []found[T]
	if err := r.in(ctx).Raw(q.text.String(), q.args...).Scan(&rows).Error; err != nil {
		return p, translate(fmt.Errorf("list %s: %w", l.table, err))
	}
	return assemble(rows, l.limit, b.examined, from, back, at), nil
}

// assemble makes a page of the rows found on the way from a position: at most limit that fit, perhaps one more that
// tells of a next page, perhaps the one where the examination stopped.
func assemble[T any](rows []found[T], limit, examined int, from *Position, back bool, at func(*T) Position) page[T] {
	var p page[T]
	var ahead, behind *Position
	for i := range rows {
		row := &rows[i]
		if row.Fits && len(p.rows) == limit {
			ahead = new(at(&p.rows[limit-1]))
			break
		}
		if row.Fits {
			p.rows = append(p.rows, row.Row)
		}
		if row.Examined == examined {
			ahead = new(at(&row.Row)) // which lies behind every row of the page, so that the next one gets on
		}
	}
	if from != nil { // there is a way back: from the first row, or past where we came from
		behind = &Position{from.Value, from.ID, !from.With}
		if len(p.rows) > 0 {
			behind = new(at(&p.rows[0]))
		}
	}
	p.next, p.prev = ahead, behind
	if back {
		slices.Reverse(p.rows)
		p.next, p.prev = behind, ahead
	}
	return p
}

// joined is the conditions as one.
func joined(conditions []condition) (string, []any) {
	texts, args := make([]string, len(conditions)), []any{}
	for i, c := range conditions {
		texts[i] = "(" + c.sql + ")"
		args = append(args, c.args...)
	}
	return strings.Join(texts, " AND "), args
}
