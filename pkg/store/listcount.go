package store

import (
	"context"
	"fmt"
)

// countTo is where counting stops.
const countTo = 10_000

// Tally is a count. It is exact to 10,000, where counting stops; beyond, or where the rows to be examined on the way
// are more than 100,000, it is what was counted until then.
type Tally struct {
	N     int
	Exact bool
}

func tallyOf(n int) Tally { return Tally{N: min(n, countTo), Exact: n <= countTo} }

// Count is how many documents the filter matches; sort, limit and positions do not matter.
func (r reader) Count(ctx context.Context, f OrderFilter) (n int, exact bool, err error) {
	tallies, err := r.tallies(ctx, []OrderFilter{f}, countBounds)
	if err != nil {
		return 0, false, err
	}
	return tallies[0].N, tallies[0].Exact, nil
}

// tallies counts what each filter matches, in two statements for all of them.
func (r reader) tallies(ctx context.Context, filters []OrderFilter, b bounds) ([]Tally, error) {
	tallies := make([]Tally, len(filters))
	ways := make([]path, len(filters))
	var probes []*query
	var settle []func(counts []int) // chooses a filter's path by the counts of its probes
	lists := make([]listing, len(filters))
	for i, f := range filters {
		list, ok := ordersListing(r.company, f)
		if !ok {
			tallies[i].Exact = true
			continue
		}
		lists[i] = list
		way, narrow := list.countable()
		ways[i] = way
		if len(narrow) > 0 {
			from := len(probes)
			probes = append(probes, list.probes(narrow, b.few)...)
			settle = append(settle, func(counts []int) {
				if best, ok := fewest(narrow, counts[from:from+len(narrow)], b.few); ok {
					ways[i] = best
				}
			})
		}
	}
	counts, err := counted(ctx, r, probes)
	if err != nil {
		return nil, fmt.Errorf("count orders: %w", err)
	}
	for _, s := range settle {
		s(counts)
	}
	var asked []int
	var queries []*query
	for i := range lists {
		if lists[i].table != "" {
			asked, queries = append(asked, i), append(queries, lists[i].tally(ways[i], b))
		}
	}
	results, err := tallied(ctx, r, queries)
	if err != nil {
		return nil, fmt.Errorf("count orders: %w", err)
	}
	for k, i := range asked {
		t := results[k]
		tallies[i] = tallyOf(t.N)
		tallies[i].Exact = tallies[i].Exact && t.Last < b.examined
	}
	return tallies, nil
}

// countable is the path to count along, and the paths to choose from first where none holds just what fits.
func (l listing) countable() (path, []path) {
	var best *path
	var narrow []path
	for i, p := range l.paths {
		if p.handful {
			return p, nil
		}
		if len(p.fields) > 0 {
			narrow = append(narrow, p)
		}
		if p.sorted == "" {
			continue // its branches may be long and overlap: for few rows only
		}
		if len(l.rest(p)) == 0 {
			return p, nil
		}
		if best == nil {
			best = &l.paths[i]
		}
	}
	return *best, narrow
}

// tally is the statement that counts what fits along a path.
func (l listing) tally(p path, b bounds) *query {
	rest, args := joined(l.rest(p))
	if rest == "" {
		return (&query{}).add("SELECT count(*) AS n, 0 AS last FROM (").
			sub(l.drive(p, cut{columns: "1 AS one", limit: countTo + 1, exact: true})).add(") d")
	}
	drive := l.drive(p, cut{columns: l.columns, limit: b.examined, exact: true})
	return (&query{}).add("SELECT count(CASE WHEN fits THEN 1 END) AS n, coalesce(max(examined), 0) AS last FROM (").
		sub(l.examined(drive, rest, args, "", b.examined, countTo+1)).add(") m")
}

// tallyRow is one of several counts read at once.
type tallyRow struct{ K, N, Last int }

// tallied runs counts as one statement.
func tallied(ctx context.Context, r reader, queries []*query) ([]tallyRow, error) {
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
	var rows []tallyRow
	if err := r.in(ctx).Raw(q.text.String(), q.args...).Scan(&rows).Error; err != nil {
		return nil, translate(err)
	}
	results := make([]tallyRow, len(queries))
	for _, row := range rows {
		results[row.K] = row
	}
	return results, nil
}

// counted is tallied's numbers alone.
func counted(ctx context.Context, r reader, queries []*query) ([]int, error) {
	rows, err := tallied(ctx, r, queries)
	counts := make([]int, len(rows))
	for i, row := range rows {
		counts[i] = row.N
	}
	return counts, err
}
