package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Voided is the result of voiding a document. CreditNote is set if the order was confirmed.
type Voided struct {
	Order      View
	CreditNote *billing.CreditNote
	Warnings   []Warning
}

// VoidRefusals is the codes of Void's refusals, except those that every write of an order shares.
var VoidRefusals = order.Refusals(order.Void)

// Void ends a document for good. A confirmed order gets a credit note with its own number, which is mailed like the
// invoice. The prebook lines that an order was billed from become free again. A voided document is returned unchanged.
//
// Faults: order_not_found, order_changed, role_not_allowed, and [VoidRefusals].
func (s *Service) Void(ctx context.Context, call Call, id, reason string, encode Encode[Voided]) (Reply, error) {
	cause := order.VoidedByStaff
	if call.Actor.IsStorefront() {
		cause = order.VoidedByCustomer
	}
	return onceReading(ctx, s, call, store.First{Order: id}, encode, func(u unit) (Voided, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return Voided{}, err
		}
		verdict := c.guard(order.Void)
		if err := call.MergeFaults(verdict.Err()); err != nil {
			return Voided{}, err
		}
		if verdict.Already {
			return c.voidedBefore(ctx)
		}
		if err := c.void(ctx, cause, reason); err != nil {
			return Voided{}, err
		}
		return Voided{Order: c.view(), CreditNote: c.credit, Warnings: c.warnings}, nil
	})
}

// void ends a document that the guard has passed and saves it, with the prebook whose lines it frees.
func (c *change) void(ctx context.Context, cause order.VoidCause, reason string) error {
	wasConfirmed := c.Status == order.StatusConfirmed
	changes := []*change{c}
	if c.BilledFromID != nil {
		prebook, err := c.unbill(ctx)
		if err != nil {
			return err
		}
		changes = append(changes, prebook)
	}
	c.Void(cause, reason, c.call.Actor.Person(), c.now)
	c.derive()
	eventType, data := order.EventVoided, map[string]any{"cause": string(cause)}
	if cause == order.VoidedByExpiry {
		eventType = order.EventExpired
	}
	if wasConfirmed {
		if err := c.issueCredit(ctx); err != nil {
			return err
		}
		data["credit_note_id"], data["credit_note_number"] = c.credit.ID, c.credit.Number
	}
	c.step(eventType, data)
	c.events[len(c.events)-1].Reason = reason
	return c.save(changes...)
}

// issueCredit creates the credit note of a confirmed order and mails it.
func (c *change) issueCredit(ctx context.Context) error {
	id := newID()
	if c.company.EmailInvoiceOnConfirmation {
		c.mailCustomer(email.Email{Kind: email.KindCreditNote, CreditNoteID: &id, Recipients: c.customer.Emails})
		if err := c.wake(ctx, c); err != nil {
			return err
		}
	}
	invoice, err := c.tx.Invoice(ctx, *c.InvoiceID)
	if err != nil {
		return err
	}
	reversed, err := document.Thaw(invoice.Snapshot, invoice.Hash)
	if err != nil {
		return err
	}
	d := c.describe(document.KindCreditNote, &reversed)
	c.warnUnprintable(d)
	sequence, err := c.tx.Next(ctx, store.CreditNoteSeries)
	if err != nil {
		return err
	}
	note, err := c.newCreditNote(d, id, sequence)
	if err != nil {
		return err
	}
	c.credit = &note
	c.title(email.KindCreditNote, mail.CreditNoteEmail{Seller: seller(c.company), Number: note.Number}.Subject())
	c.CreditNoteID, c.CreditNoteNumber, c.CreditedAt = &note.ID, note.Number, &note.IssuedAt
	return nil
}

// unbill frees the lines of the prebook that the order was billed from.
func (c *change) unbill(ctx context.Context) (*change, error) {
	o, err := c.tx.Order(ctx, *c.BilledFromID)
	if err != nil {
		return nil, err
	}
	prebook := c.change(o, c.company, c.customer)
	if c.BilledFrom == nil || c.BilledFrom.Version != o.Version || len(prebook.Unbill(&c.Order)) > 0 { // it changed after the guard read it
		return nil, store.ErrStale
	}
	prebook.Derive(false)
	prebook.linesChanged = true
	prebook.step(order.EventLineFreed, map[string]any{"order_id": c.ID, "order_number": c.Number})
	return prebook, nil
}

func (c *change) voidedBefore(ctx context.Context) (Voided, error) {
	done := Voided{Order: c.view()}
	if c.CreditNoteID == nil {
		return done, nil
	}
	note, err := c.tx.CreditNote(ctx, *c.CreditNoteID)
	done.CreditNote = &note
	return done, err
}
