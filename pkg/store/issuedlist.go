package store

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
)

// IssuedFilter is what a list of invoices or credit notes is narrowed to, in the ways of OrderFilter.
type IssuedFilter struct {
	OwnerSub     string
	Numbers      []string // whole, in any case
	OrderIDs     []string
	CustomerIDs  []string
	IssuedFrom   time.Time // inclusive
	IssuedBefore time.Time // exclusive
	Query        string    // the beginning of number, or of the customer's code or name as they are now, ignoring case
	Desc         bool      // by number, the highest first
	Snapshots    bool      // with what was issued; else Snapshot is nil
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

// Invoices is one page of the company's invoices by number, in at most two statements.
func (r reader) Invoices(ctx context.Context, f IssuedFilter) (InvoicePage, error) {
	list, ok := issuedListing("invoices", issuedColumns, r.company, f)
	if !ok {
		return InvoicePage{}, nil
	}
	page, err := pageOf(ctx, r, list, pageBounds, func(i *billing.Invoice) Position { return issuedAt(&i.Document) })
	return InvoicePage{page.rows, page.next, page.prev}, err
}

// CreditNotes is one page of the company's credit notes by number, in at most two statements.
func (r reader) CreditNotes(ctx context.Context, f IssuedFilter) (CreditNotePage, error) {
	list, ok := issuedListing("credit_notes", issuedColumns+", invoice_id, invoice_number, reason", r.company, f)
	if !ok {
		return CreditNotePage{}, nil
	}
	page, err := pageOf(ctx, r, list, pageBounds, func(n *billing.CreditNote) Position { return issuedAt(&n.Document) })
	return CreditNotePage{page.rows, page.next, page.prev}, err
}

const issuedColumns = "company_id, id, order_id, owner_sub, sequence, number, issued_at, issue_date, due_date, " +
	"customer_id, customer_code, customer_name, currency, total, hash"

func issuedAt(d *billing.Document) Position {
	return Position{Value: textOfWhole(d.Sequence), ID: d.ID}
}

// The conditions of IssuedFilter beside those of the same name in OrderFilter.
const (
	ofOrder  field = "order_id"
	ofIssued field = "issued_at"
)

// issuedListing is the list of one of the two tables, whose indexes have the same shapes:
//
//	number      (company_id, lower(number)): one document, and q; in the "C" collation lower folds ASCII alone, as SQLite does
//	order       (company_id, order_id): one document
//	customer    (company_id, customer_id, sequence): walked
//	issued      (company_id, issued_at, sequence): a short span is gathered
//	sequence    (company_id, sequence): walked, the owner examined on the way
func issuedListing(table, columns, companyID string, f IssuedFilter) (listing, bool) {
	ok := storable(f.OwnerSub) && storable(f.Query) && narrow(&f.Numbers, storable) && narrow(&f.OrderIDs, validUUID) && narrow(&f.CustomerIDs, validUUID)
	if !ok {
		return listing{}, false
	}
	if f.Snapshots {
		columns += ", snapshot"
	}
	l := listing{table: table, columns: columns, company: companyID, limit: pageLimit(f.Limit), after: f.After, before: f.Before,
		sort: sorting{column: "sequence", unique: true, desc: f.Desc, parse: parseWhole}}
	add := func(name field, p path) {
		if len(p.branches) > 0 {
			p.index, p.fields = table+"_"+p.index, []field{name}
			l.conditions = append(l.conditions, anyBranch(name, p.branches))
			l.paths = append(l.paths, p)
		}
	}
	add(ofNumber, path{index: "number", handful: true, branches: oneOf("lower(number)", texts(anyCase(f.Numbers)))})
	add(ofOrder, path{index: "order", handful: true, branches: oneOf("order_id", texts(f.OrderIDs))})
	add(ofCustomer, path{index: "customer", sorted: "sequence", branches: eachOf("customer_id = ?", texts(f.CustomerIDs))})
	if sql, args := between("issued_at", atTime(f.IssuedFrom), "<", atTime(f.IssuedBefore)); sql != "" {
		add(ofIssued, path{index: "issued", sorted: "issued_at", branches: []branch{{where: sql, args: args, order: "issued_at"}}})
	}
	if f.Query != "" {
		add(ofQuery, path{index: "number", branches: issuedSearch(companyID, f.Query)})
	}
	if f.OwnerSub != "" {
		l.conditions = append(l.conditions, condition{ofOwner, "owner_sub = ?", []any{f.OwnerSub}})
	}
	l.paths = append(l.paths, path{index: table + "_sequence", sorted: "sequence", branches: []branch{{}}})
	return l, true
}

// anyCase are the numbers as lower(number) may have them: with letters beyond ASCII, which it leaves alone, in either case.
func anyCase(numbers []string) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, lower(n), lower(strings.ToUpper(n)), strings.ToLower(n))
	}
	narrow(&all, nil)
	return all
}

// issuedSearch is where q is looked for: in the number, and in the customers.
func issuedSearch(companyID, q string) []branch {
	number, args := prefixed("lower(number)", lower(q))
	branches := []branch{{where: number, args: args, order: "lower(number)"}}
	for _, column := range []string{"c.code_key", "c.name_key"} {
		last := branches[len(branches)-1]
		b := branch{but: last.where, butsArgs: append([]any{}, last.args...)}
		if last.but != "" {
			b.but, b.butsArgs = last.but+" OR "+last.where, append(append([]any{}, last.butsArgs...), last.args...)
		}
		sql, args := prefixed(column, company.KeyOf(q))
		b.where, b.args = "customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ? AND "+sql+")", append([]any{companyID}, args...)
		branches = append(branches, b)
	}
	return branches
}
