package hook

import (
	"time"
)

// Status says whether an endpoint gets events.
type Status string

// The statuses.
const (
	Enabled  Status = "enabled"
	Paused   Status = "paused"   // by a person
	Disabled Status = "disabled" // by the service; DisabledReason says why
)

// Reason says why the service disabled an endpoint.
type Reason string

// The reasons.
const (
	ReasonGone      Reason = "gone"       // it answered 410
	ReasonNoSuccess Reason = "no_success" // every attempt failed for DisabledAfter
)

// DisabledAfter is how long an endpoint may fail without one success before it is disabled.
const DisabledAfter = 5 * 24 * time.Hour

// Limits of endpoints.
const (
	MaxEndpoints   = 20 // of a company
	MaxURL         = 2000
	MaxDescription = 200
	MaxTypes       = 50
)

// MaxOverlap is the longest time for which an old secret signs beside the new one.
const MaxOverlap = 7 * 24 * time.Hour

// Health is what is known of the attempts of an endpoint.
type Health struct {
	LastSuccessAt *time.Time
	FailingSince  *time.Time // the first failure after the last success; nil if the last attempt succeeded
}

// Endpoint is a URL that gets events of a company, and its row. Times are UTC.
type Endpoint struct {
	CompanyID      string
	ID             string // UUIDv7
	URL            string
	Description    string
	Types          []string `gorm:"serializer:json"` // patterns of event types; none: every type
	ScopeSub       string   // only what this storefront may see; empty: all of the company
	NotifyEmail    string   // who gets an e-mail when the service disables it; empty: nobody
	Status         Status
	DisabledReason Reason // empty unless disabled

	Secret   Secret     `gorm:"embedded;embeddedPrefix:secret_"`
	Old      Secret     `gorm:"embedded;embeddedPrefix:old_"` // signs too until OldUntil
	OldUntil *time.Time // nil: there is no old secret

	Pos int64 // how far it has read the feed, first by Pos and then by Seq
	Seq int64

	Health   `gorm:"embedded"`
	NotifyAt *time.Time // when the e-mail that it was disabled is due; nil: there is none to send
	Version  int

	CreatedAt time.Time
	UpdatedAt time.Time
}

// Secret names a signing secret, which is derived and never stored.
type Secret struct {
	KeyID      string // of the key that derives it; empty: there is no such secret
	Generation int    // from 1; each rotation adds 1
}

// Secrets returns the secrets that sign at this time, the newest first.
func (e *Endpoint) Secrets(now time.Time) []Secret {
	if e.Rotating(now) {
		return []Secret{e.Secret, e.Old}
	}
	return []Secret{e.Secret}
}

// Rotating reports whether an old secret still signs.
func (e *Endpoint) Rotating(now time.Time) bool { return e.OldUntil != nil && now.Before(*e.OldUntil) }

// Rotate replaces the secret by a new one of this key. The old one signs until the given time.
func (e *Endpoint) Rotate(keyID string, until time.Time) {
	e.Old, e.OldUntil = e.Secret, &until
	e.Secret = Secret{KeyID: keyID, Generation: e.Secret.Generation + 1}
}

// Settle notes the outcome of an attempt. It reports whether the endpoint is disabled by it, which happens once.
func (e *Endpoint) Settle(now time.Time, a Attempt) (disabled bool) {
	if a.Success() {
		e.LastSuccessAt, e.FailingSince = &now, nil
		return false
	}
	if e.FailingSince == nil {
		e.FailingSince = &now
	}
	if e.Status == Disabled {
		return false
	}
	switch {
	case a.Gone():
		e.Status, e.DisabledReason = Disabled, ReasonGone
	case now.Sub(*e.FailingSince) >= DisabledAfter:
		e.Status, e.DisabledReason = Disabled, ReasonNoSuccess
	default:
		return false
	}
	if e.NotifyEmail != "" {
		e.NotifyAt = &now
	}
	return true
}

// SetStatus is a person's decision. Enabling gives the endpoint DisabledAfter again.
func (e *Endpoint) SetStatus(s Status) {
	if s == e.Status {
		return
	}
	e.Status, e.DisabledReason, e.NotifyAt = s, "", nil
	if s == Enabled {
		e.FailingSince = nil
	}
}
