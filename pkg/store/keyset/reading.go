package keyset

import (
	"context"
	"slices"
)

// reading reads the rows of a filter to count them or to add them up: all rows of the narrowest path if they are few,
// otherwise the first ones of a sorted path.
type reading struct {
	list list
	path path
	few  bool
}

// byIDCost is how many rows of an index are read at the cost of one row that is looked up by its id.
const byIDCost = 4

// settle chooses the path of each reading, in one statement for all of them.
func settle(ctx context.Context, db DB, reads []*reading, few int) error {
	paths := make([][]path, len(reads))
	var probes []*query
	for i, r := range reads {
		best, narrow := r.list.readable()
		r.few = best.handful
		switch {
		case len(best.filters) == 0 && !best.handful: // the whole table may be small
			narrow = append(narrow, best)
		case len(narrow) == 1 && narrow[0].index == best.index: // it is read anyway
			narrow = nil
		}
		r.path, paths[i] = best, narrow
		probes = append(probes, r.list.probes(narrow, few)...)
	}
	counts, err := probe(ctx, db, probes)
	if err != nil {
		return err
	}
	for i, r := range reads {
		n := len(paths[i])
		for k, p := range paths[i] {
			if p.byID() {
				counts[k] *= byIDCost
			}
		}
		if best, ok := fewest(paths[i], counts[:n], few); ok {
			r.path, r.few = best, true
		}
		counts = counts[n:]
	}
	return nil
}

// readBranches is the largest number of branches of a path that a reading takes. SQLite refuses a statement that has some fifty
// branches among the counts of facets.
const readBranches = 30

// readable returns the sorted path whose first rows are read, and the narrow paths, which may hold few rows, those with the fewest
// branches first. The best sorted path holds exactly the matching rows. The next best is limited to a range, because the first rows of
// any other may all lie outside of the range. Among exact paths the one with the fewest branches is best, because SQLite sorts what
// the branches read.
func (l list) readable() (path, []path) {
	var best *path
	var narrow []path
	for i, p := range l.paths {
		if p.handful {
			return p, nil
		}
		if len(p.branches) > readBranches {
			continue
		}
		if len(p.filters) > 0 {
			narrow = append(narrow, p)
		}
		if p.sorted != "" && (best == nil || l.readsBetter(p, *best)) {
			best = &l.paths[i]
		}
	}
	slices.SortStableFunc(narrow, func(a, b path) int { return len(a.branches) - len(b.branches) })
	return *best, narrow
}

func (l list) readsBetter(p, than path) bool {
	exact, thanExact := len(l.rest(p)) == 0, len(l.rest(than)) == 0
	switch {
	case exact != thanExact:
		return exact
	case exact:
		return len(p.branches) < len(than.branches)
	default:
		return p.ranged && !than.ranged
	}
}

// rows is the statement of a reading: the columns of its rows, a column that says if a row matches, and examined, which adds up to the
// number of rows that were read if they may not be all. These are the first ones by the sort of the path, highest first.
//
// What is left to examine is a column and no condition: the planner cannot choose another index because of it.
func (r *reading) rows(columns, hit string, limit int) *query {
	c := readSpec{columns: columns + ", TRUE AS " + hit, exact: true}
	if rest, args := allOf(r.list.rest(r.path)); rest != "" {
		c.columns, c.columnArgs = columns+", ("+rest+") AS "+hit, args
	}
	if r.few {
		c.limit = r.cap(limit)
		return (&query{}).add("SELECT n.*, 0 AS examined FROM (").sub(r.list.drive(r.path, c)).add(") n WHERE " + hit)
	}
	c.columns += ", " + r.path.sorted // by which branches are merged
	c.limit, c.order = limit, r.path.sorted+" DESC"
	return (&query{}).add("SELECT n.*, 1 AS examined FROM (").sub(r.list.drive(r.path, c)).add(") n")
}

// cap returns the limit of a reading of all rows, of which at most few were counted. It is twice that, because rows may be added
// between counting and reading.
func (r *reading) cap(few int) int {
	switch {
	case r.path.handful:
		return max(few, PageBounds.Examined)
	case r.path.byID():
		return 2 * few / byIDCost // for a larger limit, the planner would read the whole table
	default:
		return 2 * few
	}
}
