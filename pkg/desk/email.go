package desk

import (
	"cmp"
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/letter"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How many letters by hand go out in 24 hours.
const (
	lettersPerOrder   = 20
	lettersPerCompany = 2000
)

// Letter is what somebody writes to a customer about a document. What is empty is left to the defaults: the customer's
// addresses, and a subject and a message that fit the document.
type Letter struct {
	To, Cc           []string
	Subject, Message string
}

// Email sends a document by e-mail, as Print gives it. It neither needs nor makes a number.
//
// Faults: order_not_found, role_not_allowed, email_limit_reached; body_invalid where there is nobody to send to.
func (s *Service) Email(ctx context.Context, call Call, id string, in Letter, encode Encode[letter.Letter]) (Reply, error) {
	return once(ctx, s, call, encode, func(tx *store.Tx, now time.Time) (letter.Letter, error) {
		c, co, cu, err := s.take(ctx, tx, call, id)
		if err != nil {
			return letter.Letter{}, err
		}
		if err := order.Guard(call.Actor, order.Email, &c.Order, situation(co, &c.Order, now)).Err(); err != nil {
			return letter.Letter{}, err
		}
		to := in.To
		if len(to) == 0 {
			to = cu.Emails
		}
		var nobody error
		if len(to) == 0 {
			nobody = unprocessable("/to", fault.FieldRequired, "The customer has no e-mail address: send to.")
		}
		if err := call.Told(nobody); err != nil {
			return letter.Letter{}, err
		}
		if err := s.withinLimits(ctx, tx, c.ID, now); err != nil {
			return letter.Letter{}, err
		}
		subject := cmp.Or(in.Subject, manualSubject(co, &c.Order))
		c.mailCustomer(letter.Letter{Kind: letter.KindManual, Recipients: to, Cc: in.Cc, Subject: subject, Message: in.Message}, now)
		if err := save(tx, c); err != nil {
			return letter.Letter{}, err
		}
		tx.ShowEmailStatus(&c.letters[0])
		return c.letters[0], wake(ctx, tx, c)
	})
}

func (s *Service) withinLimits(ctx context.Context, tx *store.Tx, orderID string, now time.Time) error {
	since := now.Add(-24 * time.Hour)
	ofOrder, ofCompany, err := tx.LettersByHand(ctx, orderID, since)
	if err != nil {
		return err
	}
	if ofOrder >= lettersPerOrder || ofCompany >= lettersPerCompany {
		full, err := tx.LettersFullSince(ctx, orderID, lettersPerOrder, lettersPerCompany)
		if err != nil {
			return err
		}
		return fault.New(fault.EmailLimitReached, "At most %d letters by hand for an order, and %d for a company, go out in 24 hours.", lettersPerOrder, lettersPerCompany).
			After(full.Sub(since))
	}
	return nil
}

// LetterFilter is what the letters about a document are asked for, in the store's words.
type LetterFilter = store.LetterFilter

// LetterPage is one page of the letters about a document.
type LetterPage = store.LetterPage

// Letters is a page of the letters about a document, newest first. The filter's checkout is the document's.
func (s *Service) Letters(ctx context.Context, who auth.Actor, f LetterFilter) (LetterPage, error) {
	o, err := s.seen(ctx, who, f.OrderID)
	if err != nil {
		return LetterPage{}, err
	}
	f.CheckoutID = o.CheckoutID
	return s.store.For(who.CompanyID).Letters(ctx, f)
}
