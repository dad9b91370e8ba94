package keyset

import (
	"context"
	"fmt"
	"slices"
)

// hop is a range of a column behind the days of an index, for a list in the order of these days: old orders, by ship date. Such a range
// may lie far behind the beginning of the list. Instead of examining all rows before it, the days that have rows of the range are
// looked up in the index, and only these rows are read.
type hop struct {
	row     int // of the table's Indexes
	index   string
	day     string    // the first column of the index
	sort    string    // the list's column: day, or the time whose day it is
	second  string    // the next column of the index
	limits  condition // the range of it
	ordered bool      // the index has the rows of a day in the list's order
}

// hop returns the index as days before another column, limited to the range of this column if there is one.
func (x Index[F]) hop(ranges map[string]condition) (hop, bool) {
	h := hop{index: x.Name, day: x.Sorted, sort: x.Sorted, second: x.Then, ordered: true}
	if x.Days != "" {
		h = hop{index: x.Name, day: x.Days, sort: x.DaysOf, second: x.Sorted}
	}
	h.limits = ranges[h.second]
	return h, h.sort != "" && h.second != ""
}

// hopFor returns the hops of a list that walks all rows, with a range that the walk leaves to be examined.
func (l list) hopFor(walk path) (hop, bool) {
	for _, h := range l.hops {
		left := func(c condition) bool { return c.filter == h.limits.filter }
		if walk.whole && h.sort == l.sort.column && slices.ContainsFunc(l.rest(walk), left) {
			return h, true
		}
	}
	return hop{}, false
}

// hopsReplaceWalk reports whether to hop at once instead of walking the path first: see replacesWalk.
func (l list) hopsReplaceWalk(h hop, walk path) bool { return h.ordered && len(l.rest(walk)) == 1 }

// Bounds of a page that is read by hops.
const (
	hopsAtOnce = 8 // days with rows of the range that one statement finds
	hopRounds  = 8 // such statements
	hopPart    = 2 // a statement that reads rows may examine this part of what a page examines
)

// nextHops is the statement that lists days in the order of the list, until enough of them have rows of the range. It begins at a day,
// at the first row beyond a place, or at the beginning. With each day it has the number of days before it that have such rows.
func (l list) nextHops(h hop, from any, beyond *condition, back bool) *query {
	of, order, op := "(SELECT "+h.day+" FROM "+l.table+" WHERE "+l.scopeColumn+" = ?", "", ">"
	if l.sort.desc != back {
		order, op = " DESC", "<"
	}
	q := (&query{}).add("WITH RECURSIVE days (day, n, hits) AS (SELECT "+of, l.scope)
	switch {
	case from != nil:
		q.add(" AND "+h.day+" "+op+"= ? ORDER BY "+h.day+order, from)
	case beyond != nil:
		q.add(" AND "+beyond.sql+" ORDER BY "+l.sort.by(back), beyond.args...)
	default:
		q.add(" ORDER BY " + h.day + order)
	}
	q.add(" LIMIT 1), 1, 0 UNION ALL SELECT "+of+" AND "+h.day+" "+op+" days.day ORDER BY "+h.day+order+" LIMIT 1), n + 1", l.scope).
		add(", hits + CASE WHEN (SELECT 1 FROM "+l.table+" WHERE "+l.scopeColumn+" = ?", l.scope).
		add(" AND "+h.day+" = days.day AND "+h.limits.sql+" ORDER BY "+h.second+" LIMIT 1) IS NULL THEN 0 ELSE 1 END", h.limits.args...)
	return q.add(fmt.Sprintf(" FROM days WHERE day IS NOT NULL AND n < %d AND hits < %d) SELECT day, hits FROM days ORDER BY n", maxDays, hopsAtOnce))
}

// readHops runs nextHops. It returns the days that have rows of the range, and the day to go on from, or nil where the list ends.
func (l list) readHops(ctx context.Context, db DB, h hop, from any, at place) (days []any, next any, err error) {
	q := l.nextHops(h, from, at.beyond, at.back)
	rows, err := db.WithContext(ctx).Raw(q.text.String(), q.args...).Rows()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	for before := 0; rows.Next(); {
		var day any
		var hits int
		if err := rows.Scan(&day, &hits); err != nil {
			return nil, nil, err
		}
		if hits > before {
			days = append(days, next)
		}
		next, before = day, hits
	}
	return days, next, rows.Err()
}

// onHops is the path along the rows of some days that are in the range, or along all their rows.
func (l list) onHops(h hop, days []any, ranged bool) path {
	p := path{row: h.row, index: h.index, byDay: true}
	if h.ordered {
		p.sorted = h.sort
	}
	if ranged {
		p.filters = []string{h.limits.filter}
	}
	for _, day := range days {
		b := Branch{Where: h.day + " = ?", Args: []any{day}, Order: h.second}
		if ranged {
			b.Where, b.Args = b.Where+" AND "+h.limits.sql, append(b.Args, h.limits.args...)
		}
		p.branches = append(p.branches, b)
	}
	return p
}

// byHops reads the rows of a page by hops. If it stops before the page is full and before the list ends, its last row marks where the
// next page begins. It returns false if it stops without a row.
func byHops[R any](ctx context.Context, db DB, l list, h hop, at place) (rows []found[R], ok bool, err error) {
	r := hopping[R]{list: l, hop: h, at: at, sure: len(l.rest(l.onHops(h, nil, true))) == 0, part: Bounds{Examined: max(1, at.bounds.Examined/hopPart)}}
	if r.left = at.bounds.Examined; !h.ordered {
		r.left, r.part = at.bounds.Sorted/2, Bounds{Few: at.bounds.Sorted / 2}
	}
	var next any
	for range hopRounds {
		first := next == nil
		var days []any
		if days, next, err = l.readHops(ctx, db, h, next, at); err != nil {
			return nil, false, err
		}
		for len(days) > 0 {
			n := len(days)
			if first || !h.ordered { // the first day often fills the page
				n, first = 1, false
			}
			if done, err := r.read(ctx, db, days[:n]); done || err != nil {
				return r.rows, len(r.rows) > 0, err
			}
			days = days[n:]
		}
		if next == nil {
			return r.rows, true, nil
		}
	}
	return r.rows, len(r.rows) > 0, r.endAt(ctx, db, next)
}

// hopping is a page that is being read by hops.
type hopping[R any] struct {
	list list // its limit is what the page lacks
	hop  hop
	at   place
	rows []found[R]
	sure bool   // every row of the range matches
	part Bounds // of one statement
	left int    // rows that may still be read
}

// read reads the rows of days. It returns true if the page ends there.
func (r *hopping[R]) read(ctx context.Context, db DB, days []any) (done bool, err error) {
	p := r.list.onHops(r.hop, days, true)
	if !r.hop.ordered || !r.sure {
		counts, err := probe(ctx, db, r.list.probes([]path{p}, max(r.part.Examined, r.part.Few)))
		if err != nil {
			return true, err
		}
		if r.left -= counts[0]; r.left < 0 && len(r.rows) > 0 {
			return true, r.endAt(ctx, db, days[0])
		}
	}
	q := r.list.walked(p, r.at.beyond, r.at.back, r.part)
	if !r.hop.ordered {
		if r.left < 0 {
			return true, nil
		}
		q = r.list.gathered(p, r.at.beyond, r.at.back, r.part)
	}
	var more []found[R]
	if err := scan(ctx, db, q, &more); err != nil {
		return true, err
	}
	r.rows, r.list.limit = append(r.rows, more...), r.list.limit-fitting(more)
	if n := len(r.rows); r.hop.ordered && !r.sure && len(more) > 0 && more[len(more)-1].Examined == r.part.Examined {
		r.rows[n-1].Examined = r.at.bounds.Examined
		return true, nil
	}
	return r.list.limit < 0, nil
}

// endAt ends the page with the first row of a day, which is examined. If the index does not have the rows of the day in the list's
// order, it ends with the last row that was read.
func (r *hopping[R]) endAt(ctx context.Context, db DB, day any) error {
	if r.hop.ordered {
		var first []found[R]
		if err := scan(ctx, db, r.list.walked(r.list.onHops(r.hop, []any{day}, false), r.at.beyond, r.at.back, Bounds{Examined: 1}), &first); err != nil {
			return err
		}
		r.rows = append(r.rows, first...)
	}
	if n := len(r.rows); n > 0 {
		r.rows[n-1].Examined = r.at.bounds.Examined
	}
	return nil
}
