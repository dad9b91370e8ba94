package store

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// OrdersWithLines is Orders with the lines of each document, in one more statement. A page ends early, but not before its first
// document, if its documents have more than 5,000 lines together.
func (r reader) OrdersWithLines(ctx context.Context, f OrderFilter) (Page[order.Order], error) {
	return r.ordersWithLines(ctx, f, linesAtOnce)
}

func (r reader) ordersWithLines(ctx context.Context, f OrderFilter, most int) (Page[order.Order], error) {
	return consistent(func() (Page[order.Order], bool, error) {
		p, err := r.Orders(ctx, f)
		if err != nil {
			return p, false, err
		}
		_, back := f.From()
		f.keep(&p, fitting(p.Rows, back, most))
		whole, err := r.addLines(ctx, p.Rows, OrderFilter{})
		return p, whole, err
	})
}

// fitting returns how many documents, counted from where the page begins, have at most this many lines together. It is at least 1.
func fitting(orders []order.Order, back bool, most int) int {
	all := 0
	for n := range orders {
		if all += fromStart(orders, n, back).LineCount; all > most && n > 0 {
			return n
		}
	}
	return len(orders)
}

// fromStart returns the document that is n places behind the one at which the page begins. A page that is read backwards begins at its
// last document.
func fromStart(orders []order.Order, n int, back bool) *order.Order {
	if back {
		n = len(orders) - 1 - n
	}
	return &orders[n]
}

// addLines sets the lines of documents, by their position: those that match the filter's SKUs, Sources and LineStatuses. It
// returns false if a document changed after it was read.
func (r reader) addLines(ctx context.Context, orders []order.Order, f OrderFilter) (whole bool, err error) {
	if len(orders) == 0 {
		return true, nil
	}
	ids, at := make([]string, len(orders)), make(map[string]*order.Order, len(orders))
	for i := range orders {
		ids[i], at[orders[i].ID] = orders[i].ID, &orders[i]
	}
	text, args := linesOf(r.company, ids, f)
	var lines []lineRow
	if err := rowscan.Scan(r.in(ctx), &lines, text, args...); err != nil {
		return false, translate(err)
	}
	for _, l := range lines {
		o := at[l.OrderID]
		if o.Version != l.OrderVersion {
			return false, nil
		}
		o.Lines = append(o.Lines, l.Line)
	}
	return true, nil
}

// linesOf is the statement that reads the lines of documents with their versions, by their position.
func linesOf(companyID string, orderIDs []string, f OrderFilter) (text string, args []any) {
	ids := keyset.Texts(orderIDs)
	text = "WITH head AS MATERIALIZED (SELECT id, version FROM orders WHERE company_id = ? AND "
	among, args := keyset.Condition("id", ids)
	text, args = text+among, append([]any{companyID}, args...)
	among, more := keyset.Condition("l.order_id", ids)
	text += ") SELECT " + lineColumnsOfL + ", head.version AS order_version FROM order_lines l JOIN head ON head.id = l.order_id WHERE l.company_id = ? AND " + among
	args = append(append(args, companyID), more...)
	if of, more := f.ofLine(); of != "" {
		text, args = text+" AND "+of, append(args, more...)
	}
	return text + " ORDER BY l.order_id, l.position", args
}
