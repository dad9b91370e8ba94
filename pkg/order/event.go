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
)

// Event is one row of a document's timeline, and of the table events. Rows are only added, in the transaction of the
// change that they describe. An event that raised the document's version has the new version, so that these versions have
// no gaps (ADR 6). Events of e-mails and of refused confirmations have none.
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
