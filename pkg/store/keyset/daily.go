package keyset

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// daily is a range of days of an index that has the rows of each day in the order of the list. A long range of old days lies far
// behind the beginning of the list, so a walk would examine all later rows first. Instead, the days with the next rows are found, and
// only their rows are read.
type daily struct {
	row     int // of the table's Indexes
	index   string
	day     string // the column of the index before the sorted one
	sorted  string
	bounds  string    // see bounded
	limits  condition // the range of days
	filters []string  // the filters that the range of days applies, some of them not exactly
}

// daily returns the index as a range of days, and whether the filter has one.
func (x Index[F]) daily(ranges map[string]condition) (daily, bool) {
	d := daily{index: x.Name, sorted: x.Sorted}
	limits, ok := ranges[x.Days]
	return d.within(limits, x.Filters), ok
}

// within returns the index limited to a range of its days.
func (d daily) within(limits condition, filters []string) daily {
	d.limits, d.filters = limits, append([]string{limits.filter}, filters...)
	return d
}

// Bounds of a page that is read by days.
const (
	maxDays    = 800 // days with rows of one range: a dozen blocks each. A range of more days is walked
	daysAtOnce = 8   // days whose rows are examined in one statement
	dayRounds  = 6   // statements that examine rows
)

// dailyFor returns a range of days that has the list's order and applies a condition that the path does not.
func (l list) dailyFor(p path) (daily, bool) {
	if p.byDay {
		return daily{}, false
	}
	for _, d := range l.days {
		if d.sorted == l.sort.column && slices.ContainsFunc(l.rest(p), func(c condition) bool { return slices.Contains(d.filters, c.filter) }) {
			return d, true
		}
	}
	return daily{}, false
}

// replacesWalk reports whether to read the range of days at once instead of walking the path first. It does if the range applies every
// condition that the path leaves. If other conditions are left, the walk may soon fill the page, and is tried first.
func (l list) replacesWalk(d daily, p path) bool {
	return len(p.filters) == 0 && !slices.ContainsFunc(l.rest(p), func(c condition) bool { return !slices.Contains(d.filters, c.filter) })
}

// dayKey is a day, and the place of its first row of the page in the list.
type dayKey struct {
	day, value any // as the database's driver reads and takes them
	id         string
}

// withDays is the beginning of a statement: the days of the range that have rows, the last one first.
func (l list) withDays(d daily) *query {
	of := " FROM " + l.table + " WHERE " + l.scopeColumn + " = ? AND "
	args := append([]any{l.scope}, d.limits.args...)
	return (&query{}).add("WITH RECURSIVE days (day, n) AS (SELECT (SELECT "+d.day+of+d.limits.sql+" ORDER BY "+d.day+" DESC LIMIT 1), 1", args...).
		// The end of the range is outside of the subquery: with it inside, SQLite would read all days from the end instead of looking
		// one up.
		add(" UNION ALL SELECT (SELECT "+d.day+" FROM (SELECT *"+of+d.day+" < days.day ORDER BY "+d.day+" DESC LIMIT 1) one WHERE "+d.limits.sql+"), n + 1", args...).
		add(fmt.Sprintf(" FROM days WHERE day IS NOT NULL AND n <= %d)", maxDays))
}

// nextDays is the statement that finds the n days whose next rows, beyond a place, come first in the list. Each day is found in the
// index from the day before it.
func (l list) nextDays(d daily, beyond *condition, back bool, n int) *query {
	q := l.withDays(d).add(", ")
	first := func(column string) {
		q.add("(SELECT "+column+" FROM "+l.table+" WHERE "+l.scopeColumn+" = ? AND "+d.day+" = days.day", l.scope)
		if beyond != nil {
			q.add(" AND "+beyond.sql, beyond.args...)
		}
		q.add(" ORDER BY " + l.sort.by(back) + " LIMIT 1)")
	}
	q.add("firsts (day, " + d.sorted + ", id) AS MATERIALIZED (SELECT day, ")
	first(d.sorted)
	q.add(", ")
	first("id")
	return q.add(" FROM days WHERE day IS NOT NULL) SELECT day, "+d.sorted+", id, (SELECT max(n) FROM days WHERE day IS NOT NULL) AS days FROM firsts WHERE "+
		d.sorted+" IS NOT NULL ORDER BY "+l.sort.by(back)+" LIMIT ?", n)
}

// readDays runs nextDays. It returns false if the range has too many days.
func (l list) readDays(ctx context.Context, db DB, d daily, beyond *condition, back bool, n int) ([]dayKey, bool, error) {
	q := l.nextDays(d, beyond, back, n)
	rows, err := db.WithContext(ctx).Raw(q.text.String(), q.args...).Rows()
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = rows.Close() }()
	var keys []dayKey
	for rows.Next() {
		var k dayKey
		var days int
		if err := rows.Scan(&k.day, &k.value, &k.id, &days); err != nil {
			return nil, false, err
		}
		if days > maxDays {
			return nil, false, nil
		}
		keys = append(keys, k)
	}
	return keys, true, rows.Err()
}

// onDays is the path along some days, up to a place if there is one.
func (l list) onDays(d daily, days []dayKey, until *condition) path {
	p := path{row: d.row, index: d.index, filters: []string{d.limits.filter}, sorted: d.sorted, byDay: true}
	for _, k := range days {
		b := Branch{Where: d.day + " = ?", Args: []any{k.day}}
		if until != nil {
			b.Where, b.Args = b.Where+" AND "+until.sql, append(b.Args, until.args...)
		}
		p.branches = append(p.branches, b)
	}
	return p
}

// eachDay is walked for days of which every row matches, on PostgreSQL. It would plan a branch for each of fifty days for 0.2 s, until
// it keeps the plan. Here the days are one argument, so the plan is as short as for one day. The places of the first rows of each
// day are read, all in the index, and the rows of the page alone are read whole.
func (l list) eachDay(d daily, days []dayKey, until, beyond *condition, back bool) *query {
	dates := make([]string, len(days))
	for i, k := range days {
		if day, ok := k.day.(time.Time); ok { // the type of every such column
			dates[i] = day.Format(time.DateOnly)
		}
	}
	day := Branch{Where: d.day + " = days.day"}
	if until != nil {
		day.Where, day.Args = day.Where+" AND "+until.sql, until.args
	}
	c := readSpec{columns: l.sort.place(), beyond: beyond, order: l.sort.by(back), limit: ceiling(l.limit)}
	places := (&query{}).add("SELECT place.* FROM unnest(CAST(? AS date[])) days (day) CROSS JOIN LATERAL (", "{"+strings.Join(dates, ",")+"}").
		sub(l.branch(day, c)).add(") place ORDER BY "+l.sort.byPlace(back)+" LIMIT ?", l.limit+1)
	return l.whole((&query{}).add("TRUE AS fits, 0 AS examined"), places, back)
}

// byDays reads the rows of a page day by day. If it stops before the page is full and before the list ends, its last row marks where
// the next page begins. It returns false if the range has too many days.
func byDays[R any](ctx context.Context, db DB, l list, d daily, at place) (rows []found[R], ok bool, err error) {
	beyond, wanted := at.beyond, l.limit
	for round := 1; ; round++ {
		atOnce := daysAtOnce
		if len(l.rest(l.onDays(d, nil, nil))) == 0 {
			atOnce = min(wanted+1, maxBranches)
		}
		days, few, err := l.readDays(ctx, db, d, beyond, at.back, atOnce+1)
		if err != nil || !few {
			return nil, false, err
		}
		if len(days) == 0 {
			return rows, true, nil
		}
		var next *dayKey
		var until *condition
		if len(days) > atOnce { // all rows before the first one of the next day are on these days
			next, days = &days[atOnce], days[:atOnce]
			until = l.sort.until(*next, at.back)
		}
		q := l.eachDay(d, days, until, beyond, at.back)
		if sure := len(l.rest(l.onDays(d, nil, nil))) == 0; !sure || l.compound {
			q = l.walked(l.onDays(d, days, until), beyond, at.back, at.bounds)
		}
		var more []found[R]
		if err := scan(ctx, db, q, &more); err != nil {
			return nil, false, err
		}
		rows, wanted = append(rows, more...), wanted-fitting(more)
		if next == nil || wanted < 0 || len(more) > 0 && more[len(more)-1].Examined == at.bounds.Examined {
			return rows, true, nil
		}
		if round == dayRounds {
			var last []found[R]
			err := scan(ctx, db, l.at(*next, at.bounds), &last)
			return append(rows, last...), true, err
		}
		beyond = l.sort.from(*next, at.back)
	}
}

// at is the statement that reads the row at a place and marks it as the last one to be examined.
func (l list) at(k dayKey, b Bounds) *query {
	rest, args := allOf(l.conditions)
	if rest == "" {
		rest = "TRUE"
	}
	return (&query{}).add("SELECT "+l.columns+", ("+rest+fmt.Sprintf(") AS fits, %d AS examined FROM %s d", b.Examined, l.table), args...).
		add(" WHERE "+l.scopeColumn+" = ? AND id = ?", l.scope, k.id)
}

// bounded returns the smallest and the largest value that the days of a range have of the column bounds. Rows outside of them are not in
// the range, so they limit a list that has no index by these days: the numbers of invoices that were issued in a half-year. It returns
// false if there are too many days, or no rows.
func (l list) bounded(ctx context.Context, db DB, d daily) (condition, bool, error) {
	q := l.boundsOf(d)
	var days int
	var least, most any
	if err := db.WithContext(ctx).Raw(q.text.String(), q.args...).Row().Scan(&days, &least, &most); err != nil {
		return condition{}, false, err
	}
	c := condition{filter: "bounds", sql: d.bounds + " >= ? AND " + d.bounds + " <= ?", args: []any{least, most}}
	return c, days > 0 && days <= maxDays && least != nil && most != nil, nil
}

// boundsOf is the statement of bounded.
func (l list) boundsOf(d daily) *query {
	end := func(order string) string {
		return "(SELECT " + d.bounds + " FROM " + l.table + " WHERE " + l.scopeColumn + " = ? AND " + d.day + " = days.day ORDER BY " + d.sorted + order + " LIMIT 1)"
	}
	return l.withDays(d).add(" SELECT count(*), min(least), max(most) FROM (SELECT "+end("")+" AS least, "+end(" DESC")+" AS most FROM days WHERE day IS NOT NULL) ends", l.scope, l.scope)
}
