package keyset

import "time"

// Statement is a statement that a list may run, and its purpose: to walk an index in the order of the sort, to gather its
// rows, to find the days of a range that have the next rows, or its bounds in another column, to probe the number of rows, to tally the matching ones, to
// group them by the values of facets, or to sum them up.
type Statement struct {
	Kind string // walk, gather, days, bounds, probe, tally, group or sum
	SQL  string
	Args []any
}

// Statements returns the statements that a list may run along one of the table's Indexes, for tests that read their
// plans. There are none if the index does not help the filter, or if no row can match.
func (t *Table[F, R]) Statements(db DB, scope string, f F, r Request, index int) ([]Statement, error) {
	l, ok := t.list(db, scope, f)
	if !ok {
		return nil, nil
	}
	column := t.sorted(&l, r)
	from, back := r.From()
	beyond, err := beyond(l.sort, column.parse, from, back)
	if err != nil {
		return nil, err
	}
	var all []Statement
	add := func(kind string, q *query) { all = append(all, Statement{kind, q.text.String(), q.args}) }
	for _, d := range l.days {
		if d.row == index && d.sorted == l.sort.column {
			day := l.onDays(d, []dayKey{{day: d.limits.args[0]}}, nil)
			add("days", l.nextDays(d, beyond, back, daysAtOnce+1))
			add("walk", l.walked(day, beyond, back, PageBounds))
			if !db.Compound && len(l.rest(day)) == 0 {
				add("walk", l.eachDay(d, []dayKey{{day: time.Unix(0, 0)}}, nil, beyond, back))
			}
		}
		if d.row == index && d.bounds != "" {
			add("bounds", l.boundsOf(d))
		}
	}
	for _, h := range l.hops {
		if h.row != index || h.sort != l.sort.column || h.limits.sql == "" {
			continue
		}
		day := h.limits.args[0]
		add("days", l.nextHops(h, nil, beyond, back))
		add("days", l.nextHops(h, day, beyond, back))
		if p := l.onHops(h, []any{day}, true); h.ordered {
			add("walk", l.walked(p, beyond, back, PageBounds))
			add("walk", l.walked(l.onHops(h, []any{day, day}, true), beyond, back, PageBounds))
		} else {
			add("probe", l.probes([]path{p}, PageBounds.Sorted)[0])
			add("gather", l.gathered(p, beyond, back, Bounds{Few: PageBounds.Sorted}))
		}
	}
	for _, p := range l.paths {
		if p.row != index {
			continue
		}
		if p.sorted == l.sort.column {
			add("walk", l.walked(p, beyond, back, PageBounds))
		} else {
			add("gather", l.gathered(p, beyond, back, PageBounds))
			add("gather", l.gathered(p, beyond, back, Bounds{Examined: PageBounds.Examined, Few: PageBounds.Many}))
		}
		if len(p.filters) > 0 {
			add("probe", l.probes([]path{p}, PageBounds.Few)[0])
		}
		add("tally", l.tally(p, CountBounds))
		r := &reading{list: l, path: p, few: p.sorted == ""}
		if len(t.Facets) > 0 {
			all := make([]int, len(t.Facets))
			for i := range all {
				all[i] = i
			}
			one := &pass{reading: *r, all: r.few, limit: FacetLimits.Read, lists: []list{l}, facets: [][]int{all}}
			add("group", t.grouped([]*pass{one}))
			once := &pass{reading: reading{list: l, path: p, few: true}, all: true, limit: FacetLimits.Pass, lists: []list{l, l}, facets: [][]int{all[1:], all[:1]}}
			add("group", t.grouped([]*pass{once}))
		}
		add("sum", r.sum([]string{"1"}, CountBounds))
	}
	return all, nil
}
