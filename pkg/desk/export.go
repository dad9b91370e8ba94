package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// exportChunk is the number of rows that an export reads at a time.
const exportChunk = 1000

// Chunks gives the next rows of an export and reports whether there are more. Each call is a short query of its own, so no
// database cursor stays open while a slow caller reads.
type Chunks[Row any] func() (rows []Row, more bool, err error)

// chunks reads a list from its beginning, unless it is refused. read returns the page after a position.
func chunks[Row any](refused error, read func(after *Position) (store.Page[Row], error)) Chunks[Row] {
	var after *Position
	return func() ([]Row, bool, error) {
		if refused != nil {
			return nil, false, refused
		}
		page, err := read(after)
		after = page.Next
		return page.Rows, after != nil, err
	}
}

// ExportOrders reads all documents that match the filter and that the caller may see. Of the extras it reads Lines.
func (s *Service) ExportOrders(ctx context.Context, who auth.Actor, f OrderFilter, extras Extras) Chunks[order.Order] {
	err := limitToVisible(who, &f)
	read := s.store.For(who.CompanyID).Orders
	if extras.Lines {
		read = s.store.For(who.CompanyID).OrdersWithLines
	}
	return chunks(err, func(after *Position) (store.Page[order.Order], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return read(ctx, f)
	})
}

// ExportInvoices reads all invoices that match the filter and that the caller may see.
func (s *Service) ExportInvoices(ctx context.Context, who auth.Actor, f InvoiceFilter) Chunks[billing.Invoice] {
	err := ownIssued(who, &f.IssuedFilter)
	return chunks(err, func(after *Position) (store.Page[billing.Invoice], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return s.store.For(who.CompanyID).Invoices(ctx, f)
	})
}

// ExportCreditNotes reads all credit notes that match the filter and that the caller may see.
func (s *Service) ExportCreditNotes(ctx context.Context, who auth.Actor, f IssuedFilter) Chunks[billing.CreditNote] {
	err := ownIssued(who, &f)
	return chunks(err, func(after *Position) (store.Page[billing.CreditNote], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return s.store.For(who.CompanyID).CreditNotes(ctx, f)
	})
}

// ExportCustomers reads all customers of the company that match the filter, by name.
func (s *Service) ExportCustomers(ctx context.Context, who auth.Actor, f CustomerFilter) Chunks[company.Customer] {
	err := who.Require(auth.CustomersRead)
	return chunks(err, func(after *Position) (store.Page[company.Customer], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return seenCustomers(ctx, who, s.store.For(who.CompanyID), f)
	})
}

// ExportLines reads all lines that match the filter, of documents that the caller may see.
func (s *Service) ExportLines(ctx context.Context, who auth.Actor, f OrderFilter) Chunks[DocumentLine] {
	err := limitToVisible(who, &f)
	return chunks(err, func(after *Position) (store.Page[DocumentLine], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return s.store.For(who.CompanyID).Lines(ctx, f)
	})
}

// ExportPayments reads all payments and refunds of the company that match the filter.
func (s *Service) ExportPayments(ctx context.Context, who auth.Actor, f PaymentFilter) Chunks[OrderPayment] {
	err := who.Require(auth.PaymentsRead)
	return chunks(err, func(after *Position) (store.Page[OrderPayment], error) {
		f.Window = Window{Limit: exportChunk, After: after}
		return s.store.For(who.CompanyID).AllPayments(ctx, f)
	})
}
