package keyset

import (
	"context"
	"fmt"
	"slices"
)

// Page is one page in the order of the sort. Next and Prev are nil at the ends. A page may have fewer rows than its
// limit, even none, although there is a next one: see Bounds.
type Page[R any] struct {
	Rows       []R
	Next, Prev *Position
}

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
	rows := borrow[R](l.limit, at.beyond != nil)
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
