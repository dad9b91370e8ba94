package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Routes is every operation of the service on one screen. The router, the tests of role x operation and the API
// document are made from it, so an operation that is not here does not exist. The files of the console, which is on in
// some services alone, are in browser.go.
//
// HEAD comes with every GET. OPTIONS and 405 come with every path.
func Routes() []Route {
	const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	public, anyToken, signed, member := caller{auth: web.Public}, caller{auth: web.AnyToken}, caller{auth: web.Signed}, caller{auth: web.Member}
	return []Route{
		// method, path, operation, who may call it, what it takes and answers, its handler, its options
		route(get, "/livez", "livez", public, livezSpec(), (*service).livez),
		route(get, "/readyz", "readyz", public, readyzSpec(), (*service).readyz),

		route(get, "/", "home", public, docsSpec(), (*service).home),
		route(get, "/docs", "docs", public, docsSpec(), (*service).docs),
		route(get, "/docs/", "docsPage", public, docsSpec(), (*service).docs),
		route(get, "/docs/{file}", "docsFile", public, docsSpec(), (*service).docs),
		route(get, "/openapi.yaml", "openAPIYAML", public, docsSpec(), (*service).openAPIYAML),
		route(get, "/openapi.json", "openAPIJSON", public, docsSpec(), (*service).openAPIJSON),

		route(get, "/v1/errors", "listErrors", public, listErrorsSpec(), (*service).listErrors),
		route(get, "/v1/errors/{code}", "getError", public, getErrorSpec(), (*service).getError),

		route(get, "/v1/me", "getMe", anyToken, getMeSpec(), (*service).getMe),

		route(post, "/v1/orders", "placeOrder", may(order.Place), placeOrderSpec(), (*service).placeOrder, keyRequired, dryRun),
		route(get, "/v1/orders", "listOrders", may(order.View), listOrdersSpec(), (*service).listOrders),
		route(get, "/v1/orders/export", "exportOrders", may(order.View), exportOrdersSpec(), (*service).exportOrders, exportLimit),
		route(post, "/v1/orders/confirm", "confirmOrders", may(order.Confirm), confirmOrdersSpec(), (*service).confirmOrders, keyHonoured, dryRun, exportLimit),
		route(get, "/v1/orders/{id}", "getOrder", may(order.View), getOrderSpec(), (*service).getOrder),
		route(patch, "/v1/orders/{id}", "updateOrder", may(order.Edit), updateOrderSpec(), (*service).updateOrder, keyHonoured, dryRun),
		route(post, "/v1/orders/{id}/lines", "addLine", may(order.Edit), addLineSpec(), (*service).addLine, keyHonoured, dryRun),
		route(patch, "/v1/orders/{id}/lines/{line_id}", "updateLine", may(order.Edit), updateLineSpec(), (*service).updateLine, keyHonoured, dryRun),
		route(del, "/v1/orders/{id}/lines/{line_id}", "removeLine", may(order.Edit), removeLineSpec(), (*service).removeLine, keyHonoured, dryRun),
		route(post, "/v1/orders/{id}/checkout", "checkoutOrder", may(order.Checkout), checkoutOrderSpec(), (*service).checkoutOrder, keyHonoured, dryRun),
		route(post, "/v1/orders/{id}/confirm", "confirmOrder", may(order.Confirm), confirmOrderSpec(), (*service).confirmOrder, keyHonoured, dryRun),
		route(post, "/v1/orders/{id}/void", "voidOrder", may(order.Void), voidOrderSpec(), (*service).voidOrder, keyHonoured, dryRun),
		route(post, "/v1/orders/{id}/bill", "billOrder", may(order.Bill), billOrderSpec(), (*service).billOrder, keyHonoured, dryRun),
		route(get, "/v1/orders/{id}/payment-status", "getPaymentStatus", may(order.View), getPaymentStatusSpec(), (*service).getPaymentStatus),
		route(post, "/v1/orders/{id}/payments", "recordPayment", may(order.Pay), recordPaymentSpec(), (*service).recordPayment, keyRequired, dryRun),
		route(post, "/v1/orders/{id}/refunds", "recordRefund", may(order.Refund), recordRefundSpec(), (*service).recordRefund, keyRequired, dryRun),
		route(get, "/v1/orders/{id}/print", "printOrder", may(order.Print), printOrderSpec(), (*service).printOrder),
		route(post, "/v1/orders/{id}/email", "emailOrder", may(order.Email), emailOrderSpec(), (*service).emailOrder, keyRequired, dryRun),
		route(get, "/v1/orders/{id}/emails", "listOrderEmails", may(order.View), listOrderEmailsSpec(), (*service).listOrderEmails),
		route(get, "/v1/orders/{id}/events", "listOrderEvents", may(order.View), listOrderEventsSpec(), (*service).listOrderEvents),

		route(get, "/v1/events", "listEvents", may(order.View), listEventsSpec(), (*service).listEvents, unlimited, onPrimary),

		route(get, "/v1/order-lines", "listOrderLines", may(order.View), listOrderLinesSpec(), (*service).listOrderLines),
		route(get, "/v1/order-lines/export", "exportOrderLines", may(order.View), exportOrderLinesSpec(), (*service).exportOrderLines, exportLimit),
		route(get, "/v1/payments", "listPayments", permitted(auth.PaymentsRead), listPaymentsSpec(), (*service).listPayments),
		route(get, "/v1/payments/export", "exportPayments", permitted(auth.PaymentsRead), exportPaymentsSpec(), (*service).exportPayments, exportLimit),

		route(get, "/v1/invoices", "listInvoices", may(order.View), listInvoicesSpec(), (*service).listInvoices),
		route(get, "/v1/invoices/export", "exportInvoices", may(order.View), exportInvoicesSpec(), (*service).exportInvoices, exportLimit),
		route(get, "/v1/invoices/{id}", "getInvoice", may(order.View), getInvoiceSpec(), (*service).getInvoice),
		route(get, "/v1/invoices/{id}/pdf", "getInvoicePDF", may(order.Print), getInvoicePDFSpec(), (*service).getInvoicePDF),
		route(get, "/v1/credit-notes", "listCreditNotes", may(order.View), listCreditNotesSpec(), (*service).listCreditNotes),
		route(get, "/v1/credit-notes/export", "exportCreditNotes", may(order.View), exportCreditNotesSpec(), (*service).exportCreditNotes, exportLimit),
		route(get, "/v1/credit-notes/{id}", "getCreditNote", may(order.View), getCreditNoteSpec(), (*service).getCreditNote),
		route(get, "/v1/credit-notes/{id}/pdf", "getCreditNotePDF", may(order.Print), getCreditNotePDFSpec(), (*service).getCreditNotePDF),

		route(get, "/v1/customers", "listCustomers", permitted(auth.CustomersRead), listCustomersSpec(), (*service).listCustomers),
		route(get, "/v1/customers/export", "exportCustomers", permitted(auth.CustomersRead), exportCustomersSpec(), (*service).exportCustomers, exportLimit),
		route(post, "/v1/customers", "createCustomer", permitted(auth.CustomersWrite), createCustomerSpec(), (*service).createCustomer, keyHonoured),
		route(get, "/v1/customers/{id}", "getCustomer", permitted(auth.CustomersRead), getCustomerSpec(), (*service).getCustomer),
		route(patch, "/v1/customers/{id}", "updateCustomer", permitted(auth.CustomersWrite), updateCustomerSpec(), (*service).updateCustomer, keyHonoured),
		route(put, "/v1/customers/by-code/{code}", "putCustomer", permitted(auth.CustomersWrite), putCustomerSpec(), (*service).putCustomer, keyHonoured),
		route(get, "/v1/settings", "getSettings", permitted(auth.SettingsRead), getSettingsSpec(), (*service).getSettings),
		route(patch, "/v1/settings", "updateSettings", permitted(auth.SettingsWrite), updateSettingsSpec(), (*service).updateSettings, keyHonoured),

		route(get, "/v1/webhook-endpoints", "listWebhookEndpoints", permitted(auth.WebhooksRead), listEndpointsSpec(), (*service).listEndpoints, onPrimary),
		route(post, "/v1/webhook-endpoints", "createWebhookEndpoint", permitted(auth.WebhooksWrite), createEndpointSpec(), (*service).createEndpoint, keyHonoured),
		route(get, "/v1/webhook-endpoints/{id}", "getWebhookEndpoint", permitted(auth.WebhooksRead), getEndpointSpec(), (*service).getEndpoint, onPrimary),
		route(patch, "/v1/webhook-endpoints/{id}", "updateWebhookEndpoint", permitted(auth.WebhooksWrite), updateEndpointSpec(), (*service).updateEndpoint, keyHonoured),
		route(del, "/v1/webhook-endpoints/{id}", "deleteWebhookEndpoint", permitted(auth.WebhooksWrite), deleteEndpointSpec(), (*service).deleteEndpoint, keyHonoured),
		route(post, "/v1/webhook-endpoints/{id}/rotate-secret", "rotateWebhookSecret", permitted(auth.WebhooksWrite), rotateEndpointSecretSpec(), (*service).rotateEndpointSecret, keyHonoured),
		route(post, "/v1/webhook-endpoints/{id}/test", "testWebhookEndpoint", permitted(auth.WebhooksWrite), testEndpointSpec(), (*service).testEndpoint),
		route(get, "/v1/webhook-endpoints/{id}/deliveries", "listWebhookDeliveries", permitted(auth.WebhooksRead), listDeliveriesSpec(), (*service).listDeliveries, onPrimary),
		route(post, "/v1/webhook-endpoints/{id}/deliveries/{delivery_id}/redeliver", "redeliverWebhook", permitted(auth.WebhooksWrite), redeliverSpec(), (*service).redeliver, keyHonoured),
		route(post, "/v1/webhook-endpoints/{id}/replay", "replayWebhookEvents", permitted(auth.WebhooksWrite), replayEventsSpec(), (*service).replayEvents, keyHonoured),

		route(post, "/v1/hooks/sendgrid", "receiveSendGridEvents", signed, receiveSendGridEventsSpec(), (*service).receiveSendGridEvents),
		route(get, "/v1/meta/order-states", "getOrderStates", member, getOrderStatesSpec(), (*service).getOrderStates),
		route(get, "/v1/meta/roles", "getRoles", member, getRolesSpec(), (*service).getRoles),
	}
}
