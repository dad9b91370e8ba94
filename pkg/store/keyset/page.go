package keyset

import (
	"context"
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// Page is one page in the order of the sort. Next and Prev are nil at the ends. A page may have fewer rows than its
// limit, even none, although there is a next one: see Bounds.Fill.
type Page[R any] struct {
	Rows       []R
	Next, Prev *Position
}

// Page reads one page in at most two statements, in a few more if a range is far from the beginning of the list, and in more
// if the bounds end it before it is full. A position of another sort is the fault cursor_invalid.
func (t *Table[F, R]) Page(ctx context.Context, db DB, scope string, f F, r Request, b Bounds) (Page[R], error) {
	walked := 0 // parts
	return Fill(ctx, r.Window, b.Fill, func(w Window) (Page[R], error) {
		r.Window = w
		part := b
		switch walked {
		case 1:
			part.Few = max(b.Few, min(b.Many, b.Examined))
			part.Sorted = max(b.Sorted, part.Few)
		case longWalk:
			part.Few, part.Sorted = b.Many, b.Many
		}
		walked++
		return t.examine(ctx, db, scope, f, r, part)
	})
}

// longWalk is how many parts of a page are walked before Many rows may be gathered instead. After the first part, as many as it examined
// may be. Gathering costs about as much as the walk before it, so whichever would have been better, the page takes at most twice as long.
const longWalk = 4

// examine reads a page that ends where the bounds end it.
func (t *Table[F, R]) examine(ctx context.Context, db DB, scope string, f F, r Request, b Bounds) (Page[R], error) {
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
	var rows []found[R]
	scan := func(q *query) error {
		memory := func() []found[R] { return borrow[R](l.limit, at.beyond != nil) }
		return rowscan.ScanWith(db.WithContext(ctx), &rows, memory, q.text.String(), q.args...)
	}
	if gather {
		err := scan(l.gathered(p, at.beyond, at.back, at.bounds))
		return rows, err
	}
	d, daily := l.dailyFor(p)
	h, hops := l.hopFor(p)
	switch {
	case daily && l.replacesWalk(d, p):
		if rows, ok, err := byDays[R](ctx, db, l, d, at); ok || err != nil {
			return rows, err
		}
		daily = false
	case hops && l.hopsReplaceWalk(h, p):
		if rows, ok, err := byHops[R](ctx, db, l, h, at); ok || err != nil {
			return rows, err
		}
		hops = false
	}
	ranges := l.otherRanges(p)
	if !daily && !hops && len(ranges) == 0 {
		err := scan(l.walked(p, at.beyond, at.back, at.bounds))
		return rows, err
	}
	// The rows of the range may be the next ones or far away, so a short walk comes first.
	few := Bounds{Examined: max(1, at.bounds.Examined/shortWalk)}
	if err := scan(l.walked(p, at.beyond, at.back, few)); err != nil || len(rows) == 0 {
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
	lacking := l.limit + 1
	l.limit -= fitting(rows)
	var more []found[R]
	var ok bool
	switch {
	case daily:
		more, ok, err = byDays[R](ctx, db, l, d, at)
	case hops:
		more, ok, err = byHops[R](ctx, db, l, h, at)
	default:
		more, ok, err = byBounds[R](ctx, db, l, p, at)
	}
	if err == nil && !ok {
		more, err = readOn[R](ctx, db, l, p, ranges, at, float64(fitting(rows))/float64(lacking))
	}
	return append(rows, more...), err
}

// shortWalk is the part of the rows that a page may examine, of which a range that may be far away is looked for first.
const shortWalk = 10

// byBounds reads the rest of a page from the rows that may lie in a range of days, by the bounds of another column. It returns false
// if no index has these in the order of the list.
func byBounds[R any](ctx context.Context, db DB, l list, walk path, at place) (rows []found[R], ok bool, err error) {
	rest := l.rest(walk)
	if !walk.whole {
		return nil, false, nil
	}
	for _, d := range l.days {
		left := func(c condition) bool { return slices.Contains(d.filters, c.filter) }
		if d.bounds == "" || !slices.ContainsFunc(rest, left) {
			continue
		}
		for _, other := range l.openDays {
			if other.day == d.bounds && other.sorted == l.sort.column {
				c, ok, err := l.bounded(ctx, db, d)
				if !ok || err != nil {
					return nil, false, err
				}
				return byDays[R](ctx, db, l, other.within(c, nil), at)
			}
		}
		for _, h := range l.hops {
			if h.second == d.bounds && h.sort == l.sort.column {
				c, ok, err := l.bounded(ctx, db, d)
				if !ok || err != nil {
					return nil, false, err
				}
				h.limits = c
				return byHops[R](ctx, db, l, h, at)
			}
		}
	}
	return nil, false, nil
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

// readOn reads the rest of a page that the first rows of a walk do not fill. had is the part of the page that they had. If the next
// rows may well have the rest, the walk goes on. Otherwise the rows of a range are gathered and sorted, if they are not too many.
func readOn[R any](ctx context.Context, db DB, l list, walk path, ranges []path, at place, had float64) (rows []found[R], err error) {
	if len(ranges) > 0 {
		counts, err := probe(ctx, db, l.probes(ranges, at.bounds.Sorted))
		if err != nil {
			return nil, err
		}
		if p, ok := fewest(ranges, counts, at.bounds.Sorted); ok && (had < usefulWalk || slices.Min(counts) <= at.bounds.Few) {
			err := scan(ctx, db, l.gathered(p, at.beyond, at.back, Bounds{Few: at.bounds.Sorted}), &rows)
			return rows, err
		}
	}
	err = scan(ctx, db, l.walked(walk, at.beyond, at.back, at.bounds), &rows)
	return rows, err
}

// usefulWalk is the part of a page that a short walk must find, so that three more of its length are expected to fill the page.
const usefulWalk = 0.25

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
