package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// placeOrder godoc
//
//	@Summary		Place a cart
//	@Description	Turns a cart into an order (its on_hand lines), a prebook (the rest), or both, in one transaction. Where the company or the customer has orders confirm themselves, the order is confirmed in it too; refused, it stays pending and warnings say why.
//	@ID				placeOrder
//	@Tags			orders
//	@Accept			json
//	@Produce		json
//	@Param			cart	body		cartBody	true	"the cart"
//	@Success		201		{object}	placedBody
//	@Router			/v1/orders [post]
func (s *service) placeOrder(c web.Request) error {
	var body cartBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	ask, err := call(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Place(c.Request().Context(), ask, body.cart(), encoded(http.StatusCreated, placedAt, placedBodyOf))
	return send(c, reply, err)
}

// placedAt names the first document of a checkout.
func placedAt(p desk.Placed) map[string]string {
	first := p.Orders[0]
	return map[string]string{"Location": "/v1/orders/" + first.ID, "ETag": web.ETag(first.Version)}
}

// getOrder godoc
//
//	@Summary		See an order or prebook
//	@Description	The details, lines and all, with what the caller may do to it now and, if not, why.
//	@ID				getOrder
//	@Tags			orders
//	@Produce		json
//	@Param			id	path		string	true	"the document's id"	Format(uuid)
//	@Success		200	{object}	orderBody
//	@Router			/v1/orders/{id} [get]
func (s *service) getOrder(c web.Request) error {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return err
	}
	view, err := s.Desk.Details(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", web.ETag(view.Version))
	return web.WriteJSON(c, http.StatusOK, orderBodyOf(view))
}

// listOrders godoc
//
//	@Summary		List orders and prebooks
//	@Description	The Order Summary: filtered, sorted, page by page. Accept: application/x-ndjson or text/csv streams everything that the filter leaves.
//	@ID				listOrders
//	@Tags			orders
//	@Produce		json
//	@Success		200	{object}	orderPage
//	@Router			/v1/orders [get]
func (s *service) listOrders(c web.Request) error {
	media, err := web.Accept(c)
	if err != nil {
		return err
	}
	var q orderQuery
	if err := web.DecodeQuery(c, &q); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var home company.Company
	if q.local() {
		if home, err = s.Desk.Company(ctx, web.Actor(c)); err != nil {
			return err
		}
	}
	filter, err := q.filter(web.Actor(c), home)
	if err != nil {
		return err
	}
	switch media {
	case web.MediaNDJSON:
		return s.exportOrders(c, filter)
	case web.MediaCSV:
		return s.exportOrdersCSV(c, filter)
	}
	page, err := s.Desk.List(ctx, web.Actor(c), filter, q.wants())
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.list(web.Actor(c).CompanyID), q.Limit, page.Next, page.Prev)
	return web.WriteJSON(c, http.StatusOK, orderPageOf(page, where, !web.Actor(c).IsStorefront()))
}

// exportOrders streams the whole filter, a document a line.
func (s *service) exportOrders(c web.Request, filter desk.OrderFilter) error {
	private := !web.Actor(c).IsStorefront()
	next := s.Desk.Export(c.Request().Context(), web.Actor(c), filter)
	return web.StreamNDJSON(c, func(yield func(any) error) (bool, error) {
		orders, more, err := next()
		return more, web.YieldAll(orders, err, yield, func(o *order.Order) any { return orderSummary{orderCore: coreOf(o, private)} })
	})
}

// exportOrdersCSV streams the whole filter, a document a row.
func (s *service) exportOrdersCSV(c web.Request, filter desk.OrderFilter) error {
	next := s.Desk.Export(c.Request().Context(), web.Actor(c), filter)
	return web.StreamCSV(c, "orders.csv", orderColumns, func(yield func([]string) error) (bool, error) {
		orders, more, err := next()
		return more, web.YieldAll(orders, err, yield, orderCells)
	})
}

var orderColumns = []string{
	"id", "kind", "number", "origin", "status", "payment_status", "payment_indicator", "customer_code", "customer_name", "salesperson_email",
	"ship_date", "carrier", "po_number", "external_reference", "currency", "subtotal", "charges_total", "taxes_total", "total", "paid", "refunded",
	"balance", "total_boxes", "total_fbe", "total_units", "lines", "lines_checked_out", "lines_billed", "invoice_number", "credit_note_number",
	"email_status", "version", "placed_at", "checked_out_at", "confirmed_at", "voided_at", "updated_at",
}

func orderCells(o *order.Order) []string {
	b := coreOf(o, false)
	return []string{
		b.ID, b.Kind, b.Number, b.Origin.Code, b.Status, b.PaymentStatus, or(b.PaymentIndicator), b.Customer.Code, b.Customer.Name, o.SalespersonEmail,
		b.ShipDate, or(b.Carrier), or(b.PONumber), or(b.ExternalReference), b.Currency, b.Subtotal, b.ChargesTotal, b.TaxesTotal, b.Total, b.Paid, b.Refunded,
		b.Balance, itoa(b.TotalBoxes), b.TotalFBE, itoa(b.TotalUnits), itoa(int64(o.LineCount)), itoa(int64(o.LinesCheckedOut)), itoa(int64(o.LinesBilled)),
		o.InvoiceNumber, o.CreditNoteNumber, o.EmailStatus, itoa(int64(o.Version)), stamp(&o.PlacedAt), stamp(o.CheckedOutAt), stamp(o.ConfirmedAt),
		stamp(o.VoidedAt), stamp(&o.UpdatedAt),
	}
}
