package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

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
