package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Parts selects what DetailsWith reads besides the document. Each part costs one statement.
type Parts struct {
	Payments bool
	Emails   int // this many e-mails at most, the newest; 0: none
	Events   int // this many events at most, the oldest; 0: none
}

// Detailed is a document with the parts that were selected. Each part is like its own list.
type Detailed struct {
	View
	Ledger []billing.Payment
	Emails EmailPage
	Events EventPage
}

// DetailsWith returns one document with its lines and these parts. The ledger agrees with the document's sums: if
// a payment was booked in between, both are read again.
func (s *Service) DetailsWith(ctx context.Context, who auth.Actor, id string, parts Parts) (Detailed, error) {
	const tries = 20
	tenant := s.store.For(who.CompanyID)
	for try := 1; ; try++ {
		v, err := s.Details(ctx, who, id)
		d := Detailed{View: v}
		if err == nil && parts.Payments {
			d.Ledger, err = tenant.Payments(ctx, id)
		}
		if err != nil {
			return d, err
		}
		if paid, refunded := billing.Sums(d.Ledger); parts.Payments && (paid != v.Paid || refunded != v.Refunded) {
			if try == tries {
				return d, fault.New(fault.OrderLocked, "Payments are booked faster than the document can be read. Try again in a moment.")
			}
			continue
		}
		if parts.Emails > 0 {
			if d.Emails, err = tenant.Emails(ctx, EmailFilter{OrderID: id, CheckoutID: v.CheckoutID, Limit: parts.Emails}); err != nil {
				return d, err
			}
		}
		if parts.Events > 0 {
			d.Events, err = s.events(ctx, who, EventFilter{OrderID: id, Limit: parts.Events})
		}
		return d, err
	}
}
