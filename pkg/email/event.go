package email

import (
	"strings"
	"time"
)

// Delivery is the outcome of an e-mail, or of one recipient's copy, after the provider accepted it. Empty: not known
// yet.
type Delivery string

// The deliveries, from best to worst. An e-mail itself is never Dropped; its state is Failed instead.
const (
	Delivered Delivery = "delivered" // the recipient's server accepted it
	Bounced   Delivery = "bounced"   // the recipient's server refused it, possibly after accepting it
	Dropped   Delivery = "dropped"   // the provider did not try to deliver it
)

// severity orders deliveries. A recipient's delivery only gets worse, so repeated and reordered events do no harm.
var severity = map[Delivery]int{"": 0, Delivered: 1, Bounced: 2, Dropped: 3}

// EventKind is the provider's name for an event.
type EventKind string

// The kinds of events that change an e-mail. All others are ignored, opens and clicks among them.
const (
	EventProcessed EventKind = "processed"
	EventDeferred  EventKind = "deferred"
	EventDelivered EventKind = "delivered"
	EventBounce    EventKind = "bounce"
	EventDropped   EventKind = "dropped"
)

// deliveryOf maps each kind of event to the delivery of its recipient.
var deliveryOf = map[EventKind]Delivery{
	EventProcessed: "", EventDeferred: "",
	EventDelivered: Delivered, EventBounce: Bounced, EventDropped: Dropped,
}

// Event is an event of the provider about an e-mail and one of its recipients.
type Event struct {
	Kind       EventKind
	Recipient  string
	Reason     string
	ProviderID string
	At         time.Time // by the provider's clock
}

// Report is what the provider said last about one recipient.
type Report struct {
	Delivery Delivery   // empty: the provider still tries, and Reason says why it had to
	Reason   string     // in the words of the provider; empty once delivered
	At       *time.Time // by the provider's clock; nil if an earlier version did not keep it
}

// Event applies an event of the provider and reports whether the e-mail changed. Every event proves that the provider
// has the e-mail, so an e-mail with an unknown outcome becomes sent and is not sent again. Events may repeat and arrive
// in any order.
func (e *Email) Event(now time.Time, event Event) bool {
	delivery, known := deliveryOf[event.Kind]
	if !known || len(e.Recipients) == 0 {
		return false
	}
	at := event.At.UTC()
	report := Report{Delivery: delivery, Reason: quoted(event.Reason), At: &at}
	changed := event.Kind != EventProcessed && e.note(strings.ToLower(strings.TrimSpace(event.Recipient)), report)
	if id := clean(event.ProviderID); e.ProviderID == "" && id != "" {
		e.ProviderID, changed = id, true
	}
	if e.SentAt == nil {
		e.SentAt, changed = &at, true
	}
	if e.Delivery = e.worst(); e.Delivery == Dropped {
		e.Delivery = ""
		if e.move(CauseDropped, now) || e.ErrorCode != CodeDropped {
			e.recordError(CodeDropped, report.Reason)
			changed = true
		}
	} else if e.move(CauseSeen, now) {
		changed = true
	}
	if changed {
		e.UpdatedAt = now
	}
	return changed
}

// note keeps the report that counts for a recipient. It ignores an address that the e-mail does not have.
func (e *Email) note(address string, r Report) bool {
	if r.Delivery == Delivered {
		r.Reason = ""
	}
	if !r.replaces(e.Deliveries[address]) || !e.names(address) {
		return false
	}
	if e.Deliveries == nil {
		e.Deliveries = map[string]Report{}
	}
	e.Deliveries[address] = r
	return true
}

// replaces reports whether the report counts instead of another one about the same recipient. A worse delivery does. Of
// two reports of the same delivery the first counts, and of two about tries the last. The order in which events arrive
// does not matter.
func (r Report) replaces(other Report) bool {
	if s, o := severity[r.Delivery], severity[other.Delivery]; s != o {
		return s > o
	}
	switch {
	case other.At == nil:
		return true
	case r.At.Equal(*other.At):
		return r.Reason > other.Reason
	case r.Delivery == "":
		return r.At.After(*other.At)
	default:
		return r.At.Before(*other.At)
	}
}

func (e *Email) names(address string) bool {
	for _, a := range e.addresses() {
		if a == address {
			return true
		}
	}
	return false
}

// worst returns the worst delivery of all recipients. It is Delivered only if all recipients have it.
func (e *Email) worst() Delivery {
	worst, unknown := Delivery(""), false
	for _, a := range e.addresses() {
		d := e.Deliveries[a].Delivery
		unknown = unknown || d == ""
		if severity[d] > severity[worst] {
			worst = d
		}
	}
	if worst == Delivered && unknown {
		return ""
	}
	return worst
}

// Consistent reports whether the delivery of the e-mail is that of its recipients.
func (e *Email) Consistent() bool {
	for address := range e.Deliveries {
		if !e.names(address) {
			return false
		}
	}
	worst := e.worst()
	return e.Delivery == worst || e.Delivery == "" && worst == Dropped
}

// addresses returns all recipients in lower case.
func (e *Email) addresses() []string {
	all := make([]string, 0, len(e.Recipients)+len(e.Cc))
	for _, a := range e.Recipients {
		all = append(all, strings.ToLower(a))
	}
	for _, a := range e.Cc {
		all = append(all, strings.ToLower(a))
	}
	return all
}
