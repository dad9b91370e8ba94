package keyset

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Facet counts the rows of a list by the values of one column, as if the filter did not restrict this column.
type Facet[F any] struct {
	Name   string
	Text   string                   // the column's value as text, in SQL; an empty text counts as no value
	Label  string                   // a name for the value that people read, in SQL; "": none
	Values []string                 // the values to count; nil: an open facet, which counts the most frequent values that rows have
	Only   func(f *F, value string) // restricts the filter to one value of the column
	Any    func(f *F)               // removes the column from the filter
}

// FacetOf is the facet of a column with a filter made by In.
func FacetOf[F any, T ~string](name, column string, values []T, field func(*F) *[]T) Facet[F] {
	facet := Facet[F]{
		Name: name, Text: column,
		Only: func(f *F, value string) { *field(f) = []T{T(value)} },
		Any:  func(f *F) { *field(f) = nil },
	}
	for _, v := range values {
		facet.Values = append(facet.Values, string(v))
	}
	return facet
}

// FacetBool is the facet of a column with a filter made by Bool. Its values are true and false.
func FacetBool[F any](name, column string, field func(*F) **bool) Facet[F] {
	return Facet[F]{
		Name: name, Text: "CASE WHEN " + column + " THEN 'true' ELSE 'false' END", Values: []string{"false", "true"},
		Only: func(f *F, value string) { *field(f) = new(value == "true") },
		Any:  func(f *F) { *field(f) = nil },
	}
}

// FacetBounds limit the work of the counts of one call of CountFacets.
type FacetBounds struct {
	Pass    int // rows that are all read, once for all facets
	Read    int // of more rows, how many are read for all facets together
	Few     int // rows of a path that are all read for one reading
	Value   int // rows of a value that an index counts
	Counted int // rows that indexes count for all values together

	Branches int // of indexes that count values: planning each takes PostgreSQL a third of a millisecond
}

// FacetLimits keep a call below 10,000 blocks of PostgreSQL: a row that is read takes up to one, and five of those that an index counts.
var FacetLimits = FacetBounds{Pass: 5_000, Read: 3_000, Few: 2_000, Value: 5_000, Counted: 20_000, Branches: 32}

// MostFrequent is the number of values of an open facet.
const MostFrequent = 20

// Counts are the counts of a facet: of each of its values, or of an open facet's most frequent values, highest count first.
type Counts struct {
	Values []Counted
	More   bool // an open facet has more values, or unread rows that may have more
}

// Counted is the number of rows with a value.
type Counted struct {
	Value, Label string
	Tally
}

// CountFacets counts each facet of the table in at most three statements.
//
// The rows that match the filter without the columns of facets are all read if they are few, once for all facets. If there are
// more, the first rows are read, once for all facets whose column the filter leaves free, and once for each other facet. A value with
// an index that holds exactly its rows is then counted there, the rare values first. If this reaches a limit, or if the value has no
// such index, its count is what was found until then, and not exact. The values of an open facet are the most frequent ones of the
// rows that were read.
func (t *Table[F, R]) CountFacets(ctx context.Context, db DB, scope string, f F, b FacetBounds) (map[string]Counts, error) {
	samples, err := t.samples(ctx, db, scope, f, b)
	if err != nil {
		return nil, fmt.Errorf("read facets of %s: %w", t.Name, err)
	}
	result := map[string]Counts{}
	var rest []uncounted
	for i, facet := range t.Facets {
		counts := samples[i].counts(facet.Values)
		result[facet.Name] = counts
		for j := range counts.Values {
			c := &counts.Values[j]
			if samples[i].whole {
				continue
			}
			only := f
			facet.Only(&only, c.Value)
			if l, ok := t.list(db, scope, only); !ok {
				c.Tally = Tally{Exact: true}
			} else if p, ok := l.exactPath(); ok && !p.byID() {
				rest = append(rest, uncounted{l, p, &c.Tally})
			}
		}
	}
	if err := countValues(ctx, db, rest, b); err != nil {
		return nil, fmt.Errorf("count facets of %s: %w", t.Name, err)
	}
	for i, facet := range t.Facets {
		if facet.Values == nil && !samples[i].whole {
			slices.SortStableFunc(result[facet.Name].Values, moreFrequent)
		}
	}
	return result, nil
}

// uncounted is a value whose rows an index holds, with its count among the rows that were read.
type uncounted struct {
	list  list
	path  path
	tally *Tally
}

// countValues counts values along their indexes, in one statement. The limit of the whole ends it, so the values that are rare among
// the rows that were read come first: more of them are exact.
func countValues(ctx context.Context, db DB, values []uncounted, b FacetBounds) error {
	slices.SortStableFunc(values, func(a, b uncounted) int { return a.tally.N - b.tally.N })
	branches := 0
	for i, v := range values {
		if branches += len(v.path.branches); branches > b.Branches {
			values = values[:i]
			break
		}
	}
	if len(values) == 0 {
		return nil
	}
	var rows []struct{ K, N int }
	if err := scan(ctx, db, valuesCounted(values, b), &rows); err != nil {
		return err
	}
	all, last := 0, 0
	for _, row := range rows {
		all, last = all+row.N, max(last, row.K)
	}
	counts := make([]int, len(values))
	for _, row := range rows {
		counts[row.K] = row.N
	}
	for k, v := range values {
		if counts[k] <= b.Value && (k < last || all < b.Counted) {
			*v.tally = Tally{N: counts[k], Exact: true}
		} else {
			v.tally.N = max(v.tally.N, min(counts[k], b.Value))
		}
	}
	return nil
}

// valuesCounted is the statement of countValues. The databases read the parts of a UNION ALL one after the other. So if the limit
// ends it, all values before the last one are counted completely. (PostgreSQL reads parts in parallel only if they cost more than this
// limit allows.)
func valuesCounted(values []uncounted, b FacetBounds) *query {
	q := (&query{}).add("SELECT k, count(*) AS n FROM (")
	for i, v := range values {
		for j, branch := range v.path.branches {
			if i+j > 0 {
				q.add(" UNION ALL ")
			}
			q.add(fmt.Sprintf("SELECT %d AS k FROM (", i)).
				sub(v.list.branch(branch, readSpec{columns: "1 AS one", limit: b.Value + 1, exact: true})).add(fmt.Sprintf(") v%d_%d", i, j))
		}
	}
	return q.add(fmt.Sprintf(" LIMIT %d) c GROUP BY k", b.Counted))
}

func moreFrequent(a, b Counted) int { return cmp.Or(b.N-a.N, strings.Compare(a.Value, b.Value)) }

// sample is the values of a facet in the rows that were read.
type sample struct {
	whole bool // these are all the rows that match
	found []Counted
}

// counts returns the counts of the values, or of the most frequent ones if there are none.
func (s sample) counts(values []string) Counts {
	if values == nil {
		slices.SortFunc(s.found, moreFrequent)
		n := min(len(s.found), MostFrequent)
		return Counts{Values: slices.Clone(s.found[:n]), More: len(s.found) > n || !s.whole}
	}
	var counts Counts
	for _, v := range values {
		c := Counted{Value: v, Tally: Tally{Exact: s.whole}}
		for _, found := range s.found {
			if found.Value == v {
				c.Tally = found.Tally
			}
		}
		counts.Values = append(counts.Values, c)
	}
	return counts
}

// samples reads the rows of each facet: all of them if they are few, otherwise the first ones.
func (t *Table[F, R]) samples(ctx context.Context, db DB, scope string, f F, b FacetBounds) ([]sample, error) {
	samples := make([]sample, len(t.Facets))
	for i := range samples {
		samples[i].whole = true // without a row that can match
	}
	passes, err := t.passes(ctx, db, scope, f, b)
	if err != nil || len(passes) == 0 {
		return samples, err
	}
	var rows []struct {
		K            int
		Value, Label string
		N, Last      int
	}
	if err := scan(ctx, db, t.grouped(passes), &rows); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.K < 0 {
			p := passes[-row.K-1]
			for _, facets := range p.facets {
				for _, i := range facets {
					samples[i].whole = p.all || row.Last < p.limit
				}
			}
		}
	}
	for _, row := range rows {
		if row.K >= 0 {
			samples[row.K].found = append(samples[row.K].found, Counted{row.Value, row.Label, Tally{N: row.N, Exact: samples[row.K].whole}})
		}
	}
	return samples, nil
}

// grouped is the statement that counts the rows of passes by the values of facets. A row of the result has the number of its
// facet. A negative number is that of a pass: the number of its rows, and how many were examined.
func (t *Table[F, R]) grouped(passes []*pass) *query {
	with, counts := (&query{}).add("WITH "), &query{}
	for r, p := range passes {
		var columns []string
		for _, facets := range p.facets {
			for _, i := range facets {
				facet := t.Facets[i]
				columns = append(columns, fmt.Sprintf("%s AS f%d", facet.Text, i))
				if facet.Label != "" {
					columns = append(columns, fmt.Sprintf("%s AS l%d", facet.Label, i))
				}
			}
		}
		with.add(fmt.Sprintf("r%d AS MATERIALIZED (", r)).sub(p.rows(strings.Join(columns, ", "))).add("), ")
		counts.add(fmt.Sprintf(" UNION ALL SELECT %d, '', '', count(*), coalesce(sum(examined), 0) FROM r%d", -1-r, r))
		for h, facets := range p.facets {
			t.counted(with, counts, fmt.Sprintf("r%d WHERE hit%d", r, h), fmt.Sprintf("c%d_%d", r, h), facets)
		}
	}
	text := strings.TrimSuffix(with.text.String(), ", ")
	return (&query{}).add(text+" SELECT 0 AS k, '' AS value, '' AS label, 0 AS n, 0 AS last WHERE 1 = 0", with.args...).sub(counts)
}

// counted adds the counts of some rows by the values of facets. The few combinations of values that are known are counted once, under
// a name.
func (t *Table[F, R]) counted(with, counts *query, rows, name string, facets []int) {
	var closed []string
	for _, i := range facets {
		if t.Facets[i].Values != nil {
			closed = append(closed, fmt.Sprintf("f%d", i))
		}
	}
	if by := strings.Join(closed, ", "); by != "" {
		with.add(fmt.Sprintf("%s AS MATERIALIZED (SELECT %s, count(*) AS n FROM %s GROUP BY %s), ", name, by, rows, by))
	}
	for _, i := range facets {
		if t.Facets[i].Values != nil {
			counts.add(fmt.Sprintf(" UNION ALL SELECT %d, f%d, '', CAST(sum(n) AS bigint), 0 FROM %s GROUP BY f%d", i, i, name, i))
			continue
		}
		label := "''"
		if t.Facets[i].Label != "" {
			label = fmt.Sprintf("max(l%d)", i)
		}
		counts.add(fmt.Sprintf(" UNION ALL SELECT * FROM (SELECT %d, f%d AS value, %s, count(*) AS n, 0 FROM %s AND f%d <> '' GROUP BY f%d ORDER BY n DESC, value LIMIT %d) o%d",
			i, i, label, rows, i, i, MostFrequent+1, i))
	}
}
