package apitest

import "github.com/google/uuid"

// Request is what the matrix sends to an operation. It is valid, so only the matrix decides about a refusal.
type Request struct {
	Body  func(w *World, id string) any
	Thing string // which of the world's things its {id} names
}

// Requests has a request for every operation that needs a token. An operation without one fails the matrix.
func Requests() map[string]Request {
	nothing := func(*World, string) any { return nil }
	say := func(body Object) func(*World, string) any { return func(*World, string) any { return body } }
	online := func(*World, string) any { // a payment that a storefront may record too
		return Object{"method": "card", "amount": "1.00", "reference": uuid.NewString()}
	}
	return map[string]Request{
		"getMe": {Body: nothing}, "getOrderStates": {Body: nothing}, "getRoles": {Body: nothing},
		"placeOrder": {Body: say(Cart("BLOOM", Line("on_hand", 1)))},
		"listOrders": {Body: nothing}, "exportOrders": {Body: nothing},
		"confirmOrders": {Body: func(w *World, _ string) any {
			return Object{"ids": []string{w.Orders["mine pending"], w.Foreign["order"]}}
		}},
		"getOrder": {nothing, "order"}, "updateOrder": {say(Object{"carrier": "Armellini"}), "order"},
		"addLine": {func(w *World, id string) any {
			if w != nil && (id == w.Orders["mine prebook"] || id == w.Orders["staff's prebook"]) {
				return Line("k2k", 1)
			}
			return Line("on_hand", 1)
		}, "order"}, "updateLine": {say(Object{"mark_code": "BLM"}), "order"}, "removeLine": {nothing, "order"},
		"checkoutOrder": {nothing, "order"}, "confirmOrder": {nothing, "order"}, "voidOrder": {say(Object{"reason": "Ordered twice"}), "order"},
		"billOrder": {nothing, "order"}, "getPaymentStatus": {nothing, "order"}, "recordPayment": {online, "order"}, "recordRefund": {online, "order"},
		"printOrder": {nothing, "order"}, "emailOrder": {say(Object{}), "order"}, "listOrderEmails": {nothing, "order"}, "listOrderEvents": {nothing, "order"},
		"listEvents":     {Body: nothing},
		"listOrderLines": {Body: nothing}, "exportOrderLines": {Body: nothing}, "listPayments": {Body: nothing}, "exportPayments": {Body: nothing},
		"listInvoices": {Body: nothing}, "exportInvoices": {Body: nothing}, "getInvoice": {nothing, "invoice"}, "getInvoicePDF": {nothing, "invoice"},
		"listCreditNotes": {Body: nothing}, "exportCreditNotes": {Body: nothing}, "getCreditNote": {nothing, "credit note"}, "getCreditNotePDF": {nothing, "credit note"},
		"listCustomers": {Body: nothing}, "exportCustomers": {Body: nothing}, "getCustomer": {nothing, "customer"}, "updateCustomer": {say(Object{}), "customer"},
		"putCustomer":           {Body: say(Object{"name": "New"})},
		"createCustomer":        {Body: func(*World, string) any { return Object{"code": uuid.NewString(), "name": "New"} }},
		"listWebhookEndpoints":  {Body: nothing},
		"createWebhookEndpoint": {Body: say(Object{"url": "https://erp.example/orderdesk"})},
		"getWebhookEndpoint":    {nothing, "webhook endpoint"}, "updateWebhookEndpoint": {say(Object{"description": "ERP"}), "webhook endpoint"},
		"deleteWebhookEndpoint": {nothing, "old webhook endpoint"}, "rotateWebhookSecret": {say(Object{"force": true}), "webhook endpoint"}, "testWebhookEndpoint": {nothing, "webhook endpoint"},
		"listWebhookDeliveries": {nothing, "webhook endpoint"}, "redeliverWebhook": {nothing, "webhook endpoint"}, "replayWebhookEvents": {nothing, "webhook endpoint"},
		"getSettings": {Body: nothing}, "updateSettings": {Body: say(Object{})},
	}
}
