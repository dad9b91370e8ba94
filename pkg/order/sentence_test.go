package order_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// sentence is an event of Anna, at 10:42 in New York today.
func sentence(eventType order.EventType, data map[string]any, private bool, changes ...order.Change) string {
	zone, _ := time.LoadLocation("America/New_York")
	e := order.Event{Type: eventType, ActorSub: "anna", ActorName: "Anna", Data: data, Changes: changes, At: time.Date(2026, 3, 2, 15, 42, 0, 0, time.UTC)}
	return e.SentenceWithTime(&order.Order{Kind: order.KindOrder, Number: "W000123", Currency: "USD"}, private, zone, e.At.Add(time.Hour))
}

// A person reads who did what and when.
func TestSentences(t *testing.T) {
	const prefix = "lines/0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"
	line := &order.ChangedLine{ID: "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80", Position: 2, SKU: "ROSA-RED-60"}
	change := func(field string, before, after any) order.Change {
		return order.Change{Field: field, Before: before, After: after}
	}
	ofLine := func(field string, before, after any) order.Change {
		return order.Change{Field: prefix + field, Before: before, After: after, Line: line}
	}
	carrier, notes := change("carrier", "FedEx", "UPS"), change("notes", nil, "Dock 4")
	for want, changes := range map[string][]order.Change{
		"Anna changed the carrier from FedEx to UPS at 10:42.":                                               {carrier, change("total", "1.00", "2.00")},
		"Anna set the PO number to PO-1 at 10:42.":                                                           {change("po_number", nil, "PO-1")},
		"Anna removed the carrier UPS at 10:42.":                                                             {change("carrier", "UPS", nil)},
		"Anna changed the ship date from Dec 1, 2026 to Dec 2, 2026 and changed the notes at 10:42.":         {change("ship_date", "2026-12-01", "2026-12-02"), notes},
		"Anna changed line 2, ROSA-RED-60: units from 10 to 12 at 10:42.":                                    {ofLine("/quantity", int64(10), float64(12)), ofLine("/amount", "1.00", "2.00")},
		"Anna changed line 2, ROSA-RED-60: boxes from 2 to 1000000 at 10:42.":                                {ofLine("/boxes", int64(2), float64(1_000_000)), ofLine("/quantity", 1, 2)},
		"Anna changed line 2, ROSA-RED-60: price from 0.2350 to 0.2400 at 10:42.":                            {ofLine("/unit_price", "0.2350", "0.2400")},
		"Anna changed line 2, ROSA-RED-60: mark from none to A1 at 10:42.":                                   {ofLine("/mark_code", nil, "A1")},
		"Anna added line 2, ROSA-RED-60 at 10:42.":                                                           {ofLine("", nil, map[string]any{})},
		"Anna added line 2, ROSA-RED-60: 2 units at 1.5000, 3.00 at 10:42.":                                  {ofLine("", nil, map[string]any{"quantity": 2., "unit_price": "1.5000", "amount": "3.00"})},
		"Anna changed line 2, ROSA-RED-60: boxes from none to 2 and units per box from none to 50 at 10:42.": {ofLine("/boxes", nil, int64(2)), ofLine("/units_per_box", nil, int64(50)), ofLine("/quantity", 1, 100)},
		"Anna removed line 2, ROSA-RED-60 at 10:42.":                                                         {ofLine("", map[string]any{}, nil)},
		"Anna changed line 2, ROSA-RED-60: price from 1 to 2 and changed line 3, LILY: price from 3 to 4 at 10:42.": {ofLine("/unit_price", "1", "2"),
			{Field: "lines/x/unit_price", Before: "3", After: "4", Line: &order.ChangedLine{ID: "x", Position: 3, SKU: "LILY"}}},
		"Anna removed a line at 10:42.": {change(prefix, map[string]any{}, nil)},
		"Anna changed the carrier from FedEx to UPS, changed the notes, changed the charges, and made 2 more changes at 10:42.": {carrier, notes,
			change("charges", 1, 2), change("taxes", 1, 2), change("ship_to", 1, 2)},
		"Anna changed the internal notes at 10:42.": {change("internal_notes", nil, "Calls back")},
	} {
		require.Equal(t, want, sentence(order.EventEdited, nil, true, changes...))
	}
	require.Equal(t, "Anna edited it at 10:42.", sentence(order.EventEdited, nil, false, change("internal_notes", nil, "Calls back")), "a storefront")
	for eventType, want := range map[order.EventType]string{
		order.EventPlaced: "placed order W000123", order.EventCheckedOut: "checked out order W000123", order.EventConfirmed: "confirmed order W000123",
		order.EventVoided: "voided order W000123", order.EventExpired: "voided order W000123, which was not checked out in time,",
		order.EventBilled: "billed lines into order W000124", order.EventLineCheckedOut: "checked out lines",
		order.EventLineFreed: "voided order W000124, which frees its lines,", order.EventPaymentRecorded: "recorded a payment of 5.00 USD",
		order.EventPaymentRefunded: "recorded a refund of 5.00 USD",
	} {
		require.Equal(t, "Anna "+want+" at 10:42.", sentence(eventType, map[string]any{"order_number": "W000124", "amount": "5.00"}, true, carrier))
	}
	marked := change("payment_indicator", nil, "$")
	require.Equal(t, "Anna required the customer of order W000123 to pay by card at 10:42.", sentence(order.EventPaymentIndicatorChanged, nil, true, marked))
	marked.Before, marked.After = marked.After, marked.Before
	require.Equal(t, "Anna no longer required the customer of order W000123 to pay by card at 10:42.", sentence(order.EventPaymentIndicatorChanged, nil, true, marked))
	yesterday := order.Event{Type: order.EventVoided, ActorSub: "system", ActorName: "system", At: time.Date(2026, 3, 1, 15, 42, 0, 0, time.UTC)}
	require.Equal(t, "The service voided prebook W000123 on Mar 1, 2026, at 15:42.",
		yesterday.SentenceWithTime(&order.Order{Kind: order.KindPrebook, Number: "W000123"}, true, time.UTC, yesterday.At.AddDate(0, 0, 1)))
}

// The timeline shows the time beside the sentence.
func TestSentencesWithoutTime(t *testing.T) {
	line := func(position int) order.Change {
		return order.Change{Field: "lines/x/status", Line: &order.ChangedLine{Position: position, SKU: "ZZ"}}
	}
	for _, c := range []struct {
		event order.Event
		want  string
	}{
		{order.Event{Type: order.EventExpired, ActorSub: "system"}, "The service voided order W000123, which was not checked out in time."},
		{order.Event{Type: order.EventConfirmed, Data: map[string]any{"invoice_number": "HV-1"}}, "Anna confirmed order W000123 and issued invoice HV-1."},
		{order.Event{Type: order.EventVoided, Data: map[string]any{"credit_note_number": "HVC-1"}}, "Anna voided order W000123 and issued credit note HVC-1."},
		{order.Event{Type: order.EventLineCheckedOut, Changes: []order.Change{line(2)}}, "Anna checked out line 2, ZZ."},
		{order.Event{Type: order.EventLineCheckedOut, Changes: []order.Change{line(1), line(2)}}, "Anna checked out 2 lines."},
		{order.Event{Type: order.EventAutoconfirm, ActorSub: "system", Data: map[string]any{"message": "It must be paid first."}},
			"The service did not confirm order W000123: It must be paid first."},
	} {
		c.event.ActorName = "Anna"
		require.Equal(t, c.want, c.event.Sentence(&order.Order{Kind: order.KindOrder, Number: "W000123"}, true))
	}
}

// Each step of each kind of e-mail is said.
func TestSentencesOfEmails(t *testing.T) {
	said := func(step order.EventType, kind email.Kind, data map[string]any) string {
		data["kind"] = string(kind)
		e := order.Event{Type: step, ActorSub: "system", Data: data}
		return e.Sentence(&order.Order{}, true)
	}
	for step, want := range map[order.EventType]string{
		order.EventEmailQueued: "The service queued the %.", order.EventEmailSent: "The service sent the %.", order.EventEmailDelivered: "The % was delivered.",
		order.EventEmailBounced: "The % bounced.", order.EventEmailFailed: "The % failed.", order.EventEmailUnknown: "It is not known whether the % was sent.",
	} {
		require.Equal(t, strings.ReplaceAll(want, "%", "e-mail to a@b.example, c@d.example with the invoice"),
			said(step, email.KindInvoice, map[string]any{"to": []any{"a@b.example", "c@d.example"}}))
	}
	require.Equal(t, "The service sent the e-mail to a, b, c and 2 more with the invoice.",
		said(order.EventEmailSent, email.KindInvoice, map[string]any{"to": []any{"a", "b", "c", "d", "e"}}))
	require.Equal(t, "The e-mail with the invoice failed: recipient missing.",
		said(order.EventEmailFailed, email.KindInvoice, map[string]any{"to": []any{}, "error": email.CodeRecipientMissing}))
	for _, kind := range []email.Kind{email.KindInvoice, email.KindCreditNote, email.KindOrderPlaced, email.KindOrderReceived, email.KindManual, email.KindNotice} {
		require.Contains(t, said(order.EventEmailSent, kind, map[string]any{}), "sent the e-mail with ", kind)
	}
}

// Each field of the timeline is said, or follows from others.
func TestEveryChangeIsSaid(t *testing.T) {
	follows := []string{"status", "payment_status", "payment_indicator", "subtotal", "total", "paid", "refunded", "balance", "invoice", "credit_note",
		"lines/x/position", "lines/x/amount", "lines/x/status", "lines/x/billed_order_id"}
	names := slices.Sorted(maps.Keys(order.Values(&order.Order{Currency: "USD", Lines: []order.Line{{ID: "x"}}})))
	require.Greater(t, len(names), 25)
	for _, name := range names {
		said := sentence(order.EventEdited, nil, true, order.Change{Field: name, Before: "a", After: "b"})
		require.Equal(t, slices.Contains(follows, name), strings.Contains(said, "edited it"), "%s: give it words in sentence.go, or list it here", name)
	}
}
