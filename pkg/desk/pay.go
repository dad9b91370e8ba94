package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// PaymentStatus is an order with its payments.
type PaymentStatus struct {
	Order         order.Order
	MustPayByCard bool // the customer's current Require Credit Card Payment
	Ledger        []billing.Payment
	Replayed      bool // the payment was in the ledger already; nothing changed
}

// Booking is a payment or a refund that a caller reports.
type Booking struct {
	Kind      billing.PaymentKind
	Method    billing.Method
	Amount    string // decimal, above 0
	Currency  string // empty: the order's
	Reference string
	PaidAt    *time.Time // nil: now
	Notes     string
	Corrects  string // the id of the payment that this refund takes back; empty: none
	PaymentID string // the id of the payment that this refund gives back; empty: none is named
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
	return once(ctx, s, call, encode, func(u unit) (PaymentStatus, error) {
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

// namePayment checks the refund of a caller who refunds only its own online payments. A refund that names no payment is of the only
// payment that the caller recorded by this method.
func (c *change) namePayment(row *billing.Payment, ledger []billing.Payment) []fault.Field {
	refuse := func(pointer string, code fault.Code, detail string) []fault.Field {
		return []fault.Field{{Pointer: pointer, Code: code, Detail: detail}}
	}
	if row.Corrects != nil {
		return refuse("/corrects", fault.FieldNotAllowed, "Only the seller's staff correct payments. Refund it with payment_id.")
	}
	sub := c.call.Actor.Subject
	if row.PaymentID != nil {
		i := slices.IndexFunc(ledger, func(p billing.Payment) bool { return p.ID == *row.PaymentID })
		switch {
		case i < 0: // row has refused it
		case !ledger[i].OnlineOf(sub):
			return refuse("/payment_id", fault.FieldNotAllowed, "A storefront refunds card and ach payments that it recorded itself.")
		case row.Method != "" && row.Method != ledger[i].Method:
			return []fault.Field{{Pointer: "/method", Code: fault.FieldConflict, Related: []string{"/payment_id"},
				Detail: fmt.Sprintf("The payment was by %s. An online payment goes back the way that it came.", ledger[i].Method)}}
		}
		return nil
	}
	var own []billing.Payment
	for _, p := range ledger {
		corrected := slices.ContainsFunc(ledger, func(c billing.Payment) bool { return c.Corrects != nil && *c.Corrects == p.ID })
		if p.OnlineOf(sub) && p.Method == row.Method && !corrected {
			own = append(own, p)
		}
	}
	switch len(own) {
	case 0:
	case 1:
		row.PaymentID = &own[0].ID
	default:
		return refuse("/payment_id", fault.FieldRequired, fmt.Sprintf("You recorded %d %s payments of this order. Name the one that you refund.", len(own), row.Method))
	}
	return nil
}

// row turns the booking into a row of the ledger, and returns every fault of it.
func (b Booking) row(c *change, ledger []billing.Payment) (billing.Payment, []fault.Field) {
	var faults []fault.Field
	add := func(pointer string, code fault.Code, format string, args ...any) {
		faults = append(faults, fault.Field{Pointer: pointer, Code: code, Detail: fmt.Sprintf(format, args...)})
	}
	row := billing.Payment{
		CompanyID: c.CompanyID, ID: newID(), OrderID: c.ID, Kind: b.Kind, Method: b.Method, Currency: c.Currency, Reference: b.Reference,
		PaidAt: c.now, Notes: b.Notes, RecordedBy: c.call.Actor.Person(), RecordedAt: c.stamp,
	}
	if b.PaidAt != nil {
		row.PaidAt = b.PaidAt.UTC().Truncate(time.Microsecond)
	}
	if tomorrow := c.company.DayOf(c.now).AddDate(0, 0, 1); c.company.DayOf(row.PaidAt).After(tomorrow) {
		add("/paid_at", fault.FieldOutOfRange, "Money has moved when it is recorded, or moves tomorrow, %s, at the latest.", tomorrow.Format(time.DateOnly))
	}
	if b.Currency != "" && b.Currency != c.Currency {
		add("/currency", fault.CurrencyMismatch, "The order is in %s.", c.Currency)
	}
	amount, err := money.ParseAmount(b.Amount, c.Digits())
	switch {
	case err != nil:
		add("/amount", order.DecimalCode(err), "An amount is a decimal string above 0 with at most %d decimals.", c.Digits())
	case amount <= 0:
		add("/amount", fault.FieldOutOfRange, "Must be above 0. Record money that goes back as a refund.")
	case b.Kind == billing.KindPayment && c.Paid+amount > money.MaxAmount:
		add("/amount", fault.AmountTooLarge, "Payments of one order come to at most %s.", money.MaxAmount.Format(c.Digits()))
	}
	row.Amount = amount
	if b.Corrects != "" {
		i := slices.IndexFunc(ledger, func(p billing.Payment) bool { return p.ID == b.Corrects && p.Kind == billing.KindPayment })
		switch {
		case i < 0:
			add("/corrects", fault.PaymentUnknown, "The order has no payment of this id.")
		case err == nil && amount != ledger[i].Amount:
			add("/amount", fault.FieldInvalid, "A correction takes the whole payment back: %s.", ledger[i].Amount.Format(c.Digits()))
		}
		row.Corrects = &b.Corrects
	}
	if b.PaymentID != "" {
		switch {
		case b.Corrects != "":
			faults = append(faults, fault.Field{Pointer: "/payment_id", Code: fault.FieldConflict, Related: []string{"/corrects"},
				Detail: "Send payment_id to give money back, or corrects to take a mistyped payment back."})
		case !slices.ContainsFunc(ledger, func(p billing.Payment) bool { return p.ID == b.PaymentID && p.Kind == billing.KindPayment }):
			add("/payment_id", fault.PaymentUnknown, "The order has no payment of this id.")
		}
		row.PaymentID = &b.PaymentID
	}
	if b.Method.Referenced() && b.Reference == "" {
		add("/reference", fault.FieldRequired, "A %s row needs the provider's reference.", b.Method)
	}
	return row, faults
}

// bookedBefore reports whether a gateway callback or a correction was booked before; it may have been taken back since.
// A reference that is in use for another order, amount or currency is refused. A reference is free again once all its
// bookings were taken back.
func (u unit) bookedBefore(ctx context.Context, ledger []billing.Payment, row *billing.Payment) (bool, error) {
	if row.Corrects != nil {
		return slices.ContainsFunc(ledger, func(p billing.Payment) bool { return p.Corrects != nil && *p.Corrects == *row.Corrects }), nil
	}
	if !row.Method.Referenced() {
		return false, nil
	}
	known, err := u.tx.PaymentsByReference(ctx, row.Kind, row.Reference)
	if err != nil {
		return false, err
	}
	var taken error
	for _, k := range known {
		otherPayment := k.PaymentID != nil && row.PaymentID != nil && *k.PaymentID != *row.PaymentID
		if k.OrderID == row.OrderID && k.Amount == row.Amount && k.Currency == row.Currency && !otherPayment {
			return true, nil
		}
		if !k.TakenBack {
			if taken, err = u.referenceInUse(ctx, k.Payment); err != nil {
				return false, err
			}
		}
	}
	row.PriorUses = len(known)
	return false, taken
}

// referenceInUse refuses a reference, and names the order that has it to a caller who may see that order.
func (u unit) referenceInUse(ctx context.Context, p billing.Payment) (refusal, err error) {
	taken := fault.New(fault.PaymentReferenceTaken, "A %s of the company has the reference %s already, for another order, amount or currency.", p.Kind, p.Reference)
	o, err := u.tx.Order(ctx, p.OrderID)
	if err != nil {
		return nil, err
	}
	if !order.Visible(u.call.Actor, &o) {
		return taken, nil
	}
	return taken.With("order_id", p.OrderID), nil
}
