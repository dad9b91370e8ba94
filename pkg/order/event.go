package order

import (
	"fmt"
	"time"
)

// EventType says what happened to a document.
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
	EventLineFreed       EventType = "line.freed" // the line can be billed again, since the order it was billed into was voided
	EventPaymentRecorded EventType = "payment.recorded"
	EventPaymentRefunded EventType = "payment.refunded"
	EventAutoconfirm     EventType = "order.autoconfirm_refused"
	EventEmailQueued     EventType = "email.queued"
	EventEmailSent       EventType = "email.sent"
	EventEmailDelivered  EventType = "email.delivered"
	EventEmailBounced    EventType = "email.bounced"
	EventEmailFailed     EventType = "email.failed"
	EventEmailUnknown    EventType = "email.unknown"

	// EventPaymentIndicatorChanged says that the order shows the $ or no longer does, because its customer's Require Credit Card
	// Payment changed. It has no version.
	EventPaymentIndicatorChanged EventType = "order.payment_indicator_changed"

	// EventEndpointDisabled says that the service disabled a webhook endpoint. It is about no document.
	EventEndpointDisabled EventType = "webhook_endpoint.disabled"
)

// EventWebhookTest is the type of the event that tests a webhook endpoint. It is never in the feed, so it is not in EventTypes.
const EventWebhookTest EventType = "webhook.test"

// EventTypes is every event type.
var EventTypes = []EventType{
	EventPlaced, EventEdited, EventCheckedOut, EventConfirmed, EventVoided, EventExpired, EventBilled, EventAutoconfirm, EventPaymentIndicatorChanged,
	EventLineCheckedOut, EventLineFreed, EventPaymentRecorded, EventPaymentRefunded,
	EventEmailQueued, EventEmailSent, EventEmailDelivered, EventEmailBounced, EventEmailFailed, EventEmailUnknown,
	EventEndpointDisabled,
}

// Event is one row of a document's timeline, and of the table events. Rows are only added, in the transaction of the
// change that they describe. An event that raised the document's version has the new version, so that these versions have
// no gaps (ADR 6). Events of e-mails, of refused confirmations, of a customer's flag and of webhook endpoints have none.
type Event struct {
	CompanyID string
	ID        string // UUIDv7
	OrderID   string `gorm:"default:null"` // empty, which is stored as NULL, if it is about no document
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
	Digest    string         // see Seal; empty in events of earlier versions

	// The place in the feed of events, first by Pos and then by Seq (ADR 19). The database sets both when it adds the row;
	// they are nil in events from before the feed.
	Pos *int64 `gorm:"->"`
	Seq *int64 `gorm:"->"`
}

// FeedPosition is a place in the feed of events: behind the event with these values.
type FeedPosition struct{ Pos, Seq int64 }

// Before reports whether the position is before another.
func (p FeedPosition) Before(other FeedPosition) bool {
	return p.Pos < other.Pos || p.Pos == other.Pos && p.Seq < other.Seq
}

// Position is the place behind the event. It is the zero position, before all others, if the event is not in the feed.
func (e *Event) Position() FeedPosition {
	if e.Pos == nil || e.Seq == nil {
		return FeedPosition{}
	}
	return FeedPosition{*e.Pos, *e.Seq}
}

// Change is the value of one field before and after. The field has its name in the API. The values are JSON values.
type Change struct {
	Field  string
	Before any
	After  any
	Line   *ChangedLine // of a field of a line; nil in events of earlier versions
}

// ChangedLine is the line that a change is of, as people know it: as it is after the change, or as it was if it was removed.
type ChangedLine struct {
	ID       string
	Position int
	SKU      string
}

// String names the line: "line 2, ROSA-RED-60".
func (l *ChangedLine) String() string {
	switch {
	case l == nil:
		return "a line"
	case l.SKU == "":
		return fmt.Sprintf("line %d", l.Position)
	}
	return fmt.Sprintf("line %d, %s", l.Position, l.SKU)
}

// Private reports whether only staff may see the change. A Storefront must not learn that it happened.
func (c Change) Private() bool { return c.Field == "internal_notes" }

// Visible returns the event as a caller sees it who may not see private changes. It returns false if the event has private
// changes alone, because that caller must not learn of it.
func (e Event) Visible() (Event, bool) {
	open := make([]Change, 0, len(e.Changes))
	for _, c := range e.Changes {
		if !c.Private() {
			open = append(open, c)
		}
	}
	hidden := len(e.Changes) > 0 && len(open) == 0
	e.Changes = open
	return e, !hidden
}
