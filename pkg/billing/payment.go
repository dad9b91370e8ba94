// Package billing is what a confirmed order leads to: its invoice, a credit note where it is voided, and the ledger
// of payments. It is pure.
package billing

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/money"
)

// Status is how far an order is paid. It is derived from the ledger, never set by hand.
type Status string

// The payment statuses.
const (
	Unpaid        Status = "unpaid"
	PartiallyPaid Status = "partially_paid"
	Paid          Status = "paid"
	Overpaid      Status = "overpaid"
	Refunded      Status = "refunded"
)

// Statuses is every payment status, in the order of StatusOf.
var Statuses = []Status{Unpaid, PartiallyPaid, Paid, Overpaid, Refunded}

// StatusOf is the payment status (domain.md, Payment): the first that fits. due is the total, or 0 once voided.
func StatusOf(total, due, paid, refunded money.Amount) Status {
	net := paid - refunded
	switch {
	case total == 0 && net == 0:
		return Paid
	case net == 0 && refunded > 0:
		return Refunded
	case net == 0:
		return Unpaid
	case net < due:
		return PartiallyPaid
	case net == due:
		return Paid
	default:
		return Overpaid
	}
}

// Payment is a row of the ledger: a payment or a refund of an order. Rows are only ever added.
type Payment struct {
	CompanyID  string
	ID         string
	OrderID    string
	Kind       PaymentKind
	Method     Method
	Amount     money.Amount // above 0, in the order's currency
	Currency   string
	Reference  string    // the provider's id; unique per company and kind for card and ach
	PaidAt     time.Time // when the money moved
	Notes      string
	Corrects   *string // the mistyped payment that this refund takes back
	Turn       int     // of a provider's reference: how many bookings of it were taken back before this one
	RecordedBy string
	RecordedAt time.Time
}

// PaymentKind tells money in from money out.
type PaymentKind string

// The kinds.
const (
	KindPayment PaymentKind = "payment"
	KindRefund  PaymentKind = "refund"
)

// Method is how money moved.
type Method string

// The methods.
const (
	Card   Method = "card"
	ACH    Method = "ach"
	Cash   Method = "cash"
	Check  Method = "check"
	Wire   Method = "wire"
	Credit Method = "credit"
)

// Referenced reports whether the method needs a reference, unique per company and kind: a gateway may call twice.
func (m Method) Referenced() bool { return m == Card || m == ACH }

// Sums are what a ledger comes to. A refund that corrects a mistyped payment lowers paid, not refunded.
func Sums(ledger []Payment) (paid, refunded money.Amount) {
	for _, p := range ledger {
		switch {
		case p.Kind == KindPayment:
			paid += p.Amount
		case p.Corrects != nil:
			paid -= p.Amount
		default:
			refunded += p.Amount
		}
	}
	return paid, refunded
}
