package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// CreateInvoice adds an issued invoice. A second invoice of its order is ErrStale: another transaction confirmed it.
func (tx *Tx) CreateInvoice(i billing.Invoice) error {
	return tx.create(&i, func(error) error { return ErrStale })
}

// UpdateOwed sets what is owed on the invoice of an order: the order's balance and payment status. The rest of an invoice never
// changes.
func (tx *Tx) UpdateOwed(o *order.Order) {
	tx.later(statement{sql: "UPDATE invoices SET balance = ?, payment_status = ? WHERE company_id = ? AND id = ?",
		args: []any{o.Balance, o.PaymentStatus, tx.company, *o.InvoiceID}})
}

// CreateCreditNote adds an issued credit note. A second one of its order is ErrStale: another transaction voided it.
func (tx *Tx) CreateCreditNote(n billing.CreditNote) error {
	return tx.create(&n, func(error) error { return ErrStale })
}

// Invoice returns an issued invoice. An id of another company or of no invoice is the fault invoice_not_found.
func (r reader) Invoice(ctx context.Context, id string) (billing.Invoice, error) {
	var i billing.Invoice
	res := r.in(ctx).Raw("SELECT "+invoiceColumns+" FROM invoices WHERE company_id = ? AND id = ?", r.company, id).Scan(&i)
	if res.Error == nil && res.RowsAffected == 0 {
		return i, NoInvoice()
	}
	return i, translate(res.Error)
}

// NoInvoice is the fault of an invoice that does not exist for the caller.
func NoInvoice() error {
	return fault.Missing(fault.InvoiceNotFound)
}

// CreditNote returns an issued credit note. An id of another company or of no credit note is the fault
// credit_note_not_found.
func (r reader) CreditNote(ctx context.Context, id string) (billing.CreditNote, error) {
	var n billing.CreditNote
	res := r.in(ctx).Raw("SELECT "+creditNoteColumns+" FROM credit_notes WHERE company_id = ? AND id = ?", r.company, id).Scan(&n)
	if res.Error == nil && res.RowsAffected == 0 {
		return n, NoCreditNote()
	}
	return n, translate(res.Error)
}

// CreditOf returns the id of the credit note for an invoice, or an empty string.
func (r reader) CreditOf(ctx context.Context, invoiceID string) (string, error) {
	var id string
	err := r.in(ctx).Raw("SELECT id FROM credit_notes WHERE company_id = ? AND invoice_id = ?", r.company, invoiceID).Scan(&id).Error
	return id, translate(err)
}

// NoCreditNote is the fault of a credit note that does not exist for the caller.
func NoCreditNote() error {
	return fault.Missing(fault.CreditNoteNotFound)
}
