package api

import (
	"errors"
	"net/http"
	"slices"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

func placeOrderSpec() web.Spec {
	return web.Spec{Body: cartBody{}, Answers: answersCreated(placedBody{}), Version: web.Tagged, Refuses: desk.PlaceRefusals}
}

// placeOrder godoc
//
//	@Summary		Place a cart
//	@Description	Turns a cart into an order (its on_hand lines), a prebook (the other lines), or both, in one transaction. If the company or the customer has autoconfirm on, the order is confirmed too. If confirm is refused, the order stays pending and warnings say why.
//	@ID				placeOrder
//	@Tags			orders
//	@Success		201	"The documents of the cart: an order, a prebook, or both"
//	@Router			/v1/orders [post]
func (s *service) placeOrder(c web.Request) error {
	var body cartBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.Place(c.Request().Context(), call, body.cart(), encoder(http.StatusCreated, placedHeaders, s.placedBodyOf))
	return sendReply(c, reply, withLinks(err))
}

// withLinks replaces the documents that a refusal names by links to them.
func withLinks(err error) error {
	var refused *fault.Error
	if !errors.As(err, &refused) {
		return err
	}
	if documents, ok := refused.Members["orders"].([]order.Order); ok {
		return refused.With("orders", bodiesOf(documents, documentLinkOf))
	}
	return err
}

// placedHeaders names the first document of a checkout.
func placedHeaders(p desk.Placed) map[string]string {
	first := p.Orders[0]
	return map[string]string{"Location": "/v1/orders/" + first.ID, "ETag": web.ETag(first.Version)}
}

// detailsQuery is the parameters of one document.
type detailsQuery struct {
	// What to answer in addition: payments (the ledger), emails and events (the first page of each list). lines are always there.
	Include []string `query:"include" enums:"lines,payments,emails,events" example:"emails"`
}

// parts is what the caller wants in addition to the document.
func (q detailsQuery) parts() desk.Parts {
	parts := desk.Parts{Payments: slices.Contains(q.Include, "payments")}
	if slices.Contains(q.Include, "emails") {
		parts.Emails = includedRows
	}
	if slices.Contains(q.Include, "events") {
		parts.Events = includedRows
	}
	return parts
}

// includedRows is the number of e-mails and of events that one document is answered with: the default page of their lists.
const includedRows = 50

func getOrderSpec() web.Spec {
	return web.Spec{Query: detailsQuery{}, Answers: answersOK(orderDetailsBody{}), Version: web.Tagged}
}

// getOrder godoc
//
//	@Summary		Get an order or prebook
//	@Description	Answers the document with its lines, and which actions the caller may take now and, if not, why. With include, one request has what a details screen shows. The ETag is that of the version, for If-Match; the answer is never 304, because e-mails move without a new version.
//	@ID				getOrder
//	@Tags			orders
//	@Param			id	path		string	true	"The document's id"	Format(uuid)
//	@Success		200	"The document as it is now"
//	@Router			/v1/orders/{id} [get]
func (s *service) getOrder(c web.Request) error {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return err
	}
	var q detailsQuery
	if err := web.DecodeQuery(c, &q); err != nil {
		return err
	}
	parts := q.parts()
	d, err := s.Desk.DetailsWith(c.Request().Context(), web.Actor(c), id, parts)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", web.ETag(d.Version))
	return web.WriteJSON(c, http.StatusOK, s.detailedBodyOf(d, parts))
}

// detailedBodyOf is a document with its parts, each as its own list has it.
func (s *service) detailedBodyOf(d desk.Detailed, parts desk.Parts) orderDetailsBody {
	b := orderDetailsBody{orderBody: s.orderBodyOf(d.View)}
	if parts.Payments {
		b.Payments = new(bodiesOf(d.Ledger, paymentBodyOf))
	}
	if parts.Emails > 0 {
		list := emailQuery{}.listKey(d.CompanyID, d.ID)
		b.Emails = &emailPage{bodiesOf(d.Emails.Emails, emailBodyOf), pageBodyOf(list, parts.Emails, d.Emails.Next, nil)}
	}
	if parts.Events > 0 {
		list := eventQuery{}.listKey(d.CompanyID, d.ID)
		b.Events = &eventPage{bodiesOf(d.Events.Events, func(e *order.Event) eventBody { return eventBodyOf(e, &d.Order, d.Private) }),
			pageBodyOf(list, parts.Events, d.Events.Next, nil)}
	}
	return b
}

func listOrdersSpec() web.Spec {
	return web.Spec{Query: orderQuery{}, Answers: answersOK(orderPage{})}
}

// listOrders godoc
//
//	@Summary		List orders and prebooks
//	@Description	Lists orders and prebooks, filtered and sorted, in pages.
//	@ID				listOrders
//	@Tags			orders
//	@Success		200	"A page of the orders and prebooks that match the filter"
//	@Router			/v1/orders [get]
func (s *service) listOrders(c web.Request) error {
	var q orderQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.List(c.Request().Context(), web.Actor(c), filter, q.extras())
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page.Page)
	return web.WriteJSON(c, http.StatusOK, orderPageOf(page, where, !web.Actor(c).IsStorefront()))
}

// orderExportQuery is the parameters of the export of orders and prebooks.
type orderExportQuery struct {
	web.ExportQuery
	orderFilter
	// What each document has in addition: its lines. Only NDJSON can show them.
	Include []string `query:"include" enums:"lines" example:"lines"`
}

// extras is what the caller wants in addition to the rows.
func (q orderExportQuery) extras() desk.Extras {
	return desk.Extras{Lines: slices.Contains(q.Include, "lines")}
}

func exportOrdersSpec() web.Spec { return exportSpec(orderExportQuery{}, orderExport) }

// exportOrders godoc
//
//	@Summary		Export orders and prebooks
//	@Description	Answers all orders and prebooks that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportOrders
//	@Tags			orders
//	@Success		200	"The orders and prebooks that match the filter"
//	@Router			/v1/orders/export [get]
func (s *service) exportOrders(c web.Request) error {
	var q orderExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	if media, err := q.Media(c); err != nil {
		return err
	} else if q.extras().Lines && media == web.MediaCSV {
		return strictjson.InvalidParameters([]fault.Field{{Pointer: "include", Code: fault.FieldConflict, Detail: "A CSV has no lines. Send format=ndjson, or export /v1/order-lines."}})
	}
	next, private := s.Desk.ExportOrders(c.Request().Context(), web.Actor(c), filter, q.extras()), !web.Actor(c).IsStorefront()
	return export(s, c, orderExport, q.ExportQuery, home, next, func(o *order.Order) orderSummary { return orderSummaryOf(o, private) })
}
