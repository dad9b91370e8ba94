package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// ConfirmMany confirms orders with the same code as Confirm. Every event carries the batch's id.
//
// With BestEffort each transaction confirms a group of orders, and the answer is kept under the key after the last group.
// If a batch stopped early, the caller repeats it with its key: orders confirmed before are then already_confirmed.
func (s *Service) ConfirmMany(ctx context.Context, call Call, mode Mode, orders []BatchOrder, encode Encode[Batch]) (Reply, error) {
	if err := call.Actor.Require(auth.Permission(order.Confirm)); err != nil {
		return Reply{}, err
	}
	if err := call.MergeFaults(nil); err != nil {
		return Reply{}, err
	}
	batch := Batch{ID: newID(), Mode: mode, DryRun: call.DryRun, Rows: make([]Row, len(orders))}
	if mode == AllOrNothing {
		return s.confirmAll(ctx, call, batch, orders, encode)
	}
	return s.confirmEach(ctx, call, batch, orders, encode)
}

// refusal returns why an order of a batch is refused, if the caller can act on it. Any other error, such as a lost
// database, ends the batch, which can then be repeated.
func refusal(err error) (*fault.Error, bool) {
	problem := fault.Of(err)
	kind := problem.Kind()
	return problem, kind != fault.Internal && kind != fault.Unavailable
}

// alreadyRow returns the row of an order that is confirmed already. The expected version does not matter, because the
// order is in the state that the caller wants. So a batch that names versions is as safe to repeat as one that does not.
func alreadyRow(o *order.Order) Row {
	return Row{ID: o.ID, Number: o.Number, Outcome: OutcomeAlready, InvoiceNumber: o.InvoiceNumber}
}

// numberAfter returns the number that an invoice would have if a dry run had kept the invoices before it.
func numberAfter(i billing.Invoice, before int64) string {
	prefix := strings.TrimSuffix(i.Number, billing.NumberOf("", i.Sequence))
	return billing.NumberOf(prefix, i.Sequence+before)
}

// judgeAll reads the orders of a batch and asks the guard about each. It fills in the rows, and returns the changes of the orders
// that may be confirmed and whether one is refused.
func (u unit) judgeAll(ctx context.Context, batch *Batch, orders []BatchOrder) (changes []*change, refused bool, err error) {
	all, err := u.loadAll(ctx, orders)
	if err != nil {
		return nil, false, err
	}
	for i, w := range orders {
		row, c, err := u.judge(ctx, all, w)
		if err != nil {
			return nil, false, err
		}
		batch.Rows[i] = row
		refused = refused || row.Outcome == OutcomeRefused
		if c != nil {
			c.batch = &batch.ID
			changes = append(changes, c)
		}
	}
	return changes, refused, nil
}

// confirmJudged issues the orders that the guard has passed, in the order of the request, and saves them in the order
// of their ids. before is the number of invoices that a dry run has issued so far.
func (u unit) confirmJudged(ctx context.Context, batch *Batch, changes []*change, before int64) error {
	u.tx.Expect(store.InvoiceSeries, len(changes))
	for _, c := range changes {
		if err := c.issue(ctx); err != nil {
			return err
		}
		i := slices.IndexFunc(batch.Rows, func(r Row) bool { return r.ID == c.ID })
		batch.Rows[i] = Row{ID: c.ID, Number: c.Number, Outcome: OutcomeConfirmed, InvoiceNumber: numberAfter(*c.invoice, before), Warnings: c.warnings}
	}
	slices.SortFunc(changes, func(a, b *change) int { return strings.Compare(a.ID, b.ID) })
	return u.save(changes...)
}

// loadedBatch is many documents with what the rules need beside them. For one document, load returns a change.
type loadedBatch struct {
	company   company.Company
	customers map[string]company.Customer
	orders    map[string]order.Order // by id; only those that the caller may see
}

// loadAll reads the documents of a batch that the caller may see, and what the rules need beside them.
func (u unit) loadAll(ctx context.Context, orders []BatchOrder) (loadedBatch, error) {
	ids := make([]string, len(orders))
	for i, w := range orders {
		ids[i] = w.ID
	}
	all := loadedBatch{orders: make(map[string]order.Order, len(ids))}
	found, err := u.tx.OrdersByID(ctx, ids)
	if err != nil {
		return all, err
	}
	found = slices.DeleteFunc(found, func(o order.Order) bool { return !order.Visible(u.call.Actor, &o) })
	var buyers []string
	for i := range found {
		buyers = append(buyers, found[i].CustomerID)
	}
	all.company, all.customers, err = u.tx.CompanyAndCustomersHeld(ctx, buyers)
	if err != nil {
		return all, err
	}
	for _, o := range found {
		o.Derive(all.customers[o.CustomerID].RequireCreditCardPayment)
		all.orders[o.ID] = o
	}
	return all, nil
}

// judge asks the guard about one order of a batch. It returns a change if the order may be confirmed, and otherwise the
// row that says why not.
func (u unit) judge(ctx context.Context, all loadedBatch, w BatchOrder) (Row, *change, error) {
	o := all.orders[w.ID]
	row := Row{ID: w.ID, Number: o.Number, Outcome: OutcomeNotAttempted}
	u.call.IfMatch = w.match()
	refuse := func(err error) (Row, *change, error) {
		problem, refused := refusal(err)
		if !refused {
			return row, nil, err
		}
		row.Outcome, row.Problem = OutcomeRefused, problem
		return row, nil, nil
	}
	if o.ID == "" {
		return refuse(store.NoOrder())
	}
	c := u.change(o, all.company, all.customers[o.CustomerID])
	switch verdict := c.guard(order.Confirm); {
	case verdict.Already:
		return alreadyRow(&o), nil, nil
	case !u.call.versionMatches(o.Version):
		return refuse(u.stale(ctx, &o))
	case !verdict.Allowed:
		return refuse(verdict.Err())
	}
	return row, c, nil
}
