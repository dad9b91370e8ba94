package record

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// record makes the exchanges in an order in which each finds the data that it needs.
func (b *exampleBook) record() {
	admin, sales, shop := b.s.As(b.t, auth.Admin), b.s.As(b.t, auth.Sales), b.s.As(b.t, auth.Storefront)
	b.whoAndHow(admin, sales, shop)
	bloom := b.accounts(admin)
	draft, pending := b.carts(sales, shop)
	b.reading(sales, pending)
	b.editing(sales, draft, pending)
	b.money(sales, admin, draft)
	b.confirming(sales, draft, pending)
	b.prebooks(admin, sales, shop)
	b.ending(sales, admin, draft, pending, bloom)
	b.hooks(admin)
	b.stopping()
}

// hooks shows webhook endpoints.
func (b *exampleBook) hooks(admin *servicetest.Client) {
	add := func(name, summary string, body object) string {
		return "/v1/webhook-endpoints/" + b.show(admin, name, summary, 201, "POST", "/v1/webhook-endpoints", body).At("id").Text()
	}
	b.s.AwaitFeed(b.t) // the endpoints begin behind all events
	erp := add("createWebhookEndpoint.erp", "Orders and payments, for an ERP", object{"url": "https://example.com/orderdesk", "description": "ERP", "types": []string{"order.*", "payment.*"}, "notify_email": "it@rosefields.example"})
	shop := add("createWebhookEndpoint.storefront", "What one storefront may see", object{"url": "https://example.com/closed", "scope": object{"storefront": "storefront@rosefields.example"}})
	b.show(admin, "listWebhookEndpoints.all", "Both", 200, "GET", "/v1/webhook-endpoints", nil)
	b.show(admin, "getWebhookEndpoint.erp", "An enabled endpoint", 200, "GET", erp, nil)
	b.show(admin, "updateWebhookEndpoint.paused", "Nothing is sent until it is enabled", 200, "PATCH", shop, object{"status": "paused"}, "If-Match", `"v1"`)
	b.show(admin, "getWebhookEndpoint.paused", "A paused endpoint of a storefront", 200, "GET", shop, nil)
	b.ask(admin, "updateWebhookEndpoint.types", "Other types of events", 200, "PATCH", erp, object{"types": []string{"order.confirmed"}}, "If-Match", `"v1"`)
	b.show(admin, "rotateWebhookSecret.default", "Both secrets sign for a day", 200, "POST", erp+"/rotate-secret", nil)
	b.ask(admin, "rotateWebhookSecret.now", "The old secret ends at once", 200, "POST", erp+"/rotate-secret", object{"expires_in": 0, "force": true})
	b.show(admin, "testWebhookEndpoint.ok", "The receiver takes it", 200, "POST", erp+"/test", nil)
	b.show(admin, "testWebhookEndpoint.refused", "The receiver refuses it", 200, "POST", shop+"/test", nil)
	b.show(admin, "replayWebhookEvents.all", "What was confirmed before the endpoint was added", 202, "POST", erp+"/replay", object{"only": "all"})
	b.ask(admin, "replayWebhookEvents.failed", "What failed", 202, "POST", erp+"/replay", nil)
	page := b.show(admin, "listWebhookDeliveries.page", "The newest delivery", 200, "GET", erp+"/deliveries?limit=1", nil)
	b.show(admin, "listWebhookDeliveries.failed", "None has failed", 200, "GET", erp+"/deliveries?state=failed", nil)
	again := erp + "/deliveries/" + page.At("data/0/id").Text() + "/redeliver"
	b.show(admin, "redeliverWebhook.pending", "It is sent again soon", 202, "POST", again, nil)
	b.ask(admin, "redeliverWebhook.again", "As often as you like", 202, "POST", again, nil)
	b.ask(admin, "listWebhookEndpoints.again", "The same", 200, "GET", "/v1/webhook-endpoints", nil)
	b.show(admin, "deleteWebhookEndpoint.erp", "It gets nothing more", 204, "DELETE", erp, nil)
	b.ask(admin, "deleteWebhookEndpoint.shop", "Nor does the other", 204, "DELETE", shop, nil)
}

func (b *exampleBook) whoAndHow(admin, sales, shop *servicetest.Client) {
	b.show(sales, "getMe.sales", "A salesperson", 200, "GET", "/v1/me", nil)
	b.show(shop, "getMe.storefront", "The web shop", 200, "GET", "/v1/me", nil)
	b.beginning(sales, "getOrderStates.all", "Both state machines; here the first statuses and steps", "/v1/meta/order-states")
	b.beginning(sales, "getRoles.all", "The role matrix; here its first rows", "/v1/meta/roles")
	b.show(b.s.Nobody(b.t), "getError.order_changed", "What order_changed means", 200, "GET", "/v1/errors/order_changed", nil)
	b.show(b.s.Nobody(b.t), "getError.field_out_of_range", "A code of a single field", 200, "GET", "/v1/errors/field_out_of_range", nil)
	b.sheet(b.s.Nobody(b.t), "getError.page", "The page that an error's type leads to", "/v1/errors/order_changed", "text/html", head)
	b.beginning(b.s.Nobody(b.t), "listErrors.all", "Every code; here the first ones", "/v1/errors")
	b.sheet(b.s.Nobody(b.t), "listErrors.page", "The same for people", "/v1/errors", "text/html", head)
	b.show(b.s.Nobody(b.t), "livez.alive", "Alive", 200, "GET", "/livez", nil)
	b.show(b.s.Nobody(b.t), "readyz.ready", "Ready for requests", 200, "GET", "/readyz", nil)
	b.show(sales, "getSettings.defaults", "The settings of a new company", 200, "GET", "/v1/settings", nil)
	b.show(admin, "updateSettings.letterhead", "The letterhead of the documents", 200, "PATCH", "/v1/settings", object{
		"tax_id": "59-1234567", "letterhead": object{"name": "Rosefields Wholesale", "address": "1 Market St\nMiami FL 33122", "sender": "Rosefields Sales"},
	}, "If-Match", "*")
	b.show(admin, "updateSettings.cutoff", "Only managers confirm after 14:30, and on Fridays after 12:00", 200, "PATCH", "/v1/settings", object{
		"time_zone": "America/New_York", "confirmation_cutoff": object{"monday": "14:30", "friday": "12:00"},
	}, "If-Match", "*")
	b.show(sales, "getSettings.changed", "With a letterhead and a cut-off", 200, "GET", "/v1/settings", nil)
	b.show(admin, "updateSettings.no_cutoff", "No cut-off again", 200, "PATCH", "/v1/settings", object{"confirmation_cutoff": nil}, "If-Match", "*")
}

// beginning shortens the long lists of an answer to their first items.
func (b *exampleBook) beginning(c *servicetest.Client, name, summary, path string) {
	b.t.Helper()
	var whole map[string]json.RawMessage
	answer := c.Get(path)
	answer.Is(200)
	require.NoError(b.t, json.Unmarshal(answer.Body, &whole))
	const most = 2
	for member, raw := range whole {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || len(list) <= most {
			continue
		}
		first, err := json.Marshal(list[:most])
		require.NoError(b.t, err)
		whole[member] = first
	}
	shown, err := json.Marshal(whole)
	require.NoError(b.t, err)
	operation, name, _ := strings.Cut(name, ".")
	b.keep(exchange{Operation: operation, Name: name, Summary: summary, Call: "GET " + path, Status: 200, Response: shown})
}

// accounts adds the customers and returns the id of one.
func (b *exampleBook) accounts(admin *servicetest.Client) (bloom string) {
	bloom = b.show(admin, "createCustomer.complete", "An account with every member", 201, "POST", "/v1/customers", object{
		"code": "BLOOM", "name": "Bloom & Co", "emails": []string{"buyer@bloom.example"}, "terms": object{"label": "Net 30", "days": 30},
		"salesperson": object{"name": "Anna Rose", "email": "anna@rosefields.example"}, "require_credit_card_payment": true,
		"address":  object{"line1": "12 Flower Market", "city": "Miami", "region": "FL", "postal_code": "33122", "country": "US"},
		"ship_tos": []object{{"name": "Bloom & Co, cold store", "line1": "12 Flower Market", "line2": "Dock 4", "city": "Miami", "region": "FL", "postal_code": "33122", "country": "US", "phone": "+1 305 555 0100"}},
	}).At("id").Text()
	b.prefer("createCustomer.minimal")
	petal := b.show(admin, "createCustomer.minimal", "Code and name are enough", 201, "POST", "/v1/customers", object{"code": "PETAL", "name": "Petal Studio"}).At("id").Text()
	b.show(admin, "getCustomer.complete", "An account with every member", 200, "GET", "/v1/customers/"+bloom, nil)
	b.show(admin, "getCustomer.minimal", "An account with only code and name", 200, "GET", "/v1/customers/"+petal, nil)
	b.show(admin, "updateCustomer.autoconfirm", "Checkout never confirms this account's orders", 200, "PATCH", "/v1/customers/"+bloom, object{"autoconfirm": "off"}, "If-Match", `"v1"`)
	b.ask(admin, "updateCustomer.no_tax_id", "null takes a value away", 200, "PATCH", "/v1/customers/"+bloom, object{"tax_id": nil}, "If-Match", "*")
	first := b.show(admin, "listCustomers.page", "The first page of one row", 200, "GET", "/v1/customers?limit=1", nil)
	b.show(admin, "listCustomers.last_page", "The page after it, which is the last", 200, "GET", "/v1/customers?limit=1&cursor="+first.At("page/next_cursor").Text(), nil)
	b.show(admin, "listCustomers.none", "Nobody has this code", 200, "GET", "/v1/customers?code=NOBODY", nil)
	b.sheet(admin, "exportCustomers.csv", "Customers as a sheet", "/v1/customers/export", "text/csv", whole)
	b.sheet(admin, "exportCustomers.ndjson", "Lines of JSON, a Customer each; here the first", "/v1/customers/export?format=ndjson", "application/x-ndjson", rows(1))
	shop := b.s.As(b.t, auth.Storefront)
	b.show(shop, "putCustomer.created", "A storefront adds an account", 201, "PUT", "/v1/customers/by-code/ROSA", object{"name": "Rosa's Roses", "emails": []string{"rosa@roses.example"}})
	b.show(shop, "putCustomer.updated", "A new address; what is left out is cleared, except the members of staff", 200, "PUT", "/v1/customers/by-code/ROSA", object{
		"name": "Rosa's Roses", "address": object{"line1": "8 Canal Street", "city": "New York"}}, "If-Match", `"v1"`)
	b.show(shop, "listCustomers.by_email", "A storefront finds an account that is not its own, and sees its name", 200, "GET", "/v1/customers?email=buyer@bloom.example", nil)
	return bloom
}

func roses(boxes int) object {
	return object{
		"source": "on_hand", "sku": "ROSE-FREEDOM-60", "description": "Rose Freedom 60 cm", "box_type": "HB", "boxes": boxes, "units_per_box": 200,
		"unit_type": "stem", "unit_price": "0.2350",
	}
}

func tulips(boxes int) object {
	return object{
		"source": "vendor_availability", "sku": "TULIP-RED", "description": "Tulip red", "box_type": "QB", "boxes": boxes, "units_per_box": 100,
		"unit_type": "bunch", "unit_price": "4.50",
	}
}

// carts places the carts and returns the ids of a draft and a pending order.
func (b *exampleBook) carts(sales, shop *servicetest.Client) (draft, pending string) {
	web := object{
		"customer_code": "BLOOM", "external_reference": "shop-cart-9931", "ship_date": "2026-12-01", "po_number": "PO-7781", "notes": "Deliver to dock 4",
		"lines":   []object{roses(4), {"source": "on_hand", "description": "Vase, glass", "units": 12, "unit_type": "each", "unit_price": "6.00"}},
		"charges": []object{{"code": "FREIGHT", "description": "Freight", "amount": "35.00"}},
		"taxes":   []object{{"name": "Sales tax", "rate": "7.0"}},
	}
	pending = b.show(shop, "placeOrder.order", "Goods on hand make an order", 201, "POST", "/v1/orders", web).At("orders/0/id").Text()
	b.show(shop, "placeOrder.order_and_prebook", "Goods on hand make an order, and future goods make a prebook", 201, "POST", "/v1/orders", object{
		"customer_code": "BLOOM", "ship_date": "2026-12-04", "lines": []object{roses(2), tulips(3)},
	})
	draft = b.ask(shop, "placeOrder.draft", "A cart in progress stays a draft", 201, "POST", "/v1/orders", object{
		"customer_code": "BLOOM", "ship_date": "2026-12-02", "checkout": false, "lines": []object{roses(1)},
	}).At("orders/0/id").Text()
	b.ask(sales, "placeOrder.phone", "Staff enter an order for a customer on the phone", 201, "POST", "/v1/orders", object{
		"customer_code": "PETAL", "origin": "P", "ship_date": "2026-12-01", "internal_notes": "Calls back about the vases", "lines": []object{roses(1)},
	})
	return draft, pending
}

func (b *exampleBook) reading(sales *servicetest.Client, pending string) {
	b.show(sales, "getOrder.pending", "A pending order with the actions of a salesperson", 200, "GET", apitest.At(pending), nil)
	b.show(sales, "listOrders.web", "Pending web orders", 200, "GET", "/v1/orders?origin=W&status=pending&limit=1", nil)
	b.show(sales, "listOrders.actions", "With allowed actions and a count", 200, "GET", "/v1/orders?origin=W&kind=order&limit=1&include=allowed_actions,count", nil)
	b.show(sales, "listOrders.facets", "With facets, the number of orders by value, and the sums of all of them", 200, "GET", "/v1/orders?q=petal&include=facets,totals", nil)
	b.show(sales, "listOrders.none", "Nothing found", 200, "GET", "/v1/orders?number=W999999", nil)
	b.show(sales, "listOrders.lines", "With the lines of each document", 200, "GET", "/v1/orders?sku=ROSE-FREEDOM-60&limit=1&include=lines", nil)
	b.sheet(sales, "exportOrders.csv", "A sheet: a header row, then a row for each document", "/v1/orders/export?origin=W&status=pending", "text/csv", rows(2))
	b.sheet(sales, "exportOrders.ndjson", "Lines of JSON, an OrderSummary each; here the first", "/v1/orders/export?format=ndjson&origin=W&status=pending", "application/x-ndjson", rows(1))
	b.show(sales, "listOrderLines.rose", "The grower has no such rose: which open documents have it?", 200, "GET", "/v1/order-lines?sku=ROSE-FREEDOM-60&status=draft,pending,checked_out&limit=2", nil)
	b.show(sales, "listOrderLines.day", "What must be packed for a day; here nothing is confirmed yet", 200, "GET", "/v1/order-lines?ship_date_from=2026-12-02&ship_date_to=2026-12-02&status=confirmed", nil)
	b.sheet(sales, "exportOrderLines.csv", "A sheet: a header row, then a row a line", "/v1/order-lines/export?sku=ROSE-FREEDOM-60", "text/csv", rows(2))
	b.sheet(sales, "exportOrderLines.ndjson", "Lines of JSON, an OrderLine each; here the first", "/v1/order-lines/export?format=ndjson&sku=ROSE-FREEDOM-60", "application/x-ndjson", rows(1))
	b.sheet(sales, "printOrder.order_sheet", "The sheet of an order that is not confirmed: the head of the page", apitest.At(pending, "print"), "text/html", head)
}

func (b *exampleBook) editing(sales *servicetest.Client, draft, pending string) {
	b.ask(sales, "updateOrder.dry_run", "A dry run shows the total with a discount", 200, "PATCH", apitest.At(pending)+"?dry_run=true", object{
		"charges": []object{{"code": "DISCOUNT", "amount": "-10.00"}},
	}, "If-Match", `"v1"`)
	b.prefer("updateOrder.header")
	b.show(sales, "updateOrder.header", "Another day, another carrier", 200, "PATCH", apitest.At(pending), object{"ship_date": "2026-12-02", "carrier": "Armellini"}, "If-Match", `"v1"`)
	kept := apitest.Details(sales, pending).At("lines/0/id").Text()
	b.ask(sales, "updateOrder.lines", "One line changed, one added, the others removed", 200, "PATCH", apitest.At(pending), object{
		"lines": []object{{"id": kept, "boxes": 5}, roses(1)},
	}, "If-Match", `"v2"`)
	vases := object{"description": "Vase, glass", "units": 12, "unit_type": "each", "unit_price": "6.00"}
	added := b.show(sales, "addLine.end", "One more line, at the end", 201, "POST", apitest.At(pending, "lines"), vases, "If-Match", `"v3"`).At("lines/2/id").Text()
	first := b.ask(sales, "addLine.first", "A line before the others", 201, "POST", apitest.At(pending, "lines"), apitest.But(vases, object{"position": 1}), "If-Match", `"v4"`).At("lines/0/id").Text()
	b.show(sales, "updateLine.boxes", "Six boxes instead of five; the other lines stay", 200, "PATCH", apitest.At(pending, "lines", kept), object{"boxes": 6}, "If-Match", `"v5"`)
	b.ask(sales, "updateLine.price", "Another price, and the mark removed", 200, "PATCH", apitest.At(pending, "lines", kept), object{"unit_price": "0.2200", "mark_code": nil}, "If-Match", `"v6"`)
	b.show(sales, "removeLine.removed", "The line is gone; the others stay", 200, "DELETE", apitest.At(pending, "lines", added), nil, "If-Match", `"v7"`)
	b.ask(sales, "removeLine.again", "Remove another line", 200, "DELETE", apitest.At(pending, "lines", first), nil, "If-Match", `"v8"`)
	b.show(sales, "checkoutOrder.order", "A draft becomes pending", 200, "POST", apitest.At(draft, "checkout"), object{})
}

func (b *exampleBook) money(sales, admin *servicetest.Client, id string) {
	b.show(sales, "getPaymentStatus.unpaid", "Without payments, the order shows the $", 200, "GET", apitest.At(id, "payment-status"), nil)
	card := object{"method": "card", "amount": "47.00", "reference": "ch_3PqLkJ2eZvKYlo2C", "paid_at": "2026-11-24T10:20:00Z"}
	charged := b.show(sales, "recordPayment.card", "Paid by card", 201, "POST", apitest.At(id, "payments"), card).At("payments/0/id").Text()
	b.show(sales, "recordPayment.again", "The gateway repeats the request: nothing changes", 200, "POST", apitest.At(id, "payments"), card)
	back := object{"method": "card", "amount": "2.00", "reference": "re_3PqLkJ2eZvKYlo2C", "payment_id": charged}
	b.show(admin, "recordRefund.card", "Money back to the card", 201, "POST", apitest.At(id, "refunds"), back)
	b.show(admin, "recordRefund.again", "The gateway repeats the request: nothing changes", 200, "POST", apitest.At(id, "refunds"), back)
	mistyped := b.ask(sales, "recordPayment.check", "A check, with a note", 201, "POST", apitest.At(id, "payments"), object{"method": "check", "amount": "4.70", "reference": "1042", "notes": "Mistyped"}).
		At("payments/2/id").Text()
	b.ask(admin, "recordRefund.correction", "A refund corrects a mistyped payment", 201, "POST", apitest.At(id, "refunds"), object{"method": "check", "amount": "4.70", "corrects": mistyped})
	b.ask(admin, "recordRefund.cash", "Money back", 201, "POST", apitest.At(id, "refunds"), object{"method": "cash", "amount": "7.00", "notes": "One bunch was bad"})
	b.show(sales, "listPayments.latest", "The latest payments of all orders", 200, "GET", "/v1/payments?limit=2", nil)
	b.show(sales, "listPayments.reference", "The payment with a reference of the gateway", 200, "GET", "/v1/payments?reference="+card["reference"].(string), nil)
	b.sheet(sales, "exportPayments.csv", "The ledger as a sheet", "/v1/payments/export?sort=recorded_at", "text/csv", rows(3))
	b.sheet(sales, "exportPayments.ndjson", "Lines of JSON, an OrderPayment each; here the first", "/v1/payments/export?format=ndjson&method=card", "application/x-ndjson", rows(1))
	b.show(sales, "getPaymentStatus.partially_paid", "Partly paid", 200, "GET", apitest.At(id, "payment-status"), nil)
}

func (b *exampleBook) confirming(sales *servicetest.Client, draft, pending string) {
	b.show(sales, "listOrderEmails.none", "A draft without e-mails", 200, "GET", apitest.At(draft, "emails"), nil)
	invoice := b.show(sales, "confirmOrder.confirmed", "Confirmed: the invoice is issued and its e-mail is queued", 200, "POST", apitest.At(pending, "confirm"), nil).At("invoice/id").Text()
	prebook := sales.Get("/v1/orders?kind=prebook").Is(200).At("data/0/id").Text()
	b.show(sales, "confirmOrders.best_effort", "Best effort: one confirmed, one already confirmed, one refused", 207, "POST", "/v1/orders/confirm", object{"ids": []string{draft, pending, prebook}})
	stale := sales.Get("/v1/orders?kind=order&status=pending&origin=W").Is(200).At("data/0/id").Text()
	b.show(sales, "confirmOrders.all_or_nothing", "All or nothing: one order changed, so none is confirmed", 207, "POST", "/v1/orders/confirm", object{
		"mode": "all_or_nothing", "orders": []object{{"id": stale, "version": 1}, {"id": pending, "version": 1}},
	})
	b.show(sales, "emailOrder.default", "The invoice again, to the customer's addresses", 202, "POST", apitest.At(pending, "email"), object{})
	b.show(sales, "emailOrder.to_others", "To an address of the customer and its salesperson, with a few words", 202, "POST", apitest.At(pending, "email"), object{
		"to": []string{"buyer@bloom.example"}, "cc": []string{"anna@rosefields.example"}, "subject": "Your invoice", "message": "As discussed.",
	})
	b.prefer("listOrderEmails.all")
	b.show(sales, "listOrderEmails.all", "Every e-mail about the order", 200, "GET", apitest.At(pending, "emails"), nil)
	b.show(sales, "listInvoices.of_order", "The invoice of an order", 200, "GET", "/v1/invoices?order_id="+pending, nil)
	b.show(sales, "listInvoices.none", "No invoices before a date", 200, "GET", "/v1/invoices?issued_to=2026-11-01", nil)
	b.show(sales, "listInvoices.open", "Open invoices, those that are due first", 200, "GET", "/v1/invoices?open=true&sort=due_date&limit=1", nil)
	b.sheet(sales, "exportInvoices.csv", "Invoices as a sheet", "/v1/invoices/export", "text/csv", whole)
	b.sheet(sales, "exportInvoices.ndjson", "Lines of JSON, an InvoiceSummary each; here the first", "/v1/invoices/export?format=ndjson", "application/x-ndjson", rows(1))
	b.show(sales, "getInvoice.issued", "An invoice, as it was issued", 200, "GET", "/v1/invoices/"+invoice, nil)
	b.sheet(sales, "getInvoicePDF.first_line", "The first line of the PDF file", "/v1/invoices/"+invoice+"/pdf", "application/pdf", firstLine)
	b.prefer("printOrder.invoice")
	b.sheet(sales, "printOrder.invoice", "The invoice, once there is one: the first line of the file", apitest.At(pending, "print"), "application/pdf", firstLine)
	b.show(sales, "listOrderEvents.page", "The first two events of a timeline", 200, "GET", apitest.At(pending, "events?limit=2"), nil)
}

func (b *exampleBook) prebooks(admin, sales, shop *servicetest.Client) {
	lines := shop.Post("/v1/orders", object{"customer_code": "BLOOM", "ship_date": "2026-12-08", "lines": []object{tulips(2), tulips(5)}}).Is(201)
	id, first := lines.At("orders/0/id").Text(), lines.At("orders/0/lines/0/id").Text()
	b.ask(shop, "checkoutOrder.lines", "The web shop checks out some lines of a prebook", 200, "POST", apitest.At(id, "checkout"), object{"line_ids": []string{first}})
	b.show(admin, "billOrder.lines", "Bill the goods that have arrived", 201, "POST", apitest.At(id, "bill"), object{"line_ids": []string{first}})
	sales.Post(apitest.At(id, "checkout"), object{}).Is(200)
	b.ask(admin, "billOrder.rest", "Bill every checked-out line", 201, "POST", apitest.At(id, "bill"), object{})
	b.show(sales, "getOrder.prebook", "A prebook whose lines are all billed", 200, "GET", apitest.At(id), nil)
}

func (b *exampleBook) ending(sales, admin *servicetest.Client, draft, pending, bloom string) {
	waiting := sales.Get("/v1/orders?kind=order&status=pending&customer_id=" + bloom).Is(200).At("data/0/id").Text()
	b.show(sales, "voidOrder.pending", "Void a pending order: there is no invoice to credit", 200, "POST", apitest.At(waiting, "void"), object{"reason": "Ordered twice"})
	b.show(sales, "listCreditNotes.none", "None so far", 200, "GET", "/v1/credit-notes", nil)
	note := b.ask(admin, "voidOrder.confirmed", "Void a confirmed order: a credit note is issued", 200, "POST", apitest.At(pending, "void"), object{"reason": "The truck broke down"}).At("credit_note/id").Text()
	b.prefer("listCreditNotes.all")
	b.show(sales, "listCreditNotes.all", "Credit notes, newest first", 200, "GET", "/v1/credit-notes?limit=1", nil)
	b.show(sales, "getCreditNote.issued", "A credit note, as it was issued", 200, "GET", "/v1/credit-notes/"+note, nil)
	b.ask(admin, "voidOrder.paid", "Void a partly paid order: refund the money separately", 200, "POST", apitest.At(draft, "void"), object{"reason": "Ordered twice"})
	b.sheet(sales, "exportCreditNotes.csv", "Credit notes as a sheet", "/v1/credit-notes/export", "text/csv", whole)
	b.sheet(sales, "exportCreditNotes.ndjson", "Lines of JSON, a CreditNoteSummary each; here the first", "/v1/credit-notes/export?format=ndjson", "application/x-ndjson", rows(1))
	b.sheet(sales, "getCreditNotePDF.first_line", "The first line of the PDF file", "/v1/credit-notes/"+note+"/pdf", "application/pdf", firstLine)
	b.sheet(sales, "printOrder.voided", "The invoice of a voided order, marked VOID: the head of the page", apitest.At(pending, "print"), "text/html", head)
	b.prefer("listOrderEvents.timeline")
	b.show(sales, "listOrderEvents.timeline", "The first events of an order, oldest first", 200, "GET", apitest.At(pending, "events?limit=4"), nil)
	b.prefer("listEvents.feed")
	b.s.AwaitFeed(b.t)
	b.show(sales, "listEvents.latest", "The end of the feed: take it before you read the lists", 200, "GET", "/v1/events?after=latest", nil)
	b.show(sales, "listEvents.feed", "The events behind a cursor; here without one, and of one type", 200, "GET", "/v1/events?types=order.confirmed&limit=1", nil)
	b.stream(sales)
	b.hook(sales, pending)
}

// stream reads one event of a stream.
func (b *exampleBook) stream(sales *servicetest.Client) {
	first := sales.Get("/v1/events?limit=1").Is(200).At("page/next_cursor").Text()
	const path = "/v1/events?types=order.confirmed"
	open := sales.Stream(path, "Last-Event-ID", first)
	event := open.Next(b.t)
	open.Leave()
	text, err := json.Marshal("retry: 1000\n\nid: YjFhLjc3OC4xMjM\ndata: " + b.renamed(event.Data) + "\n\n")
	require.NoError(b.t, err)
	b.keep(exchange{Operation: "listEvents", Name: "stream", Summary: "The beginning of a stream: the next event of one type", Call: "GET " + path, Status: 200, Media: "text/event-stream", Response: text})
}

// hook posts SendGrid's events about an e-mail.
func (b *exampleBook) hook(sales *servicetest.Client, id string) {
	email := sales.Get(apitest.At(id, "emails")).Is(200).At("data/0/id").Text()
	event := sendgridtest.Event{
		Email: "buyer@bloom.example", Timestamp: begin.Add(time.Hour).Unix(), SMTPID: "<14c5d75ce93@geopod-ismtpd-1>", MessageID: "14c5d75ce93.dfd.64b469", EmailID: email,
	}
	delivered, bounced := event, event
	delivered.Event, delivered.EventID, delivered.Response = "delivered", "ZGVsaXZlcmVk", "250 2.0.0 OK"
	bounced.Event, bounced.EventID, bounced.Type, bounced.Status = "bounce", "Ym91bmNl", "bounce", "5.1.1"
	bounced.Reason = "550 5.1.1 The email account that you tried to reach does not exist."
	b.events("delivered", "The recipient's server accepted the e-mail", delivered)
	b.events("bounced", "The recipient's server refused the e-mail", bounced)
}

// events posts events as SendGrid does and keeps them as an example.
func (b *exampleBook) events(name, summary string, events ...sendgridtest.Event) {
	b.t.Helper()
	raw, err := json.Marshal(events)
	require.NoError(b.t, err)
	var headers []string
	for header, values := range b.s.SendGrid.Sign(strconv.FormatInt(b.s.Clock.Now().Unix(), 10), raw) {
		headers = append(headers, header, values[0])
	}
	answer := b.s.Nobody(b.t).Do("POST", "/v1/hooks/sendgrid", raw, headers...)
	require.Equal(b.t, 204, answer.Status, "%s", answer.Body)
	b.keep(exchange{Operation: "receiveSendGridEvents", Name: name, Summary: summary, Call: "POST /v1/hooks/sendgrid", Status: 204, Request: raw})
}

// stopping records the readiness of an instance that must not get requests.
func (b *exampleBook) stopping() {
	b.ends.Store(true)
	b.show(b.s.Nobody(b.t), "readyz.draining", "The instance is stopping", 503, "GET", "/readyz", nil)
	b.ends.Store(false)
	b.s.Store.Close()
	b.show(b.s.Nobody(b.t), "readyz.unready", "The database is not reachable", 503, "GET", "/readyz", nil)
}
