package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// PaymentStatus is an order with its payments.
type PaymentStatus struct {
	Order         order.Order
	MustPayByCard bool // the customer's current Require Credit Card Payment
	Ledger        []billing.Payment
	Replayed      bool // the payment was in the ledger already; nothing changed
}

// PaymentStatus returns an order's ledger and its sums.
func (s *Service) PaymentStatus(ctx context.Context, who auth.Actor, id string) (PaymentStatus, error) {
	tenant := s.store.For(who.CompanyID)
	o, err := tenant.Order(ctx, id)
	if err == nil {
		err = visible(who, &o)
	}
	if err != nil {
		return PaymentStatus{}, err
	}
	cu, err := tenant.Customer(ctx, o.CustomerID)
	if err != nil {
		return PaymentStatus{}, err
	}
	ledger, err := tenant.Payments(ctx, id)
	return PaymentStatus{Order: o, MustPayByCard: cu.RequireCreditCardPayment, Ledger: ledger}, err
}

// PaymentRefusals and RefundRefusals are the codes of Book's refusals, except those that every write of an order shares.
var (
	PaymentRefusals = append(order.Refusals(order.Pay), fault.PaymentReferenceTaken)
	RefundRefusals  = append(order.Refusals(order.Refund), fault.PaymentReferenceTaken)
)

// Book adds a payment or a refund to an order's ledger, in any status of the order. A card or ach row with a reference
// that the order has already, with the same amount and currency, is a repeated gateway callback and changes nothing. A
// repeated correction changes nothing either. Once a payment is taken back, its reference may be booked for another
// order, amount or currency.
//
// Faults: order_not_found, order_changed, role_not_allowed, and [PaymentRefusals] or [RefundRefusals]; body_invalid.
func (s *Service) Book(ctx context.Context, call Call, id string, b Booking, encode Encode[PaymentStatus]) (Reply, error) {
	action, eventType := order.Pay, order.EventPaymentRecorded
	if b.Kind == billing.KindRefund {
		action, eventType = order.Refund, order.EventPaymentRefunded
	}
	return onceReading(ctx, s, call, store.First{Order: id}, encode, func(u unit) (PaymentStatus, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return PaymentStatus{}, err
		}
		ledger := c.ledger
		if ledger == nil {
			if ledger, err = u.tx.Payments(ctx, id); err != nil {
				return PaymentStatus{}, err
			}
		}
		status := PaymentStatus{MustPayByCard: c.customer.RequireCreditCardPayment}
		row, faults := b.row(c, ledger)
		if b.Kind == billing.KindRefund && refundsOwn(call.Actor) {
			faults = append(faults, c.namePayment(&row, ledger)...)
		}
		verdict := c.guard(action)
		if verdict.Code == fault.RoleNotAllowed || c.Kind == order.KindPrebook {
			return status, verdict.Err()
		}
		if call.Actor.IsStorefront() && b.Method != "" && !b.Method.Referenced() {
			faults = append(faults, fault.Field{Pointer: "/method", Code: fault.FieldNotAllowed, Detail: "A storefront records online payments: card or ach."})
		}
		if err := call.MergeFaults(fault.InvalidBody(faults)); err != nil {
			return status, err
		}
		replayed, err := u.bookedBefore(ctx, ledger, &row)
		if err != nil {
			return status, err
		}
		if !replayed {
			if err := c.paymentRefusal(verdict, &row, ledger); err != nil {
				return status, err
			}
			ledger, c.payment = append(ledger, row), &row
			c.SetPayments(billing.Sums(ledger))
			c.derive()
			data := map[string]any{"payment_id": row.ID, "method": string(row.Method), "amount": row.Amount.Format(c.Digits()), "reference": nullable(row.Reference), "corrects": row.Corrects}
			if row.Kind == billing.KindRefund {
				data["refunded_payment_id"] = row.PaymentID
			}
			c.step(eventType, data)
			if err := u.save(c); err != nil {
				return status, err
			}
			if err := u.tx.CreatePayment(row); err != nil {
				return status, err
			}
		}
		status.Order, status.Ledger, status.Replayed = c.Order, ledger, replayed
		return status, nil
	})
}

// paymentRefusal is the guard's refusal, or the refusal of a refund above what is left: of the payment that it names, and of the
// order. It names the refundable amount.
func (c *change) paymentRefusal(v order.Verdict, row *billing.Payment, ledger []billing.Payment) error {
	err, left, of := v.Err(), c.Paid-c.Refunded, ""
	switch {
	case row.PaymentID != nil:
		left, of = min(left, billing.Left(ledger)[*row.PaymentID]), "this payment of "
	case refundsOwn(c.call.Actor):
		left = 0 // it has no payment by this method
	}
	net := left.Format(c.Digits())
	if err == nil && row.Kind == billing.KindRefund && row.Amount > left {
		err = fault.New(fault.RefundExceedsPaid, "At most %s %s of %sorder %s can be refunded.", net, c.Currency, of, c.Number).
			With("remedy", "Refund at most the net.")
	}
	if fault.Is(err, fault.RefundExceedsPaid) {
		return fault.Of(err).With("net", net)
	}
	return err
}

// refundsOwn reports whether the caller refunds only online payments that it recorded.
func refundsOwn(who auth.Actor) bool { return who.Scope(order.Refund) == order.ScopeOwn }

// readOwnOnline sets what the guard needs to know about payments if the caller refunds only its own. It returns the ledger if it
// was read.
func readOwnOnline(ctx context.Context, who auth.Actor, o *order.Order, payments func(context.Context, string) ([]billing.Payment, error)) ([]billing.Payment, error) {
	if !refundsOwn(who) || o.Paid <= o.Refunded {
		return nil, nil
	}
	ledger, err := payments(ctx, o.ID)
	o.OwnOnline = billing.Online(ledger, who.Subject)
	return ledger, err
}
