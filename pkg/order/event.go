package order

import "time"

// EventType is what happened, in the timeline's word.
type EventType string

// The event types.
const (
	EventPlaced          EventType = "order.placed"
	EventEdited          EventType = "order.edited"
	EventCheckedOut      EventType = "order.checked_out"
	EventConfirmed       EventType = "order.confirmed"
	EventVoided          EventType = "order.voided"
	EventExpired         EventType = "order.expired"
	EventBilled          EventType = "order.billed"
	EventLineCheckedOut  EventType = "line.checked_out"
	EventLineFreed       EventType = "line.freed" // the order that a prebook's lines were billed into was voided
	EventPaymentRecorded EventType = "payment.recorded"
	EventPaymentRefunded EventType = "payment.refunded"
	EventAutoconfirm     EventType = "order.autoconfirm_refused"
	EventEmailQueued     EventType = "email.queued"
	EventEmailSent       EventType = "email.sent"
	EventEmailDelivered  EventType = "email.delivered"
	EventEmailBounced    EventType = "email.bounced"
	EventEmailFailed     EventType = "email.failed"
	EventEmailUnknown    EventType = "email.unknown"
)

// Event is one row of a document's timeline, and of the table events: append-only, written in the transaction of
// what it tells. An event that moved the document's version carries it, so versions are contiguous; those of
// e-mails and refusals carry none.
type Event struct {
	CompanyID string
	ID        string // UUIDv7
	OrderID   string
	Version   *int
	Type      EventType
	At        time.Time
	ActorSub  string
	ActorName string
	RequestID string
	BatchID   *string
	Reason    string
	Changes   []Change       `gorm:"serializer:json"`
	Data      map[string]any `gorm:"serializer:json"`
}

// Change is one field's value before and after, named as the API names it. Values are JSON values.
type Change struct {
	Field  string
	Before any
	After  any
}

// Private reports whether the change is the staff's to know alone: a Storefront is not even told that it happened.
func (c Change) Private() bool { return c.Field == "internal_notes" }
