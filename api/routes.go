package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Routes is every operation of the service on one screen. The router, the tests of role x operation and the API
// document are made from it, so what is not here does not exist.
//
// HEAD comes with every GET, OPTIONS and 405 with every path.
func Routes() []Route {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch
	orders := orderQuery{}
	return []Route{
		// Method, path, operation | who | what it answers with | handler
		{Method: get, Path: "/livez", Operation: "livez", Auth: Public, handle: (*service).livez},
		{Method: get, Path: "/readyz", Operation: "readyz", Auth: Public, handle: (*service).readyz},

		{Method: get, Path: "/docs", Operation: "docs", Auth: Public, Undocumented: true, Produces: files, handle: (*service).docs},
		{Method: get, Path: "/docs/", Operation: "docsPage", Auth: Public, Undocumented: true, Produces: files, handle: (*service).docs},
		{Method: get, Path: "/docs/{file}", Operation: "docsFile", Auth: Public, Undocumented: true, Produces: files, handle: (*service).docs},
		{Method: get, Path: "/openapi.yaml", Operation: "openAPIYAML", Auth: Public, Undocumented: true, Produces: files, handle: (*service).openAPIYAML},
		{Method: get, Path: "/openapi.json", Operation: "openAPIJSON", Auth: Public, Undocumented: true, Produces: files, handle: (*service).openAPIJSON},

		{Method: get, Path: "/v1/errors", Operation: "listErrors", Auth: Public, Produces: pages, handle: (*service).listErrors},
		{Method: get, Path: "/v1/errors/{code}", Operation: "getError", Auth: Public, Produces: pages, handle: (*service).getError},

		{Method: get, Path: "/v1/me", Operation: "getMe", Auth: AnyToken, handle: (*service).me},

		{Method: post, Path: "/v1/orders", Operation: "placeOrder", Permission: may(order.Place), Key: KeyRequired, DryRun: true, handle: (*service).placeOrder},
		{Method: get, Path: "/v1/orders", Operation: "listOrders", Permission: may(order.View), Limit: Export, Query: orders, Produces: tables, handle: (*service).listOrders},
		{Method: post, Path: "/v1/orders/confirm", Operation: "confirmOrders", Permission: may(order.Confirm), Key: KeyHonoured, Limit: Export, DryRun: true, handle: (*service).confirmOrders},
		{Method: get, Path: "/v1/orders/{id}", Operation: "getOrder", Permission: may(order.View), handle: (*service).getOrder},
		{Method: patch, Path: "/v1/orders/{id}", Operation: "updateOrder", Permission: may(order.Edit), DryRun: true, handle: (*service).updateOrder},
		{Method: post, Path: "/v1/orders/{id}/checkout", Operation: "checkoutOrder", Permission: may(order.Checkout), Key: KeyHonoured, DryRun: true, handle: (*service).checkoutOrder},
		{Method: post, Path: "/v1/orders/{id}/confirm", Operation: "confirmOrder", Permission: may(order.Confirm), Key: KeyHonoured, DryRun: true, handle: (*service).confirmOrder},
		{Method: post, Path: "/v1/orders/{id}/void", Operation: "voidOrder", Permission: may(order.Void), Key: KeyHonoured, DryRun: true, handle: (*service).voidOrder},
		{Method: post, Path: "/v1/orders/{id}/bill", Operation: "billOrder", Permission: may(order.Bill), Key: KeyHonoured, DryRun: true, handle: (*service).billOrder},
		{Method: get, Path: "/v1/orders/{id}/payment-status", Operation: "getPaymentStatus", Permission: may(order.View), handle: (*service).getPaymentStatus},
		{Method: post, Path: "/v1/orders/{id}/payments", Operation: "recordPayment", Permission: may(order.Pay), Key: KeyRequired, DryRun: true, handle: (*service).recordPayment},
		{Method: post, Path: "/v1/orders/{id}/refunds", Operation: "recordRefund", Permission: may(order.Refund), Key: KeyRequired, DryRun: true, handle: (*service).recordRefund},
		{Method: get, Path: "/v1/orders/{id}/print", Operation: "printOrder", Permission: may(order.Print), Query: printQuery{}, Produces: papers, handle: (*service).printOrder},
		{Method: post, Path: "/v1/orders/{id}/email", Operation: "emailOrder", Permission: may(order.Email), Key: KeyRequired, DryRun: true, handle: (*service).emailOrder},
		{Method: get, Path: "/v1/orders/{id}/emails", Operation: "listOrderEmails", Permission: may(order.View), Query: emailQuery{}, handle: (*service).listEmails},
		{Method: get, Path: "/v1/orders/{id}/events", Operation: "listOrderEvents", Permission: may(order.View), Query: eventQuery{}, handle: (*service).listOrderEvents},

		{Method: get, Path: "/v1/invoices", Operation: "listInvoices", Permission: may(order.View), Limit: Export, Query: issuedQuery{}, Produces: sheets, handle: (*service).listInvoices},
		{Method: get, Path: "/v1/invoices/{id}", Operation: "getInvoice", Permission: may(order.View), handle: (*service).getInvoice},
		{Method: get, Path: "/v1/invoices/{id}/pdf", Operation: "getInvoicePDF", Permission: may(order.Print), Produces: papers[:1], handle: (*service).getInvoicePDF},
		{Method: get, Path: "/v1/credit-notes", Operation: "listCreditNotes", Permission: may(order.View), Limit: Export, Query: issuedQuery{}, Produces: sheets, handle: (*service).listCreditNotes},
		{Method: get, Path: "/v1/credit-notes/{id}", Operation: "getCreditNote", Permission: may(order.View), handle: (*service).getCreditNote},
		{Method: get, Path: "/v1/credit-notes/{id}/pdf", Operation: "getCreditNotePDF", Permission: may(order.Print), Produces: papers[:1], handle: (*service).getCreditNotePDF},

		{Method: get, Path: "/v1/customers", Operation: "listCustomers", Permission: auth.CustomersRead, Query: customerQuery{}, handle: (*service).listCustomers},
		{Method: post, Path: "/v1/customers", Operation: "createCustomer", Permission: auth.CustomersWrite, Key: KeyHonoured, handle: (*service).createCustomer},
		{Method: get, Path: "/v1/customers/{id}", Operation: "getCustomer", Permission: auth.CustomersRead, handle: (*service).getCustomer},
		{Method: patch, Path: "/v1/customers/{id}", Operation: "updateCustomer", Permission: auth.CustomersWrite, handle: (*service).updateCustomer},
		{Method: get, Path: "/v1/settings", Operation: "getSettings", Permission: auth.SettingsRead, handle: (*service).getSettings},
		{Method: patch, Path: "/v1/settings", Operation: "updateSettings", Permission: auth.SettingsWrite, handle: (*service).updateSettings},

		{Method: post, Path: "/v1/hooks/sendgrid", Operation: "receiveSendGridEvents", Auth: Public, handle: (*service).sendGridHook},
		{Method: get, Path: "/v1/meta/order-states", Operation: "getOrderStates", handle: (*service).orderStates},
		{Method: get, Path: "/v1/meta/roles", Operation: "getRoles", handle: (*service).roles},
	}
}

// may is an order action as a row of the role matrix.
func may(a order.Action) auth.Permission { return auth.Permission(a) }

// What is answered beside JSON; the first is the default.
var (
	papers = []string{mediaPDF, mediaHTML} //nolint:gochecknoglobals // constant lists
	sheets = []string{mediaJSON, mediaCSV}
	files  = []string{"*/*"} // whatever Accept says: there is one representation
)

var tables = []string{mediaJSON, mediaNDJSON, mediaCSV} //nolint:gochecknoglobals // a constant list

var pages = []string{mediaJSON, mediaHTML}
