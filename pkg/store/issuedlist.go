package store

import (
	"context"
	"slices"
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
	Window
}

// InvoiceFilter selects invoices of a list.
type InvoiceFilter struct {
	IssuedFilter
	Open            *bool // whether something is owed on it; nothing is owed on an invoice that a credit note cancels
	PaymentStatuses []billing.Status
	DueFrom         time.Time // inclusive
	DueTo           time.Time // inclusive
	ByDue           bool      // by due date instead of by number
}

// Invoices returns one page of the company's invoices, in at most two statements.
func (r reader) Invoices(ctx context.Context, f InvoiceFilter) (Page[billing.Invoice], error) {
	return page(ctx, r, invoiceTable, f, f.request())
}

// CreditNotes returns one page of the company's credit notes by number, in at most two statements.
func (r reader) CreditNotes(ctx context.Context, f IssuedFilter) (Page[billing.CreditNote], error) {
	return page(ctx, r, creditNoteTable, f, f.request())
}

func (f IssuedFilter) request() keyset.Request {
	request := keyset.Request{Sort: Sort{Key: "number", Desc: f.Desc}, Window: f.Window}
	if f.Snapshots {
		request.Columns = ", snapshot"
	}
	return request
}

func (f InvoiceFilter) request() keyset.Request {
	request := f.IssuedFilter.request()
	if f.ByDue {
		request.Sort.Key = "due_date"
	}
	return request
}

const issuedColumns = "company_id, id, order_id, owner_sub, sequence, number, issued_at, issue_date, due_date, " +
	"customer_id, customer_code, customer_name, currency, total, hash"

var (
	invoiceTable    = newInvoiceTable()
	creditNoteTable = issuedTable("credit_notes", issuedColumns+", invoice_id, invoice_number, reason",
		func(f *IssuedFilter) *IssuedFilter { return f }, func(n *billing.CreditNote) *billing.Document { return &n.Document })
)

// newInvoiceTable describes the list of invoices: what it shares with the list of credit notes, and what is owed.
func newInvoiceTable() *keyset.Table[InvoiceFilter, billing.Invoice] {
	t := issuedTable("invoices", issuedColumns+", subtotal, charges_total, taxes_total, balance, payment_status",
		func(f *InvoiceFilter) *IssuedFilter { return &f.IssuedFilter }, func(i *billing.Invoice) *billing.Document { return &i.Document })
	t.Imply = openAsUnpaid
	t.Sorts["due_date"] = keyset.ByDate("due_date", func(i *billing.Invoice) time.Time { return i.DueDate }).Then(t.Sorts["number"]).Unique()
	t.Filters = append(t.Filters,
		keyset.Filter[InvoiceFilter]{Name: "open", Where: func(_ string, f *InvoiceFilter) (string, []any) {
			switch {
			case f.Open == nil:
				return "", nil
			case *f.Open:
				return isOpen, nil
			default:
				return "balance <= 0", nil
			}
		}},
		keyset.In("payment_status", "payment_status", func(f *InvoiceFilter) *[]billing.Status { return &f.PaymentStatuses }, nil),
		keyset.Between("due_date", func(f *InvoiceFilter) keyset.Ends {
			return keyset.Ends{From: keyset.At(f.DueFrom), To: keyset.At(f.DueTo)}
		}),
	)
	// The indexes of open invoices are partial: few of many invoices are open.
	open := func(_ string, f *InvoiceFilter) []keyset.Branch {
		if f.Open == nil || !*f.Open {
			return nil
		}
		return []keyset.Branch{{Where: isOpen}}
	}
	t.Indexes = append([]keyset.Index[InvoiceFilter]{
		{Name: "invoices_open_due_day", Filters: []string{"open"}, Sorted: "due_date", Branches: open},
		{Name: "invoices_open", Filters: []string{"open"}, Sorted: "sequence", Branches: open},
		{Name: "invoices_payment", Filters: []string{"payment_status"}, Sorted: "sequence", Branches: func(_ string, f *InvoiceFilter) []keyset.Branch {
			return keyset.EachOf("payment_status = ?", keyset.Texts(f.PaymentStatuses))
		}},
		{Name: "invoices_due_day", Days: "due_date", Sorted: "sequence"},
		{Name: "invoices_due_day", Sorted: "due_date", Then: "sequence"},
	}, t.Indexes...)
	return t
}

// openAsUnpaid removes the statuses that no open invoice has.
func openAsUnpaid(f *InvoiceFilter) bool {
	if f.Open == nil || !*f.Open || len(f.PaymentStatuses) == 0 {
		return true
	}
	f.PaymentStatuses = slices.DeleteFunc(slices.Clone(f.PaymentStatuses), func(s billing.Status) bool { return s == billing.Paid || s == billing.Overpaid })
	return len(f.PaymentStatuses) > 0
}

// isOpen is the condition of an open invoice. A void makes the balance of its order 0 or less, so a credit note closes it.
const isOpen = "balance > 0"

// issuedTable describes what the lists of invoices and of credit notes share. Their tables have columns and indexes of the same
// shape. issued returns the part of a filter F that both lists have.
func issuedTable[F, R any](name, columns string, issued func(*F) *IssuedFilter, document func(*R) *billing.Document) *keyset.Table[F, R] {
	return &keyset.Table[F, R]{
		Name: name, Scope: scope, Columns: columns, ID: func(row *R) string { return document(row).ID },
		Sorts: map[SortKey]keyset.Column[R]{
			"number": keyset.ByInt("sequence", func(row *R) int64 { return document(row).Sequence }).Unique(),
		},
		Filters: []keyset.Filter[F]{
			keyset.Equal("owner", "owner_sub", func(f *F) string { return issued(f).OwnerSub }),
			{
				Name:   "number",
				Narrow: func(f *F) bool { return keyset.Narrow(&issued(f).Numbers, nil) },
				Where: func(_ string, f *F) (string, []any) {
					return keyset.Condition("lower(number)", anyCase(issued(f).Numbers))
				},
			},
			keyset.In("order_id", "order_id", func(f *F) *[]string { return &issued(f).OrderIDs }, keyset.UUID),
			keyset.In("customer_id", "customer_id", func(f *F) *[]string { return &issued(f).CustomerIDs }, keyset.UUID),
			keyset.Between("issued_at", func(f *F) keyset.Ends {
				return keyset.Ends{From: keyset.At(issued(f).IssuedFrom), Before: keyset.At(issued(f).IssuedBefore)}
			}),
			keyset.Between("issue_date", func(f *F) keyset.Ends { return localDays(issued(f).IssuedFrom, issued(f).IssuedBefore) }),
			search(func(f *F) string { return issued(f).Query }, issuedSearch),
		},
		// The owner of an issued document has no index; it is examined row by row.
		Indexes: []keyset.Index[F]{
			// (company_id, lower(number)): in the "C" collation lower folds only ASCII, like SQLite
			{Name: name + "_number", Handful: true, Filters: []string{"number"}, Branches: func(_ string, f *F) []keyset.Branch {
				return keyset.AnyOf("lower(number)", anyCase(issued(f).Numbers))
			}},
			{Name: name + "_order", Handful: true, Filters: []string{"order_id"}, Branches: func(_ string, f *F) []keyset.Branch {
				return keyset.AnyOf("order_id", keyset.Texts(issued(f).OrderIDs))
			}},
			{Name: name + "_customer", Filters: []string{"customer_id"}, Sorted: "sequence", Branches: func(_ string, f *F) []keyset.Branch {
				return keyset.EachOf("customer_id = ?", keyset.Texts(issued(f).CustomerIDs))
			}},
			{Name: name + "_issue_day", Filters: []string{"issued_at"}, Days: "issue_date", Sorted: "sequence", Bounds: "sequence"},
			{Name: name + "_issue_day", Sorted: "issue_date"},
			{Name: name + "_number", Filters: []string{"q"}, Branches: func(companyID string, f *F) []keyset.Branch {
				if issued(f).Query == "" {
					return nil
				}
				return issuedSearch(companyID, issued(f).Query)
			}},
			{Name: name + "_sequence", Sorted: "sequence"},
		},
	}
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
