package main

// Bounds of answers that no tag of a request gives. Texts that come from requests are bounded there already: these are
// the longest of them by member, and those that the service words itself.

func lengthOf(path, property string) int {
	if n, ok := lengths[path]; ok {
		return n
	}
	if n, ok := lengths[property]; ok {
		return n
	}
	return 300
}

var lengths = map[string]int{
	"code": 50, "number": 40, "currency": 3, "carrier": 100, "po_number": 100, "external_reference": 100, "notes": 2000, "internal_notes": 2000,
	"message": 2000, "remedy": 500, "detail": 4000, "hash": 64, "logo": 140000, "subject": 200, "last_error": 2000, "reason": 500,
	"line1": 200, "line2": 200, "city": 100, "region": 100, "postal_code": 20, "country": 100, "phone": 50, "mark_code": 50, "sku": 100,
	"placed_by": 255, "confirmed_by": 255, "by": 255, "sub": 255, "recorded_by": 255, "checked_out_by": 255, "request_id": 64,
	"next_cursor": 1000, "prev_cursor": 1000, "instance": 2000, "type": 300, "title": 100, "field": 200, "pointer": 500, "cause": 500, "fix": 500,
	"address": 500, "sender": 200, "name": 200, "email": 254, "time_zone": 64, "terms": 100, "label": 100, "credit_note": 100, "to": 254, "cc": 254,
	"emails": 254, "meaning": 200, "description": 300, "when": 200, "credit_note_number_prefix": 20, "invoice_number_prefix": 20, "tax_id": 50,
}

func itemsOf(path, property string) int {
	if n, ok := items[path]; ok {
		return n
	}
	if n, ok := items[property]; ok {
		return n
	}
	return 500
}

var items = map[string]int{
	"data": 1000, "EmailPage.data": 10000, "ErrorList.data": 1000, "changes": 20000, "errors": 1000, "ship_tos": 100, "charges": 50, "taxes": 20,
	"payments": 10000, "emails": 20, "related": 1000,
}
