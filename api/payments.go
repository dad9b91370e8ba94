package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// paymentStatusBody is an order's ledger and what it comes to.
type paymentStatusBody struct {
	// The document.
	OrderID string `json:"order_id" format:"uuid"`
	// Derived from the ledger, never set by hand.
	PaymentStatus string `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
	// $ on an unpaid web order of a customer who must pay by card; otherwise null.
	PaymentIndicator *string `json:"payment_indicator" enums:"$"`
	// The customer's web orders must be paid by card: unpaid ones show the $.
	RequireCreditCardPayment bool `json:"require_credit_card_payment"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// What was paid, mistyped payments taken back.
	Paid string `json:"paid" format:"decimal"`
	// What was refunded.
	Refunded string `json:"refunded" format:"decimal"`
	// What is due less what is paid net; negative where too much was paid.
	Balance string `json:"balance" format:"decimal"`
	// Moves with header, lines, status and payments; the ETag.
	Version int `json:"version"`
	// The ledger, oldest first.
	Payments []paymentBody `json:"payments" validate:"max=10000"`
} // @name PaymentStatus

// paymentBody is a row of the ledger; rows are never changed.
type paymentBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// Money in or money back.
	Kind string `json:"kind" enums:"payment,refund"`
	// How the money moved.
	Method string `json:"method" enums:"card,ach,cash,check,wire,credit"`
	// Money, in the currency's decimals.
	Amount string `json:"amount" format:"decimal"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3"`
	// The provider's id; card and ach need it.
	Reference *string `json:"reference"`
	// When the money moved.
	PaidAt time.Time `json:"paid_at" format:"date-time"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"500"`
	// The mistyped payment that this refund takes back.
	Corrects *string `json:"corrects" format:"uuid"`
	// The subject that recorded it.
	RecordedBy string `json:"recorded_by" maxLength:"255"`
	// When it was recorded.
	RecordedAt time.Time `json:"recorded_at" format:"date-time"`
} // @name Payment

// newPaymentBody is money that came in.
type newPaymentBody struct {
	// How the money moved.
	Method string `json:"method" validate:"required" enums:"card,ach,cash,check,wire,credit"`
	// Money, in the currency's decimals.
	Amount string `json:"amount" validate:"required" format:"amount-above-0"`
	// ISO 4217; the company's.
	Currency *string `json:"currency" format:"currency" minLength:"3" maxLength:"3"`
	// The provider's id; card and ach need it.
	Reference *string `json:"reference" format:"line" minLength:"1" maxLength:"100"`
	// When the money moved.
	PaidAt *string `json:"paid_at" format:"date-time"`
	// Printed on the document.
	Notes *string `json:"notes" maxLength:"500"`
} // @name NewPayment

// newRefundBody is money that went back, or a mistyped payment that is taken back.
type newRefundBody struct {
	newPaymentBody
	// The mistyped payment that this refund takes back.
	Corrects *string `json:"corrects" format:"uuid"`
} // @name NewRefund

func (b newPaymentBody) booking(kind billing.PaymentKind) desk.Booking {
	booking := desk.Booking{Kind: kind, Method: billing.Method(b.Method), Amount: b.Amount, Currency: valueOrZero(b.Currency), Reference: valueOrZero(b.Reference), Notes: valueOrZero(b.Notes)}
	if b.PaidAt != nil {
		at := parseInstant(*b.PaidAt)
		booking.PaidAt = &at
	}
	return booking
}

func getPaymentStatusSpec() web.Spec {
	return web.Spec{Answers: answersOK(paymentStatusBody{}), Version: web.Tagged}
}

// getPaymentStatus godoc
//
//	@Summary		See how an order is paid
//	@Description	The order's ledger, what it comes to, and whether the $ is shown.
//	@ID				getPaymentStatus
//	@Tags			payments
//	@Param			id	path		string	true	"the order's id"	Format(uuid)
//	@Success		200	"The order's ledger and what it comes to"
//	@Router			/v1/orders/{id}/payment-status [get]
func (s *service) getPaymentStatus(c web.Request) error {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return err
	}
	status, err := s.Desk.PaymentStatus(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", web.ETag(status.Order.Version))
	return web.WriteJSON(c, http.StatusOK, paymentStatusBodyOf(status))
}

func recordPaymentSpec() web.Spec {
	return web.Spec{Body: newPaymentBody{}, Answers: answersRecorded(paymentStatusBody{}), Version: web.Tagged, Refuses: refusesWith(fault.PaymentReferenceTaken)}
}

// recordPayment godoc
//
//	@Summary		Record a payment
//	@Description	Adds a payment to the order's ledger, whatever the order's status. A card or ach payment needs the provider's reference; the same reference, order, amount and currency again changes nothing and answers 200. A storefront records what was paid online: card or ach.
//	@ID				recordPayment
//	@Tags			payments
//	@Param			id		path		string			true	"the order's id"	Format(uuid)
//	@Success		200	"The ledger has this payment already: nothing changed"
//	@Success		201	"The ledger with the new payment"
//	@Router			/v1/orders/{id}/payments [post]
func (s *service) recordPayment(c web.Request) error {
	var body newPaymentBody
	return s.book(c, &body, func() desk.Booking { return body.booking(billing.KindPayment) })
}

func recordRefundSpec() web.Spec {
	return web.Spec{Body: newRefundBody{}, Answers: answersRecorded(paymentStatusBody{}), Version: web.Tagged, Refuses: refusesWith(fault.PaymentReferenceTaken)}
}

// recordRefund godoc
//
//	@Summary		Record a refund
//	@Description	Adds a refund to the order's ledger: at most what was paid less what was refunded. With corrects it takes a mistyped payment back, which lowers paid and not refunded, and frees its reference for another order or amount; the same again changes nothing and answers 200.
//	@ID				recordRefund
//	@Tags			payments
//	@Param			id		path		string			true	"the order's id"	Format(uuid)
//	@Success		200	"The ledger has this refund already: nothing changed"
//	@Success		201	"The ledger with the new refund"
//	@Router			/v1/orders/{id}/refunds [post]
func (s *service) recordRefund(c web.Request) error {
	var body newRefundBody
	return s.book(c, &body, func() desk.Booking {
		booking := body.booking(billing.KindRefund)
		booking.Corrects = strings.ToLower(valueOrZero(body.Corrects))
		return booking
	})
}

func (s *service) book(c web.Request, body any, booking func() desk.Booking) error {
	id, call, err := decodeWrite(c, fault.OrderNotFound, body)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Book(c.Request().Context(), call, id, booking(), bookedAnswer)
	return sendReply(c, reply, err)
}

// bookedAnswer is 201, or 200 where the row was in the ledger already.
func bookedAnswer(p desk.PaymentStatus) (desk.Answer, error) {
	status := http.StatusCreated
	if p.Replayed {
		status = http.StatusOK
	}
	return encoder(status, func(p desk.PaymentStatus) map[string]string {
		return map[string]string{"ETag": web.ETag(p.Order.Version)}
	},
		paymentStatusBodyOf)(p)
}

func paymentStatusBodyOf(p desk.PaymentStatus) paymentStatusBody {
	o := &p.Order
	digits := o.Digits()
	b := paymentStatusBody{
		OrderID: o.ID, PaymentStatus: string(o.PaymentStatus), RequireCreditCardPayment: p.MustPayByCard, Currency: o.Currency,
		Total: o.Total.Format(digits), Paid: o.Paid.Format(digits), Refunded: o.Refunded.Format(digits), Balance: o.Balance.Format(digits),
		Version: o.Version, Payments: make([]paymentBody, len(p.Ledger)),
	}
	if o.PaymentIndicator {
		b.PaymentIndicator = new("$")
	}
	for i, row := range p.Ledger {
		b.Payments[i] = paymentBody{ID: row.ID, Kind: string(row.Kind), Method: string(row.Method), Amount: row.Amount.Format(digits), Currency: row.Currency,
			Reference: nullIfEmpty(row.Reference), PaidAt: row.PaidAt.UTC(), Notes: nullIfEmpty(row.Notes), Corrects: row.Corrects, RecordedBy: row.RecordedBy, RecordedAt: row.RecordedAt.UTC()}
	}
	return b
}
