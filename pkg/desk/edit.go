package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// EditRefusals is the codes of Edit's refusals, except those that every write of an order shares.
var EditRefusals = append(order.Refusals(order.Edit), fault.LineNotEditable)

// Edit changes header and lines of a document. It calls read inside the transaction with the current document; read
// returns the changes. Faults from read and from the rules are returned together. An edit without a change writes
// nothing.
//
// Faults: if_match_required, order_not_found, order_changed, role_not_allowed, and [EditRefusals]; body_invalid.
func (s *Service) Edit(ctx context.Context, call Call, id string, read func(View) (order.Revision, []fault.Field), encode Encode[View]) (Reply, error) {
	return edit(ctx, s, call, id, encode, func(c *change) (View, error) {
		err := c.revise(read, func(faults []fault.Field) []fault.Field { return faults })
		return c.view(), err
	})
}

// edit runs an edit of a document. Every edit, of a document or of one line, comes through here and through revise.
func edit[T any](ctx context.Context, s *Service, call Call, id string, encode Encode[T], do func(*change) (T, error)) (Reply, error) {
	if err := call.requireMatch(); err != nil {
		if _, seen := s.Details(ctx, call.Actor, id); seen != nil { // existence is checked before the version
			err = seen
		}
		return Reply{}, err
	}
	return onceReading(ctx, s, call, store.First{Order: id}, encode, func(u unit) (result T, err error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return result, err
		}
		if result, err = do(c); err != nil {
			return result, err
		}
		return result, u.save(c)
	})
}

// revise changes the document as read says. Faults of the rules have pointers into the whole document; into translates them
// for the body that the caller sent.
func (c *change) revise(read func(View) (order.Revision, []fault.Field), into func([]fault.Field) []fault.Field) error {
	if err := c.guard(order.Edit).Err(); err != nil {
		return err
	}
	revision, faults := read(c.view())
	if c.call.Actor.IsStorefront() && revision.InternalNotes != nil {
		faults = append(faults, refuseInternalNotes(c.call.Actor, *revision.InternalNotes)...)
		revision.InternalNotes = nil // the caller was shown null and sends it back
	}
	err := c.Apply(revision, newID)
	if known := fault.Of(err); known != nil {
		known.Fields = into(known.Fields)
	}
	if fault.Is(err, fault.BodyInvalid) {
		faults = append(faults, fault.Of(err).Fields...)
	}
	if merged := c.call.MergeFaults(fault.InvalidBody(faults)); merged != nil {
		return merged
	}
	if err != nil {
		return err
	}
	c.derive()
	if len(order.Diff(&c.was, &c.Order)) > 0 {
		c.linesChanged = revision.Lines != nil
		c.stepAndCheckOut(order.EventEdited, nil) // if the last open line was removed
	}
	return nil
}

// Fixed wraps a revision that does not depend on the current document, for Edit, EditSettings and EditCustomer.
func Fixed[V, R any](revision R) func(V) (R, []fault.Field) {
	return func(V) (R, []fault.Field) { return revision, nil }
}
