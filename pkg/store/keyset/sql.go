package keyset

import (
	"context"
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
	"gorm.io/gorm"
)

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

func scan[T any](ctx context.Context, db *gorm.DB, q *query, rows *[]T) error {
	return rowscan.Scan(db.WithContext(ctx).Raw(q.text.String(), q.args...), rows)
}

func (q *query) sub(inner *query) *query { return q.add(inner.text.String(), inner.args...) }

// readSpec says how one branch is read.
type readSpec struct {
	columns    string
	columnArgs []any // of parameters in columns
	beyond     *condition
	order      string // the list for ORDER BY; "": the branch's own order, which keeps the planner on its index
	limit      int
	exact      bool // exclude the rows of earlier branches
	probe      bool // only the number of rows matters, and it may be too large
}

// alias names the table d if a column is a condition, as the rows are named where conditions are examined.
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
	if order := c.order; order != "" || b.Order != "" {
		if order == "" {
			order = b.Order
		}
		q.add(" ORDER BY " + order)
	}
	return q.add(fmt.Sprintf(" LIMIT %d", c.limit))
}

// byID is the statement of a branch whose ids are in another table. The limit inside bounds the work. It counts ids, of which
// several may lead to one row, so a branch with that many ids is incomplete: it suits the few rows that were counted first. The
// ids are read once: PostgreSQL may otherwise read them again for each row if it does not know how large the tables are.
func (l list) byID(b Branch, c readSpec) *query {
	limit := fmt.Sprintf(" LIMIT %d", c.limit)
	if c.probe {
		return (&query{}).add("SELECT 1 AS one FROM ("+b.IDs+limit+") i", b.Args...)
	}
	return (&query{}).add("SELECT "+c.columns, c.columnArgs...).add(" FROM "+l.table+c.alias()+" WHERE "+l.scopeColumn+" = ? AND id IN (", l.scope).
		add("WITH i (id) AS MATERIALIZED ("+b.IDs+limit+") SELECT i.id FROM i)", b.Args...).add(limit)
}

// drive is the statement of a path: its branches one after the other, or merged if they are ordered. PostgreSQL merges
// lazily: a page of 50 from 24 branches reads 50 and 24 entries.
func (l list) drive(p path, c readSpec) *query {
	if len(p.branches) == 1 {
		return l.branch(p.branches[0], c)
	}
	q := &query{}
	for i, b := range p.branches {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (").sub(l.branch(b, c)).add(fmt.Sprintf(") b%d", i))
	}
	merge := ""
	if c.order != "" {
		merge = " ORDER BY " + c.order
	}
	return (&query{}).add("SELECT * FROM (").sub(q).add(fmt.Sprintf(") u%s LIMIT %d", merge, c.limit))
}

// walked is the statement of a page that walks a path in the list's order.
func (l list) walked(p path, beyond *condition, back bool, b Bounds) *query {
	c := readSpec{columns: l.columns, beyond: beyond, order: l.sort.by(back)}
	rest, args := allOf(l.rest(p))
	if rest == "" {
		c.limit = ceiling(l.limit)
		return (&query{}).add("SELECT d.*, TRUE AS fits, 0 AS examined FROM (").sub(l.drive(p, c)).
			add(") d ORDER BY "+c.order+" LIMIT ?", l.limit+1)
	}
	c.limit = b.Examined
	return (&query{}).add("SELECT * FROM (").sub(l.examined(l.drive(p, c), rest, args, "ORDER BY "+c.order, b.Examined, l.limit+1)).
		add(") p ORDER BY " + c.order)
}

// ceiling is the limit in a branch's text. It is a constant, so that even a generic plan knows how few rows are read.
// For an argument of LIMIT, PostgreSQL assumes a tenth of the table.
// SQLite reads each of several branches up to it, so the usual page has a limit of its own.
func ceiling(limit int) int {
	for _, most := range []int{DefaultLimit, 200} {
		if limit <= most {
			return most + 1
		}
	}
	return MaxLimit + 1
}

// examined selects the matching rows of a path, as many as wanted, and the last row that may be examined even if it
// does not match. Numbering the rows as they are read shows where the page ended, in the same snapshot.
//
// Rows arrive in numbered order, so LIMIT alone takes the first ones and reads no further than the page needs. An ORDER
// BY beside it would mean the same, but PostgreSQL would plan to read all inner rows and sort them. The few remaining
// rows are sorted outside.
func (l list) examined(drive *query, rest string, args []any, over string, limit, wanted int) *query {
	return (&query{}).add("SELECT * FROM (SELECT d.*, ("+rest+") AS fits, row_number() OVER ("+over+") AS examined FROM (", args...).
		sub(drive).add(fmt.Sprintf(") d) e WHERE fits OR examined = %d LIMIT ?", limit), wanted)
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
	q := (&query{}).add("SELECT d.*, TRUE AS fits, 0 AS examined FROM (").
		sub(l.drive(p, readSpec{columns: l.columns, limit: limit, exact: true})).add(") d")
	if len(conditions) > 0 {
		where, args := allOf(conditions)
		q.add(" WHERE "+where, args...)
	}
	return q.add(" ORDER BY "+l.sort.by(back)+" LIMIT ?", l.limit+1)
}

// probes are the statements that count the rows of paths, each branch up to few + 1.
func (l list) probes(paths []path, few int) []*query {
	probes := make([]*query, len(paths))
	for i, p := range paths {
		probes[i] = (&query{}).add("SELECT count(*) AS n, 0 AS last FROM (").sub(l.drive(p, readSpec{columns: "1 AS one", limit: few + 1, probe: true})).add(") d")
	}
	return probes
}

// probe runs counts and returns only their numbers.
func probe(ctx context.Context, db *gorm.DB, queries []*query) ([]int, error) {
	rows, err := tally(ctx, db, queries)
	counts := make([]int, len(rows))
	for i, row := range rows {
		counts[i] = row.N
	}
	return counts, err
}
