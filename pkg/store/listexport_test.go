package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// OrdersWithin is Orders with other limits.
func (t Tenant) OrdersWithin(ctx context.Context, f OrderFilter, b keyset.Bounds) (Page[order.Order], error) {
	return t.orders(ctx, f, b)
}

// LinesWithin is Lines with other limits, the last of which is the number of lines of the documents of one page.
func (t Tenant) LinesWithin(ctx context.Context, f OrderFilter, b keyset.Bounds, most int) (Page[DocumentLine], error) {
	return t.linesWithin(ctx, f, b, most)
}

// OrdersWithLinesWithin is OrdersWithLines with another limit.
func (t Tenant) OrdersWithLinesWithin(ctx context.Context, f OrderFilter, most int) (Page[order.Order], error) {
	return t.ordersWithLines(ctx, f, most)
}

// PaymentsWithin is AllPayments with other limits.
func (t Tenant) PaymentsWithin(ctx context.Context, f PaymentFilter, b keyset.Bounds) (Page[OrderPayment], error) {
	return t.allPayments(ctx, f, b)
}

// FacetsWithin is Facets with other limits.
func (t Tenant) FacetsWithin(ctx context.Context, f OrderFilter, b keyset.FacetBounds) (OrderFacets, error) {
	return t.facets(ctx, f, b)
}

// TotalsWithin is Totals with other limits.
func (t Tenant) TotalsWithin(ctx context.Context, f OrderFilter, b keyset.Bounds) (OrderTotals, error) {
	return t.totals(ctx, f, b)
}

// IndexTable lists the indexes of the index table of orders as text: index, filters and sorted column.
func IndexTable() []string { return indexTable(orderTable) }

// InvoiceIndexTable is IndexTable for invoices.
func InvoiceIndexTable() []string { return indexTable(invoiceTable) }

// CreditNoteIndexTable is IndexTable for credit notes.
func CreditNoteIndexTable() []string { return indexTable(creditNoteTable) }

// PaymentIndexTable is IndexTable for payments.
func PaymentIndexTable() []string { return indexTable(somePayments) }

// somePayments is the list of payments without a database.
var somePayments = newPaymentTable("paid_day")

func indexTable[F, R any](table *keyset.Table[F, R]) []string {
	var rows []string
	for _, row := range table.Indexes {
		if row.Days != "" {
			rows = append(rows, fmt.Sprintf("%s [each %s] %s", row.Name, dayName(row.Days), row.Sorted))
			continue
		}
		rows = append(rows, strings.TrimSpace(fmt.Sprintf("%s %v %s", row.Name, row.Filters, row.Sorted)))
	}
	return rows
}

// dayName shortens the name of a day that is an expression: placed_day for the day of placed_at.
func dayName(column string) string {
	if of, ok := strings.CutPrefix(column, strings.TrimSuffix(keyset.UTCDay(""), ")")); ok {
		return strings.TrimSuffix(of, "_at)") + "_day"
	}
	return column
}

// RangesForTest lists the ranges of columns that a list may be filtered by, of every list.
func RangesForTest() (all []string) {
	return slices.Concat(rangesOf(orderTable), rangesOf(invoiceTable), rangesOf(creditNoteTable), rangesOf(somePayments), rangesOf(customerTable),
		rangesOf(emailTable), rangesOf(eventTable))
}

func rangesOf[F, R any](table *keyset.Table[F, R]) (all []string) {
	for _, filter := range table.Filters {
		if filter.Range != "" {
			all = append(all, table.Name+"."+dayName(filter.Range))
		}
	}
	return all
}

// InvoicesWithin is Invoices with other limits.
func (t Tenant) InvoicesWithin(ctx context.Context, f InvoiceFilter, b keyset.Bounds) (Page[billing.Invoice], error) {
	return invoiceTable.Page(ctx, t.lists(), t.company, f, f.request(), b)
}

// CreditNotesWithin is CreditNotes with other limits.
func (t Tenant) CreditNotesWithin(ctx context.Context, f IssuedFilter, b keyset.Bounds) (Page[billing.CreditNote], error) {
	return creditNoteTable.Page(ctx, t.lists(), t.company, f, f.request(), b)
}

// CustomersWithin is Customers with other limits.
func (t Tenant) CustomersWithin(ctx context.Context, f CustomerFilter, b keyset.Bounds) (Page[company.Customer], error) {
	return customerTable.Page(ctx, t.lists(), t.company, f, f.request(), b)
}

// Statement is a statement that a list may run.
type Statement struct {
	keyset.Statement
	Row string // of the index table
}

// StatementsOf returns the statements along a row of the index table that applies to the filter: the page's, the one
// that counts first, and the one that counts the matching rows.
func StatementsOf(t *testing.T, s *Store, companyID string, f OrderFilter, row string) []Statement {
	t.Helper()
	return statementsAlong(t, s.For(companyID).lists(), orderTable, companyID, f, f.request(), row)
}

// InvoiceStatementsOf is StatementsOf for invoices.
func InvoiceStatementsOf(t *testing.T, s *Store, companyID string, f InvoiceFilter, row string) []Statement {
	t.Helper()
	return statementsAlong(t, s.For(companyID).lists(), invoiceTable, companyID, f, f.request(), row)
}

// CreditNoteStatementsOf is StatementsOf for credit notes.
func CreditNoteStatementsOf(t *testing.T, s *Store, companyID string, f IssuedFilter, row string) []Statement {
	t.Helper()
	return statementsAlong(t, s.For(companyID).lists(), creditNoteTable, companyID, f, f.request(), row)
}

func statementsAlong[F, R any](t *testing.T, db keyset.DB, table *keyset.Table[F, R], companyID string, f F, request keyset.Request, row string) []Statement {
	t.Helper()
	of, err := table.Statements(db, companyID, f, request, slices.Index(indexTable(table), row))
	if err != nil {
		t.Fatal(err)
	}
	var all []Statement
	for _, one := range of {
		all = append(all, Statement{one, row})
	}
	return all
}

// CustomerStatements returns the statements of lists of customers along each of their indexes, by index.
func CustomerStatements(t *testing.T, s *Store, companyID string) map[string][]keyset.Statement {
	t.Helper()
	all := map[string][]keyset.Statement{}
	for _, f := range []CustomerFilter{
		{}, {Codes: []string{"ro1", "c2"}}, {Query: "ro"}, {UpdatedSince: time.Date(2026, 4, 20, 12, 40, 0, 0, time.UTC)},
	} {
		for i, index := range customerTable.Indexes {
			if index.Sorted == "updated_at" && f.UpdatedSince.IsZero() {
				continue // it is not narrower than the table
			}
			statements, err := customerTable.Statements(s.For(companyID).lists(), companyID, f, f.request(), i)
			if err != nil {
				t.Fatal(err)
			}
			all[index.Name+" []"] = append(all[index.Name+" []"], statements...)
		}
	}
	if len(all) != len(customerTable.Indexes) {
		t.Fatalf("statements of %d indexes of customers, not of all %d", len(all), len(customerTable.Indexes))
	}
	return all
}

// PaymentStatementsOf is StatementsOf for payments.
func PaymentStatementsOf(t *testing.T, s *Store, companyID string, f PaymentFilter, row string) []Statement {
	t.Helper()
	of, err := s.payments.Statements(s.For(companyID).lists(), companyID, f, f.request(), slices.Index(PaymentIndexTable(), row))
	if err != nil {
		t.Fatal(err)
	}
	var all []Statement
	for _, one := range of {
		all = append(all, Statement{one, row})
	}
	return all
}

// LinesStatement is the statement that reads the lines of documents.
func LinesStatement(companyID string, orderIDs []string, f OrderFilter) Statement {
	text, args := linesOf(companyID, orderIDs, f)
	return Statement{keyset.Statement{Kind: "lines", SQL: text, Args: args}, "order_lines [lines]"}
}

// DB returns the connections that lists read from.
func (s *Store) DB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := s.read.DB()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Dollars replaces placeholders by numbered ones.
func Dollars(query string) string { return dollars(query) }
