// Package hook decides about outgoing webhooks: what an endpoint gets, when a delivery is tried again, and when an endpoint is
// disabled.
//
// It is pure: it neither sends nor stores. The row of a delivery decides what happens next. A worker claims a due delivery, sends it,
// and settles the outcome.
package hook

import (
	"strings"
	"time"
	"unicode"
)

// State is the state of a delivery.
type State string

// The states.
const (
	Pending   State = "pending"   // due at NextAttemptAt
	Sending   State = "sending"   // an attempt began at SendingSince
	Delivered State = "delivered" // the receiver answered 2xx
	Failed    State = "failed"    // the last attempt failed
	Skipped   State = "skipped"   // it is never sent
)

// SendingLimit is how long an attempt may take. A worker that is still silent then was killed.
const SendingLimit = 45 * time.Second

// MaxAttempts is the most attempts of a delivery: the first one, and one after each delay of the schedule.
const MaxAttempts = len(schedule) + 1

// schedule is the delays between attempts, each ± 20 %.
var schedule = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// Schedule returns the delays between the attempts of a delivery, before the random 20 % are added or taken away.
func Schedule() []time.Duration { return schedule[:] }

const (
	spread        = 0.2            // of a delay, in both directions
	maxRetryAfter = 24 * time.Hour // the longest wait that a receiver may ask for
)

// Delivery is one event for one endpoint, and its row. The event's id is also the delivery's. Times are UTC.
type Delivery struct {
	CompanyID  string
	EndpointID string
	ID         string // of the event: the webhook-id of every attempt
	EventType  string
	OrderID    *string // the document; nil if the event has none
	Pos        int64   // the event's place in the feed, first by Pos and then by Seq
	Seq        int64

	State         State
	Tried         int        // attempts begun since it was created or asked for again
	Attempts      []Attempt  `gorm:"serializer:json"` // the last MaxAttempts of them that ended
	NextAttemptAt time.Time  // used while pending
	SendingSince  *time.Time // set only while sending
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Attempt is one HTTP request to an endpoint.
type Attempt struct {
	At      time.Time
	Status  int    // of the answer; 0 if there was none
	MS      int    // how long it took, in milliseconds
	Error   string // why it failed, for people; empty after a success
	Excerpt string // the beginning of the answer
}

// Outcome is the result of an attempt.
type Outcome struct {
	Attempt
	RetryAfter time.Duration // what the receiver asked for; 0: nothing
}

// Success reports whether the receiver took the event.
func (a Attempt) Success() bool { return a.Status >= 200 && a.Status <= 299 && a.Error == "" }

// Gone reports whether the receiver wants no more events.
func (a Attempt) Gone() bool { return a.Status == 410 }

// Claim begins an attempt if the delivery is due.
func (d *Delivery) Claim(now time.Time) bool {
	if d.State != Pending || now.Before(d.NextAttemptAt) {
		return false
	}
	d.State, d.SendingSince, d.UpdatedAt = Sending, &now, now
	d.Tried++
	return true
}

// Settle ends the attempt with this number. It reports whether it changed anything: the outcome of an attempt that was given up as
// lost is not needed, unless it was a success. rnd returns a random number in [0, 1).
func (d *Delivery) Settle(now time.Time, try int, o Outcome, rnd func() float64) bool {
	current := d.State == Sending && d.Tried == try
	if !current && (!o.Success() || d.State == Delivered || d.State == Sending || d.State == Skipped) {
		return false
	}
	o.Error, o.Excerpt = clean(o.Error, maxError), clean(o.Excerpt, MaxExcerpt)
	d.Attempts = append(d.Attempts, o.Attempt)
	if extra := len(d.Attempts) - MaxAttempts; extra > 0 {
		d.Attempts = d.Attempts[extra:]
	}
	d.SendingSince, d.UpdatedAt = nil, now
	switch {
	case o.Success():
		d.State = Delivered
	case o.Gone(): // this disables the endpoint; the delivery is due when somebody enables it again
		d.State, d.NextAttemptAt = Pending, now
		d.Tried--
	case d.Tried >= MaxAttempts:
		d.State = Failed
	default:
		d.State, d.NextAttemptAt = Pending, now.Add(d.delay(o, rnd))
	}
	return true
}

// delay is the time until the next attempt. A busy receiver may ask for a time, but never gets the next attempt at once.
func (d *Delivery) delay(o Outcome, rnd func() float64) time.Duration {
	if o.RetryAfter > 0 && (o.Status == 429 || o.Status == 503) {
		return min(max(o.RetryAfter, schedule[0]), maxRetryAfter)
	}
	base := float64(schedule[d.Tried-1])
	return time.Duration(base * (1 - spread + 2*spread*rnd())).Truncate(time.Microsecond)
}

// Overdue ends an attempt whose worker was killed. It reports whether there was one.
func (d *Delivery) Overdue(now time.Time, rnd func() float64) bool {
	if d.State != Sending || d.SendingSince == nil || now.Sub(*d.SendingSince) < SendingLimit {
		return false
	}
	lost := Attempt{At: *d.SendingSince, Error: "The service stopped before the answer came. The receiver may have the event."}
	return d.Settle(now, d.Tried, Outcome{Attempt: lost}, rnd)
}

// Again makes the delivery due now, whatever its state, and lets it have all attempts of the schedule again.
func (d *Delivery) Again(now time.Time) {
	d.State, d.Tried, d.SendingSince, d.NextAttemptAt, d.UpdatedAt = Pending, 0, nil, now, now
}

// Skip ends a claimed delivery without an attempt: the endpoint no longer gets the event.
func (d *Delivery) Skip(now time.Time) {
	d.State, d.SendingSince, d.UpdatedAt = Skipped, nil, now
}

// ShownState returns the state that clients see.
func (d *Delivery) ShownState() State {
	if d.State == Sending {
		return Pending
	}
	return d.State
}

// The lengths of texts of a receiver as they are kept, in bytes.
const (
	MaxExcerpt = 1024
	maxError   = 500
)

// clean returns a text of a receiver as it may be stored: valid UTF-8 without control characters, and cut if it is long.
func clean(s string, longest int) string {
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}
