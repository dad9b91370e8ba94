package keyset

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
	"gorm.io/gorm"
)

// DB is the database that lists are read from.
type DB struct {
	*gorm.DB
	// Compound is true for SQLite. It merges the parts of a compound SELECT while it reads them, but only if they have no limits of
	// their own. Parts with limits it reads to their ends and sorts.
	Compound bool

	UTCDay func(column string) string // the expression of UTCDay; needed only for tables that have such days
}

// sql is a text of a table's description in the language of the database.
func (db DB) sql(text string) string {
	begin := strings.Index(text, utcDay)
	if begin < 0 || db.UTCDay == nil {
		return text
	}
	column, rest, _ := strings.Cut(text[begin+len(utcDay):], ")")
	return text[:begin] + db.UTCDay(column) + db.sql(rest)
}

// query builds a statement. Its text is made of constants: names of tables and columns, and limits. Every value of a
// filter is an argument. So all lists of one shape have the same text, which is prepared once.
type query struct {
	text strings.Builder
	args []any
}

func (q *query) add(text string, args ...any) *query {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
	return q
}

func scan[T any](ctx context.Context, db DB, q *query, rows *[]T) error {
	return rowscan.Scan(db.WithContext(ctx), rows, q.text.String(), q.args...)
}

func (q *query) sub(inner *query) *query { return q.add(inner.text.String(), inner.args...) }

// readSpec says how one branch is read.
type readSpec struct {
	columns    string
	columnArgs []any // of parameters in columns
	beyond     *condition
	order      string // the list for ORDER BY; "": the branch's own order, which keeps the planner on its index
	merge      string // the same, by the names of columns; "": order
	limit      int
	exact      bool // exclude the rows of earlier branches
	probe      bool // only the number of rows matters, and it may be too large
}

// alias names the table d if a column is a condition, because conditions call the row d.
func (c readSpec) alias() string {
	if len(c.columnArgs) == 0 {
		return ""
	}
	return " d"
}

// branch is the statement of one branch: one range of one index, read in its order up to the limit. The subquery is a
// fence: the outer statement cannot make the planner leave the index or read further.
func (l list) branch(b Branch, c readSpec) *query {
	if b.IDs != "" {
		return l.byID(b, c)
	}
	q := l.unlimited(b, c)
	if order := c.order; order != "" || b.Order != "" {
		if order == "" {
			order = b.Order
		}
		q.add(" ORDER BY " + order)
	}
	return q.add(fmt.Sprintf(" LIMIT %d", c.limit))
}

// unlimited is the statement of a branch without its order and limit.
func (l list) unlimited(b Branch, c readSpec) *query {
	q := (&query{}).add("SELECT "+c.columns, c.columnArgs...).add(" FROM "+l.table+c.alias()+" WHERE "+l.scopeColumn+" = ?", l.scope)
	if b.Where != "" {
		q.add(" AND "+b.Where, b.Args...)
	}
	if b.except != "" && c.exact {
		q.add(" AND NOT ("+b.except+")", b.exceptArgs...)
	}
	if c.beyond != nil {
		q.add(" AND "+c.beyond.sql, c.beyond.args...)
	}
	return q
}

// byID is the statement of a branch whose ids are in another table. The limit inside bounds the work. It counts ids, of which
// several may lead to one row, so a branch with that many ids is incomplete: it suits the few rows that were counted first. The
// ids are read once: PostgreSQL may otherwise read them again for each row if it does not know how large the tables are.
func (l list) byID(b Branch, c readSpec) *query {
	limit := fmt.Sprintf(" LIMIT %d", c.limit)
	if c.probe {
		return (&query{}).add("SELECT 1 AS one FROM ("+b.IDs+limit+") i", b.Args...)
	}
	if l.compound { // SQLite keeps the order of a CROSS JOIN. For IN, it may scan an index that has all columns
		return (&query{}).add("SELECT "+c.columns, c.columnArgs...).add(" FROM (WITH i (of_row) AS MATERIALIZED ("+b.IDs+limit+") SELECT DISTINCT of_row FROM i) ids", b.Args...).
			add(" CROSS JOIN "+l.table+" d WHERE d."+l.scopeColumn+" = ? AND d.id = of_row"+limit, l.scope)
	}
	return (&query{}).add("SELECT "+c.columns, c.columnArgs...).add(" FROM "+l.table+c.alias()+" WHERE "+l.scopeColumn+" = ? AND id IN (", l.scope).
		add("WITH i (id) AS MATERIALIZED ("+b.IDs+limit+") SELECT i.id FROM i)", b.Args...).add(limit)
}

// drive is the statement of a path: its branches one after the other, or merged if they are ordered. PostgreSQL merges
// lazily: a page of 50 from 24 branches reads 50 and 24 entries. SQLite does so if the branches have no limits of their own.
func (l list) drive(p path, c readSpec) *query {
	if len(p.branches) == 1 {
		return l.branch(p.branches[0], c)
	}
	q := &query{}
	if l.compound && c.order != "" {
		for i, b := range p.branches {
			if i > 0 {
				q.add(" UNION ALL ")
			}
			q.sub(l.unlimited(b, c))
		}
		return q.add(fmt.Sprintf(" ORDER BY %s LIMIT %d", cmp.Or(c.merge, c.order), c.limit))
	}
	for i, b := range p.branches {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (").sub(l.branch(b, c)).add(fmt.Sprintf(") b%d", i))
	}
	merge := ""
	if c.order != "" {
		merge = " ORDER BY " + cmp.Or(c.merge, c.order)
	}
	return (&query{}).add("SELECT * FROM (").sub(q).add(fmt.Sprintf(") u%s LIMIT %d", merge, c.limit))
}

// walked is the statement of a page that walks a path in the list's order.
func (l list) walked(p path, beyond *condition, back bool, b Bounds) *query {
	rest, args := allOf(l.rest(p))
	if rest == "" {
		c := readSpec{columns: l.columns, beyond: beyond, order: l.sort.by(back), limit: ceiling(l.limit)}
		return (&query{}).add("SELECT n.*, TRUE AS fits, 0 AS examined FROM (").sub(l.drive(p, c)).
			add(") n ORDER BY "+c.order+" LIMIT ?", l.limit+1)
	}
	c := readSpec{columns: l.sort.place() + ", (" + rest + ") AS fits", columnArgs: args, beyond: beyond,
		order: l.sort.by(back), merge: l.sort.byPlace(back), limit: b.Examined}
	return l.whole((&query{}).add("fits, examined"), l.examined(p, c), back)
}

// whole is the statement of the rows of a page whose places were found. What is examined or sorted is narrow, and only the rows of
// the page are read whole: SQLite copies every column of each row that it numbers or sorts. The limit tells PostgreSQL that these
// rows are few.
func (l list) whole(others, places *query, back bool) *query {
	q := (&query{}).add("SELECT "+l.columns+", ").sub(others).add(" FROM (SELECT * FROM (").sub(places).
		add(fmt.Sprintf(") q LIMIT %d) found CROSS JOIN %s d WHERE d.%s = ? AND d.id = found.row_id", ceiling(l.limit), l.table, l.scopeColumn), l.scope)
	for _, c := range l.conditions {
		if c.key {
			q.add(" AND "+c.sql, c.args...)
		}
	}
	return q.add(" ORDER BY " + l.sort.byPlace(back) + ", examined")
}

// ceiling returns the limit in a branch's text. It is one of a few constants, so that even a generic plan knows how few rows are
// read: for an argument of LIMIT, PostgreSQL assumes a tenth of the table. SQLite reads each of several branches up to the limit, so
// a page of the usual size has a limit of its own.
func ceiling(limit int) int {
	for _, most := range []int{DefaultLimit, 200} {
		if limit <= most {
			return most + 1
		}
	}
	return MaxLimit + 1
}

// examined selects the rows of a path that fit, as many as wanted, and the last row that may be examined even if it does not fit. It
// shows where the page ended, in the same snapshot. PostgreSQL numbers the rows as it reads them. SQLite would write each row that it
// numbers into a table of its own, so it looks up the last one again if there are fewer rows than wanted.
//
// Rows arrive in their order, and the parts of a UNION ALL one after the other. So LIMIT alone takes the first ones and reads no further
// than the page needs. With an ORDER BY the rows would be the same, but PostgreSQL would plan to read all inner rows and sort them, and
// SQLite would sort them.
func (l list) examined(p path, c readSpec) *query {
	if !l.compound {
		return (&query{}).add("SELECT * FROM (SELECT n.*, row_number() OVER () AS examined FROM (").sub(l.drive(p, c)).
			add(fmt.Sprintf(") n) e WHERE fits OR examined = %d LIMIT ?", c.limit), l.limit+1)
	}
	last := readSpec{columns: l.sort.place(), beyond: c.beyond, order: c.order, merge: c.merge, limit: c.limit}
	return (&query{}).add("SELECT n.*, 0 AS examined FROM (").sub(l.drive(p, c)).
		add(fmt.Sprintf(") n WHERE fits UNION ALL SELECT * FROM (SELECT n.*, FALSE AS fits, %d AS examined FROM (", c.limit)).sub(l.drive(p, last)).
		add(fmt.Sprintf(") n LIMIT 1 OFFSET %d) e LIMIT ?", c.limit-1), l.limit+1)
}

// gathered is the statement of a page that reads the few rows of a path, keeps the matching ones and sorts them.
func (l list) gathered(p path, beyond *condition, back bool, b Bounds) *query {
	limit := 2 * b.Few // doubled, because rows may be added between counting and gathering
	if p.handful {
		limit = b.Examined
	}
	conditions := l.rest(p)
	if beyond != nil {
		conditions = append(conditions, *beyond)
	}
	c, fit := readSpec{columns: l.sort.place(), limit: limit, exact: true}, ""
	if len(conditions) > 0 {
		where, args := allOf(conditions)
		c.columns, c.columnArgs, fit = c.columns+", ("+where+") AS fits", args, " WHERE fits"
	}
	places := (&query{}).add("SELECT * FROM (").sub(l.drive(p, c)).add(") n"+fit+" ORDER BY "+l.sort.byPlace(back)+" LIMIT ?", l.limit+1)
	return l.whole((&query{}).add("TRUE AS fits, 0 AS examined"), places, back)
}

// probes are the statements that count the rows of paths, each branch up to few + 1.
func (l list) probes(paths []path, few int) []*query {
	probes := make([]*query, len(paths))
	for i, p := range paths {
		probes[i] = (&query{}).add("SELECT count(*) AS n, 0 AS last FROM (").sub(l.drive(p, readSpec{columns: "1 AS one", limit: few + 1, probe: true})).add(") n")
	}
	return probes
}

// probe runs counts and returns only their numbers.
func probe(ctx context.Context, db DB, queries []*query) ([]int, error) {
	rows, err := tally(ctx, db, queries)
	counts := make([]int, len(rows))
	for i, row := range rows {
		counts[i] = row.N
	}
	return counts, err
}
