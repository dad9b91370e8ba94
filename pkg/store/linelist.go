package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// DocumentLine is a line in a list, with its document.
type DocumentLine struct {
	order.Line
	Document *order.Order // without lines
}

// linesAtOnce is the highest number of lines that the documents of one page have together. A page that would have more
// ends early, so that its size has a bound: a document has up to 500 lines.
const linesAtOnce = 5_000

// Lines returns one page of lines, in the order of their documents, and in a document by the id. They are the lines that
// match SKUs, Sources and LineStatuses, of the documents that match the other fields. It reads at most three statements:
// two for the documents, one for the lines.
//
// A position has the id of the line as its Part. The position of a line is not part of the order, because an edit changes it:
// a walk would then miss a line that moved up.
func (r reader) Lines(ctx context.Context, f OrderFilter) (Page[DocumentLine], error) {
	return r.linesWithin(ctx, f, keyset.PageBounds, linesAtOnce)
}

func (r reader) linesWithin(ctx context.Context, f OrderFilter, b keyset.Bounds, most int) (Page[DocumentLine], error) {
	return consistent(func() (Page[DocumentLine], bool, error) { return r.lines(ctx, f, b, most) })
}

func (r reader) lines(ctx context.Context, f OrderFilter, b keyset.Bounds, most int) (Page[DocumentLine], bool, error) {
	limit := min(cmp.Or(f.Limit, keyset.DefaultLimit), keyset.MaxLimit)
	from, back := f.From()
	documents := f
	documents.Limit = min(limit+2, keyset.MaxLimit) // each has a line, but that of the position may have none left
	if from != nil && from.Part != "" {
		with := &Position{Value: from.Value, ID: from.ID, With: true}
		if documents.After = with; back {
			documents.After, documents.Before = nil, with
		}
	}
	p, err := r.orders(ctx, documents, b)
	if err != nil {
		return Page[DocumentLine]{}, false, err
	}
	f.keep(&p, f.enough(p.Rows, limit, most))
	if whole, err := r.addLines(ctx, p.Rows, f); err != nil || !whole {
		return Page[DocumentLine]{}, false, err
	}
	page := Page[DocumentLine]{Next: p.Next, Prev: p.Prev}
	for i := range p.Rows {
		o := &p.Rows[i]
		slices.SortFunc(o.Lines, func(a, b order.Line) int { return strings.Compare(a.ID, b.ID) })
		for _, l := range o.Lines {
			if !f.isBehind(o, l.ID) {
				page.Rows = append(page.Rows, DocumentLine{l, o})
			}
		}
		o.Lines = nil
	}
	f.end(&page, limit)
	return page, true, nil
}

// end cuts a page to its limit, and sets the positions at its ends.
func (f OrderFilter) end(p *Page[DocumentLine], limit int) {
	from, back := f.From()
	at := func(l DocumentLine) *Position {
		position := f.positionOf(l.Document)
		position.Part = l.ID
		return &position
	}
	cut := len(p.Rows) > limit
	if cut && back {
		p.Rows = p.Rows[len(p.Rows)-limit:]
		p.Prev = at(p.Rows[0])
	} else if cut {
		p.Rows = p.Rows[:limit]
		p.Next = at(p.Rows[limit-1])
	}
	if from == nil {
		return
	}
	behind := &Position{Value: from.Value, ID: from.ID, Part: from.Part, With: !from.With}
	switch {
	case back && len(p.Rows) > 0:
		p.Next = at(p.Rows[len(p.Rows)-1])
	case back:
		p.Next = behind
	case len(p.Rows) > 0:
		p.Prev = at(p.Rows[0])
	default:
		p.Prev = behind
	}
}

func (f OrderFilter) positionOf(o *order.Order) Position {
	return orderTable.Position(f.request().Sort, o)
}

// isBehind reports whether the line of the document lies on the other side of the position where the page begins, in the
// document of the position. A document that has moved since is read whole.
func (f OrderFilter) isBehind(o *order.Order, lineID string) bool {
	from, back := f.From()
	if from == nil || from.Part == "" || o.ID != from.ID || f.positionOf(o).Value != from.Value {
		return false
	}
	switch c := strings.Compare(lineID, from.Part); {
	case c == 0:
		return !from.With
	case back:
		return c > 0
	default:
		return c < 0
	}
}

// hasLineFilter reports whether the filter restricts the lines of a document.
func (f OrderFilter) hasLineFilter() bool {
	return len(f.SKUs)+len(f.Sources)+len(f.LineStatuses) > 0
}

// enough returns how many documents from where the page begins suffice for a page of lines.
func (f OrderFilter) enough(orders []order.Order, limit, most int) int {
	from, back := f.From()
	all, counted := 0, 0
	for n := range orders {
		o := &orders[n]
		if back {
			o = &orders[len(orders)-1-n]
		}
		if all += o.LineCount; all > most && n > 1 {
			return n
		}
		if from == nil || from.Part == "" || o.ID != from.ID {
			counted += o.LineCount
		}
		if counted > limit && !f.hasLineFilter() {
			return n + 1
		}
	}
	return len(orders)
}

// keep shortens a page to its first documents, as many as n, counted from where it begins.
func (f OrderFilter) keep(p *Page[order.Order], n int) {
	if n >= len(p.Rows) {
		return
	}
	if _, back := f.From(); back {
		p.Rows = p.Rows[len(p.Rows)-n:]
		p.Prev = new(f.positionOf(&p.Rows[0]))
		return
	}
	p.Rows = p.Rows[:n]
	p.Next = new(f.positionOf(&p.Rows[n-1]))
}

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

// fitting returns how many documents have at most this many lines together, and at least 1.
func fitting(orders []order.Order, back bool, most int) int {
	all := 0
	for n := range orders {
		o := &orders[n]
		if back {
			o = &orders[len(orders)-1-n]
		}
		if all += o.LineCount; all > most && n > 0 {
			return n
		}
	}
	return len(orders)
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
	if err := rowscan.Scan(r.in(ctx).Raw(text, args...), &lines); err != nil {
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

// CountLines returns how many lines match the filter, like Count.
func (r reader) CountLines(ctx context.Context, f OrderFilter) (n int, exact bool, err error) {
	tallies, err := lineTable.Count(ctx, r.db, r.company, []OrderFilter{f}, keyset.CountBounds)
	if err != nil {
		return 0, false, translate(err)
	}
	return tallies[0].N, tallies[0].Exact, nil
}

// lineTable is orderTable where a document counts as many times as it has matching lines.
var lineTable = func() *keyset.Table[OrderFilter, order.Order] {
	t := *orderTable
	t.Weight = func(companyID string, f *OrderFilter) (string, []any) {
		of, args := f.ofLine()
		if of == "" {
			return "d.line_count", nil
		}
		return "(SELECT count(*) FROM order_lines l WHERE l.company_id = ? AND l.order_id = d.id AND " + of + ")", append([]any{companyID}, args...)
	}
	return &t
}()

// ofLine is the condition on a line, or empty. One line must match all fields.
func (f OrderFilter) ofLine() (sql string, args []any) {
	var parts []string
	for _, c := range []struct {
		column string
		values []any
	}{{"lower(l.sku)", anyCase(f.SKUs)}, {"l.source", keyset.Texts(f.Sources)}, {"l.status", keyset.Texts(f.LineStatuses)}} {
		if among, values := keyset.Condition(c.column, c.values); among != "" {
			parts, args = append(parts, among), append(args, values...)
		}
	}
	return strings.Join(parts, " AND "), args
}

// hasLine is the condition that a document has a line that matches the line's fields of the filter. It is a scalar subquery,
// which PostgreSQL runs for each examined row. It would make a hash table of all lines with the SKU for EXISTS.
func hasLine(companyID string, f OrderFilter) (string, []any) {
	of, args := f.ofLine()
	return "(SELECT 1 FROM order_lines l WHERE l.company_id = ? AND l.order_id = d.id AND " + of + " LIMIT 1) IS NOT NULL", append([]any{companyID}, args...)
}

// lineFilters are the filters by lines: that of the SKU and that of source and status, which have an index each, and that of one line
// that has them all.
func lineFilters() []keyset.Filter[OrderFilter] {
	return []keyset.Filter[OrderFilter]{
		{
			Name:   "sku",
			Narrow: func(f *OrderFilter) bool { return keyset.Narrow(&f.SKUs, nil) },
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				if len(f.SKUs) == 0 {
					return "", nil
				}
				return hasLine(companyID, OrderFilter{SKUs: f.SKUs})
			},
		},
		{
			Name: "source",
			Narrow: func(f *OrderFilter) bool {
				return keyset.Narrow(&f.Sources, keyset.Among(order.Sources)) && keyset.Narrow(&f.LineStatuses, nil)
			},
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				if len(f.Sources)+len(f.LineStatuses) == 0 {
					return "", nil
				}
				return hasLine(companyID, OrderFilter{Sources: f.Sources, LineStatuses: f.LineStatuses})
			},
		},
		{
			Name: "line",
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				if len(f.SKUs) == 0 || len(f.Sources)+len(f.LineStatuses) == 0 {
					return "", nil
				}
				return hasLine(companyID, *f)
			},
		},
	}
}

// skusInIndex is how many SKUs are looked up in the index. More are examined.
const skusInIndex = 50

// withSKU selects the documents that have a line with one of the SKUs. Like those of a word, its ids are not in the order of a
// sort. Each SKU is sorted, because PostgreSQL would otherwise scan the table for a frequent one. Its limit is more than any count
// before a gathering reads.
func withSKU(companyID string, f *OrderFilter) []keyset.Branch {
	skus := anyCase(f.SKUs)
	if len(skus) == 0 || len(skus) > skusInIndex {
		return nil
	}
	b := keyset.Branch{}
	for i, sku := range skus {
		if i > 0 {
			b.IDs += " UNION ALL "
		}
		b.IDs += fmt.Sprintf("SELECT order_id FROM (SELECT l.order_id FROM order_lines l WHERE l.company_id = ? AND lower(l.sku) = ? ORDER BY l.order_id LIMIT %d) s%d",
			2*keyset.FacetFew+1, i)
		b.Args = append(b.Args, companyID, sku)
	}
	return []keyset.Branch{b}
}

// fromSource selects the documents that have a line from one of the sources with one of the statuses, like withSKU. Lines on hand are
// not in the index: they are most lines, and have no status.
func fromSource(companyID string, f *OrderFilter) []keyset.Branch {
	sources, statuses := f.Sources, f.LineStatuses
	if slices.Contains(sources, order.OnHand) || len(sources)+len(statuses) == 0 {
		return nil
	}
	if len(sources) == 0 {
		sources = []order.Source{order.FutureSales, order.K2K, order.VendorAvailability}
	}
	lines, sorted := keyset.EachOf("l.source <> 'on_hand' AND l.source = ?", keyset.Texts(sources)), "l.status, l.order_id"
	if len(statuses) > 0 {
		lines, sorted = keyset.Across(lines, "l.status", keyset.Texts(statuses)), "l.order_id"
	}
	b := keyset.Branch{}
	for i, line := range lines {
		if i > 0 {
			b.IDs += " UNION ALL "
		}
		b.IDs += fmt.Sprintf("SELECT order_id FROM (SELECT l.order_id FROM order_lines l WHERE l.company_id = ? AND %s ORDER BY %s LIMIT %d) s%d",
			line.Where, sorted, 2*keyset.FacetFew+1, i)
		b.Args = append(append(b.Args, companyID), line.Args...)
	}
	return []keyset.Branch{b}
}

// openLinesAsPrebooks restricts the kind to prebooks if the line's status is given, because lines of orders have none.
func openLinesAsPrebooks(f *OrderFilter) bool {
	if len(f.LineStatuses) == 0 {
		return true
	}
	if !oneOfOrNone(f.Kinds, order.KindPrebook) {
		return false
	}
	f.Kinds = []order.Kind{order.KindPrebook}
	return true
}

func oneOfOrNone[T comparable](values []T, v T) bool {
	return len(values) == 0 || slices.Contains(values, v)
}
