package keyset

import (
	"context"
	"slices"
	"strings"
)

// list is a filtered list: the conditions on its rows, and the paths to them.
type list struct {
	compound           bool // see DB
	table, columns     string
	scopeColumn, scope string
	conditions         []condition
	paths              []path  // in the order of the indexes
	days               []daily // ranges of days that the filter has
	openDays           []daily // those that it does not have
	hops               []hop
	sort               ordering
	limit              int
	weight             *Weight // nil: once
}

// condition is what one filter requires of a row.
type condition struct {
	filter string
	sql    string
	args   []any
	key    bool // see Filter

	weighed bool // see Filter
}

// path leads to rows: ranges of an index that together contain every row that matches its filters.
type path struct {
	row      int // of the table's Indexes
	index    string
	filters  []string
	sorted   string
	handful  bool
	byDay    bool // each branch is a day of a range
	ranged   bool // limited to a range of the sorted column
	whole    bool // the index has every row
	branches []Branch
}

// rest returns the conditions that a path leaves to be examined.
func (l list) rest(p path) []condition {
	var rest []condition
	for _, c := range l.conditions {
		if !slices.Contains(p.filters, c.filter) {
			rest = append(rest, c)
		}
	}
	return rest
}

// byID reports whether the path leads to ids in another table.
func (p path) byID() bool { return p.branches[0].IDs != "" }

// countsIDs reports whether the ids that the path leads to are what the list counts: each once, or as often as its weight says.
func (l list) countsIDs(p path) bool {
	return p.byID() && (l.weight == nil || !slices.ContainsFunc(l.conditions, func(c condition) bool { return !c.weighed }))
}

// exactPath returns a path that holds exactly the matching rows, or only a handful of others. Among several it is the one with the
// fewest branches.
func (l list) exactPath() (path, bool) {
	for _, p := range l.paths {
		if p.handful {
			return p, true
		}
	}
	var best *path
	for i, p := range l.paths {
		// The branches of other unsorted paths may be long and overlap, so they suit few rows only.
		exact := len(l.rest(p)) == 0 && (p.sorted != "" || l.countsIDs(p))
		if exact && (best == nil || len(p.branches) < len(best.branches)) {
			best = &l.paths[i]
		}
	}
	if best == nil {
		return path{}, false
	}
	return *best, true
}

// walk is the best path that is sorted like the list.
func (l list) walk() path {
	for _, p := range l.paths {
		if p.sorted == l.sort.column {
			return p
		}
	}
	panic("keyset: " + l.table + " has no index for its sort " + l.sort.column) // a defect that every test of the sort meets
}

// choose returns the path to take, and whether to gather its rows instead of walking it. Walking in the list's order is
// cheapest if all or most rows on the way match. If conditions are left to be examined, it first counts the rows of
// narrower paths, up to the limit; a path with few rows is gathered and sorted.
func (l list) choose(ctx context.Context, db DB, b Bounds) (path, bool, error) {
	walk := l.walk()
	if len(l.rest(walk)) == 0 {
		return walk, false, nil
	}
	if d, ok := l.dailyFor(walk); ok && l.replacesWalk(d, walk) {
		return walk, false, nil
	}
	narrow, handful := l.narrowing(walk)
	if handful {
		return narrow[0], true, nil
	}
	if len(narrow) == 0 {
		return walk, false, nil
	}
	counts, err := probe(ctx, db, l.probes(narrow, b.Few))
	if err != nil {
		return walk, false, err
	}
	if best, ok := fewest(narrow, counts, b.Few); ok && best.index != walk.index {
		return best, true, nil
	}
	return walk, false, nil
}

// narrowing returns the paths to count: those that are smaller than the whole table and may be better than the walk. If
// a path is known to have only a handful of rows, it is the only one, and the result is true.
func (l list) narrowing(walk path) ([]path, bool) {
	var narrow []path
	others := false
	for _, p := range l.paths {
		if p.handful {
			return []path{p}, true
		}
		if len(p.filters) > 0 {
			narrow = append(narrow, p)
			others = others || p.index != walk.index
		}
	}
	if !others {
		return nil, false
	}
	return narrow, false
}

// fewest returns the path with the fewest rows, if it has at most few.
func fewest(paths []path, counts []int, few int) (best path, ok bool) {
	least := few + 1
	for i, p := range paths {
		if counts[i] < least {
			best, least, ok = p, counts[i], true
		}
	}
	return best, ok
}

// allOf joins conditions into one with AND.
func allOf(conditions []condition) (string, []any) {
	texts, args := make([]string, len(conditions)), []any{}
	for i, c := range conditions {
		texts[i] = "(" + c.sql + ")"
		args = append(args, c.args...)
	}
	return strings.Join(texts, " AND "), args
}
