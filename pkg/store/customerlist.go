package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// CustomerFilter selects customers of a list.
type CustomerFilter struct {
	OwnerSub     string    // a Storefront's own customers
	Emails       []string  // whole e-mail addresses, ignoring case
	Query        string    // prefix of code or name, ignoring case and accents
	Codes        []string  // whole codes, ignoring case
	UpdatedSince time.Time // inclusive
	Window
}

// Customers returns one page of the company's customers by name, in at most two statements.
func (r reader) Customers(ctx context.Context, f CustomerFilter) (Page[company.Customer], error) {
	return page(ctx, r, customerTable, f, f.request())
}

func (f CustomerFilter) request() keyset.Request {
	return keyset.Request{Sort: Sort{Key: "name"}, Window: f.Window}
}

var customerTable = &keyset.Table[CustomerFilter, company.Customer]{
	Name: "customers", Scope: scope, Columns: customerColumns, ID: func(c *company.Customer) string { return c.ID },
	Sorts: map[SortKey]keyset.Column[company.Customer]{
		"name": keyset.ByText("name_key", func(c *company.Customer) string { return c.NameKey }),
	},
	Filters: []keyset.Filter[CustomerFilter]{
		{
			Name:   "code",
			Narrow: func(f *CustomerFilter) bool { return keyset.Narrow(&f.Codes, nil) },
			Where: func(_ string, f *CustomerFilter) (string, []any) {
				return keyset.Condition("code_key", keys(f.Codes, canon.KeyOf))
			},
		},
		{
			Name: "owner",
			Where: func(companyID string, f *CustomerFilter) (string, []any) {
				if f.OwnerSub == "" {
					return "", nil
				}
				return ownedBy, []any{companyID, f.OwnerSub}
			},
		},
		{
			Name:   "email",
			Narrow: func(f *CustomerFilter) bool { return keyset.Narrow(&f.Emails, nil) },
			Where: func(companyID string, f *CustomerFilter) (string, []any) {
				among, args := keyset.Condition("e.email", anyCase(f.Emails))
				if among == "" {
					return "", nil
				}
				return "EXISTS (SELECT 1 FROM customer_emails e WHERE e.company_id = ? AND e.customer_id = id AND " + among + ")", append([]any{companyID}, args...)
			},
		},
		keyset.Between("updated_at", func(f *CustomerFilter) keyset.Ends { return keyset.Ends{From: keyset.At(f.UpdatedSince)} }),
		search(func(f *CustomerFilter) string { return f.Query }, customerSearch),
	},
	Indexes: []keyset.Index[CustomerFilter]{
		{Name: "customers_code", Handful: true, Filters: []string{"code"}, Branches: func(_ string, f *CustomerFilter) []keyset.Branch {
			return keyset.AnyOf("code_key", keys(f.Codes, canon.KeyOf))
		}},
		{Name: "customer_emails_pkey", Filters: []string{"email"}, Branches: func(companyID string, f *CustomerFilter) []keyset.Branch {
			among, args := keyset.Condition("e.email", anyCase(f.Emails))
			if among == "" {
				return nil
			}
			return []keyset.Branch{{IDs: "SELECT e.customer_id FROM customer_emails e WHERE e.company_id = ? AND " + among, Args: append([]any{companyID}, args...)}}
		}},
		{Name: "customer_owners_pkey", Filters: []string{"owner"}, Branches: func(companyID string, f *CustomerFilter) []keyset.Branch {
			if f.OwnerSub == "" {
				return nil
			}
			return []keyset.Branch{{IDs: "SELECT o.customer_id FROM customer_owners o WHERE o.company_id = ? AND o.owner_sub = ?", Args: []any{companyID, f.OwnerSub}}}
		}},
		{Name: "customers_code_search, customers_name", Filters: []string{"q"}, Branches: func(companyID string, f *CustomerFilter) []keyset.Branch {
			if f.Query == "" {
				return nil
			}
			return customerSearch(companyID, f.Query)
		}},
		{Name: "customers_updated", Sorted: "updated_at"}, // the few that changed lately are gathered
		{Name: "customers_name", Sorted: "name_key"},
	},
}

func customerSearch(_, text string) []keyset.Branch {
	key := canon.SearchKeyOf(text)
	return keyset.Prefixes(keyset.Prefix{Column: "code_search", Text: key}, keyset.Prefix{Column: "name_key", Text: key})
}
