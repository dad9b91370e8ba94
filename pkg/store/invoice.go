package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// Series is a gap-free sequence of a company's issued documents.
type Series string

// The series.
const (
	InvoiceSeries    Series = "invoice"
	CreditNoteSeries Series = "credit_note"
)

// counted is what a transaction took of a series.
type counted struct {
	expected  int   // how many more numbers it will need
	next, end int64 // numbers in hand
}

// Expect says that this transaction will take n numbers of a series. The first Next then takes them in one statement. A
// transaction that does not use all of them does not commit, because the series would have a gap.
func (tx *Tx) Expect(series Series, n int) {
	tx.series(series).expected = n
}

// Next takes the next number of a series. The counter's row stays locked until this transaction ends, and everything
// that the company issues waits for it, so call Next as late as possible. After a rollback the next transaction gets
// the number.
func (tx *Tx) Next(ctx context.Context, series Series) (int64, error) {
	c := tx.series(series)
	if c.next == c.end {
		n := max(1, c.expected)
		var value int64
		err := tx.in(ctx).Raw("UPDATE counters SET value = value + ? WHERE company_id = ? AND series = ? RETURNING value", n, tx.company, series).Scan(&value).Error
		if err == nil && value == 0 {
			err = unknownCompany()
		}
		if err != nil {
			return 0, translate(err)
		}
		c.next, c.end, c.expected = value-int64(n), value, 0
	}
	c.next++
	return c.next, nil
}

func (tx *Tx) series(s Series) *counted {
	c, ok := tx.counters[s]
	if !ok {
		c = &counted{}
		tx.counters[s] = c
	}
	return c
}

// requireUsed is an error if numbers of a series are left.
func (tx *Tx) requireUsed() error {
	for series, c := range tx.counters {
		if c.next != c.end || c.expected != 0 {
			return fmt.Errorf("%d expected numbers of the series %s are not used", c.end-c.next+int64(c.expected), series)
		}
	}
	return nil
}

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

// Payments returns an order's ledger, oldest first. The statement does not sort it: SQLite would then read all payments of the
// company in that order.
func (r reader) Payments(ctx context.Context, orderID string) ([]billing.Payment, error) {
	var ledger []billing.Payment
	err := rowscan.Scan(r.in(ctx).Raw("SELECT "+paymentColumns+" FROM payments WHERE company_id = ? AND order_id = ?", r.company, orderID), &ledger)
	oldestFirst(ledger)
	return ledger, translate(err)
}

func oldestFirst(ledger []billing.Payment) {
	slices.SortFunc(ledger, func(a, b billing.Payment) int {
		return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), strings.Compare(a.ID, b.ID))
	})
}

// Ledgers returns the payments and refunds of several orders by the order's id, each as Payments does.
func (r reader) Ledgers(ctx context.Context, orderIDs []string) (map[string][]billing.Payment, error) {
	var rows []billing.Payment
	among, args := keyset.Condition("order_id", keyset.Texts(orderIDs))
	err := r.in(ctx).Raw("SELECT "+paymentColumns+" FROM payments WHERE company_id = ? AND "+among, append([]any{r.company}, args...)...).Scan(&rows).Error
	oldestFirst(rows)
	ledgers := map[string][]billing.Payment{}
	for _, p := range rows {
		ledgers[p.OrderID] = append(ledgers[p.OrderID], p)
	}
	return ledgers, translate(err)
}

// Referenced is a card or ach row of the ledger, and whether it was taken back.
type Referenced struct {
	billing.Payment `gorm:"embedded"`
	TakenBack       bool
}

// PaymentsByReference returns the company's card or ach payments, or refunds, with this provider reference, by their
// turn. At most one of them was not taken back.
func (r reader) PaymentsByReference(ctx context.Context, kind billing.PaymentKind, reference string) ([]Referenced, error) {
	var rows []Referenced
	err := r.in(ctx).Raw(`SELECT `+paymentColumnsOfP+`, EXISTS (SELECT 1 FROM payments c WHERE c.company_id = p.company_id AND c.corrects = p.id) AS taken_back
		FROM payments p WHERE p.company_id = ? AND p.kind = ? AND p.reference = ? AND p.method IN ('card', 'ach') AND p.corrects IS NULL
		ORDER BY p.turn`, r.company, kind, reference).Scan(&rows).Error
	return rows, translate(err)
}

// CreatePayment adds a row to the ledger. It returns ErrStale if another transaction took the reference.
func (tx *Tx) CreatePayment(p billing.Payment) error {
	return tx.create(&p, func(error) error { return ErrStale })
}
