package webhook

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// The limits of a batch. SendGrid's own limit is 768 KiB.
const (
	MaxBatchBytes = 1 << 20
	MaxEvents     = 10_000
	longestReason = 500
	longestMember = 320 // any other text; an e-mail address has at most 320 characters
)

// Event is one event of SendGrid about one of our e-mails.
type Event struct {
	EmailID    string
	Recipient  string
	Kind       email.EventKind
	At         time.Time // whole seconds, by SendGrid's clock, UTC
	ProviderID string    // the X-Message-Id of the send; empty for late bounces
	Reason     string
}

// EmailEvent converts the event for the e-mail's state machine.
func (e Event) EmailEvent() email.Event {
	return email.Event{Kind: e.Kind, Recipient: e.Recipient, Reason: e.Reason, ProviderID: e.ProviderID, At: e.At}
}

// ParseSendGrid reads a batch of events, in order. It is lenient: it ignores unknown members, events about mail that is
// not ours, and incomplete events. A body that is not a JSON array is fault.JSONMalformed, and one beyond the limits is
// fault.BodyTooLarge.
func ParseSendGrid(body []byte) ([]Event, error) {
	if len(body) > MaxBatchBytes {
		return nil, fault.New(fault.BodyTooLarge, "A batch of events has at most %d bytes.", MaxBatchBytes)
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, fault.New(fault.JSONMalformed, "The body is not a JSON array of events.").Because(err)
	}
	if len(batch) > MaxEvents {
		return nil, fault.New(fault.BodyTooLarge, "A batch has at most %d events.", MaxEvents)
	}
	events := make([]Event, 0, len(batch))
	for _, raw := range batch {
		if e, ok := parseEvent(raw); ok {
			events = append(events, e)
		}
	}
	return events, nil
}

// parseEvent reads each member by itself, so that a wrong type loses only that member.
func parseEvent(raw json.RawMessage) (Event, bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return Event{}, false
	}
	text := func(name string) string {
		var s string
		if json.Unmarshal(members[name], &s) != nil {
			return ""
		}
		return s
	}
	short := func(name string) string {
		if s := text(name); len(s) <= longestMember {
			return s
		}
		return ""
	}
	reason := text("reason")
	if reason == "" {
		reason = text("response")
	}
	// SendGrid appends its server to the message id: "<id>.recvd-…".
	providerID, _, _ := strings.Cut(short("sg_message_id"), ".")
	// An older version sent the id as letter_id, and events may arrive days later.
	emailID := cmp.Or(short("email_id"), short("letter_id"))
	e := Event{
		EmailID: emailID, Recipient: short("email"), Kind: email.EventKind(short("event")),
		ProviderID: providerID, Reason: clip(reason),
	}
	at, ok := moment(members["timestamp"])
	e.At = at
	return e, ok && e.EmailID != "" && e.Recipient != "" && e.Kind != ""
}

// endOfTime is the first second of the year 10000, which RFC 3339 cannot express.
const endOfTime = 253402300800

// moment is a time in seconds since 1970, given as a number or as text.
func moment(raw json.RawMessage) (time.Time, bool) {
	seconds, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil || seconds <= 0 || seconds >= endOfTime {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0).UTC(), true
}

func clip(s string) string {
	if len(s) <= longestReason {
		return s
	}
	return strings.ToValidUTF8(s[:longestReason], "") + "…"
}
