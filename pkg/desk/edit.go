package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// EditRefusals is the codes of Edit's refusals, except those that every write of an order shares.
var EditRefusals = append(order.Refusals(order.Edit), fault.LineNotEditable)

// Edit changes header and lines of a document. It calls read inside the transaction with the current document; read
// returns the changes. Faults from read and from the rules are returned together. An edit without a change writes
// nothing.
//
// Faults: if_match_required, order_not_found, order_changed, role_not_allowed, and [EditRefusals]; body_invalid.
func (s *Service) Edit(ctx context.Context, call Call, id string, read func(View) (order.Revision, []fault.Field), encode Encode[View]) (Reply, error) {
	if err := call.requireMatch(); err != nil {
		if _, seen := s.Details(ctx, call.Actor, id); seen != nil { // existence is checked before the version
			err = seen
		}
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (View, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return View{}, err
		}
		if err := c.guard(order.Edit).Err(); err != nil {
			return View{}, err
		}
		edit, faults := read(c.view())
		if call.Actor.IsStorefront() && edit.InternalNotes != nil {
			faults = append(faults, refuseInternalNotes(call.Actor, *edit.InternalNotes)...)
			edit.InternalNotes = nil // the caller was shown null and sends it back
		}
		err = c.Apply(edit, newID)
		if fault.Is(err, fault.BodyInvalid) {
			faults = append(faults, fault.Of(err).Fields...)
		}
		if merged := call.MergeFaults(fault.InvalidBody(faults)); merged != nil {
			return View{}, merged
		}
		if err != nil {
			return View{}, err
		}
		c.derive()
		if len(order.Diff(&c.was, &c.Order)) > 0 {
			c.lines = edit.Lines != nil
			c.stepOut(order.EventEdited, nil) // if the last open line was removed
		}
		if err := u.save(c); err != nil {
			return View{}, err
		}
		return c.view(), nil
	})
}

// Fixed wraps a revision that does not depend on the current document, for Edit, EditSettings and EditCustomer.
func Fixed[V, R any](revision R) func(V) (R, []fault.Field) {
	return func(V) (R, []fault.Field) { return revision, nil }
}
