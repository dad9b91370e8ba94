package events

import (
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// For picks what a caller may see of a company's events, of these types and of this document; an empty list or id is all of them.
// It is nil if that is everything.
//
// A storefront sees the events of its own documents, without private changes. An event that has no other changes is not for it.
func For(who auth.Actor, types []order.EventPattern, orderID string) Pick {
	if len(types) == 0 && orderID == "" && who.Scope(order.View) == order.ScopeAll && !who.IsStorefront() {
		return nil
	}
	return func(e Event) (Event, bool) {
		document := e.Document()
		if !order.MatchesAny(types, e.Type) || orderID != "" && e.OrderID != orderID || !order.Visible(who, &document) {
			return e, false
		}
		if !who.IsStorefront() {
			return e, true
		}
		var seen bool
		e.Event, seen = e.Visible()
		return e, seen
	}
}
