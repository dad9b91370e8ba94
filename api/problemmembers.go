package api

import "time"

// ProblemMembers is what codes add to a problem, each the members that its entry in the catalogue names.
type ProblemMembers struct {
	// With parameter_unknown: the nearest valid name, or null.
	Nearest *string `json:"nearest"`
	// With many codes: whom to ask, or what to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`
	// With order_changed and the like: the version that it has now.
	CurrentVersion int `json:"current_version" minimum:"1"`
	// With order_changed: what was changed since the version that the caller has.
	Changes []changeSince `json:"changes" extensions:"x-nullable" validate:"max=20"`
	// With external_reference_taken: the documents of the checkout. With line_already_billed: the ids of the orders that the lines were billed into.
	Orders []documentLink `json:"orders" or:"uuid" extensions:"x-nullable"`
	// With external_reference_taken: the checkout that has it.
	CheckoutID *string `json:"checkout_id" format:"uuid"`
	// With customer_code_taken: the customer that has it.
	CustomerID *string `json:"customer_id" format:"uuid"`
	// With payment_reference_taken: the order that has it.
	OrderID *string `json:"order_id" format:"uuid"`
	// With refund_exceeds_paid: paid less refunded.
	Net *string `json:"net" format:"decimal"`
}

// changeSince is what one writer changed since the version that the caller has.
type changeSince struct {
	// The version that it made.
	Version int `json:"version" minimum:"1"`
	// When.
	At time.Time `json:"at" format:"date-time"`
	// What happened, as the timeline has it: order.edited.
	Type string `json:"type"`
	// Who.
	Actor actorBody `json:"actor"`
	// The fields that it changed.
	Fields []string `json:"fields" validate:"max=20000" maxLength:"200"`
}

// documentLink is a document and where it is.
type documentLink struct {
	// The document's id.
	ID string `json:"id" format:"uuid"`
	// As people see it: W000123.
	Number string `json:"number" maxLength:"40"`
	// Order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// Its address.
	URL string `json:"url"`
}
