package keyset

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// query is a statement in the making. Its texts are made of constants: names of tables, columns and bounds; every value
// of a filter is an argument. So a list of one shape has one text, and is prepared once.
type query struct {
	text strings.Builder
	args []any
}

func (q *query) add(text string, args ...any) *query {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
	return q
}

func (q *query) scan(ctx context.Context, db *gorm.DB, rows any) error {
	return db.WithContext(ctx).Raw(q.text.String(), q.args...).Scan(rows).Error
}

func (q *query) sub(inner *query) *query { return q.add(inner.text.String(), inner.args...) }

// cut is how one branch is read.
type cut struct {
	columns string
	beyond  *condition
	order   string // ORDER BY's list; "": the branch's own order, which keeps the planner on its index
	limit   int
	exact   bool // without the rows of earlier branches
}

// branch is the statement of one branch: a range of one index, read in its order and no further than the limit. That
// fences it: what stands outside can make the planner neither leave the index nor read on.
func (l list) branch(b Branch, c cut) *query {
	q := (&query{}).add("SELECT "+c.columns+" FROM "+l.table+" WHERE "+l.scopeColumn+" = ?", l.scope)
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

// drive is the statement of a path: its branches one after the other or, where they are ordered, merged. PostgreSQL
// merges lazily: a page of 50 of 24 branches reads 50 and 24 entries.
func (l list) drive(p path, c cut) *query {
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
	c := cut{columns: l.columns, beyond: beyond, order: l.sort.by(back)}
	rest, args := and(l.rest(p))
	if rest == "" {
		c.limit = ceiling(l.limit)
		return (&query{}).add("SELECT d.*, TRUE AS fits, 0 AS examined FROM (").sub(l.drive(p, c)).
			add(") d ORDER BY "+c.order+" LIMIT ?", l.limit+1)
	}
	c.limit = b.Examined
	return (&query{}).add("SELECT * FROM (").sub(l.examined(l.drive(p, c), rest, args, "ORDER BY "+c.order, b.Examined, l.limit+1)).
		add(") p ORDER BY " + c.order)
}

// ceiling is the bound in a branch's text: as a constant, so that even a plan made for every value knows how little is
// read. PostgreSQL takes an argument of LIMIT for a tenth of the table.
func ceiling(limit int) int {
	if limit > 200 {
		return MaxLimit + 1
	}
	return 201
}

// examined is the rows of a drive that fit, as many as wanted, and the last one that may be examined whether it fits or
// not: numbering them as they come tells where the page ended in the same snapshot.
//
// Rows come as they are numbered, so LIMIT alone takes the first and reads no further than the page needs. An ORDER BY
// beside it would say the same, but make PostgreSQL plan what is inside for all of its rows, with a sort of the table
// where half of it may be examined; the few that are left are sorted outside.
func (l list) examined(drive *query, rest string, args []any, over string, most, wanted int) *query {
	return (&query{}).add("SELECT * FROM (SELECT d.*, ("+rest+") AS fits, row_number() OVER ("+over+") AS examined FROM (", args...).
		sub(drive).add(fmt.Sprintf(") d) e WHERE fits OR examined = %d LIMIT ?", most), wanted)
}

// gathered is the statement of a page that takes the few rows of a path, keeps those that fit, and sorts them.
func (l list) gathered(p path, beyond *condition, back bool, b Bounds) *query {
	most := 2 * b.Few // twice: rows may come between counting and gathering
	if p.handful {
		most = b.Examined
	}
	conditions := l.rest(p)
	if beyond != nil {
		conditions = append(conditions, *beyond)
	}
	q := (&query{}).add("SELECT d.*, TRUE AS fits, 0 AS examined FROM (").
		sub(l.drive(p, cut{columns: l.columns, limit: most, exact: true})).add(") d")
	if len(conditions) > 0 {
		where, args := and(conditions)
		q.add(" WHERE "+where, args...)
	}
	return q.add(" ORDER BY "+l.sort.by(back)+" LIMIT ?", l.limit+1)
}

// probes are the statements that count the rows of paths, each branch as far as one beyond few.
func (l list) probes(paths []path, few int) []*query {
	probes := make([]*query, len(paths))
	for i, p := range paths {
		probes[i] = (&query{}).add("SELECT count(*) AS n, 0 AS last FROM (").sub(l.drive(p, cut{columns: "1 AS one", limit: few + 1})).add(") d")
	}
	return probes
}
