package audit

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// timeline checks the events of a document (I8). There is one for each version, each is a legal step from the status
// before it, and the last one leaves the document as it is.
func (c *check) timeline(d *store.Dossier) {
	o := &d.Order
	t := replay{check: c, order: o, values: map[string]string{}}
	versions, last := 0, order.FeedPosition{}
	for i := range d.Events {
		e := &d.Events[i]
		if e.Version == nil {
			if slices.ContainsFunc(e.Changes, func(ch order.Change) bool { return !unrecorded(o.Kind, ch.Field) }) {
				c.report("I8", o.Number, "the event %s changes the document without a version", e.Type)
			}
			continue
		}
		if versions++; *e.Version != versions {
			c.report("I8", o.Number, "the event %s has version %d instead of %d", e.Type, *e.Version, versions)
			return // the events after a gap cannot be judged
		}
		if last != (order.FeedPosition{}) && !last.Before(e.Position()) {
			c.report("I8", o.Number, "version %d is not behind version %d in the feed", versions, versions-1)
		}
		last = e.Position()
		t.apply(e)
	}
	if versions != o.Version {
		c.report("I8", o.Number, "the document is at version %d, but its events end at %d", o.Version, versions)
		return
	}
	t.compare()
	c.ledgerEvents(d)
}

// replay follows a timeline. values holds the last recorded value of each field, as JSON.
type replay struct {
	*check
	order  *order.Order
	values map[string]string
}

// unrecorded reports whether a field changes without a version. The $ follows the customer's flag. A prebook owes nothing, but
// events of earlier versions say what it owed.
func unrecorded(k order.Kind, field string) bool {
	return field == "payment_indicator" || k == order.KindPrebook && (field == "payment_status" || field == "balance")
}

func (t *replay) apply(e *order.Event) {
	if (*e.Version == 1) != (e.Type == order.EventPlaced) {
		t.report("I8", t.order.Number, "version %d is the event %s", *e.Version, e.Type)
	}
	if e.Type == order.EventPlaced {
		for _, field := range []string{"status", "total"} {
			t.values[field] = asJSON(e.Data[field])
		}
		return
	}
	if len(e.Changes) == 0 {
		t.report("I8", t.order.Number, "the event %s of version %d changes nothing", e.Type, *e.Version)
	}
	before := t.status()
	for _, ch := range e.Changes {
		if !unrecorded(t.order.Kind, ch.Field) {
			t.change(e, ch)
		}
	}
	if after := t.status(); !legal(t.order.Kind, e.Type, before, after) {
		t.report("I8", t.order.Number, "no rule leads a %s by %s from %s to %s", t.order.Kind, e.Type, before, after)
	}
}

// change follows one change. A line that is added or removed as a whole adds or removes its fields.
func (t *replay) change(e *order.Event, ch order.Change) {
	previous, current := recorded(ch.Field, ch.Before), recorded(ch.Field, ch.After)
	if known, seen := t.values[ch.Field]; seen && known != previous {
		t.report("I8", t.order.Number, "the event %s of version %d says that %s was %s, but it was %s", e.Type, *e.Version, ch.Field, previous, known)
	}
	id, line := strings.CutPrefix(ch.Field, "lines/")
	if !line || strings.Contains(id, "/") {
		t.values[ch.Field] = current
		return
	}
	if fields, added := ch.After.(map[string]any); added {
		for name, v := range fields {
			t.values[ch.Field+"/"+name] = recorded(name, v)
		}
		return
	}
	maps.DeleteFunc(t.values, func(field, _ string) bool { return strings.HasPrefix(field, ch.Field+"/") })
}

// recorded returns a value of an event as JSON. Events of earlier versions have 0 boxes for a line that is sold loose, where
// later ones have null.
func recorded(field string, v any) string {
	text := asJSON(v)
	if text == "0" && (strings.HasSuffix(field, "boxes") || strings.HasSuffix(field, "units_per_box")) {
		return "null"
	}
	return text
}

func (t *replay) status() order.Status {
	var s order.Status
	_ = json.Unmarshal([]byte(t.values["status"]), &s) // invalid JSON leaves no status, which matches no rule
	return s
}

// compare compares the last recorded values with the document.
func (t *replay) compare() {
	values := order.Values(t.order)
	for _, field := range slices.Sorted(maps.Keys(t.values)) {
		if current := asJSON(values[field]); current != t.values[field] {
			t.report("I8", t.order.Number, "%s is %s, but the timeline ends with %s", field, current, t.values[field])
		}
	}
}

// ledgerEvents checks that each row of the ledger has its event, and that each such event has its row.
func (c *check) ledgerEvents(d *store.Dossier) {
	rows, refunded := map[string]order.EventType{}, map[string]string{}
	for _, p := range d.Ledger {
		if p.PaymentID != nil {
			refunded[p.ID] = *p.PaymentID
		}
		rows[p.ID] = order.EventPaymentRecorded
		if p.Kind == billing.KindRefund {
			rows[p.ID] = order.EventPaymentRefunded
		}
	}
	for _, e := range d.Events {
		if e.Type != order.EventPaymentRecorded && e.Type != order.EventPaymentRefunded {
			continue
		}
		id, _ := e.Data["payment_id"].(string)
		if rows[id] != e.Type {
			c.report("I8", d.Order.Number, "the event %s names the payment %q, which the ledger does not have or which an earlier event named", e.Type, id)
		}
		if of, _ := e.Data["refunded_payment_id"].(string); of != refunded[id] {
			c.report("I8", d.Order.Number, "the refund %s gives back the payment %q, and its event says %q", id, refunded[id], of)
		}
		delete(rows, id)
	}
	for id := range rows {
		c.report("I8", d.Order.Number, "the ledger has the payment %s, which no event names", id)
	}
}

// legal reports whether a rule of the state machine leads a document by this event from one status to another. An event
// about lines moves a prebook to the status that its lines then give.
func legal(k order.Kind, eventType order.EventType, before, after order.Status) bool {
	moves := before == after || k == order.KindPrebook && after != order.StatusVoided && before != order.StatusVoided
	switch eventType {
	case order.EventExpired: // like a void, for an order that was not checked out
		return k == order.KindOrder && before == order.StatusDraft && after == order.StatusVoided
	case order.EventLineCheckedOut:
		return k == order.KindPrebook && before == order.StatusDraft && after == before
	case order.EventLineFreed:
		return k == order.KindPrebook && moves
	}
	return slices.ContainsFunc(order.Rules, func(r order.Rule) bool {
		return r.Kind == k && r.Event == eventType && slices.Contains(r.From, before) &&
			(after == r.To || moves && (r.To == "" || k == order.KindPrebook && r.Action == order.Bill))
	})
}

// asJSON encodes a value as the database returns it.
func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
