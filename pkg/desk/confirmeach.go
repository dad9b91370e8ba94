package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func (s *Service) confirmEach(ctx context.Context, call Call, batch Batch, orders []BatchOrder, encode Encode[Batch]) (Reply, error) {
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
	var before int64 // the number of invoices that a dry run has issued and rolled back so far
	for start := 0; start < len(orders); start += s.batchGroup {
		group := orders[start:min(start+s.batchGroup, len(orders))]
		done, err := s.confirmGroup(ctx, call, &batch.ID, group, before, batch.Rows[start:])
		if err != nil {
			return Reply{}, stoppedEarly(err, start+done, len(orders))
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
// transaction of its own, so that one order does not stop the others, and its row says why it is refused. It returns how many rows
// are filled in when an error ends the batch.
func (s *Service) confirmGroup(ctx context.Context, call Call, batch *string, group []BatchOrder, before int64, rows []Row) (done int, err error) {
	if len(group) > 1 {
		step, end := context.WithTimeout(ctx, s.rowLimit)
		err := s.confirmTogether(step, call, batch, group, before, rows)
		end()
		if err == nil {
			return len(group), nil
		}
		if fault.Of(err).Kind() == fault.Unavailable { // each order alone would meet the same
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

// confirmTogether confirms in one transaction those orders of a group that the guard passes.
func (s *Service) confirmTogether(ctx context.Context, call Call, id *string, group []BatchOrder, before int64, rows []Row) error {
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

// stoppedEarly returns the error of a batch that ends early. The error of one row's transaction says that nothing was
// written, which is not true of the rows before it.
func stoppedEarly(err error, done, all int) error {
	f := fault.Of(err)
	if f.Kind() != fault.Unavailable {
		return err
	}
	return fault.New(f.Code, "The batch stopped after %d of %d orders, which stay confirmed. Repeat it with the same Idempotency-Key to confirm the rest.", done, all).Because(err)
}

// confirmRow confirms one order of a batch in its own transaction. before is the number of invoices that a dry run has
// issued so far.
func (s *Service) confirmRow(ctx context.Context, call Call, batch *string, w BatchOrder, before int64) (Row, error) {
	one := call
	one.Key, one.IfMatch = "", w.match()
	var row Row
	reply, err := onceReading(ctx, s, one, store.First{Order: w.ID}, func(Confirmed) (Answer, error) { return Answer{}, nil }, func(u unit) (Confirmed, error) {
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

func rowOf(done Confirmed, before int64) Row {
	row := Row{ID: done.Order.ID, Number: done.Order.Number, Outcome: OutcomeConfirmed, InvoiceNumber: done.Invoice.Number, Warnings: done.Warnings}
	if done.AlreadyConfirmed {
		row.Outcome = OutcomeAlready
		return row
	}
	row.InvoiceNumber = numberAfter(done.Invoice, before)
	return row
}
