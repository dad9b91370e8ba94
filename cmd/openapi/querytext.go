package main

import "github.com/orderdesk/orderdesk/api"

// queryText is what a query parameter is for: listOrders.number, or where all operations mean the same, limit. One
// without a text is a defect that the tests find.
func queryText(r api.Route, name string) string { return ofOperation(queryTexts, r, name) }

// queryExample is a value of the parameter; nil where there is none to show.
func queryExample(r api.Route, name string) any { return ofOperation(queryExamples, r, name) }

func ofOperation[T any](table map[string]T, r api.Route, name string) T {
	if own, ok := table[r.Operation+"."+name]; ok {
		return own
	}
	return table[name]
}

var queryTexts = map[string]string{
	"origin":                 "How the documents came in: the letter W, P, S, X or the name web, phone, standing, external. Several, separated by commas.",
	"kind":                   "Orders, prebooks, or both.",
	"status":                 "Several, separated by commas.",
	"payment_status":         "Several, separated by commas.",
	"payment_indicator":      "$: unpaid web orders of customers who must pay by card.",
	"customer_id":            "Of these customers.",
	"customer_code":          "Of the customers with these codes, in any case.",
	"salesperson":            "The salesperson's e-mail address, or me.",
	"listOrders.number":      "The screen's Order field, in any case: W is all web orders; W000123 and W123 are one; 123 is whichever has it. Several, separated by commas.",
	"listInvoices.number":    "The whole number, in any case. Several, separated by commas.",
	"listCreditNotes.number": "The whole number, in any case. Several, separated by commas.",
	"external_reference":     "The storefront's own id of the cart.",
	"checkout_id":            "The documents of one cart.",
	"listOrders.q":           "The beginning of number, customer code or name, PO number or reference, ignoring case.",
	"listInvoices.q":         "The beginning of the invoice's number, or of the customer's code or name, ignoring case.",
	"listCreditNotes.q":      "The beginning of the credit note's number, or of the customer's code or name, ignoring case.",
	"listCustomers.q":        "The beginning of code or name, ignoring case.",
	"ship_date_from":         "Shipping on this day or later.",
	"ship_date_to":           "Shipping on this day or earlier.",
	"placed_from":            "Placed at this time or later; a date is the company's day.",
	"placed_to":              "Placed at this time or earlier; a date is the whole of the company's day.",
	"total_min":              "With at least this total.",
	"total_max":              "With at most this total.",
	"updated_since":          "Changed at this time or later. Use page.synced_until of the last answer: nothing appears behind it later.",
	"email_status":           "Of the newest letter to the customer.",
	"listOrders.sort":        "What to sort by; - reverses. Without it, -placed_at: the latest first.",
	"listInvoices.sort":      "What to sort by; - reverses.",
	"listCreditNotes.sort":   "What to sort by; - reverses.",
	"include":                "What to answer beside the rows: allowed_actions, count (page.total), facets (page.facets).",
	"limit":                  "How many rows a page has at most.",
	"cursor":                 "page.next_cursor or page.prev_cursor of a page of this list, with the same filters and sort.",
	"code":                   "The whole code, in any case.",
	"order_id":               "Of these orders.",
	"issued_from":            "Issued at this time or later; a date is the company's day.",
	"issued_to":              "Issued at this time or earlier; a date is the whole of the company's day.",
	"format":                 "Goes before Accept.",
	"size":                   "The sheet that the PDF is laid out for.",
	"batch_id":               "What this bulk confirm did.",
}

var queryExamples = map[string]any{
	"origin": "W", "kind": "order", "status": "pending", "payment_status": "unpaid", "payment_indicator": "$", "customer_code": "BLOOM", "salesperson": "me",
	"listOrders.number": "W000123", "listInvoices.number": "INV-000042", "listCreditNotes.number": "CN-000007", "q": "bloom",
	"ship_date_from": "2026-12-01", "ship_date_to": "2026-12-07", "placed_from": "2026-11-01", "placed_to": "2026-11-30",
	"total_min": "100.00", "total_max": "5000.00", "updated_since": "2026-11-24T10:00:00Z", "email_status": "bounced", "listOrders.sort": "-placed_at", "listInvoices.sort": "number", "listCreditNotes.sort": "number", "include": "count",
	"limit": float64(50), "format": "pdf", "size": "a4", "issued_from": "2026-11-01", "issued_to": "2026-11-30", "external_reference": "shop-cart-9931",
}
