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

// Mode is what one refusal does to the rest of a batch.
type Mode string

// The modes.
const (
	BestEffort   Mode = "best_effort"    // each order in a transaction of its own
	AllOrNothing Mode = "all_or_nothing" // one transaction: one refusal, and nothing is confirmed
)

// Wanted is one order of a batch, with the version that the caller means; 0: whichever is there.
type Wanted struct {
	ID      string
	Version int
}

func (w Wanted) match() *Match {
	if w.Version == 0 {
		return nil
	}
	return &Match{Versions: []int{w.Version}}
}

// Outcome is what became of one order of a batch.
type Outcome string

// The outcomes.
const (
	OutcomeConfirmed    Outcome = "confirmed"
	OutcomeAlready      Outcome = "already_confirmed"
	OutcomeRefused      Outcome = "refused"
	OutcomeNotAttempted Outcome = "not_attempted"
)

// Row is what became of one order of a batch.
type Row struct {
	ID            string
	Number        string // empty where there is no such order
	Outcome       Outcome
	InvoiceNumber string
	Warnings      []Warning
	Problem       *fault.Error // of a refused row: what confirming it alone would answer
}

// Batch is what became of many, in the order asked.
type Batch struct {
	ID   string
	Mode Mode
	Rows []Row
}

// Count is how many rows had an outcome.
func (b Batch) Count(o Outcome) int {
	n := 0
	for _, r := range b.Rows {
		if r.Outcome == o {
			n++
		}
	}
	return n
}

// ConfirmMany confirms orders as Confirm does, by the same code. Every event carries the batch's id.
//
// With BestEffort each order has its own transaction, and the answer is kept under the key after the last one: a batch
// that broke off is repeated with its key and runs the rest, while orders done before say already_confirmed.
func (s *Service) ConfirmMany(ctx context.Context, call Call, mode Mode, orders []Wanted, encode Encode[Batch]) (Reply, error) {
	if err := call.Actor.Require(auth.Permission(order.Confirm)); err != nil {
		return Reply{}, err
	}
	if err := call.MergeFaults(nil); err != nil {
		return Reply{}, err
	}
	batch := Batch{ID: newID(), Mode: mode, Rows: make([]Row, len(orders))}
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
	if reply, found, err := s.keptAnswer(ctx, kept, key); found || err != nil {
		return reply, err
	}
	var before int64 // how many invoices a dry run would have issued, had it kept them
	for i, w := range orders {
		if batch.Rows[i], err = s.confirmRow(ctx, call, &batch.ID, w, before); err != nil {
			return Reply{}, brokenOff(err, i, len(orders))
		}
		if call.DryRun && batch.Rows[i].Outcome == OutcomeConfirmed {
			before++
		}
	}
	answer, err := encode(batch)
	if err != nil {
		return Reply{}, err
	}
	return s.keepAnswer(ctx, kept, key, answer)
}

// brokenOff is why a batch ends in the middle. What a row's own transaction says of it is untrue of the rows before.
func brokenOff(err error, done, all int) error {
	f := fault.Of(err)
	if f.Kind() != fault.Unavailable {
		return err
	}
	return fault.New(f.Code, "The batch broke off after %d of %d orders, which stay confirmed. Repeat it with the same Idempotency-Key: it goes on with the rest.", done, all).Because(err)
}

// errRefused rolls back an all-or-nothing batch of which one order was refused.
var errRefused = errors.New("one order of the batch was refused")

// refusal is why an order of a batch is refused, if that is something a caller can act on. Anything else, such as a
// database that is away, ends the batch, so that it is repeated.
func refusal(err error) (*fault.Error, bool) {
	problem := fault.Of(err)
	kind := problem.Kind()
	return problem, kind != fault.Internal && kind != fault.Unavailable
}

// confirmRow confirms one order of a batch in its own transaction. before is how many invoices would be there already.
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
		if row.Outcome == OutcomeConfirmed && reply.written() { // now: the batch may stop before it ends
			s.countIssued(1)
		}
		return row, nil
	}
	problem, refused := refusal(err)
	if !refused {
		return row, err
	}
	row = Row{ID: w.ID, Outcome: OutcomeRefused, Problem: problem} // without what an attempt that lost a race had made
	if o, err := s.store.For(call.Actor.CompanyID).Order(ctx, w.ID); err == nil && order.Visible(call.Actor, &o) {
		row.Number = o.Number
		if problem.Code == fault.OrderChanged && o.Status == order.StatusConfirmed {
			row = alreadyRow(&o)
		}
	}
	return row, nil
}

// alreadyRow is the row of an order that is confirmed, whatever version the caller meant: what a batch asks for is so. A
// batch that names versions is as safe to repeat as one that does not.
func alreadyRow(o *order.Order) Row {
	return Row{ID: o.ID, Number: o.Number, Outcome: OutcomeAlready, InvoiceNumber: o.InvoiceNumber}
}

func rowOf(done Confirmed, before int64) Row {
	row := Row{ID: done.Order.ID, Number: done.Order.Number, Outcome: OutcomeConfirmed, InvoiceNumber: done.Invoice.Number, Warnings: done.Warnings}
	if done.AlreadyConfirmed {
		row.Outcome = OutcomeAlready
		return row
	}
	prefix := strings.TrimSuffix(row.InvoiceNumber, billing.NumberOf("", done.Invoice.Sequence))
	row.InvoiceNumber = billing.NumberOf(prefix, done.Invoice.Sequence+before)
	return row
}

// confirmAll confirms all orders in one transaction, or none. Rows are locked in the order of their ids, so that two
// batches over the same orders wait for each other and never in a circle.
func (s *Service) confirmAll(ctx context.Context, call Call, batch Batch, orders []Wanted, encode Encode[Batch]) (Reply, error) {
	reply, err := once(ctx, s, call, encode, func(u unit) (Batch, error) {
		var changes []*change
		refused := false
		all, err := u.loadAll(ctx, orders)
		if err != nil {
			return batch, err
		}
		for i, w := range orders {
			row, c, err := u.judge(ctx, all, w)
			if err != nil {
				return batch, err
			}
			batch.Rows[i] = row
			refused = refused || row.Outcome == OutcomeRefused
			if c != nil {
				c.batch = &batch.ID
				changes = append(changes, c)
			}
		}
		if refused {
			return batch, errRefused
		}
		return batch, u.confirmJudged(ctx, &batch, changes)
	})
	if errors.Is(err, errRefused) { // rolled back: the answer says why and is kept by nobody
		answer, err := encode(batch)
		return Reply{Answer: answer, DryRun: call.DryRun}, err
	}
	if err == nil && reply.written() {
		s.countIssued(batch.Count(OutcomeConfirmed))
	}
	return reply, err
}

// confirmJudged issues what the guard has let pass, in the order asked, and saves it in the order of ids.
func (u unit) confirmJudged(ctx context.Context, batch *Batch, changes []*change) error {
	for _, c := range changes {
		if err := c.issue(ctx); err != nil {
			return err
		}
		i := slices.IndexFunc(batch.Rows, func(r Row) bool { return r.ID == c.ID })
		batch.Rows[i] = Row{ID: c.ID, Number: c.Number, Outcome: OutcomeConfirmed, InvoiceNumber: c.InvoiceNumber, Warnings: c.warnings}
	}
	slices.SortFunc(changes, func(a, b *change) int { return strings.Compare(a.ID, b.ID) })
	return u.save(changes...)
}

// loadedBatch is what a batch works on: the answer of load for many.
type loadedBatch struct {
	company   company.Company
	customers map[string]company.Customer
	orders    map[string]order.Order // by id; those that the caller may see
}

// loadAll reads the documents of a batch that the caller may see, with what rules need beside them.
func (u unit) loadAll(ctx context.Context, orders []Wanted) (loadedBatch, error) {
	ids := make([]string, len(orders))
	for i, w := range orders {
		ids[i] = w.ID
	}
	all := loadedBatch{customers: map[string]company.Customer{}, orders: make(map[string]order.Order, len(ids))}
	found, err := u.tx.OrdersByID(ctx, ids)
	if err != nil {
		return all, err
	}
	if all.company, err = u.tx.Company(ctx); err != nil {
		return all, err
	}
	for _, o := range found {
		if !order.Visible(u.call.Actor, &o) {
			continue
		}
		cu, known := all.customers[o.CustomerID]
		if !known {
			if cu, err = u.tx.CustomerHeld(ctx, o.CustomerID); err != nil {
				return all, err
			}
			all.customers[o.CustomerID] = cu
		}
		o.Derive(cu.RequireCreditCardPayment)
		all.orders[o.ID] = o
	}
	return all, nil
}

// judge asks the guard about one order of a batch: a change where it may be confirmed, otherwise the row that says why
// not.
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
