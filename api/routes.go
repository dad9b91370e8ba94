package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Route is one operation: its row of data, and its handler.
type Route struct {
	webRoute
	handle func(*service, request) error
}

// Routes is every operation of the service on one screen. The router, the tests of role x operation and the API
// document are made from it, so what is not here does not exist.
//
// HEAD comes with every GET, OPTIONS and 405 with every path.
func Routes() []Route {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch
	orders := orderQuery{}
	return []Route{
		// Method, path, operation | who | what it answers with | handler
		{webRoute{Method: get, Path: "/livez", Operation: "livez", Auth: Public}, (*service).livez},
		{webRoute{Method: get, Path: "/readyz", Operation: "readyz", Auth: Public}, (*service).readyz},

		{webRoute{Method: get, Path: "/docs", Operation: "docs", Auth: Public, Undocumented: true, Produces: files}, (*service).docs},
		{webRoute{Method: get, Path: "/docs/", Operation: "docsPage", Auth: Public, Undocumented: true, Produces: files}, (*service).docs},
		{webRoute{Method: get, Path: "/docs/{file}", Operation: "docsFile", Auth: Public, Undocumented: true, Produces: files}, (*service).docs},
		{webRoute{Method: get, Path: "/openapi.yaml", Operation: "openAPIYAML", Auth: Public, Undocumented: true, Produces: files}, (*service).openAPIYAML},
		{webRoute{Method: get, Path: "/openapi.json", Operation: "openAPIJSON", Auth: Public, Undocumented: true, Produces: files}, (*service).openAPIJSON},

		{webRoute{Method: get, Path: "/v1/errors", Operation: "listErrors", Auth: Public, Produces: pages}, (*service).listErrors},
		{webRoute{Method: get, Path: "/v1/errors/{code}", Operation: "getError", Auth: Public, Produces: pages}, (*service).getError},

		{webRoute{Method: get, Path: "/v1/me", Operation: "getMe", Auth: AnyToken}, (*service).me},

		{webRoute{Method: post, Path: "/v1/orders", Operation: "placeOrder", Permission: may(order.Place), Key: KeyRequired, DryRun: true}, (*service).placeOrder},
		{webRoute{Method: get, Path: "/v1/orders", Operation: "listOrders", Permission: may(order.View), Limit: Export, Query: orders, Produces: tables}, (*service).listOrders},
		{webRoute{Method: post, Path: "/v1/orders/confirm", Operation: "confirmOrders", Permission: may(order.Confirm), Key: KeyHonoured, Limit: Export, DryRun: true}, (*service).confirmOrders},
		{webRoute{Method: get, Path: "/v1/orders/{id}", Operation: "getOrder", Permission: may(order.View)}, (*service).getOrder},
		{webRoute{Method: patch, Path: "/v1/orders/{id}", Operation: "updateOrder", Permission: may(order.Edit), DryRun: true}, (*service).updateOrder},
		{webRoute{Method: post, Path: "/v1/orders/{id}/checkout", Operation: "checkoutOrder", Permission: may(order.Checkout), Key: KeyHonoured, DryRun: true}, (*service).checkoutOrder},
		{webRoute{Method: post, Path: "/v1/orders/{id}/confirm", Operation: "confirmOrder", Permission: may(order.Confirm), Key: KeyHonoured, DryRun: true}, (*service).confirmOrder},
		{webRoute{Method: post, Path: "/v1/orders/{id}/void", Operation: "voidOrder", Permission: may(order.Void), Key: KeyHonoured, DryRun: true}, (*service).voidOrder},
		{webRoute{Method: post, Path: "/v1/orders/{id}/bill", Operation: "billOrder", Permission: may(order.Bill), Key: KeyHonoured, DryRun: true}, (*service).billOrder},
		{webRoute{Method: get, Path: "/v1/orders/{id}/payment-status", Operation: "getPaymentStatus", Permission: may(order.View)}, (*service).getPaymentStatus},
		{webRoute{Method: post, Path: "/v1/orders/{id}/payments", Operation: "recordPayment", Permission: may(order.Pay), Key: KeyRequired, DryRun: true}, (*service).recordPayment},
		{webRoute{Method: post, Path: "/v1/orders/{id}/refunds", Operation: "recordRefund", Permission: may(order.Refund), Key: KeyRequired, DryRun: true}, (*service).recordRefund},
		{webRoute{Method: get, Path: "/v1/orders/{id}/print", Operation: "printOrder", Permission: may(order.Print), Query: printQuery{}, Produces: papers}, (*service).printOrder},
		{webRoute{Method: post, Path: "/v1/orders/{id}/email", Operation: "emailOrder", Permission: may(order.Email), Key: KeyRequired, DryRun: true}, (*service).emailOrder},
		{webRoute{Method: get, Path: "/v1/orders/{id}/emails", Operation: "listOrderEmails", Permission: may(order.View), Query: emailQuery{}}, (*service).listEmails},
		{webRoute{Method: get, Path: "/v1/orders/{id}/events", Operation: "listOrderEvents", Permission: may(order.View), Query: eventQuery{}}, (*service).listOrderEvents},

		{webRoute{Method: get, Path: "/v1/invoices", Operation: "listInvoices", Permission: may(order.View), Limit: Export, Query: issuedQuery{}, Produces: sheets}, (*service).listInvoices},
		{webRoute{Method: get, Path: "/v1/invoices/{id}", Operation: "getInvoice", Permission: may(order.View)}, (*service).getInvoice},
		{webRoute{Method: get, Path: "/v1/invoices/{id}/pdf", Operation: "getInvoicePDF", Permission: may(order.Print), Produces: papers[:1]}, (*service).getInvoicePDF},
		{webRoute{Method: get, Path: "/v1/credit-notes", Operation: "listCreditNotes", Permission: may(order.View), Limit: Export, Query: issuedQuery{}, Produces: sheets}, (*service).listCreditNotes},
		{webRoute{Method: get, Path: "/v1/credit-notes/{id}", Operation: "getCreditNote", Permission: may(order.View)}, (*service).getCreditNote},
		{webRoute{Method: get, Path: "/v1/credit-notes/{id}/pdf", Operation: "getCreditNotePDF", Permission: may(order.Print), Produces: papers[:1]}, (*service).getCreditNotePDF},

		{webRoute{Method: get, Path: "/v1/customers", Operation: "listCustomers", Permission: auth.CustomersRead, Query: customerQuery{}}, (*service).listCustomers},
		{webRoute{Method: post, Path: "/v1/customers", Operation: "createCustomer", Permission: auth.CustomersWrite, Key: KeyHonoured}, (*service).createCustomer},
		{webRoute{Method: get, Path: "/v1/customers/{id}", Operation: "getCustomer", Permission: auth.CustomersRead}, (*service).getCustomer},
		{webRoute{Method: patch, Path: "/v1/customers/{id}", Operation: "updateCustomer", Permission: auth.CustomersWrite}, (*service).updateCustomer},
		{webRoute{Method: get, Path: "/v1/settings", Operation: "getSettings", Permission: auth.SettingsRead}, (*service).getSettings},
		{webRoute{Method: patch, Path: "/v1/settings", Operation: "updateSettings", Permission: auth.SettingsWrite}, (*service).updateSettings},

		{webRoute{Method: post, Path: "/v1/hooks/sendgrid", Operation: "receiveSendGridEvents", Auth: Public}, (*service).sendGridHook},
		{webRoute{Method: get, Path: "/v1/meta/order-states", Operation: "getOrderStates"}, (*service).orderStates},
		{webRoute{Method: get, Path: "/v1/meta/roles", Operation: "getRoles"}, (*service).roles},
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
