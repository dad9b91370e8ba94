package keyset

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// Facet counts the rows of a list by the values of one column, as if the filter did not restrict this column.
type Facet[F any] struct {
	Name   string
	Text   string                   // the column's value as text, in SQL
	Values []string                 // the values to count
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

// FacetFew is the number of rows up to which all values are counted at once instead of one by one.
const FacetFew = countLimit

// Tallies are counts by facet and value.
type Tallies map[string]map[string]Tally

// CountFacets counts each facet of the table in at most four statements. It reads up to few rows once. For more rows it
// counts each value along its own index.
func (t *Table[F, R]) CountFacets(ctx context.Context, db *gorm.DB, scope string, f F, b Bounds, few int) (Tallies, error) {
	groups, err := t.groups(ctx, db, scope, f, few)
	if err != nil {
		return nil, fmt.Errorf("count facets of %s: %w", t.Name, err)
	}
	result := Tallies{}
	var filters []F
	var keep []func(Tally)
	for i, facet := range t.Facets {
		counts := map[string]Tally{}
		result[facet.Name] = counts
		for _, value := range facet.Values {
			if groups[i] != nil {
				counts[value] = tallyOf(groups[i][value])
				continue
			}
			only := f
			facet.Only(&only, value)
			filters, keep = append(filters, only), append(keep, func(t Tally) { counts[value] = t })
		}
	}
	tallies, err := t.Count(ctx, db, scope, filters, b)
	for i, n := range tallies {
		keep[i](n)
	}
	return result, err
}

// groups counts by value, for each facet that has few rows. A facet with more rows is nil.
func (t *Table[F, R]) groups(ctx context.Context, db *gorm.DB, scope string, f F, few int) ([]map[string]int, error) {
	groups := make([]map[string]int, len(t.Facets))
	lists := make([]list, len(t.Facets))
	paths := make([][]path, len(t.Facets))
	var probes []*query
	for i, facet := range t.Facets {
		others := f
		facet.Any(&others)
		l, ok := t.list(scope, others)
		if !ok {
			groups[i] = map[string]int{}
			continue
		}
		best, narrow := l.countable()
		lists[i], paths[i] = l, append(narrow, best)
		probes = append(probes, l.probes(paths[i], few)...)
	}
	counts, err := probe(ctx, db, probes)
	if err != nil {
		return nil, err
	}
	q := &query{}
	for i, facet := range t.Facets {
		best, ok := fewest(paths[i], counts[:len(paths[i])], few)
		counts = counts[len(paths[i]):]
		if !ok {
			continue
		}
		groups[i] = map[string]int{}
		if len(q.args) > 0 {
			q.add(" UNION ALL ")
		}
		q.add(fmt.Sprintf("SELECT %d AS k, value, count(*) AS n FROM (SELECT %s AS value FROM (", i, facet.Text)).
			sub(lists[i].drive(best, readSpec{columns: "*", limit: 2 * few, exact: true})).add(") d")
		if rest, args := allOf(lists[i].rest(best)); rest != "" {
			q.add(" WHERE "+rest, args...)
		}
		q.add(") v GROUP BY value")
	}
	if len(q.args) == 0 {
		return groups, nil
	}
	var rows []struct {
		K     int
		Value string
		N     int
	}
	if err := q.scan(ctx, db, &rows); err != nil {
		return nil, err
	}
	for _, row := range rows {
		groups[row.K][row.Value] = row.N
	}
	return groups, nil
}
