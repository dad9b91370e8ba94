package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// Payments returns an order's ledger, oldest first. The statement does not sort it: SQLite would then read all payments of the
// company in that order.
func (r reader) Payments(ctx context.Context, orderID string) ([]billing.Payment, error) {
	var ledger []billing.Payment
	err := rowscan.Scan(r.in(ctx), &ledger, "SELECT "+paymentColumns+" FROM payments WHERE company_id = ? AND order_id = ?", r.company, orderID)
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
