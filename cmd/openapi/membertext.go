package main

// memberText describes a member of a schema that has no words of its own. One word means one thing everywhere in this
// API, so one table by name serves; where a schema means something else, its own line goes first.
func memberText(schema, property string) string {
	if text, ok := memberTexts[schema+"."+property]; ok {
		return text
	}
	return memberTexts[property]
}

var memberTexts = map[string]string{
	"id": "A UUIDv7, for good.", "order_id": "The document.", "company_id": "The seller company.", "checkout_id": "The cart that the document came from; both documents of a cart share it.",
	"customer_id": "The customer, or customer_code.", "customer_code": "The customer's code in any case, or customer_id.", "customer": "Who buys, as named when the document was placed.",
	"kind": "order or prebook.", "Email.kind": "What the letter is about.", "Payment.kind": "Money in or money back.", "number": "As people see it.", "sequence": "1, 2, 3 … per company, without a gap.",
	"origin": "How the document came in.", "code": "A stable code.", "Customer.code": "Unique in the company, whatever the case of its letters.", "NewCustomer.code": "Unique in the company, whatever the case of its letters.",
	"CustomerPatch.code": "Unique in the company, whatever the case of its letters.",
	"Charge.code":        "The company's own code of the charge.", "Origin.code": "The letter on the screen.", "Tax.name": "As printed.", "name": "As people write it.",
	"status": "Where it stands.", "status_label": "The status as people see it.", "payment_status": "Derived from the ledger, never set by hand.",
	"payment_indicator": "$ on an unpaid web order of a customer who must pay by card; otherwise null.", "salesperson": "Who looks after the customer.", "placed_by": "The subject that placed it.",
	"external_reference": "The storefront's own id of the cart; one per company, for good.", "ship_date": "The day the goods leave (a prebook's truck date).", "carrier": "Who carries the goods.",
	"ship_to": "Where the goods go.", "po_number": "The customer's purchase order.", "notes": "Printed on the document.", "Line.notes": "Printed below the line.", "CartLine.notes": "Printed below the line.",
	"internal_notes": "For staff; never printed, mailed or shown to a storefront.", "currency": "ISO 4217; the company's.", "subtotal": "The sum of the lines.",
	"charges_total": "The sum of the charges; negative where discounts are larger.", "taxes_total": "The sum of the taxes.", "total": "subtotal + charges_total + taxes_total.",
	"paid": "What was paid, mistyped payments taken back.", "refunded": "What was refunded.", "balance": "What is due less what is paid net; negative where too much was paid.",
	"total_boxes": "The sum of the boxes.", "total_fbe": "Full-box equivalents: boxes times 1, 0.5, 0.25 or 0.125.", "total_units": "The sum of the quantities.",
	"progress": "How far the lines of a prebook are.", "checked_out": "Lines checked out, billed ones among them.", "CartLine.checked_out": "A prebook's line that the customer has checked out already.",
	"billed": "Lines billed.", "lines": "The lines, in their order.", "Progress.lines": "All lines.", "invoice": "The invoice, once the order is confirmed.", "credit_note": "The credit note, once a confirmed order is voided.",
	"email_status": "Of the newest letter to the customer, its worst recipient deciding; null where there is none.", "version": "Moves with header, lines, status and payments; the ETag.",
	"placed_at": "When it was placed.", "checked_out_at": "When it was checked out.", "confirmed_at": "When it was confirmed.", "confirmed_by": "The subject that confirmed it; system where it confirmed itself.",
	"voided_at": "When it was voided.", "void": "Why and by whom it was voided.", "created_at": "When it was made.", "updated_at": "When anything of it last changed.", "related": "The documents it belongs with.",
	"charges": "Money beside the lines.", "taxes": "Rates, or fixed amounts.", "allowed_actions": "What the caller may do to it now and, if not, why.", "relation": "What it is to this document.",
	"cause": "Why.", "reason": "In the words of who did it.", "by": "The subject.", "position": "From 1, without gaps.", "sku": "The goods' code.", "description": "The goods in words.", "Charge.description": "As printed.",
	"source": "Where the goods come from; on_hand makes an order, all others a prebook.", "box_type": "FB full, HB half, QB quarter, EB eighth.", "boxes": "How many boxes; null where sold loose.",
	"units_per_box": "The pack; null where sold loose.", "units": "How many units where sold loose, in place of boxes.", "unit_type": "What a unit is.", "quantity": "Units: boxes times pack, or the loose units.",
	"unit_price": "For one unit, at most 4 decimals; 0 is free.", "amount": "Money, in the currency's decimals.", "fbe": "Full-box equivalents of the line.", "checked_out_by": "The subject that checked it out.",
	"billed_order_id": "The order that the line was billed into.", "mark_code": "Printed on the boxes.", "allowed": "Whether the call would succeed now.", "message": "For a person.", "remedy": "What to do instead.",
	"confirm": "Confirm the order.", "checkout": "Check the order, or lines of the prebook, out.", "Cart.checkout": "true: the order becomes pending. false: it stays a draft.", "edit": "Change it.", "bill": "Bill checked-out lines.",
	"email": "Send it by e-mail.", "Confirmed.email": "The letter that carries the invoice; null where the company sends none.", "Person.email": "An e-mail address.", "Me.email": "An e-mail address.", "PersonPatch.email": "An e-mail address.", "AllowedActions.void": "Void it.", "print": "Print it.", "pay": "Record a payment.", "refund": "Record a refund.",
	"line1": "Street.", "line2": "More of the street.", "city": "Town.", "region": "State or province.", "postal_code": "Postal code.", "country": "Country.", "phone": "Telephone.",
	"rate": "Per cent of subtotal and charges, computed for each document; null where the amount is fixed.", "warnings": "What a person should know.", "orders": "The documents.", "ConfirmMany.orders": "The orders with the version that you mean, in place of ids.",
	"order": "The document.", "already_confirmed": "true where it was confirmed before, and this call changed nothing.", "ids": "The orders; one that is named twice counts once.", "mode": "What one refusal does to the rest.",
	"batch_id": "Stands on every event of the batch.", "summary": "How many rows of each outcome.", "results": "A row for each order, in the order asked.", "requested": "All rows.", "confirmed": "Confirmed by this call.",
	"refused": "Refused, with their problem.", "not_attempted": "Would have passed, but another one was refused.", "outcome": "What became of it.", "invoice_number": "Its invoice.", "problem": "What confirming it alone would answer.",
	"to": "To whom.", "cc": "Copies to whom.", "subject": "The subject line; null is the default.", "attempts": "How often it was tried.", "error_code": "The last fault, for programs.", "last_error": "The last fault, for people.",
	"next_attempt_at": "When it is tried next.", "sent_at": "When the mail provider took it.", "line_ids": "These lines; without it, all that the action may take.", "emails": "A letter goes to all of them at once.",
	"terms": "When invoices are due.", "label": "As people see it.", "days": "Days from the invoice to its due date.", "tax_id": "The tax number.", "require_credit_card_payment": "The customer's web orders must be paid by card: unpaid ones show the $.",
	"autoconfirm": "Whether the customer's orders confirm themselves; inherit: as the company has it.", "ship_tos": "Places that goods may go to.", "address": "The postal address.",
	"autoconfirm_orders_upon_checkout": "Orders confirm themselves when they are checked out.", "email_invoice_on_confirmation": "Confirming mails the invoice to the customer.",
	"email_salesperson_on_order": "The customer's salesperson is mailed when lines are first submitted.", "unpaid_card_orders": "What confirming does with an order that shows the $.",
	"confirmation_cutoff": "By weekday of the ship date, the time of day in the company's time zone from which confirming is late.", "time_zone": "IANA name.", "draft_expiry_hours": "Draft web orders nobody checks out are voided after so many hours; null: never.",
	"invoice_number_prefix": "Stands before an invoice's sequence.", "credit_note_number_prefix": "Stands before a credit note's sequence.", "letterhead": "What stands on the company's paper.", "sender": "The name that letters come from.",
	"logo": "A data URI, PNG or JPEG, at most 100 kB.", "monday": "HH:MM, or null.", "tuesday": "HH:MM, or null.", "wednesday": "HH:MM, or null.", "thursday": "HH:MM, or null.", "friday": "HH:MM, or null.", "saturday": "HH:MM, or null.", "sunday": "HH:MM, or null.",
	"method": "How the money moved.", "reference": "The provider's id; card and ach need it.", "paid_at": "When the money moved.", "corrects": "The mistyped payment that this refund takes back.", "recorded_by": "The subject that recorded it.",
	"recorded_at": "When it was recorded.", "payments": "The ledger, oldest first.", "issued_at": "When it was issued.", "issue_date": "The company's day of issued_at.", "due_date": "issue_date and the terms.", "seller": "The letterhead as it was.",
	"hash": "SHA-256 of the frozen bytes, in hex.", "data": "The rows.", "Event.data": "What else belongs to it, by event type.", "page": "Where the page stands in its list.", "next_cursor": "The next page; null at the end.", "prev_cursor": "The previous page; null at the beginning.",
	"limit": "How many rows a page has at most.", "total_exact": "false where counting stopped, from 10,000 on.", "Page.total": "How many rows the filter leaves.", "synced_until": "The next updated_since: nothing appears behind it later.", "facets": "Counts by value, each under all filters but its own.",
	"exact": "false where one of the counts stopped at 10,000.", "type": "What happened.", "Problem.type": "Leads to the error's page.", "at": "When.", "actor": "Who.", "sub": "The token's subject.", "request_id": "The request's id, in logs and timeline alike.",
	"changes": "Field by field, before and after.", "field": "The field's name; a line's is lines/{id}/…", "before": "Its value before.", "after": "Its value after.", "title": "The same for every occurrence.", "detail": "For a person: what and what to do.",
	"instance": "The request's path.", "retryable": "The same request may succeed later, unchanged.", "errors": "Every fault of the content at once.", "pointer": "JSON pointer into the body, or a parameter's name.", "Problem.status": "The HTTP status.",
	"Error.status": "The HTTP status of its problem.", "fix": "What to do about it.", "field_only": "It appears in errors only.", "members": "Extra members of its problem.", "meaning": "What it holds.", "roles": "The roles.", "permits": "What they permit.",
	"company": "The seller company.", "permission": "What may be done.", "permissions": "Every permission, and for whom.", "scope": "How far it reaches.", "role": "The role.", "statuses": "Every status.", "steps": "Every step.", "from": "Where it is permitted.", "action": "The action.",
	"when": "The condition of the step.", "already": "Where it is so already: succeeds and changes nothing.", "event": "What the timeline says.", "refusal": "The code elsewhere.", "checks": "What was asked.",
}
