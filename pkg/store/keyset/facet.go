package keyset

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Facet counts the rows of a list by the values of one column, as if the filter did not restrict this column.
type Facet[F any] struct {
	Name   string
	Text   string                   // the column's value as text, in SQL; an empty text is no value
	Label  string                   // a text that names the value, in SQL; "": none
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

// FacetFew is the number of rows up to which all rows are read.
const FacetFew = countLimit

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
// Up to few rows are all read, once for all facets whose column the filter leaves free. Of more rows, a value is counted
// along an index that holds exactly its rows. If it has no such index, the count is that of the first 10,000 matching rows, and
// not exact. The values of an open facet are then the most frequent ones of these rows.
func (t *Table[F, R]) CountFacets(ctx context.Context, db *gorm.DB, scope string, f F, b Bounds, few int) (map[string]Counts, error) {
	samples, err := t.samples(ctx, db, scope, f, b, few)
	if err != nil {
		return nil, fmt.Errorf("read facets of %s: %w", t.Name, err)
	}
	result := map[string]Counts{}
	var filters []F
	var keep []*Tally
	for i, facet := range t.Facets {
		counts := samples[i].counts(facet.Values)
		for j := range counts.Values {
			c := &counts.Values[j]
			if samples[i].whole {
				continue
			}
			only := f
			facet.Only(&only, c.Value)
			l, ok := t.list(scope, only)
			if !ok {
				c.Tally = Tally{Exact: true}
			} else if _, ok := l.exactPath(); ok {
				filters, keep = append(filters, only), append(keep, &c.Tally)
			}
		}
		result[facet.Name] = counts
	}
	tallies, err := t.Count(ctx, db, scope, filters, b)
	for i, n := range tallies {
		*keep[i] = n
	}
	for i, facet := range t.Facets {
		if facet.Values == nil && !samples[i].whole {
			slices.SortStableFunc(result[facet.Name].Values, moreFrequent)
		}
	}
	return result, err
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
func (t *Table[F, R]) samples(ctx context.Context, db *gorm.DB, scope string, f F, b Bounds, few int) ([]sample, error) {
	samples := make([]sample, len(t.Facets))
	for i := range samples {
		samples[i].whole = true // without a row that can match
	}
	var reads []*reading
	var facets [][]int // of each reading
	first := -1        // the reading of the facets whose column the filter leaves free
	for i, facet := range t.Facets {
		others := f
		facet.Any(&others)
		free := reflect.DeepEqual(others, f)
		if free && first >= 0 {
			facets[first] = append(facets[first], i)
			continue
		}
		if l, ok := t.list(scope, others); ok {
			if free {
				first = len(reads)
			}
			reads, facets = append(reads, &reading{list: l}), append(facets, []int{i})
		}
	}
	if len(reads) == 0 {
		return samples, nil
	}
	if err := settle(ctx, db, reads, few); err != nil {
		return nil, err
	}
	var rows []struct {
		K            int
		Value, Label string
		N, Last      int
	}
	if err := scan(ctx, db, t.grouped(reads, facets, b, few), &rows); err != nil {
		return nil, err
	}
	complete := make([]bool, len(reads))
	for _, row := range rows {
		if row.K < 0 {
			complete[-row.K-1] = reads[-row.K-1].few || row.N <= countLimit && row.Last < b.Examined
		}
	}
	for r := range reads {
		for _, i := range facets[r] {
			samples[i].whole = complete[r]
		}
	}
	for _, row := range rows {
		if row.K >= 0 {
			n := tallyOf(row.N)
			n.Exact = n.Exact && samples[row.K].whole
			samples[row.K].found = append(samples[row.K].found, Counted{row.Value, row.Label, n})
		}
	}
	return samples, nil
}

// grouped is the statement that counts the rows of readings by the values of facets. A row of the result has the number of its
// facet. A negative number is that of a reading: the number of its rows, and how many were examined.
func (t *Table[F, R]) grouped(reads []*reading, facets [][]int, b Bounds, few int) *query {
	with, counts := (&query{}).add("WITH "), &query{}
	for r, read := range reads {
		var columns, closed []string
		for _, i := range facets[r] {
			facet := t.Facets[i]
			columns = append(columns, fmt.Sprintf("%s AS f%d", facet.Text, i))
			if facet.Label != "" {
				columns = append(columns, fmt.Sprintf("%s AS l%d", facet.Label, i))
			}
			if facet.Values != nil {
				closed = append(closed, fmt.Sprintf("f%d", i))
			}
		}
		with.add(fmt.Sprintf("r%d AS MATERIALIZED (", r)).sub(read.rows(strings.Join(columns, ", "), b, few)).add("), ")
		if len(closed) > 0 { // their few combinations are counted once for all of them
			by := strings.Join(closed, ", ")
			with.add(fmt.Sprintf("c%d AS MATERIALIZED (SELECT %s, count(*) AS n FROM r%d WHERE hit GROUP BY %s), ", r, by, r, by))
		}
		counts.add(fmt.Sprintf(" UNION ALL SELECT %d, '', '', count(CASE WHEN hit THEN 1 END), coalesce(max(examined), 0) FROM r%d", -1-r, r))
		for _, i := range facets[r] {
			if t.Facets[i].Values != nil {
				counts.add(fmt.Sprintf(" UNION ALL SELECT %d, f%d, '', CAST(sum(n) AS bigint), 0 FROM c%d GROUP BY f%d", i, i, r, i))
				continue
			}
			label := "''"
			if t.Facets[i].Label != "" {
				label = fmt.Sprintf("max(l%d)", i)
			}
			counts.add(fmt.Sprintf(" UNION ALL SELECT * FROM (SELECT %d, f%d AS value, %s, count(*) AS n, 0 FROM r%d WHERE hit AND f%d <> '' GROUP BY f%d ORDER BY n DESC, value LIMIT %d) o%d",
				i, i, label, r, i, i, MostFrequent+1, i))
		}
	}
	text := strings.TrimSuffix(with.text.String(), ", ")
	return (&query{}).add(text+" SELECT 0 AS k, '' AS value, '' AS label, 0 AS n, 0 AS last WHERE 1 = 0", with.args...).sub(counts)
}
