// Package email defines an e-mail to customers or staff: its content, its recipients, and the state machine that
// decides whether and when it is sent.
//
// The machine is pure: it neither sends nor stores. The outbox row decides. A queued job only wakes a worker, which
// claims a due e-mail, gives it to a mail sender, and settles the outcome. See docs/adr/0007-emails.md.
package email

import (
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// Kind says what an e-mail is about.
type Kind string

// The kinds.
const (
	KindInvoice       Kind = "invoice"         // to the customer, on confirmation
	KindCreditNote    Kind = "credit_note"     // to the customer, on the void of a confirmed order
	KindOrderPlaced   Kind = "order_placed"    // to the salesperson, one per checkout
	KindOrderReceived Kind = "order_received"  // to the customer, one per checkout, with the sheets of what was placed
	KindManual        Kind = "manual"          // by the staff, with the document attached
	KindNotice        Kind = "delivery_notice" // to the salesperson, about an e-mail that bounced or failed
)

// Email is one e-mail and its row in the outbox. Times are UTC. Its ID is opaque and goes to the provider with every
// attempt, so that an event of the provider can settle an attempt whose answer was lost.
type Email struct {
	CompanyID    string
	ID           string
	OrderID      string
	InvoiceID    *string
	CreditNoteID *string
	CheckoutID   *string
	AboutEmailID *string // of a notice: the e-mail that was not delivered
	Kind         Kind
	Recipients   []string `gorm:"serializer:json"` // To: plain addresses, each once
	Cc           []string `gorm:"serializer:json"` // plain addresses, none of them in Recipients
	Subject      string   // empty: the template's; in a manual e-mail what staff wrote, or the template's at that time
	Message      string   // what staff wrote in a manual e-mail

	State           State
	Delivery        Delivery          // of the e-mail, decided by its worst recipient
	Deliveries      map[string]Report `gorm:"serializer:json"` // by address in lower case
	Attempts        int               // attempts begun, except those refused because of our key
	UnknownAttempts int               // the attempts whose outcome never became known
	NextAttemptAt   time.Time         // when the e-mail is due; used while queued or unknown
	SendingSince    *time.Time        // set only while sending
	FirstAttemptAt  *time.Time        // the 72 hours of retries begin here
	ErrorCode       string            // the last fault, for programs; empty once sent
	LastError       string            // the last fault, for people; see ShownError. Empty once sent
	ProviderID      string            // the provider's id of the accepted e-mail

	RequestedBy string // the subject of the token that requested it; empty for the service itself
	RequestID   string
	SentAt      *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// New creates an e-mail with a new state from draft, due now. It leaves out blank and repeated addresses, because
// providers refuse duplicates. An e-mail without recipients is failed at once, with CodeRecipientMissing.
func New(draft Email, now time.Time) *Email {
	seen := map[string]bool{}
	e := &Email{
		CompanyID: draft.CompanyID, ID: draft.ID, OrderID: draft.OrderID,
		InvoiceID: draft.InvoiceID, CreditNoteID: draft.CreditNoteID, CheckoutID: draft.CheckoutID, AboutEmailID: draft.AboutEmailID,
		Kind: draft.Kind, Recipients: distinct(draft.Recipients, seen), Cc: distinct(draft.Cc, seen),
		Subject: draft.Subject, Message: draft.Message,
		State: Queued, Deliveries: map[string]Report{}, NextAttemptAt: now,
		RequestedBy: draft.RequestedBy, RequestID: draft.RequestID,
		CreatedAt: now, UpdatedAt: now,
	}
	if len(e.Recipients) == 0 {
		e.State = Failed
		e.recordError(CodeRecipientMissing, "")
	}
	return e
}

// distinct returns the addresses that are not in seen yet, ignoring case, and adds them to seen.
func distinct(addresses []string, seen map[string]bool) []string {
	kept := make([]string, 0, len(addresses))
	for _, a := range addresses {
		a = strings.TrimSpace(a)
		if key := strings.ToLower(a); a != "" && !seen[key] {
			seen[key] = true
			kept = append(kept, a)
		}
	}
	return kept
}

// Status is an e-mail's state as clients see it.
type Status string

// The statuses.
const (
	StatusQueued    Status = "queued"    // not sent yet, or not known to be sent
	StatusSent      Status = "sent"      // the provider has it; not every recipient has an outcome yet
	StatusDelivered Status = "delivered" // every recipient's server accepted it
	StatusBounced   Status = "bounced"   // at least one recipient's server refused it
	StatusFailed    Status = "failed"    // ErrorCode says why
)

// Statuses is every status.
var Statuses = []Status{StatusQueued, StatusSent, StatusDelivered, StatusBounced, StatusFailed}

// ShownStatus returns the status that clients see.
func (e *Email) ShownStatus() Status {
	switch {
	case e.State == Failed:
		return StatusFailed
	case e.State != Sent:
		return StatusQueued
	case e.Delivery == Bounced:
		return StatusBounced
	case e.Delivery == Delivered:
		return StatusDelivered
	default:
		return StatusSent
	}
}

// ToCustomer reports whether the e-mail is one of those whose status the document shows.
func (e *Email) ToCustomer() bool { return e.Kind != KindOrderPlaced && e.Kind != KindNotice }

// NeedsNotice reports whether somebody who has this address should be told that the e-mail was not delivered. Nobody is
// told about a notice, nor at an address that itself got nothing.
func (e *Email) NeedsNotice(address string) bool {
	if address == "" || e.Kind == KindNotice || !undelivered(e.ShownStatus()) {
		return false
	}
	for _, r := range e.Each() {
		if strings.EqualFold(r.Address, strings.TrimSpace(address)) && undelivered(r.Status) {
			return false
		}
	}
	return true
}

// Undelivered returns the recipients whose copy was not delivered.
func (e *Email) Undelivered() []Recipient {
	var all []Recipient
	for _, r := range e.Each() {
		if undelivered(r.Status) {
			all = append(all, r)
		}
	}
	return all
}

func undelivered(s Status) bool { return s == StatusBounced || s == StatusFailed }

// Digest returns the digest of what an e-mail says from its beginning. The rest of its row is how it was sent.
func (e *Email) Digest() string {
	var f canon.Facts
	f.Text("id", e.ID)
	f.Text("order_id", e.OrderID)
	f.ID("invoice_id", e.InvoiceID)
	f.ID("credit_note_id", e.CreditNoteID)
	f.ID("checkout_id", e.CheckoutID)
	f.ID("about_email_id", e.AboutEmailID)
	f.Text("kind", string(e.Kind))
	for _, to := range e.Recipients {
		f.Text("recipient", to)
	}
	for _, cc := range e.Cc {
		f.Text("cc", cc)
	}
	f.Text("subject", e.Subject)
	f.Text("message", e.Message)
	f.Text("requested_by", e.RequestedBy)
	f.Text("request_id", e.RequestID)
	f.Time("created_at", &e.CreatedAt)
	return f.Digest()
}
