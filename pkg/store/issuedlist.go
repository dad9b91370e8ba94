package store

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// IssuedFilter selects invoices or credit notes of a list, like OrderFilter.
type IssuedFilter struct {
	OwnerSub     string
	Numbers      []string // whole numbers, ignoring case
	OrderIDs     []string
	CustomerIDs  []string
	IssuedFrom   time.Time // inclusive
	IssuedBefore time.Time // exclusive
	Query        string    // prefix of the number, or of the customer's current code or name, ignoring case and accents
	Desc         bool      // by number, highest first
	Snapshots    bool      // with the issued bytes; otherwise Snapshot is nil
	Limit        int
	After        *Position
	Before       *Position
}

// InvoicePage is one page of invoices. Next and Prev are nil at the ends.
type InvoicePage struct {
	Invoices   []billing.Invoice
	Next, Prev *Position
}

// CreditNotePage is one page of credit notes. Next and Prev are nil at the ends.
type CreditNotePage struct {
	CreditNotes []billing.CreditNote
	Next, Prev  *Position
}

// Invoices returns one page of the company's invoices by number, in at most two statements.
func (r reader) Invoices(ctx context.Context, f IssuedFilter) (InvoicePage, error) {
	p, err := page(ctx, r, invoiceTable, f, f.request())
	return InvoicePage{p.Rows, p.Next, p.Prev}, err
}

// CreditNotes returns one page of the company's credit notes by number, in at most two statements.
func (r reader) CreditNotes(ctx context.Context, f IssuedFilter) (CreditNotePage, error) {
	p, err := page(ctx, r, creditNoteTable, f, f.request())
	return CreditNotePage{p.Rows, p.Next, p.Prev}, err
}

func (f IssuedFilter) request() keyset.Request {
	request := keyset.Request{Sort: Sort{Key: "number", Desc: f.Desc}, Limit: f.Limit, After: f.After, Before: f.Before}
	if f.Snapshots {
		request.Columns = ", snapshot"
	}
	return request
}

const issuedColumns = "company_id, id, order_id, owner_sub, sequence, number, issued_at, issue_date, due_date, " +
	"customer_id, customer_code, customer_name, currency, total, hash"

var (
	invoiceTable    = issuedTable("invoices", issuedColumns, func(i *billing.Invoice) *billing.Document { return &i.Document })
	creditNoteTable = issuedTable("credit_notes", issuedColumns+", invoice_id, invoice_number, reason", func(n *billing.CreditNote) *billing.Document { return &n.Document })
)

// issuedTable describes one of two tables whose columns and indexes have the same shape.
func issuedTable[R any](name, columns string, document func(*R) *billing.Document) *keyset.Table[IssuedFilter, R] {
	return &keyset.Table[IssuedFilter, R]{
		Name: name, Scope: scope, Columns: columns, ID: func(row *R) string { return document(row).ID },
		Sorts: map[SortKey]keyset.Column[R]{
			"number": keyset.ByInt("sequence", func(row *R) int64 { return document(row).Sequence }).Unique(),
		},
		Filters: []keyset.Filter[IssuedFilter]{
			keyset.Equal("owner", "owner_sub", func(f *IssuedFilter) string { return f.OwnerSub }),
			{
				Name:   "number",
				Narrow: func(f *IssuedFilter) bool { return keyset.Narrow(&f.Numbers, nil) },
				Where: func(_ string, f *IssuedFilter) (string, []any) {
					return keyset.Condition("lower(number)", anyCase(f.Numbers))
				},
			},
			keyset.In("order_id", "order_id", func(f *IssuedFilter) *[]string { return &f.OrderIDs }, keyset.UUID),
			keyset.In("customer_id", "customer_id", func(f *IssuedFilter) *[]string { return &f.CustomerIDs }, keyset.UUID),
			keyset.Between("issued_at", func(f *IssuedFilter) keyset.Ends {
				return keyset.Ends{From: keyset.At(f.IssuedFrom), Before: keyset.At(f.IssuedBefore)}
			}),
			keyset.Search("q", func(f *IssuedFilter) string { return f.Query }, issuedSearch),
		},
		// The owner of an issued document has no index; it is examined row by row.
		Indexes: []keyset.Index[IssuedFilter]{
			// (company_id, lower(number)): in the "C" collation lower folds only ASCII, like SQLite
			{Name: name + "_number", Handful: true, Filters: []string{"number"}, Branches: func(_ string, f *IssuedFilter) []keyset.Branch {
				return keyset.AnyOf("lower(number)", anyCase(f.Numbers))
			}},
			{Name: name + "_order", Handful: true, Filters: []string{"order_id"}, Branches: func(_ string, f *IssuedFilter) []keyset.Branch {
				return keyset.AnyOf("order_id", keyset.Texts(f.OrderIDs))
			}},
			{Name: name + "_customer", Filters: []string{"customer_id"}, Sorted: "sequence", Branches: func(_ string, f *IssuedFilter) []keyset.Branch {
				return keyset.EachOf("customer_id = ?", keyset.Texts(f.CustomerIDs))
			}},
			{Name: name + "_issued", Sorted: "issued_at"},
			{Name: name + "_number", Filters: []string{"q"}, Branches: func(companyID string, f *IssuedFilter) []keyset.Branch {
				if f.Query == "" {
					return nil
				}
				return issuedSearch(companyID, f.Query)
			}},
			{Name: name + "_sequence", Sorted: "sequence"},
		},
	}
}

// anyCase returns the values that lower(number) may have. lower leaves letters beyond ASCII unchanged, so these need
// both cases.
func anyCase(numbers []string) []any {
	var all []string
	for _, n := range numbers {
		all = append(all, keyset.Lower(n), keyset.Lower(strings.ToUpper(n)), strings.ToLower(n))
	}
	keyset.Narrow(&all, nil)
	return keyset.Texts(all)
}

// issuedSearch lists where q is searched: in the number, and in the customers.
func issuedSearch(companyID, text string) []keyset.Branch {
	branches := keyset.Prefixes(keyset.Prefix{Column: "lower(number)", Text: keyset.Lower(text)})
	for _, column := range []string{"c.code_search", "c.name_key"} {
		begins, args := keyset.BeginsWith(column, canon.SearchKeyOf(text))
		branches = append(branches, keyset.Branch{
			Where: "customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ? AND " + begins + ")", Args: append([]any{companyID}, args...)})
	}
	return keyset.Disjoint(branches)
}
