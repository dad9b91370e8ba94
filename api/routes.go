package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
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
		{web.Route{Method: get, Path: "/livez", Operation: "livez", Auth: web.Public}, (*service).livez},
		{web.Route{Method: get, Path: "/readyz", Operation: "readyz", Auth: web.Public}, (*service).readyz},

		{web.Route{Method: get, Path: "/docs", Operation: "docs", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/docs/", Operation: "docsPage", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/docs/{file}", Operation: "docsFile", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/openapi.yaml", Operation: "openAPIYAML", Auth: web.Public, Undocumented: true, Produces: files}, (*service).openAPIYAML},
		{web.Route{Method: get, Path: "/openapi.json", Operation: "openAPIJSON", Auth: web.Public, Undocumented: true, Produces: files}, (*service).openAPIJSON},

		{web.Route{Method: get, Path: "/v1/errors", Operation: "listErrors", Auth: web.Public, Produces: pages}, (*service).listErrors},
		{web.Route{Method: get, Path: "/v1/errors/{code}", Operation: "getError", Auth: web.Public, Produces: pages}, (*service).getError},

		{web.Route{Method: get, Path: "/v1/me", Operation: "getMe", Auth: web.AnyToken}, (*service).me},

		{web.Route{Method: post, Path: "/v1/orders", Operation: "placeOrder", Permission: may(order.Place), Key: web.KeyRequired, DryRun: true}, (*service).placeOrder},
		{web.Route{Method: get, Path: "/v1/orders", Operation: "listOrders", Permission: may(order.View), Limit: web.Export, Query: orders, Produces: tables}, (*service).listOrders},
		{web.Route{Method: post, Path: "/v1/orders/confirm", Operation: "confirmOrders", Permission: may(order.Confirm), Key: web.KeyHonoured, Limit: web.Export, DryRun: true}, (*service).confirmOrders},
		{web.Route{Method: get, Path: "/v1/orders/{id}", Operation: "getOrder", Permission: may(order.View)}, (*service).getOrder},
		{web.Route{Method: patch, Path: "/v1/orders/{id}", Operation: "updateOrder", Permission: may(order.Edit), DryRun: true}, (*service).updateOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/checkout", Operation: "checkoutOrder", Permission: may(order.Checkout), Key: web.KeyHonoured, DryRun: true}, (*service).checkoutOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/confirm", Operation: "confirmOrder", Permission: may(order.Confirm), Key: web.KeyHonoured, DryRun: true}, (*service).confirmOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/void", Operation: "voidOrder", Permission: may(order.Void), Key: web.KeyHonoured, DryRun: true}, (*service).voidOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/bill", Operation: "billOrder", Permission: may(order.Bill), Key: web.KeyHonoured, DryRun: true}, (*service).billOrder},
		{web.Route{Method: get, Path: "/v1/orders/{id}/payment-status", Operation: "getPaymentStatus", Permission: may(order.View)}, (*service).getPaymentStatus},
		{web.Route{Method: post, Path: "/v1/orders/{id}/payments", Operation: "recordPayment", Permission: may(order.Pay), Key: web.KeyRequired, DryRun: true}, (*service).recordPayment},
		{web.Route{Method: post, Path: "/v1/orders/{id}/refunds", Operation: "recordRefund", Permission: may(order.Refund), Key: web.KeyRequired, DryRun: true}, (*service).recordRefund},
		{web.Route{Method: get, Path: "/v1/orders/{id}/print", Operation: "printOrder", Permission: may(order.Print), Query: printQuery{}, Produces: papers}, (*service).printOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/email", Operation: "emailOrder", Permission: may(order.Email), Key: web.KeyRequired, DryRun: true}, (*service).emailOrder},
		{web.Route{Method: get, Path: "/v1/orders/{id}/emails", Operation: "listOrderEmails", Permission: may(order.View), Query: emailQuery{}}, (*service).listEmails},
		{web.Route{Method: get, Path: "/v1/orders/{id}/events", Operation: "listOrderEvents", Permission: may(order.View), Query: eventQuery{}}, (*service).listOrderEvents},

		{web.Route{Method: get, Path: "/v1/invoices", Operation: "listInvoices", Permission: may(order.View), Limit: web.Export, Query: issuedQuery{}, Produces: sheets}, (*service).listInvoices},
		{web.Route{Method: get, Path: "/v1/invoices/{id}", Operation: "getInvoice", Permission: may(order.View)}, (*service).getInvoice},
		{web.Route{Method: get, Path: "/v1/invoices/{id}/pdf", Operation: "getInvoicePDF", Permission: may(order.Print), Produces: papers[:1]}, (*service).getInvoicePDF},
		{web.Route{Method: get, Path: "/v1/credit-notes", Operation: "listCreditNotes", Permission: may(order.View), Limit: web.Export, Query: issuedQuery{}, Produces: sheets}, (*service).listCreditNotes},
		{web.Route{Method: get, Path: "/v1/credit-notes/{id}", Operation: "getCreditNote", Permission: may(order.View)}, (*service).getCreditNote},
		{web.Route{Method: get, Path: "/v1/credit-notes/{id}/pdf", Operation: "getCreditNotePDF", Permission: may(order.Print), Produces: papers[:1]}, (*service).getCreditNotePDF},

		{web.Route{Method: get, Path: "/v1/customers", Operation: "listCustomers", Permission: auth.CustomersRead, Query: customerQuery{}}, (*service).listCustomers},
		{web.Route{Method: post, Path: "/v1/customers", Operation: "createCustomer", Permission: auth.CustomersWrite, Key: web.KeyHonoured}, (*service).createCustomer},
		{web.Route{Method: get, Path: "/v1/customers/{id}", Operation: "getCustomer", Permission: auth.CustomersRead}, (*service).getCustomer},
		{web.Route{Method: patch, Path: "/v1/customers/{id}", Operation: "updateCustomer", Permission: auth.CustomersWrite}, (*service).updateCustomer},
		{web.Route{Method: get, Path: "/v1/settings", Operation: "getSettings", Permission: auth.SettingsRead}, (*service).getSettings},
		{web.Route{Method: patch, Path: "/v1/settings", Operation: "updateSettings", Permission: auth.SettingsWrite}, (*service).updateSettings},

		{web.Route{Method: post, Path: "/v1/hooks/sendgrid", Operation: "receiveSendGridEvents", Auth: web.Public}, (*service).sendGridHook},
		{web.Route{Method: get, Path: "/v1/meta/order-states", Operation: "getOrderStates"}, (*service).orderStates},
		{web.Route{Method: get, Path: "/v1/meta/roles", Operation: "getRoles"}, (*service).roles},
	}
}

// may is an order action as a row of the role matrix.
func may(a order.Action) auth.Permission { return auth.Permission(a) }

// What is answered beside JSON; the first is the default.
var (
	papers = []string{web.MediaPDF, web.MediaHTML} //nolint:gochecknoglobals // constant lists
	sheets = []string{web.MediaJSON, web.MediaCSV}
	files  = []string{"*/*"} // whatever Accept says: there is one representation
)

var tables = []string{web.MediaJSON, web.MediaNDJSON, web.MediaCSV} //nolint:gochecknoglobals // a constant list

var pages = []string{web.MediaJSON, web.MediaHTML}
