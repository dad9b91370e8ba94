package letter

import (
	"strings"
	"time"
)

// Delivery is how a letter, or a letter to one recipient, fared after the provider took it. Empty: not heard yet.
type Delivery string

// The deliveries, from good to bad. A letter itself is never Dropped: it is failed.
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

// The kinds of events that say something of a letter. All others are ignored: opens and clicks are no business of ours.
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

// Event is what the provider tells of a letter and one of its recipients.
type Event struct {
	Kind       EventKind
	Recipient  string
	Reason     string
	ProviderID string
	At         time.Time // by the provider's clock
}

// Event takes in what the provider tells, and reports whether the letter changed. Any event shows that the
// provider has the letter, so that one whose outcome was unknown is sent and not sent again. Events may come
// twice and in any order.
func (l *Letter) Event(now time.Time, e Event) bool {
	delivery, known := deliveryOf[e.Kind]
	if !known || len(l.Recipients) == 0 {
		return false
	}
	changed := l.note(strings.ToLower(strings.TrimSpace(e.Recipient)), delivery)
	if l.ProviderID == "" && e.ProviderID != "" {
		l.ProviderID, changed = e.ProviderID, true
	}
	if l.SentAt == nil {
		at := e.At
		l.SentAt, changed = &at, true
	}
	if l.Delivery = l.worst(); l.Delivery == Dropped {
		l.Delivery = ""
		if l.move(CauseDropped, now) || l.ErrorCode != CodeDropped {
			l.blame(CodeDropped, dropReason(e.Reason))
			changed = true
		}
	} else if l.move(CauseSeen, now) {
		changed = true
	}
	if changed {
		l.UpdatedAt = now
	}
	return changed
}

// note keeps the worst that was heard of a recipient. An address that the letter does not name is not kept.
func (l *Letter) note(address string, d Delivery) bool {
	if severity[d] <= severity[l.Deliveries[address]] || !l.names(address) {
		return false
	}
	if l.Deliveries == nil {
		l.Deliveries = map[string]Delivery{}
	}
	l.Deliveries[address] = d
	return true
}

func (l *Letter) names(address string) bool {
	for _, a := range l.addresses() {
		if a == address {
			return true
		}
	}
	return false
}

// worst is the delivery of the recipient that fared worst; good news counts only when all recipients have it.
func (l *Letter) worst() Delivery {
	worst, unheard := Delivery(""), false
	for _, a := range l.addresses() {
		d := l.Deliveries[a]
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

// addresses are all who get the letter, in lower case.
func (l *Letter) addresses() []string {
	all := make([]string, 0, len(l.Recipients)+len(l.Cc))
	for _, a := range l.Recipients {
		all = append(all, strings.ToLower(a))
	}
	for _, a := range l.Cc {
		all = append(all, strings.ToLower(a))
	}
	return all
}

func dropReason(reason string) string {
	if reason == "" {
		return "The mail provider dropped the letter for a recipient."
	}
	return "The mail provider dropped the letter for a recipient: " + reason
}
