package email

import (
	"strings"
	"time"
)

// Recipient is one address of an e-mail and what became of its copy.
type Recipient struct {
	Address string
	Status  Status
	Reason  string     // why it is not delivered, in the words of the provider; empty if it said nothing
	At      *time.Time // since when, by the provider's clock; nil if that is not known
}

// Each returns what became of each recipient's copy: first To, then Cc.
func (e *Email) Each() []Recipient {
	all := make([]Recipient, 0, len(e.Recipients)+len(e.Cc))
	for _, addresses := range [][]string{e.Recipients, e.Cc} {
		for _, a := range addresses {
			all = append(all, e.recipient(a))
		}
	}
	return all
}

// recipient returns what became of the copy to an address. Without a word of the provider it is what the e-mail is.
func (e *Email) recipient(address string) Recipient {
	report := e.Deliveries[strings.ToLower(address)]
	r := Recipient{Address: address, Reason: report.Reason, At: report.At}
	switch report.Delivery {
	case Delivered:
		r.Status = StatusDelivered
	case Bounced:
		r.Status = StatusBounced
	case Dropped:
		r.Status = StatusFailed
	default:
		r.Status = e.undecided()
		if r.At == nil && r.Status == StatusSent {
			r.At = e.SentAt
		}
	}
	return r
}

// undecided is the status of a recipient about whom the provider has said nothing. An e-mail that the provider dropped
// for one recipient may still reach the others.
func (e *Email) undecided() Status {
	switch {
	case e.State == Sent, e.State == Failed && e.ErrorCode == CodeDropped:
		return StatusSent
	case e.State == Failed:
		return StatusFailed
	default:
		return StatusQueued
	}
}
