// Package keyset reads sorted lists page by page, and counts them, in a time that does not grow with the depth of the
// page or the size of the table. It knows no particular table: a Table describes, as data, the filters, sorts and
// indexes of a list.
package keyset

import (
	"context"
	"fmt"
	"slices"
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
	Weight  func(scope string, f *F) (sql string, args []any) // may be nil; how many times Count counts the row d
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

// Page is one page in the order of the sort. Next and Prev are nil at the ends. A page may have fewer rows than its
// limit, even none, although there is a next one: see Bounds.
type Page[R any] struct {
	Rows       []R
	Next, Prev *Position
}

// Bounds limit the work of one call.
type Bounds struct {
	Examined int // rows that are read to find matching ones
	Few      int // rows that are gathered and sorted if the walk in the order of the sort would be long
	Sorted   int // rows of a range that are gathered and sorted if the first rows of the walk do not fill the page
}

// PageBounds limit a page, CountBounds a count. A page that reaches Examined ends there and has a next page. A count
// that reaches it is not exact.
var (
	PageBounds  = Bounds{Examined: 20_000, Few: 2_000, Sorted: 20_000}
	CountBounds = Bounds{Examined: countLimit + 1, Few: 2_000}
)

// Page reads one page in at most two statements, or in a few more if a range is far from the beginning of the list. A
// position of another sort is the fault cursor_invalid.
func (t *Table[F, R]) Page(ctx context.Context, db DB, scope string, f F, r Request, b Bounds) (Page[R], error) {
	l, ok := t.list(db, scope, f)
	if !ok {
		return Page[R]{}, nil
	}
	column := t.sorted(&l, r)
	from, back := r.From()
	beyond, err := beyond(l.sort, column.parse, from, back)
	if err != nil {
		return Page[R]{}, err
	}
	p, gather, err := l.choose(ctx, db, b)
	if err != nil {
		return Page[R]{}, fmt.Errorf("count %s: %w", l.table, err)
	}
	rows, err := t.read(ctx, db, l, p, gather, place{beyond, back, b, r.Sort})
	defer giveBack(rows)
	if err != nil {
		return Page[R]{}, fmt.Errorf("list %s: %w", l.table, err)
	}
	return assemble(rows, l.limit, b.Examined, from, back, func(row *R) Position { return t.Position(r.Sort, row) }), nil
}

// place is where a page begins, its direction, and its bounds.
type place struct {
	beyond *condition
	back   bool
	bounds Bounds
	sort   Sort
}

// read reads the rows of a page along a path. If the bounds leave the page short, it is filled day by day, or from the rows of a
// range, where the filter permits that.
func (t *Table[F, R]) read(ctx context.Context, db DB, l list, p path, gather bool, at place) ([]found[R], error) {
	rows := borrow[R](l.limit)
	if gather {
		err := scan(ctx, db, l.gathered(p, at.beyond, at.back, at.bounds), &rows)
		return rows, err
	}
	d, daily := l.dailyFor(p)
	if daily && l.replacesWalk(d, p) {
		if rows, ok, err := byDays[R](ctx, db, l, d, at); ok || err != nil {
			return rows, err
		}
		daily = false
	}
	ranges := l.otherRanges(p)
	if !daily && len(ranges) == 0 {
		err := scan(ctx, db, l.walked(p, at.beyond, at.back, at.bounds), &rows)
		return rows, err
	}
	// The rows of the range may be the next ones or far away, so a short walk comes first.
	few := Bounds{Examined: max(1, at.bounds.Examined/10)}
	if err := scan(ctx, db, l.walked(p, at.beyond, at.back, few), &rows); err != nil || len(rows) == 0 {
		return rows, err
	}
	last := &rows[len(rows)-1]
	if last.Examined != few.Examined || fitting(rows) > l.limit {
		return rows, nil
	}
	last.Examined = 0 // it does not end the page, which goes on behind it
	var err error
	if at.beyond, err = beyond(l.sort, t.Sorts[at.sort.Key].parse, new(t.Position(at.sort, &last.Row)), at.back); err != nil {
		return nil, err
	}
	l.limit -= fitting(rows)
	more, ok := []found[R]{}, false
	if daily {
		more, ok, err = byDays[R](ctx, db, l, d, at)
	}
	if err == nil && !ok {
		more, err = readOn[R](ctx, db, l, p, ranges, at)
	}
	return append(rows, more...), err
}

// otherRanges returns the paths along ranges of columns other than that of the sort.
func (l list) otherRanges(walk path) (ranges []path) {
	if len(l.rest(walk)) == 0 {
		return nil
	}
	for _, p := range l.paths {
		if p.ranged && p.index != walk.index {
			ranges = append(ranges, p)
		}
	}
	return ranges
}

// readOn reads the rest of a page that the first rows of a walk do not fill. It gathers and sorts the rows of a range if they are not
// too many. Otherwise it goes on with the walk.
func readOn[R any](ctx context.Context, db DB, l list, walk path, ranges []path, at place) (rows []found[R], err error) {
	if len(ranges) > 0 {
		counts, err := probe(ctx, db, l.probes(ranges, at.bounds.Sorted))
		if err != nil {
			return nil, err
		}
		if p, ok := fewest(ranges, counts, at.bounds.Sorted); ok {
			err := scan(ctx, db, l.gathered(p, at.beyond, at.back, Bounds{Few: at.bounds.Sorted}), &rows)
			return rows, err
		}
	}
	err = scan(ctx, db, l.walked(walk, at.beyond, at.back, at.bounds), &rows)
	return rows, err
}

func fitting[R any](rows []found[R]) (n int) {
	for _, row := range rows {
		if row.Fits {
			n++
		}
	}
	return n
}

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
		l.weight, l.weightArgs = t.Weight(scope, &f)
	}
	ranges := map[string]condition{} // by column
	for _, filter := range t.Filters {
		sql, args := filter.Where(scope, &f)
		if sql == "" {
			continue
		}
		c := condition{filter: filter.Name, sql: sql, args: args, key: filter.Key}
		l.conditions = append(l.conditions, c)
		if filter.Range != "" {
			ranges[filter.Range] = c
		}
	}
	for i, index := range t.Indexes {
		if index.Days != "" {
			if d, ok := index.daily(ranges); ok {
				d.row = i
				l.days = append(l.days, d)
			}
			continue
		}
		if p, ok := index.path(scope, &f, ranges); ok {
			p.row = i
			l.paths = append(l.paths, p)
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
	l.limit = r.Limit
	if l.limit <= 0 {
		l.limit = DefaultLimit
	}
	l.limit = min(l.limit, MaxLimit)
	l.columns += r.Columns
	return column
}

// found is a row that was read: whether it matches, and how many rows were examined up to it.
type found[R any] struct {
	Row      R `gorm:"embedded"`
	Fits     bool
	Examined int
}

// assemble builds a page from rows read after a position: at most limit matching rows, possibly one more that shows
// that there is a next page, and possibly the row at which the examination stopped.
func assemble[R any](rows []found[R], limit, examined int, from *Position, back bool, position func(*R) Position) Page[R] {
	var p Page[R]
	var ahead, behind *Position
	for i := range rows {
		row := &rows[i]
		if row.Fits && len(p.Rows) == limit {
			ahead = new(position(&p.Rows[limit-1]))
			break
		}
		if row.Fits {
			if p.Rows == nil { // rows are wide, so a slice that grows would copy much
				p.Rows = make([]R, 0, min(limit, len(rows)))
			}
			p.Rows = append(p.Rows, row.Row)
		}
		if row.Examined == examined {
			ahead = new(position(&row.Row)) // it comes after every row of the page, so that the next page makes progress
		}
	}
	if from != nil { // there is a previous page: from the first row, or from the position where this page began
		behind = &Position{Value: from.Value, ID: from.ID, With: !from.With}
		if len(p.Rows) > 0 {
			behind = new(position(&p.Rows[0]))
		}
	}
	p.Next, p.Prev = ahead, behind
	if back {
		slices.Reverse(p.Rows)
		p.Next, p.Prev = behind, ahead
	}
	return p
}
