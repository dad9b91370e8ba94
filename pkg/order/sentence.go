package order

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sentence tells a person who did what: "Anna changed the carrier from FedEx to UPS." With private it includes what only staff may
// see. It has no ids.
func (e *Event) Sentence(o *Order, private bool) string {
	return strings.TrimSuffix(e.clause(o, private), ",") + "."
}

// SentenceWithTime is Sentence with the time: "Anna changed the carrier from FedEx to UPS at 10:42." Times are in the zone. A time on
// another day than now has its date.
func (e *Event) SentenceWithTime(o *Order, private bool, zone *time.Location, now time.Time) string {
	return e.clause(o, private) + " " + moment(e.At.In(zone), now.In(zone)) + "."
}

func (e *Event) clause(o *Order, private bool) string {
	if said := e.emailStep(); said != "" {
		return said
	}
	return e.who() + " " + e.deed(o, private)
}

func (e *Event) who() string {
	if e.ActorSub == "system" {
		return "The service"
	}
	return cmp.Or(e.ActorName, e.ActorSub)
}

func moment(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return "at " + at.Format("15:04")
	}
	return "on " + at.Format("Jan 2, 2006, at 15:04")
}

// deed says what the event did, as a verb and its objects.
func (e *Event) deed(o *Order, private bool) string {
	document := strings.ToLower(o.Noun()) + " " + o.Number
	switch e.Type {
	case EventPlaced:
		return "placed " + document
	case EventCheckedOut:
		return "checked out " + document
	case EventConfirmed:
		return "confirmed " + document + e.issued("invoice", "invoice_number")
	case EventVoided:
		return "voided " + document + e.issued("credit note", "credit_note_number")
	case EventExpired:
		return "voided " + document + ", which was not checked out in time,"
	case EventBilled:
		if e.text("order_number") == "" {
			return "billed lines"
		}
		return "billed lines into order " + e.text("order_number")
	case EventLineFreed:
		return "voided order " + e.text("order_number") + ", which frees its lines,"
	case EventLineCheckedOut:
		return "checked out " + checkedOut(e.Changes)
	case EventPaymentRecorded:
		return "recorded a payment of " + e.text("amount") + " " + o.Currency
	case EventPaymentRefunded:
		return "recorded a refund of " + e.text("amount") + " " + o.Currency
	case EventPaymentIndicatorChanged:
		words := "required the customer of " + document + " to pay by card"
		if len(e.Changes) > 0 && e.Changes[0].After == nil {
			words = "no longer " + words
		}
		return words
	case EventEndpointDisabled:
		if e.text("reason") == "gone" {
			return "disabled a webhook endpoint, which answered that it wants no more events"
		}
		return "disabled a webhook endpoint, which took no event for five days"
	case EventWebhookTest:
		return "tested a webhook endpoint"
	case EventAutoconfirm:
		return "did not confirm " + document + ": " + strings.TrimSuffix(e.text("message"), ".")
	}
	return edits(e.Changes, private)
}

// text is a member of the data, or the empty text.
func (e *Event) text(member string) string {
	s, _ := e.Data[member].(string)
	return s
}

// issued names the document that the event issued: " and issued invoice HV-000018".
func (e *Event) issued(document, member string) string {
	if e.text(member) == "" {
		return ""
	}
	return " and issued " + document + " " + e.text(member)
}

func checkedOut(lines []Change) string {
	switch {
	case len(lines) == 1 && lines[0].Line != nil:
		return lines[0].Line.String()
	case len(lines) < 2: // of an event that does not name its lines
		return "lines"
	}
	return strconv.Itoa(len(lines)) + " lines"
}

// emailWords is what each kind of e-mail brings, by its name in the API.
var emailWords = map[string]string{
	"invoice": "the invoice", "credit_note": "the credit note", "order_placed": "the new order", "order_received": "what was ordered",
	"manual": "the document", "delivery_notice": "a delivery notice",
}

// emailStep says what became of an e-mail, or nothing if the event is of something else.
func (e *Event) emailStep() string {
	mail := "e-mail"
	if to := addresses(e.Data["to"]); to != "" {
		mail += " to " + to
	}
	if words := emailWords[e.text("kind")]; words != "" {
		mail += " with " + words
	}
	switch e.Type {
	case EventEmailQueued:
		return e.who() + " queued the " + mail
	case EventEmailSent:
		return e.who() + " sent the " + mail
	case EventEmailDelivered:
		return "The " + mail + " was delivered"
	case EventEmailBounced:
		return "The " + mail + " bounced"
	case EventEmailFailed:
		if e.text("error") == "" {
			return "The " + mail + " failed"
		}
		return "The " + mail + " failed: " + shown(e.Data["error"])
	case EventEmailUnknown:
		return "It is not known whether the " + mail + " was sent"
	}
	return ""
}

// maxAddresses is the number of addresses that a sentence names. It gives the number of the others.
const maxAddresses = 3

// addresses joins an e-mail's addresses. The database returns them as a list of any.
func addresses(to any) string {
	list, _ := to.([]any)
	said := make([]string, min(len(list), maxAddresses))
	for i := range said {
		said[i] = fmt.Sprint(list[i])
	}
	if more := len(list) - maxAddresses; more > 0 {
		return strings.Join(said, ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(said, ", ")
}

// maxDeeds is the number of changes that a sentence names. It gives the number of the others.
const maxDeeds = 3

// edits says what an edit changed. What follows from other changes, such as the total, is left out.
func edits(changes []Change, private bool) string {
	var said []string
	before := "" // of the phrase before
	for i, c := range changes {
		if c.Private() && !private {
			continue
		}
		phrase := c.phrase(changes[:i])
		if phrase == "" {
			continue
		}
		line := "changed " + c.Line.String() + ": "
		if c.Line != nil && strings.HasPrefix(phrase, line) && strings.HasPrefix(before, line) {
			said = append(said, strings.TrimPrefix(phrase, line)) // the line is named already
		} else {
			said = append(said, phrase)
		}
		before = phrase
	}
	switch {
	case len(said) == 0:
		return "edited it"
	case len(said) > maxDeeds:
		more := len(said) - maxDeeds
		said = append(said[:maxDeeds], strconv.Itoa(more)+" more "+map[bool]string{true: "change", false: "changes"}[more == 1])
		return strings.Join(said[:maxDeeds], ", ") + ", and made " + said[maxDeeds]
	case len(said) == 1:
		return said[0]
	}
	return strings.Join(said[:len(said)-1], ", ") + " and " + said[len(said)-1]
}

// fieldWords is the words for each field, by its name in the API. A field without words follows from others.
var fieldWords = func() map[string]string {
	words := map[string]string{"salesperson": "the salesperson", "charges": "the charges", "taxes": "the taxes"}
	for _, f := range headerFields {
		words[f.name] = f.words
	}
	return words
}()

var lineWords = map[string]string{
	"sku": "SKU", "description": "description", "source": "source", "box_type": "box type", "boxes": "boxes", "units_per_box": "units per box",
	"unit_type": "unit", "quantity": "units", "unit_price": "price", "mark_code": "mark", "notes": "notes",
}

// unvalued is the fields whose values are too long for a sentence.
var unvalued = []string{"ship_to", "notes", "internal_notes", "charges", "taxes", "description"}

// phrase says the change as a verb with its object, or nothing if it follows from others. earlier is the changes before it.
func (c Change) phrase(earlier []Change) string {
	rest, ofLine := strings.CutPrefix(c.Field, "lines/")
	if !ofLine {
		words, ok := fieldWords[c.Field]
		if !ok {
			return ""
		}
		return c.change(words, c.Field)
	}
	_, field, _ := strings.Cut(rest, "/")
	words, ok := lineWords[field]
	switch {
	case field == "" && c.Before == nil:
		return "added " + c.Line.String() + terms(c.After)
	case field == "":
		return "removed " + c.Line.String()
	case !ok || field == "quantity" && slices.ContainsFunc(earlier, func(other Change) bool {
		return other.Field == strings.TrimSuffix(c.Field, "quantity")+"boxes" || other.Field == strings.TrimSuffix(c.Field, "quantity")+"units_per_box"
	}):
		return ""
	}
	return "changed " + c.Line.String() + ": " + words + c.values(field)
}

// terms says what a new line sells: ": 2 units at 1.5000, 3.00".
func terms(line any) string {
	values, _ := line.(map[string]any)
	if values["quantity"] == nil {
		return ""
	}
	return fmt.Sprintf(": %s units at %s, %s", shown(values["quantity"]), shown(values["unit_price"]), shown(values["amount"]))
}

func (c Change) change(words, field string) string {
	switch {
	case slices.Contains(unvalued, field):
		return "changed " + words
	case c.Before == nil:
		return "set " + words + " to " + shown(c.After)
	case c.After == nil:
		return "removed " + words + " " + shown(c.Before)
	}
	return "changed " + words + c.values(field)
}

// values is the values before and after.
func (c Change) values(field string) string {
	if slices.Contains(unvalued, field) {
		return ""
	}
	return " from " + shown(c.Before) + " to " + shown(c.After)
}

// shown is a JSON value in a sentence.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case float64: // as the database returns it
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			return day.Format("Jan 2, 2006")
		}
		return strings.ReplaceAll(v, "_", " ")
	}
	return fmt.Sprint(v)
}
