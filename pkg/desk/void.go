package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Voided is what came of voiding a document. CreditNote is set where it was confirmed.
type Voided struct {
	Order      View
	CreditNote *billing.CreditNote
	Warnings   []Warning
}

// Void ends a document for good. A confirmed order gets a credit note with its own number, mailed like the invoice; the
// lines that an order was billed from are free to be billed again. A voided document answers as it is.
//
// Faults: order_not_found, order_changed, role_not_allowed, order_not_voidable, prebook_partly_billed.
func (s *Service) Void(ctx context.Context, call Call, id, reason string, encode Encode[Voided]) (Reply, error) {
	cause := order.VoidedByStaff
	if call.Actor.IsStorefront() {
		cause = order.VoidedByCustomer
	}
	return once(ctx, s, call, encode, func(tx *store.Tx, now time.Time) (Voided, error) {
		c, co, cu, err := s.load(ctx, tx, call, id)
		if err != nil {
			return Voided{}, err
		}
		verdict := order.Guard(call.Actor, order.Void, &c.Order, situation(co, &c.Order, now))
		if err := call.MergeFaults(verdict.Err()); err != nil {
			return Voided{}, err
		}
		if verdict.Already {
			return s.voidedBefore(ctx, tx, call.Actor, co, c.Order, now)
		}
		if err := s.void(ctx, tx, c, co, cu, cause, reason, now); err != nil {
			return Voided{}, err
		}
		return Voided{Order: viewOf(call.Actor, co, c.Order, now), CreditNote: c.credit, Warnings: c.warnings}, nil
	})
}

// void ends a document that the guard has let pass and saves it, with the prebook whose lines it frees.
func (s *Service) void(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, cause order.VoidCause, reason string, now time.Time) error {
	wasConfirmed := c.Status == order.StatusConfirmed
	changes := []*change{c}
	if c.BilledFromID != nil {
		prebook, err := s.unbill(ctx, tx, c, now)
		if err != nil {
			return err
		}
		changes = append(changes, prebook)
	}
	c.Void(cause, reason, c.call.Actor.Subject, now)
	c.Derive(cu.RequireCreditCardPayment)
	what, data := order.EventVoided, map[string]any{"cause": string(cause)}
	if cause == order.VoidedByExpiry {
		what = order.EventExpired
	}
	if wasConfirmed {
		if err := s.credit(ctx, tx, c, co, cu, now); err != nil {
			return err
		}
		data["credit_note_id"], data["credit_note_number"] = c.credit.ID, c.credit.Number
	}
	c.step(what, now, data)
	c.events[len(c.events)-1].Reason = reason
	return save(tx, changes...)
}

// credit issues the credit note of a confirmed order and mails it.
func (s *Service) credit(ctx context.Context, tx *store.Tx, c *change, co company.Company, cu company.Customer, now time.Time) error {
	id := newID()
	if co.EmailInvoiceOnConfirmation {
		c.mailCustomer(email.Email{Kind: email.KindCreditNote, CreditNoteID: &id, Recipients: cu.Emails}, now)
		if err := wake(ctx, tx, c); err != nil {
			return err
		}
	}
	sequence, err := tx.Next(ctx, store.CreditNoteSeries)
	if err != nil {
		return err
	}
	note, err := creditNoteOf(&c.Order, co, cu, id, sequence, now)
	if err != nil {
		return err
	}
	c.credit = &note
	c.CreditNoteID, c.CreditNoteNumber, c.CreditedAt = &note.ID, note.Number, &note.IssuedAt
	return nil
}

// unbill frees the lines of the prebook that an order was billed from.
func (s *Service) unbill(ctx context.Context, tx *store.Tx, c *change, now time.Time) (*change, error) {
	o, err := tx.Order(ctx, *c.BilledFromID)
	if err != nil {
		return nil, err
	}
	prebook := changing(c.call, o)
	if c.BilledFrom == nil || c.BilledFrom.Version != o.Version || len(prebook.Unbill(&c.Order)) > 0 { // it changed since the guard looked at it
		return nil, store.ErrStale
	}
	prebook.Derive(false)
	prebook.lines = true
	prebook.step(order.EventLineFreed, now, map[string]any{"order_id": c.ID, "order_number": c.Number})
	return prebook, nil
}

func (s *Service) voidedBefore(ctx context.Context, tx *store.Tx, who auth.Actor, co company.Company, o order.Order, now time.Time) (Voided, error) {
	done := Voided{Order: viewOf(who, co, o, now)}
	if o.CreditNoteID == nil {
		return done, nil
	}
	note, err := tx.CreditNote(ctx, *o.CreditNoteID)
	done.CreditNote = &note
	return done, err
}
