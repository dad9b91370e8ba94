package desk

import (
	"context"
	"errors"
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
// With BestEffort a transaction confirms a group of orders, and the answer is kept under the key after the last group. A
// batch that stopped early is repeated with its key: it runs the rest, and orders confirmed before are already_confirmed.
func (s *Service) ConfirmMany(ctx context.Context, call Call, mode Mode, orders []Wanted, encode Encode[Batch]) (Reply, error) {
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

func (s *Service) confirmEach(ctx context.Context, call Call, batch Batch, orders []Wanted, encode Encode[Batch]) (Reply, error) {
	kept := call
	if call.DryRun {
		kept.Key = ""
	}
	key := store.Key{Subject: call.Actor.Subject, Operation: call.Operation, Key: kept.Key}
	release, err := s.enter(ctx, call.Actor.CompanyID, key)
	if err != nil {
		return Reply{}, err
	}
	defer release()
	// A step of a batch takes no longer than a request. A database that falls silent would otherwise hold the batch for all of its
	// time.
	step, done := context.WithTimeout(ctx, s.rowLimit)
	reply, found, err := s.keptAnswer(step, kept, key)
	done()
	if found || err != nil {
		return reply, err
	}
	var before int64 // the number of invoices that a dry run would have issued so far
	for start := 0; start < len(orders); start += s.batchGroup {
		group := orders[start:min(start+s.batchGroup, len(orders))]
		done, err := s.confirmGroup(ctx, call, &batch.ID, group, before, batch.Rows[start:])
		if err != nil {
			return Reply{}, brokenOff(err, start+done, len(orders))
		}
		if call.DryRun {
			before += int64((Batch{Rows: batch.Rows[start : start+len(group)]}).Count(OutcomeConfirmed))
		}
	}
	answer, err := encode(batch)
	if err != nil {
		return Reply{}, err
	}
	step, done = context.WithTimeout(ctx, s.rowLimit)
	defer done()
	return s.keepAnswer(step, kept, key, answer)
}

// confirmGroup confirms a group of orders in one transaction, and fills in their rows. If that fails, it confirms each order in a
// transaction of its own, so that an order holds up none but itself, and its row says why it is refused. It returns how many rows
// are filled in when an error ends the batch.
func (s *Service) confirmGroup(ctx context.Context, call Call, batch *string, group []Wanted, before int64, rows []Row) (done int, err error) {
	if len(group) > 1 {
		step, end := context.WithTimeout(ctx, s.rowLimit)
		err := s.confirmTogether(step, call, batch, group, before, rows)
		end()
		if err == nil {
			return len(group), nil
		}
		if fault.Of(err).Kind() == fault.Unavailable { // each alone would wait for the same
			return 0, err
		}
	}
	for i, w := range group {
		step, end := context.WithTimeout(ctx, s.rowLimit)
		rows[i], err = s.confirmRow(step, call, batch, w, before)
		end()
		if err != nil {
			return i, err
		}
		if call.DryRun && rows[i].Outcome == OutcomeConfirmed {
			before++
		}
	}
	return len(group), nil
}

// confirmTogether confirms those orders of a group that the guard passes in one transaction.
func (s *Service) confirmTogether(ctx context.Context, call Call, id *string, group []Wanted, before int64, rows []Row) error {
	call.Key = ""
	batch := Batch{ID: *id}
	reply, err := once(ctx, s, call, func(Batch) (Answer, error) { return Answer{}, nil }, func(u unit) (Batch, error) {
		batch.Rows = make([]Row, len(group))
		changes, _, err := u.judgeAll(ctx, &batch, group)
		if err != nil {
			return batch, err
		}
		return batch, u.confirmJudged(ctx, &batch, changes, before)
	})
	if err != nil {
		return err
	}
	copy(rows, batch.Rows)
	if n := batch.Count(OutcomeConfirmed); n > 0 && reply.written() { // counted now, because the batch may stop early
		s.countIssued(n)
	}
	return nil
}

// brokenOff is the error of a batch that ends early. The error of one row's transaction does not apply to the rows
// before it.
func brokenOff(err error, done, all int) error {
	f := fault.Of(err)
	if f.Kind() != fault.Unavailable {
		return err
	}
	return fault.New(f.Code, "The batch stopped after %d of %d orders, which stay confirmed. Repeat it with the same Idempotency-Key to confirm the rest.", done, all).Because(err)
}

// errRefused rolls back an all-or-nothing batch because one order was refused.
var errRefused = errors.New("one order of the batch was refused")

// refusal returns why an order of a batch is refused, if the caller can act on it. Any other error, such as a lost
// database, ends the batch, which can then be repeated.
func refusal(err error) (*fault.Error, bool) {
	problem := fault.Of(err)
	kind := problem.Kind()
	return problem, kind != fault.Internal && kind != fault.Unavailable
}

// confirmRow confirms one order of a batch in its own transaction. before is the number of invoices that a dry run has
// issued so far.
func (s *Service) confirmRow(ctx context.Context, call Call, batch *string, w Wanted, before int64) (Row, error) {
	one := call
	one.Key, one.IfMatch = "", w.match()
	var row Row
	reply, err := once(ctx, s, one, func(Confirmed) (Answer, error) { return Answer{}, nil }, func(u unit) (Confirmed, error) {
		done, err := u.confirm(ctx, w.ID, batch)
		if err == nil {
			row = rowOf(done, before)
		}
		return done, err
	})
	if err == nil {
		if row.Outcome == OutcomeConfirmed && reply.written() { // counted now, because the batch may stop early
			s.countIssued(1)
		}
		return row, nil
	}
	problem, refused := refusal(err)
	if !refused {
		return row, err
	}
	row = Row{ID: w.ID, Outcome: OutcomeRefused, Problem: problem} // without the results of an attempt that lost a race
	if o, err := s.store.For(call.Actor.CompanyID).Order(ctx, w.ID); err == nil && order.Visible(call.Actor, &o) {
		row.Number = o.Number
		if problem.Code == fault.OrderChanged && o.Status == order.StatusConfirmed {
			row = alreadyRow(&o)
		}
	}
	return row, nil
}

// alreadyRow is the row of an order that is confirmed already. The expected version does not matter, because the wanted
// state is reached. So a batch that names versions is as safe to repeat as one that does not.
func alreadyRow(o *order.Order) Row {
	return Row{ID: o.ID, Number: o.Number, Outcome: OutcomeAlready, InvoiceNumber: o.InvoiceNumber}
}

func rowOf(done Confirmed, before int64) Row {
	row := Row{ID: done.Order.ID, Number: done.Order.Number, Outcome: OutcomeConfirmed, InvoiceNumber: done.Invoice.Number, Warnings: done.Warnings}
	if done.AlreadyConfirmed {
		row.Outcome = OutcomeAlready
		return row
	}
	row.InvoiceNumber = numberAfter(done.Invoice, before)
	return row
}

// numberAfter is the number that an invoice would have if a dry run had kept the invoices before it.
func numberAfter(i billing.Invoice, before int64) string {
	prefix := strings.TrimSuffix(i.Number, billing.NumberOf("", i.Sequence))
	return billing.NumberOf(prefix, i.Sequence+before)
}

// confirmAll confirms all orders in one transaction, or none. It locks rows in the order of their ids, so that two
// batches over the same orders cannot deadlock.
func (s *Service) confirmAll(ctx context.Context, call Call, batch Batch, orders []Wanted, encode Encode[Batch]) (Reply, error) {
	reply, err := once(ctx, s, call, encode, func(u unit) (Batch, error) {
		changes, refused, err := u.judgeAll(ctx, &batch, orders)
		if err != nil {
			return batch, err
		}
		if refused {
			return batch, errRefused
		}
		return batch, u.confirmJudged(ctx, &batch, changes, 0)
	})
	if errors.Is(err, errRefused) { // rolled back; the answer says why and is not kept
		answer, err := encode(batch)
		return Reply{Answer: answer, DryRun: call.DryRun}, err
	}
	if err == nil && reply.written() {
		s.countIssued(batch.Count(OutcomeConfirmed))
	}
	return reply, err
}

// judgeAll reads the orders of a batch and asks the guard about each. It fills in the rows, and returns the changes of the orders
// that may be confirmed and whether one is refused.
func (u unit) judgeAll(ctx context.Context, batch *Batch, orders []Wanted) (changes []*change, refused bool, err error) {
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

// loadedBatch is what load returns, for many documents.
type loadedBatch struct {
	company   company.Company
	customers map[string]company.Customer
	orders    map[string]order.Order // by id; only those that the caller may see
}

// loadAll reads the documents of a batch that the caller may see, and what the rules need beside them.
func (u unit) loadAll(ctx context.Context, orders []Wanted) (loadedBatch, error) {
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
func (u unit) judge(ctx context.Context, all loadedBatch, w Wanted) (Row, *change, error) {
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
