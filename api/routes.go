package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
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
		{web.Route{Method: get, Path: "/livez", Operation: "livez", Auth: web.Public,
			Answers: answersOK(livenessBody{})}, (*service).livez},
		{web.Route{Method: get, Path: "/readyz", Operation: "readyz", Auth: web.Public,
			Answers: []web.Answer{{Status: http.StatusOK, Body: readinessBody{}}, {Status: http.StatusServiceUnavailable, Body: readinessBody{}}}}, (*service).readyz},

		{web.Route{Method: get, Path: "/docs", Operation: "docs", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/docs/", Operation: "docsPage", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/docs/{file}", Operation: "docsFile", Auth: web.Public, Undocumented: true, Produces: files}, (*service).docs},
		{web.Route{Method: get, Path: "/openapi.yaml", Operation: "openAPIYAML", Auth: web.Public, Undocumented: true, Produces: files}, (*service).openAPIYAML},
		{web.Route{Method: get, Path: "/openapi.json", Operation: "openAPIJSON", Auth: web.Public, Undocumented: true, Produces: files}, (*service).openAPIJSON},

		{web.Route{Method: get, Path: "/v1/errors", Operation: "listErrors", Auth: web.Public, Produces: pages,
			Answers: answersOK(errorListBody{})}, (*service).listErrors},
		{web.Route{Method: get, Path: "/v1/errors/{code}", Operation: "getError", Auth: web.Public, Produces: pages,
			Answers: answersOK(errorBody{}), Refuses: refusesWith(fault.ErrorNotFound)}, (*service).getError},

		{web.Route{Method: get, Path: "/v1/me", Operation: "getMe", Auth: web.AnyToken,
			Answers: answersOK(meBody{})}, (*service).me},

		{web.Route{Method: post, Path: "/v1/orders", Operation: "placeOrder", Permission: may(order.Place), Key: web.KeyRequired, DryRun: true,
			Body: cartBody{}, Answers: answersCreated(placedBody{}), Version: web.Tagged, Refuses: refusesWith(fault.ExternalReferenceTaken)}, (*service).placeOrder},
		{web.Route{Method: get, Path: "/v1/orders", Operation: "listOrders", Permission: may(order.View), Limit: web.Export, Query: orders, Produces: tables,
			Answers: answersOK(orderPage{}), Columns: orderTable.Names}, (*service).listOrders},
		{web.Route{Method: post, Path: "/v1/orders/confirm", Operation: "confirmOrders", Permission: may(order.Confirm), Key: web.KeyHonoured, Limit: web.Export, DryRun: true,
			Body: confirmManyBody{}, Answers: []web.Answer{{Status: http.StatusMultiStatus, Body: batchBody{}}}}, (*service).confirmOrders},
		{web.Route{Method: get, Path: "/v1/orders/{id}", Operation: "getOrder", Permission: may(order.View),
			Answers: answersOK(orderBody{}), Version: web.Tagged}, (*service).getOrder},
		{web.Route{Method: patch, Path: "/v1/orders/{id}", Operation: "updateOrder", Permission: may(order.Edit), DryRun: true,
			Body: orderPatch{}, Answers: answersOK(orderBody{}), Version: web.Tagged, Refuses: refusesWith(fault.LineNotEditable)}, (*service).updateOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/checkout", Operation: "checkoutOrder", Permission: may(order.Checkout), Key: web.KeyHonoured, DryRun: true,
			Body: lineIDsBody{}, BodyOptional: true, Answers: answersOK(checkedOutBody{}), Version: web.Tagged}, (*service).checkoutOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/confirm", Operation: "confirmOrder", Permission: may(order.Confirm), Key: web.KeyHonoured, DryRun: true,
			BodyOptional: true, Answers: answersOK(confirmedBody{}), Version: web.Tagged}, (*service).confirmOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/void", Operation: "voidOrder", Permission: may(order.Void), Key: web.KeyHonoured, DryRun: true,
			Body: reasonBody{}, Answers: answersOK(voidedBody{}), Version: web.Tagged}, (*service).voidOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/bill", Operation: "billOrder", Permission: may(order.Bill), Key: web.KeyHonoured, DryRun: true,
			Body: lineIDsBody{}, BodyOptional: true, Answers: answersCreated(orderBody{}), Version: web.Tagged}, (*service).billOrder},
		{web.Route{Method: get, Path: "/v1/orders/{id}/payment-status", Operation: "getPaymentStatus", Permission: may(order.View),
			Answers: answersOK(paymentStatusBody{}), Version: web.Tagged}, (*service).getPaymentStatus},
		{web.Route{Method: post, Path: "/v1/orders/{id}/payments", Operation: "recordPayment", Permission: may(order.Pay), Key: web.KeyRequired, DryRun: true,
			Body: newPaymentBody{}, Answers: recorded(paymentStatusBody{}), Version: web.Tagged, Refuses: refusesWith(fault.PaymentReferenceTaken)}, (*service).recordPayment},
		{web.Route{Method: post, Path: "/v1/orders/{id}/refunds", Operation: "recordRefund", Permission: may(order.Refund), Key: web.KeyRequired, DryRun: true,
			Body: newRefundBody{}, Answers: recorded(paymentStatusBody{}), Version: web.Tagged, Refuses: refusesWith(fault.PaymentReferenceTaken)}, (*service).recordRefund},
		{web.Route{Method: get, Path: "/v1/orders/{id}/print", Operation: "printOrder", Permission: may(order.Print), Query: printQuery{}, Produces: papers,
			Answers: answersOK(nil)}, (*service).printOrder},
		{web.Route{Method: post, Path: "/v1/orders/{id}/email", Operation: "emailOrder", Permission: may(order.Email), Key: web.KeyRequired, DryRun: true,
			Body: newEmailBody{}, BodyOptional: true, Answers: []web.Answer{{Status: http.StatusAccepted, Body: emailBody{}}}, Refuses: refusesWith(fault.EmailLimitReached)}, (*service).emailOrder},
		{web.Route{Method: get, Path: "/v1/orders/{id}/emails", Operation: "listOrderEmails", Permission: may(order.View), Query: emailQuery{},
			Answers: answersOK(emailPage{})}, (*service).listEmails},
		{web.Route{Method: get, Path: "/v1/orders/{id}/events", Operation: "listOrderEvents", Permission: may(order.View), Query: eventQuery{},
			Answers: answersOK(eventPage{})}, (*service).listOrderEvents},

		{web.Route{Method: get, Path: "/v1/invoices", Operation: "listInvoices", Permission: may(order.View), Limit: web.Export, Query: issuedQuery{}, Produces: sheets,
			Answers: answersOK(invoicePage{}), Columns: invoiceTable.Names}, (*service).listInvoices},
		{web.Route{Method: get, Path: "/v1/invoices/{id}", Operation: "getInvoice", Permission: may(order.View),
			Answers: answersOK(invoiceBody{}), Version: web.Conditional, Refuses: refusesWith(fault.InvoiceNotFound)}, (*service).getInvoice},
		{web.Route{Method: get, Path: "/v1/invoices/{id}/pdf", Operation: "getInvoicePDF", Permission: may(order.Print), Produces: papers[:1],
			Answers: answersOK(nil), Refuses: refusesWith(fault.InvoiceNotFound)}, (*service).getInvoicePDF},
		{web.Route{Method: get, Path: "/v1/credit-notes", Operation: "listCreditNotes", Permission: may(order.View), Limit: web.Export, Query: issuedQuery{}, Produces: sheets,
			Answers: answersOK(creditNotePage{}), Columns: creditNoteTable.Names}, (*service).listCreditNotes},
		{web.Route{Method: get, Path: "/v1/credit-notes/{id}", Operation: "getCreditNote", Permission: may(order.View),
			Answers: answersOK(creditNoteBody{}), Version: web.Conditional, Refuses: refusesWith(fault.CreditNoteNotFound)}, (*service).getCreditNote},
		{web.Route{Method: get, Path: "/v1/credit-notes/{id}/pdf", Operation: "getCreditNotePDF", Permission: may(order.Print), Produces: papers[:1],
			Answers: answersOK(nil), Refuses: refusesWith(fault.CreditNoteNotFound)}, (*service).getCreditNotePDF},

		{web.Route{Method: get, Path: "/v1/customers", Operation: "listCustomers", Permission: auth.CustomersRead, Query: customerQuery{},
			Answers: answersOK(customerPage{})}, (*service).listCustomers},
		{web.Route{Method: post, Path: "/v1/customers", Operation: "createCustomer", Permission: auth.CustomersWrite, Key: web.KeyHonoured,
			Body: newCustomerBody{}, Answers: answersCreated(customerBody{}), Version: web.Tagged, Refuses: refusesWith(fault.CustomerCodeTaken)}, (*service).createCustomer},
		{web.Route{Method: get, Path: "/v1/customers/{id}", Operation: "getCustomer", Permission: auth.CustomersRead,
			Answers: answersOK(customerBody{}), Version: web.Conditional, Refuses: refusesWith(fault.CustomerNotFound)}, (*service).getCustomer},
		{web.Route{Method: patch, Path: "/v1/customers/{id}", Operation: "updateCustomer", Permission: auth.CustomersWrite,
			Body: customerPatch{}, Answers: answersOK(customerBody{}), Version: web.Tagged, Refuses: refusesWith(fault.CustomerNotFound, fault.CustomerChanged, fault.CustomerCodeTaken)}, (*service).updateCustomer},
		{web.Route{Method: get, Path: "/v1/settings", Operation: "getSettings", Permission: auth.SettingsRead,
			Answers: answersOK(settingsBody{}), Version: web.Conditional}, (*service).getSettings},
		{web.Route{Method: patch, Path: "/v1/settings", Operation: "updateSettings", Permission: auth.SettingsWrite,
			Body: settingsPatch{}, Answers: answersOK(settingsBody{}), Version: web.Tagged, Refuses: refusesWith(fault.SettingsChanged)}, (*service).updateSettings},

		{web.Route{Method: post, Path: "/v1/hooks/sendgrid", Operation: "receiveSendGridEvents", Auth: web.Signed,
			Body: []sendGridEvent{}, Answers: []web.Answer{{Status: http.StatusNoContent}}, Refuses: hookCodes}, (*service).sendGridHook},
		{web.Route{Method: get, Path: "/v1/meta/order-states", Operation: "getOrderStates",
			Answers: answersOK(orderStatesBody{})}, (*service).orderStates},
		{web.Route{Method: get, Path: "/v1/meta/roles", Operation: "getRoles",
			Answers: answersOK(rolesBody{})}, (*service).roles},
	}
}

func answersOK(body any) []web.Answer { return []web.Answer{{Status: http.StatusOK, Body: body}} }

func answersCreated(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body, Location: true}}
}

// recorded is a row added to a list, or one that was there before.
func recorded(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body}, {Status: http.StatusOK, Body: body}}
}

// refusesWith is a list of error codes.
func refusesWith(list ...fault.Code) []fault.Code { return list }

// hookCodes is what another service may be told: an e-mail's turn is a write of the desk, though no caller's.
var hookCodes = refusesWith(fault.SignatureInvalid, fault.BodyTooLarge, fault.JSONMalformed, fault.DatabaseUnavailable, fault.RequestTimeout, //nolint:gochecknoglobals // a constant list
	fault.OutcomeUnknown, fault.OrderLocked)

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
