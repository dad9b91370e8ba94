package keyset

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// pass reads rows once for several facets. Each group of its facets counts the rows that match a list of its own.
type pass struct {
	reading
	all    bool    // every row is read
	limit  int     // otherwise, how many rows are examined
	lists  []list  // of each group
	facets [][]int // of each group
}

// passes chooses what to read for the facets: one pass if the rows that match the filter without the columns of facets are few,
// otherwise one for the facets whose column the filter leaves free, and one for each other facet.
func (t *Table[F, R]) passes(ctx context.Context, db DB, scope string, f F, b FacetBounds) ([]*pass, error) {
	var groups []*pass
	var free *pass // of the facets whose column the filter leaves free
	without := f
	own, matches := t.list(db, scope, f)
	for i, facet := range t.Facets {
		others := f
		facet.Any(&others)
		facet.Any(&without)
		l, ok := t.list(db, scope, others)
		if !ok {
			continue
		}
		// The conditions are compared, and not the filters, because neither an empty list of values nor nil is a condition.
		isFree := matches && reflect.DeepEqual(l.conditions, own.conditions)
		if isFree && free != nil {
			free.facets[0] = append(free.facets[0], i)
			continue
		}
		g := &pass{reading: reading{list: l}, lists: []list{l}, facets: [][]int{{i}}}
		if groups = append(groups, g); isFree {
			free = g
		}
	}
	every, ok := t.list(db, scope, without)
	if !ok || len(groups) == 0 {
		return nil, nil
	}
	known := &probed{places: map[string]int{}}
	known.want(every.coverable(), b.Pass)
	for _, g := range groups {
		if g.path, _ = g.list.readable(); !g.path.handful && len(g.list.rest(g.path)) > 0 {
			_, narrow := g.list.readable()
			known.want(narrow, b.Few)
		}
	}
	if err := known.probe(ctx, db, every); err != nil {
		return nil, err
	}
	if p, ok := known.fewest(every.coverable(), b.Pass); ok {
		once := &pass{reading: reading{list: every, path: p, few: true}, all: true, limit: b.Pass}
		for _, g := range groups {
			once.lists, once.facets = append(once.lists, g.list), append(once.facets, g.facets[0])
		}
		return []*pass{once}, nil
	}
	for _, g := range groups {
		g.limit = max(1, b.Read/len(groups))
		if _, narrow := g.list.readable(); g.path.handful {
			g.all, g.few, g.limit = true, true, b.Read
		} else if p, ok := known.fewest(narrow, b.Few); ok {
			g.path, g.all, g.few, g.limit = p, true, true, b.Few
		}
	}
	return groups, nil
}

// coverable returns the paths that hold every matching row: the narrow ones, and the path that holds the whole table, which may be
// small.
func (l list) coverable() []path {
	best, narrow := l.readable()
	if len(best.filters) == 0 || best.handful {
		narrow = append(narrow, best)
	}
	return narrow
}

// probed counts the rows of paths, up to a limit. A path that several lists share is counted once.
type probed struct {
	paths  []path
	limit  []int
	n      []int
	places map[string]int // in paths, by the text of a path
}

func (k *probed) want(paths []path, limit int) {
	for _, p := range paths {
		if at, ok := k.places[p.key()]; ok {
			k.limit[at] = max(k.limit[at], limit)
			continue
		}
		k.places[p.key()] = len(k.paths)
		k.paths, k.limit = append(k.paths, p), append(k.limit, limit)
	}
}

func (k *probed) probe(ctx context.Context, db DB, l list) (err error) {
	var probes []*query
	for i, p := range k.paths {
		probes = append(probes, l.probes([]path{p}, k.limit[i])[0])
	}
	k.n, err = probe(ctx, db, probes)
	return err
}

// fewest returns the path with the fewest rows, if it has at most few. A row that is looked up by its id counts more.
func (k *probed) fewest(paths []path, few int) (path, bool) {
	counts := make([]int, len(paths))
	for i, p := range paths {
		at, ok := k.places[p.key()]
		switch {
		case p.handful:
			counts[i] = 0
		case !ok:
			counts[i] = few + 1
		case p.byID():
			counts[i] = k.n[at] * byIDCost
		default:
			counts[i] = k.n[at]
		}
	}
	return fewest(paths, counts, few)
}

// key is equal for equal paths only.
func (p path) key() string { return fmt.Sprint(p.index, p.branches) }

// rows is the statement of the rows of a pass: the columns, and hit0, hit1 and so on if a row matches the list of a group.
func (p *pass) rows(columns string) *query {
	if len(p.lists) == 1 {
		return p.reading.rows(columns, "hit0", p.limit)
	}
	c := readSpec{exact: true, limit: p.cap(p.limit)}
	for i, l := range p.lists {
		rest, args := allOf(p.unsettled(l))
		if rest == "" {
			rest = "TRUE"
		}
		columns += fmt.Sprintf(", (%s) AS hit%d", rest, i)
		c.columnArgs = append(c.columnArgs, args...)
	}
	c.columns = columns
	return (&query{}).add("SELECT n.*, 0 AS examined FROM (").sub(p.list.drive(p.path, c)).add(") n")
}

// unsettled returns the conditions of a group's list that the path of the pass does not settle.
func (p *pass) unsettled(l list) []condition {
	return slices.DeleteFunc(slices.Clone(l.conditions), func(c condition) bool {
		return slices.Contains(p.path.filters, c.filter) && slices.ContainsFunc(p.list.conditions, func(of condition) bool { return reflect.DeepEqual(of, c) })
	})
}
