package email

import (
	"strings"
	"time"
)

// Delivery is how an e-mail, or an e-mail to one recipient, fared after the provider took it. Empty: not heard yet.
type Delivery string

// The deliveries, from good to bad. An e-mail itself is never Dropped: it is failed.
const (
	Delivered Delivery = "delivered" // the recipient's server took it
	Bounced   Delivery = "bounced"   // the recipient's server refused it, be it after taking it
	Dropped   Delivery = "dropped"   // the provider did not even try
)

// severity orders deliveries. A recipient's delivery only ever gets worse, which is what makes events harmless
// when they come twice or in the wrong order.
var severity = map[Delivery]int{"": 0, Delivered: 1, Bounced: 2, Dropped: 3}

// EventKind is the provider's word for what happened.
type EventKind string

// The kinds of events that say something of an e-mail. All others are ignored: opens and clicks are no business of ours.
const (
	EventProcessed EventKind = "processed"
	EventDeferred  EventKind = "deferred"
	EventDelivered EventKind = "delivered"
	EventBounce    EventKind = "bounce"
	EventDropped   EventKind = "dropped"
)

// deliveryOf is what each kind of event says about its recipient.
var deliveryOf = map[EventKind]Delivery{
	EventProcessed: "", EventDeferred: "",
	EventDelivered: Delivered, EventBounce: Bounced, EventDropped: Dropped,
}

// Event is what the provider tells of an e-mail and one of its recipients.
type Event struct {
	Kind       EventKind
	Recipient  string
	Reason     string
	ProviderID string
	At         time.Time // by the provider's clock
}

// Event takes in what the provider tells, and reports whether the e-mail changed. Any event shows that the
// provider has the e-mail, so that one whose outcome was unknown is sent and not sent again. Events may come
// twice and in any order.
func (e *Email) Event(now time.Time, event Event) bool {
	delivery, known := deliveryOf[event.Kind]
	if !known || len(e.Recipients) == 0 {
		return false
	}
	changed := e.note(strings.ToLower(strings.TrimSpace(event.Recipient)), delivery)
	if e.ProviderID == "" && event.ProviderID != "" {
		e.ProviderID, changed = event.ProviderID, true
	}
	if e.SentAt == nil {
		at := event.At
		e.SentAt, changed = &at, true
	}
	if e.Delivery = e.worst(); e.Delivery == Dropped {
		e.Delivery = ""
		if e.move(CauseDropped, now) || e.ErrorCode != CodeDropped {
			e.blame(CodeDropped, dropReason(event.Reason))
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

// note keeps the worst that was heard of a recipient. An address that the e-mail does not name is not kept.
func (e *Email) note(address string, d Delivery) bool {
	if severity[d] <= severity[e.Deliveries[address]] || !e.names(address) {
		return false
	}
	if e.Deliveries == nil {
		e.Deliveries = map[string]Delivery{}
	}
	e.Deliveries[address] = d
	return true
}

func (e *Email) names(address string) bool {
	for _, a := range e.addresses() {
		if a == address {
			return true
		}
	}
	return false
}

// worst is the delivery of the recipient that fared worst; good news counts only when all recipients have it.
func (e *Email) worst() Delivery {
	worst, unheard := Delivery(""), false
	for _, a := range e.addresses() {
		d := e.Deliveries[a]
		unheard = unheard || d == ""
		if severity[d] > severity[worst] {
			worst = d
		}
	}
	if worst == Delivered && unheard {
		return ""
	}
	return worst
}

// addresses are all who get the e-mail, in lower case.
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

func dropReason(reason string) string {
	if reason == "" {
		return "The mail provider dropped the e-mail for a recipient."
	}
	return "The mail provider dropped the e-mail for a recipient: " + reason
}
