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

// timeline checks a document's events (I8): one for each version, each a legal step from where the one before it ended,
// and the last ending where the document is.
func (c *check) timeline(d *store.Dossier) {
	o := &d.Order
	t := telling{check: c, order: o, values: map[string]string{}}
	versions := 0
	for i := range d.Events {
		e := &d.Events[i]
		if e.Version == nil {
			if len(e.Changes) > 0 {
				c.report("I8", o.Number, "the event %s changes the document without a version", e.Type)
			}
			continue
		}
		if versions++; *e.Version != versions {
			c.report("I8", o.Number, "the event %s is of version %d where %d should be", e.Type, *e.Version, versions)
			return // what follows hangs in the air
		}
		t.take(e)
	}
	if versions != o.Version {
		c.report("I8", o.Number, "the document is at version %d, and its events end at %d", o.Version, versions)
		return
	}
	t.end()
	c.booked(d)
}

// telling follows a timeline: what each field was told to be last, as JSON.
type telling struct {
	*check
	order  *order.Order
	values map[string]string
}

// untold are fields whose value moves without an event: the $ follows the customer's flag.
func untold(field string) bool { return field == "payment_indicator" }

func (t *telling) take(e *order.Event) {
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
		if !untold(ch.Field) {
			t.change(e, ch)
		}
	}
	if after := t.status(); !legal(t.order.Kind, e.Type, before, after) {
		t.report("I8", t.order.Number, "no rule leads a %s by %s from %s to %s", t.order.Kind, e.Type, before, after)
	}
}

// change follows one change. A line that comes or goes whole brings or takes its fields.
func (t *telling) change(e *order.Event, ch order.Change) {
	was, is := asJSON(ch.Before), asJSON(ch.After)
	if known, told := t.values[ch.Field]; told && known != was {
		t.report("I8", t.order.Number, "the event %s of version %d says that %s was %s, but it was %s", e.Type, *e.Version, ch.Field, was, known)
	}
	id, line := strings.CutPrefix(ch.Field, "lines/")
	if !line || strings.Contains(id, "/") {
		t.values[ch.Field] = is
		return
	}
	if fields, came := ch.After.(map[string]any); came {
		for name, v := range fields {
			t.values[ch.Field+"/"+name] = asJSON(v)
		}
		return
	}
	maps.DeleteFunc(t.values, func(field, _ string) bool { return strings.HasPrefix(field, ch.Field+"/") })
}

func (t *telling) status() order.Status {
	var s order.Status
	_ = json.Unmarshal([]byte(t.values["status"]), &s) // what is none fits no rule
	return s
}

// end compares what was told with what is.
func (t *telling) end() {
	values := order.Values(t.order)
	for _, field := range slices.Sorted(maps.Keys(t.values)) {
		if is := asJSON(values[field]); is != t.values[field] {
			t.report("I8", t.order.Number, "%s is %s, but the timeline ends with %s", field, is, t.values[field])
		}
	}
}

// booked checks that each row of the ledger has its event, and each such event its row.
func (c *check) booked(d *store.Dossier) {
	rows := map[string]order.EventType{}
	for _, p := range d.Ledger {
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
			c.report("I8", d.Order.Number, "the event %s tells of %q, which the ledger does not have, or the timeline twice", e.Type, id)
		}
		delete(rows, id)
	}
	for id := range rows {
		c.report("I8", d.Order.Number, "the ledger has %s, of which no event tells", id)
	}
}

// legal reports whether a rule of the state machine leads a document by an event from one status to another. What
// happens to lines moves a prebook to whatever its lines then say.
func legal(k order.Kind, what order.EventType, before, after order.Status) bool {
	moves := before == after || k == order.KindPrebook && after != order.StatusVoided && before != order.StatusVoided
	switch what {
	case order.EventExpired: // as a void, of an order that nobody checked out
		return k == order.KindOrder && before == order.StatusDraft && after == order.StatusVoided
	case order.EventLineCheckedOut:
		return k == order.KindPrebook && before == order.StatusDraft && after == before
	case order.EventLineFreed:
		return k == order.KindPrebook && moves
	}
	return slices.ContainsFunc(order.Rules, func(r order.Rule) bool {
		return r.Kind == k && r.Event == what && slices.Contains(r.From, before) &&
			(after == r.To || moves && (r.To == "" || k == order.KindPrebook && r.Action == order.Bill))
	})
}

// asJSON is a value as the database gives it back.
func asJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
