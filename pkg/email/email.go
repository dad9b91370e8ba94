// Package email is one e-mail to customers or staff: what it says to whom, and the state machine that decides
// whether and when it is sent.
//
// The machine is pure: it neither sends nor stores. The outbox row decides; a job queue only wakes somebody who
// claims a due e-mail, hands it to a mail sender, and settles what came back. See docs/adr/0007-emails.md.
package email

import (
	"strings"
	"time"
)

// Kind is what an e-mail is about.
type Kind string

// The kinds.
const (
	KindInvoice     Kind = "invoice"      // to the customer, on confirmation
	KindCreditNote  Kind = "credit_note"  // to the customer, on the void of a confirmed order
	KindOrderPlaced Kind = "order_placed" // to the salesperson, one per checkout
	KindManual      Kind = "manual"       // by the staff, with the document attached
)

// Email is one e-mail and the row of the outbox. Times are UTC. Its ID is opaque and goes to the provider with
// every attempt, so that an event of the provider can settle an attempt whose answer was lost.
type Email struct {
	CompanyID    string
	ID           string
	OrderID      string
	InvoiceID    *string
	CreditNoteID *string
	CheckoutID   *string
	Kind         Kind
	Recipients   []string `gorm:"serializer:json"` // To: plain addresses, each once
	Cc           []string `gorm:"serializer:json"` // plain addresses, none of them in Recipients
	Subject      string   // empty: the template's; of an e-mail by the staff what they wrote, or the template's as of then
	Message      string   // what the staff wrote, in a manual e-mail

	State           State
	Delivery        Delivery            // of the e-mail: its worst recipient decides
	Deliveries      map[string]Delivery `gorm:"serializer:json"` // by address in lower case
	Attempts        int                 // attempts begun, those refused for our key not counted
	UnknownAttempts int                 // of these, attempts whose outcome never became known
	NextAttemptAt   time.Time           // when the e-mail is due; of meaning while queued or unknown
	SendingSince    *time.Time          // set exactly while sending
	FirstAttemptAt  *time.Time          // from here the 72 hours of retries count
	ErrorCode       string              // the last fault, for programs; empty once sent
	LastError       string              // the last fault, for people; empty once sent
	ProviderID      string              // the provider's name for the accepted e-mail

	RequestedBy string // the subject who asked for it; empty for the service itself
	RequestID   string
	SentAt      *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// New is an e-mail with the identity, the recipients and the words of like, due now. A blank address is left out,
// and one that is named twice stays once, since providers refuse duplicates. An e-mail without recipients is
// failed from birth, with CodeRecipientMissing.
func New(like Email, now time.Time) *Email {
	seen := map[string]bool{}
	e := &Email{
		CompanyID: like.CompanyID, ID: like.ID, OrderID: like.OrderID,
		InvoiceID: like.InvoiceID, CreditNoteID: like.CreditNoteID, CheckoutID: like.CheckoutID,
		Kind: like.Kind, Recipients: distinct(like.Recipients, seen), Cc: distinct(like.Cc, seen),
		Subject: like.Subject, Message: like.Message,
		State: Queued, Deliveries: map[string]Delivery{}, NextAttemptAt: now,
		RequestedBy: like.RequestedBy, RequestID: like.RequestID,
		CreatedAt: now, UpdatedAt: now,
	}
	if len(e.Recipients) == 0 {
		e.State = Failed
		e.blame(CodeRecipientMissing, "There is no address to send the e-mail to.")
	}
	return e
}

// distinct are the addresses that are not in seen yet, ignoring case; seen then holds them.
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

// Status is an e-mail's state in the words that clients see.
type Status string

// The statuses.
const (
	StatusQueued    Status = "queued"    // not sent yet, or not known to be
	StatusSent      Status = "sent"      // the provider has it; not every recipient is heard of
	StatusDelivered Status = "delivered" // every recipient's server took it
	StatusBounced   Status = "bounced"   // at least one recipient's server refused it
	StatusFailed    Status = "failed"    // ErrorCode says why
)

// ShownStatus is what clients see of the e-mail.
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

// blame notes the last fault. What providers say can be long; a row keeps the start of it.
func (e *Email) blame(code, detail string) {
	const longest = 500
	if len(detail) > longest {
		detail = strings.ToValidUTF8(detail[:longest], "") + "…"
	}
	e.ErrorCode, e.LastError = code, detail
}
