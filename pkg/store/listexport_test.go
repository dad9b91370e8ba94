package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// Bounds are how much a list looks at.
type Bounds = bounds

// NewBounds are bounds small enough to be met by a test.
func NewBounds(examined, few int) Bounds { return bounds{examined, few} }

// OrdersWithin is Orders within bounds.
func (t Tenant) OrdersWithin(ctx context.Context, f OrderFilter, b Bounds) (OrderPage, error) {
	return t.orders(ctx, f, b)
}

// FacetsWithin is Facets within bounds.
func (t Tenant) FacetsWithin(ctx context.Context, f OrderFilter, b Bounds, few int) (OrderFacets, error) {
	return t.facets(ctx, f, b, few)
}

// IndexTable is the indexes of the index table, one a row: its key in a test is index, fields and sorted column.
func IndexTable() []string {
	var rows []string
	for _, row := range orderIndexes {
		rows = append(rows, rowName(row.index, row.fields, row.sorted))
	}
	return rows
}

func rowName(index string, fields []field, sorted string) string {
	return strings.TrimSpace(fmt.Sprintf("%s %v %s", index, fields, sorted))
}

// Statement is a statement that a list would run.
type Statement struct {
	Kind string // walk, gather, probe or tally
	Row  string // of the index table
	SQL  string
	Args []any
}

// StatementsOf are the page's statement along a row of the index table that applies to the filter, the one that counts it
// first, and the one that counts what fits.
func StatementsOf(t *testing.T, companyID string, f OrderFilter, row string) []Statement {
	t.Helper()
	l, ok := ordersListing(companyID, f)
	if !ok {
		t.Fatal("nothing can match")
	}
	from := f.After
	if from == nil {
		from = f.Before
	}
	beyond, err := l.sort.beyond(from, f.After == nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []Statement
	for _, p := range l.paths {
		own := p
		own.fields = nil
		for _, r := range orderIndexes {
			if r.index == p.index && r.sorted == p.sorted && rowName(r.index, r.fields, r.sorted) == row {
				own.fields = r.fields
			}
		}
		if rowName(own.index, own.fields, own.sorted) != row {
			continue
		}
		add := func(kind string, q *query) { all = append(all, Statement{kind, row, q.text.String(), q.args}) }
		if p.sorted == l.sort.column {
			add("walk", l.walked(p, beyond, f.After == nil && f.Before != nil, pageBounds))
		} else {
			add("gather", l.gathered(p, beyond, false, pageBounds))
		}
		if len(p.fields) > 0 {
			add("probe", l.probes([]path{p}, pageBounds.few)[0])
		}
		add("tally", l.tally(p, countBounds))
	}
	return all
}

// DB is the connections that lists read on.
func (s *Store) DB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := s.read.DB()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Dollars is a statement with numbered placeholders.
func Dollars(query string) string { return dollars(query) }
