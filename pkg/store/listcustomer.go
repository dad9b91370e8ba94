package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/company"
)

// CustomerFilter is what a list of customers is narrowed to.
type CustomerFilter struct {
	Query  string   // the beginning of code or name, ignoring case
	Codes  []string // whole, in any case
	Limit  int
	After  *Position
	Before *Position
}

// CustomerPage is one page of customers. Next and Prev are nil at the ends.
type CustomerPage struct {
	Customers  []company.Customer
	Next, Prev *Position
}

// Customers is one page of the company's customers by name, in at most two statements.
func (r reader) Customers(ctx context.Context, f CustomerFilter) (CustomerPage, error) {
	if !storable(f.Query) || !narrow(&f.Codes, storable) {
		return CustomerPage{}, nil
	}
	l := listing{table: "customers", columns: "*", company: r.company, limit: pageLimit(f.Limit), after: f.After, before: f.Before,
		sort: sorting{column: "name_key", parse: parseText}}
	if len(f.Codes) > 0 {
		code := path{index: "customers_code", fields: []field{ofCode}, handful: true, branches: oneOf("code_key", keys(f.Codes))}
		l.paths, l.conditions = append(l.paths, code), append(l.conditions, anyBranch(ofCode, code.branches))
	}
	if f.Query != "" {
		search := path{index: "customers_code, customers_name", fields: []field{ofQuery},
			branches: overlapping([]string{"code_key", "name_key"}, nil, company.KeyOf(f.Query), nil)}
		l.paths, l.conditions = append(l.paths, search), append(l.conditions, anyBranch(ofQuery, search.branches))
	}
	l.paths = append(l.paths, path{index: "customers_name", sorted: "name_key", branches: []branch{{}}})
	page, err := pageOf(ctx, r, l, pageBounds, func(c *company.Customer) Position { return Position{Value: c.NameKey, ID: c.ID} })
	return CustomerPage{page.rows, page.next, page.prev}, err
}
