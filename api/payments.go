package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// paymentStatusBody is an order's ledger and its sums.
type paymentStatusBody struct {
	// The order's id.
	OrderID string `json:"order_id" format:"uuid"`
	// The payment status, computed from the ledger; null on a prebook.
	PaymentStatus *string `json:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
	// $ if a web order is unpaid and its customer must pay by card; otherwise null.
	PaymentIndicator *string `json:"payment_indicator" enums:"$"`
	// Whether the customer must pay web orders by card. Unpaid ones show the $.
	RequireCreditCardPayment bool `json:"require_credit_card_payment"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// subtotal + charges_total + taxes_total.
	Total string `json:"total" format:"decimal"`
	// The amount paid, without payments that were corrected.
	Paid string `json:"paid" format:"decimal"`
	// The amount refunded.
	Refunded string `json:"refunded" format:"decimal"`
	// The amount due less the net amount paid. Negative if too much was paid. A prebook owes nothing: the orders billed from it do.
	Balance string `json:"balance" format:"decimal"`
	// The version, as in the ETag. Changes of header, lines, status and payments increase it.
	Version int `json:"version"`
	// The ledger, oldest first.
	Payments []paymentBody `json:"payments" maxItems:"10000"`
} // @name PaymentStatus

// paymentBody is a row of the ledger. Rows never change.
type paymentBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The kind: payment or refund.
	Kind string `json:"kind" enums:"payment,refund"`
	// The payment method.
	Method string `json:"method" enums:"card,ach,cash,check,wire,credit"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" format:"decimal"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The payment provider's id. card and ach need it.
	Reference *string `json:"reference"`
	// When the money was paid.
	PaidAt time.Time `json:"paid_at" format:"date-time"`
	// Notes about the payment.
	Notes *string `json:"notes" maxLength:"500"`
	// The id of the mistyped payment that this refund corrects.
	Corrects *string `json:"corrects" format:"uuid"`
	// The id of the payment that this refund gives back. Null if it names none.
	PaymentID *string `json:"payment_id" format:"uuid"`
	// Who recorded it.
	RecordedBy personBody `json:"recorded_by"`
	// When it was recorded.
	RecordedAt time.Time `json:"recorded_at" format:"date-time"`
} // @name Payment

// newPaymentBody is a new payment.
type newPaymentBody struct {
	// The payment method.
	Method string `json:"method" required:"true" enums:"card,ach,cash,check,wire,credit"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" required:"true" format:"amount-above-0"`
	// The company's currency (ISO 4217).
	Currency *string `json:"currency" format:"currency" minLength:"3" maxLength:"3"`
	// The payment provider's id. card and ach need it.
	Reference *string `json:"reference" format:"line" minLength:"1" maxLength:"100"`
	// When the money was paid.
	PaidAt *string `json:"paid_at" format:"date-time"`
	// Notes about the payment.
	Notes *string `json:"notes" maxLength:"500"`
} // @name NewPayment

// newRefundBody is a new refund, or the correction of a mistyped payment.
type newRefundBody struct {
	newPaymentBody
	// The id of the mistyped payment that this refund corrects.
	Corrects *string `json:"corrects" format:"uuid"`
	// The id of the payment that this refund gives back, at most what is left of it. A storefront may omit it if it recorded one payment of the order by this method.
	PaymentID *string `json:"payment_id" format:"uuid"`
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
//	@Summary		Get an order's payments
//	@Description	Answers the order's ledger of payments and refunds, its sums, and whether the $ is shown.
//	@ID				getPaymentStatus
//	@Tags			payments
//	@Param			id	path		string	true	"The order's id"	Format(uuid)
//	@Success		200	"The order's ledger and its sums"
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
	return web.Spec{Body: newPaymentBody{}, Answers: answersRecorded(paymentStatusBody{}), Version: web.Tagged, Refuses: desk.PaymentRefusals}
}

// recordPayment godoc
//
//	@Summary		Record a payment
//	@Description	Adds a payment to the order's ledger. The order may have any status. A card or ach payment needs the provider's reference. The same reference, order, amount and currency again changes nothing and answers 200. A storefront can record card and ach payments only.
//	@ID				recordPayment
//	@Tags			payments
//	@Param			id		path		string			true	"The order's id"	Format(uuid)
//	@Success		200	"The ledger has this payment already: nothing changed"
//	@Success		201	"The ledger with the new payment"
//	@Router			/v1/orders/{id}/payments [post]
func (s *service) recordPayment(c web.Request) error {
	var body newPaymentBody
	return s.book(c, &body, func() desk.Booking { return body.booking(billing.KindPayment) })
}

func recordRefundSpec() web.Spec {
	return web.Spec{Body: newRefundBody{}, Answers: answersRecorded(paymentStatusBody{}), Version: web.Tagged, Refuses: desk.RefundRefusals}
}

// recordRefund godoc
//
//	@Summary		Record a refund
//	@Description	Adds a refund to the order's ledger, at most the amount paid less the amount refunded, and at most what is left of the payment in payment_id. A storefront refunds card and ach payments that it recorded, by the same method. With corrects it cancels a mistyped payment: that lowers paid instead of raising refunded, and frees the payment's reference for another order or amount. The same refund again changes nothing and answers 200.
//	@ID				recordRefund
//	@Tags			payments
//	@Param			id		path		string			true	"The order's id"	Format(uuid)
//	@Success		200	"The ledger has this refund already: nothing changed"
//	@Success		201	"The ledger with the new refund"
//	@Router			/v1/orders/{id}/refunds [post]
func (s *service) recordRefund(c web.Request) error {
	var body newRefundBody
	return s.book(c, &body, func() desk.Booking {
		booking := body.booking(billing.KindRefund)
		booking.Corrects, booking.PaymentID = strings.ToLower(valueOrZero(body.Corrects)), strings.ToLower(valueOrZero(body.PaymentID))
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

// bookedAnswer is 201, or 200 if the row was already in the ledger.
func bookedAnswer(p desk.PaymentStatus) (desk.Answer, error) {
	status := http.StatusCreated
	if p.Replayed {
		status = http.StatusOK
	}
	headers := func(p desk.PaymentStatus) map[string]string {
		return map[string]string{"ETag": web.ETag(p.Order.Version)}
	}
	return encoder(status, headers, paymentStatusBodyOf)(p)
}

func paymentStatusBodyOf(p desk.PaymentStatus) paymentStatusBody {
	o := &p.Order
	digits := o.Digits()
	b := paymentStatusBody{
		OrderID: o.ID, PaymentStatus: nullIfEmpty(string(o.PaymentStatus)), RequireCreditCardPayment: p.MustPayByCard, Currency: o.Currency,
		Total: o.Total.Format(digits), Paid: o.Paid.Format(digits), Refunded: o.Refunded.Format(digits), Balance: o.Balance.Format(digits),
		Version: o.Version, Payments: bodiesOf(p.Ledger, paymentBodyOf),
	}
	if o.PaymentIndicator {
		b.PaymentIndicator = new("$")
	}
	return b
}

func paymentBodyOf(row *billing.Payment) paymentBody {
	digits, _ := money.Digits(row.Currency)
	return paymentBody{
		ID: row.ID, Kind: string(row.Kind), Method: string(row.Method), Amount: row.Amount.Format(digits), Currency: row.Currency,
		Reference: nullIfEmpty(row.Reference), PaidAt: row.PaidAt.UTC(), Notes: nullIfEmpty(row.Notes), Corrects: row.Corrects, PaymentID: row.PaymentID, RecordedBy: personBodyOf(row.RecordedBy), RecordedAt: row.RecordedAt.UTC(),
	}
}
