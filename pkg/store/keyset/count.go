package keyset

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// countLimit is where counting stops.
const countLimit = 10_000

// Tally is a count. It is exact up to 10,000, where counting stops. If counting stopped there, or at the limit of
// examined rows, N is the count up to that point.
type Tally struct {
	N     int
	Exact bool
}

func tallyOf(n int) Tally { return Tally{N: min(n, countLimit), Exact: n <= countLimit} }

// Count counts the rows that match each filter, in two statements for all of them.
func (t *Table[F, R]) Count(ctx context.Context, db DB, scope string, filters []F, b Bounds) ([]Tally, error) {
	tallies := make([]Tally, len(filters))
	paths := make([]path, len(filters))
	var probes []*query
	var settle []func(counts []int) // chooses a filter's path by the counts of its probes
	lists := make([]list, len(filters))
	for i, f := range filters {
		l, ok := t.list(db, scope, f)
		if !ok {
			tallies[i].Exact = true
			continue
		}
		lists[i] = l
		best, narrow := l.countable()
		paths[i] = best
		if len(narrow) > 0 {
			from := len(probes)
			probes = append(probes, l.probes(narrow, b.Few)...)
			settle = append(settle, func(counts []int) {
				if best, ok := fewest(narrow, counts[from:from+len(narrow)], b.Few); ok {
					paths[i] = best
				}
			})
		}
	}
	counts, err := probe(ctx, db, probes)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", t.Name, err)
	}
	for _, s := range settle {
		s(counts)
	}
	var counted []int
	var queries []*query
	for i := range lists {
		if lists[i].table != "" {
			counted, queries = append(counted, i), append(queries, lists[i].tally(paths[i], b))
		}
	}
	results, err := tally(ctx, db, queries)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", t.Name, err)
	}
	for k, i := range counted {
		tallies[i] = tallyOf(results[k].N)
		tallies[i].Exact = tallies[i].Exact && results[k].Last < b.Examined
	}
	return tallies, nil
}

// countable returns the path to count along. If no path holds exactly the matching rows, it also returns the paths to
// choose from first.
func (l list) countable() (path, []path) {
	if p, ok := l.exactPath(); ok {
		return p, nil
	}
	return l.readable()
}

// tally is the statement that counts the matching rows along a path.
func (l list) tally(p path, b Bounds) *query {
	left := l.rest(p)
	rest, args := allOf(left)
	if rest == "" && l.countsIDs(p) {
		ids, rows := p.branches[0], "CAST(coalesce(sum(times), 0) AS bigint)"
		counted := rows
		if l.weight == nil { // several ids may be the same
			counted = "count(*)"
		}
		return (&query{}).add("SELECT "+counted+" AS n, "+rows+" AS last FROM (WITH i (id) AS MATERIALIZED ("+ids.IDs, ids.Args...).
			add(fmt.Sprintf(" LIMIT %d) SELECT id, count(*) AS times FROM i GROUP BY id) n", b.Examined))
	}
	if l.weight != nil {
		return l.weigh(p, left, b)
	}
	if rest == "" {
		return (&query{}).add("SELECT count(*) AS n, 0 AS last FROM (").
			sub(l.drive(p, readSpec{columns: "1 AS one", limit: countLimit + 1, exact: true})).add(") n")
	}
	return (&query{}).add("SELECT count(CASE WHEN fits THEN 1 END) AS n, count(*) AS last FROM (").
		sub(l.drive(p, readSpec{columns: "(" + rest + ") AS fits", columnArgs: args, limit: b.Examined, exact: true})).add(") n")
}

// Weight says how many times a count counts the row d.
type Weight struct {
	SQL     string // the weight, by the columns of d
	Columns string // those that SQL and Looked read, and the id

	Looked string // which rows have the weight Look instead; "": none
	Look   string // a count of rows of another table
	Args   []any  // of parameters in Look
}

// mostLooked is how many rows a count looks up in another table. Each takes four or five blocks.
const mostLooked = 2_000

// weigh is the statement that adds up the weights of the matching rows along a path. left is what the path leaves to be examined.
func (l list) weigh(p path, left []condition, b Bounds) *query {
	w := l.weight
	rest, args := allOf(slices.DeleteFunc(left, func(c condition) bool { return c.weighed }))
	columns := fmt.Sprintf("(%s) AS fits, %s", cmp.Or(rest, "TRUE"), w.Columns)
	rows := l.drive(p, readSpec{columns: columns, columnArgs: args, limit: b.Examined, exact: true})
	if w.Looked == "" {
		return (&query{}).add("SELECT CAST(coalesce(sum(CASE WHEN fits THEN " + w.SQL + " END), 0) AS bigint) AS n, count(*) AS last FROM (").sub(rows).add(") d")
	}
	return (&query{}).add(fmt.Sprintf("SELECT CAST(known + found AS bigint) AS n, CASE WHEN looked > %d THEN %d ELSE examined END AS last FROM (WITH d AS MATERIALIZED (", mostLooked, b.Examined)).
		sub(rows).
		add(fmt.Sprintf("), looked AS MATERIALIZED (SELECT * FROM d WHERE fits AND %s LIMIT %d)", w.Looked, mostLooked+1)).
		add(" SELECT (SELECT coalesce(sum("+w.SQL+"), 0) FROM d WHERE fits AND NOT "+w.Looked+") AS known").
		add(", (SELECT coalesce(sum("+w.Look+"), 0) FROM looked d) AS found", w.Args...).
		add(", (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM d) AS examined) w")
}

// tallied is one of several counts read at once.
type tallied struct{ K, N, Last int }

// tally runs counts as one statement.
func tally(ctx context.Context, db DB, queries []*query) ([]tallied, error) {
	if len(queries) == 0 {
		return nil, nil
	}
	q := &query{}
	for i, one := range queries {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add(fmt.Sprintf("SELECT %d AS k, n, last FROM (", i)).sub(one).add(fmt.Sprintf(") t%d", i))
	}
	var rows []tallied
	if err := scan(ctx, db, q, &rows); err != nil {
		return nil, err
	}
	results := make([]tallied, len(queries))
	for _, row := range rows {
		results[row.K] = row
	}
	return results, nil
}
