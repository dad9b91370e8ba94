package desk

import (
	"context"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// unit is one run of a use case: its transaction, its caller, and the time that all its rows have.
type unit struct {
	tx    *store.Tx
	call  Call
	now   time.Time // by the database's clock
	stamp time.Time // the updated_at of what it changes: now, or later if the company has later changes (see store.Tx.Stamp)
}

// load reads a document that the caller wants to change, with its company and customer. It checks that the caller may
// see it and that the version matches. It locks the customer until the transaction ends and sets the $ from the
// customer's flag, which may have changed without a new version of the document.
func (u unit) load(ctx context.Context, id string) (*change, error) {
	o, co, cu, err := u.tx.OrderToChange(ctx, id)
	if err == nil {
		err = visible(u.call.Actor, &o)
	}
	if err == nil && !u.call.versionMatches(o.Version) {
		err = u.stale(ctx, &o)
	}
	if err != nil {
		return nil, err
	}
	ledger, err := readOwnOnline(ctx, u.call.Actor, &o, u.tx.Payments)
	if err != nil {
		return nil, err
	}
	o.Derive(cu.RequireCreditCardPayment)
	c := u.change(o, co, cu)
	c.ledger = ledger
	return c, nil
}

// change begins a change of a loaded document.
func (u unit) change(o order.Order, co company.Company, cu company.Customer) *change {
	u.now, u.stamp = after(u.now, o.UpdatedAt), u.stampAfter(o.UpdatedAt)
	return &change{unit: u, company: co, customer: cu, Order: o, was: o.Clone(), loaded: o.Version, submittedBefore: o.Submitted()}
}

// tolerance is how far a time may be later than the clock, so that the times of a timeline do not go back.
const tolerance = 5 * time.Minute

// after returns the time of a change of a document whose last change was at the given time. The last change can be later
// than now: its transaction began later and committed first, or the database's clock was set back a little since. If the
// clock was set back by more than the tolerance, the last change has the time of a wrong clock, which is not continued.
func after(now, last time.Time) time.Time {
	if now.Before(last) && last.Sub(now) < tolerance {
		return last.Add(time.Microsecond).UTC()
	}
	return now
}

// stampAfter returns a stamp that is later than the last one of a document, whatever the clock says, because lists sort by
// it.
func (u unit) stampAfter(last time.Time) time.Time {
	if u.stamp.After(last) {
		return u.stamp
	}
	return last.Add(time.Microsecond).UTC()
}

// create begins a change that creates a document. Its first event is order.placed.
func (u unit) create(o order.Order, co company.Company, cu company.Customer) *change {
	o.UpdatedAt = u.stamp
	c := &change{unit: u, company: co, customer: cu, Order: o, was: o.Clone()}
	c.addEvent(order.EventPlaced, &c.Version, nil, placedData(&o))
	return c
}

// save queues the rows of the changes, one statement for each kind: first the documents, then the rows that refer to
// them.
func (u unit) save(changes ...*change) error {
	var created []order.Order
	var events []order.Event
	var emails []email.Email
	for _, c := range changes {
		if c.loaded == 0 {
			created = append(created, c.Order)
		}
		c.seal()
		events = append(events, c.events...)
		emails = append(emails, c.emails...)
	}
	if err := u.tx.CreateOrders(created); err != nil {
		return err
	}
	for _, c := range changes {
		if err := c.update(); err != nil {
			return err
		}
	}
	if err := u.tx.Record(events); err != nil {
		return err
	}
	return u.tx.CreateEmails(emails)
}

// wake enqueues a mail job if the changes queued an e-mail that can be sent.
func (u unit) wake(ctx context.Context, changes ...*change) error {
	for _, c := range changes {
		if slices.ContainsFunc(c.emails, func(e email.Email) bool { return e.State == email.Queued }) {
			return u.tx.WakeMail(ctx, time.Time{})
		}
	}
	return nil
}
