// Package billing has invoices, credit notes and payments. It is pure: it uses no database, HTTP, JSON or log.
package billing

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// Status is the payment status of an order. It is computed from the payments and never set directly.
type Status string

// The payment statuses.
const (
	Unpaid        Status = "unpaid"
	PartiallyPaid Status = "partially_paid"
	Paid          Status = "paid"
	Overpaid      Status = "overpaid"
	Refunded      Status = "refunded"
)

// Statuses is all payment statuses, in the order in which the API lists them.
var Statuses = []Status{Unpaid, PartiallyPaid, Paid, Overpaid, Refunded}

// StatusOf returns the payment status of an order. due is its total, or 0 if it is voided. TruthTable has examples.
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

// Payment is a payment or a refund of an order. Payments are only added, never changed or deleted.
type Payment struct {
	CompanyID  string
	ID         string
	OrderID    string
	Kind       PaymentKind
	Method     Method
	Amount     money.Amount // positive, in the order's currency
	Currency   string
	Reference  string    // the payment provider's id; for card and ach unique for each company and kind
	PaidAt     time.Time // when the money moved
	Notes      string
	Corrects   *string        // the payment that was recorded by mistake, and that this refund corrects
	PaymentID  *string        // the payment that this refund gives back; nil if it names none
	PriorUses  int            `gorm:"column:turn"` // how many earlier payments have this reference; all of them were corrected (ADR 12)
	RecordedBy company.Person `gorm:"embedded;embeddedPrefix:recorded_"`
	RecordedAt time.Time
}

// PaymentKind distinguishes money received from money given back.
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

// Referenced reports whether a payment needs a unique reference, since a payment gateway may report it twice.
func (m Method) Referenced() bool { return m == Card || m == ACH }

// Sums returns the sums of an order's payments. A refund that corrects a payment lowers paid and does not raise refunded.
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

// Left returns what is left of each payment of a ledger, by its id: its amount less the refunds that name it. A payment that was
// corrected has nothing left. A refund that names no payment counts against the payments by the same method, oldest first. The
// ledger is sorted by time.
func Left(ledger []Payment) map[string]money.Amount {
	left := map[string]money.Amount{}
	for _, p := range ledger {
		if p.Kind == KindPayment {
			left[p.ID] = p.Amount
		}
	}
	take := func(id string, amount money.Amount) (rest money.Amount) {
		taken := min(left[id], amount)
		left[id] -= taken
		return amount - taken
	}
	for _, p := range ledger {
		switch {
		case p.Corrects != nil:
			take(*p.Corrects, p.Amount)
		case p.PaymentID != nil:
			take(*p.PaymentID, p.Amount)
		}
	}
	for _, refund := range ledger {
		if refund.Kind != KindRefund || refund.Corrects != nil || refund.PaymentID != nil {
			continue
		}
		rest := refund.Amount
		for _, p := range ledger {
			if p.Kind == KindPayment && p.Method == refund.Method {
				rest = take(p.ID, rest)
			}
		}
	}
	return left
}

// Online returns what is left of the card and ach payments that a subject recorded, at most what is left of all payments.
func Online(ledger []Payment, sub string) money.Amount {
	left, own := Left(ledger), money.Amount(0)
	for _, p := range ledger {
		if p.OnlineOf(sub) {
			own += left[p.ID]
		}
	}
	paid, refunded := Sums(ledger)
	return max(0, min(own, paid-refunded))
}

// OnlineOf reports whether it is a card or ach payment that the subject recorded.
func (p Payment) OnlineOf(sub string) bool {
	return p.Kind == KindPayment && p.Method.Referenced() && p.RecordedBy.Sub == sub
}
