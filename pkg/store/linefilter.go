package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// lineTable is orderTable where a document counts as many times as it has matching lines.
var lineTable = func() *keyset.Table[OrderFilter, order.Order] {
	t := *orderTable
	t.Weight = func(companyID string, f *OrderFilter) keyset.Weight {
		of, args := f.ofLine()
		if of == "" {
			return keyset.Weight{SQL: "d.line_count", Columns: "id, line_count"}
		}
		every, none := f.byKind()
		return keyset.Weight{
			SQL: "CASE WHEN " + every + " THEN d.line_count ELSE 0 END", Columns: "id, kind, billed_from_id, line_count",
			Looked: "NOT (" + every + " OR " + none + ")",
			Look:   "(SELECT count(*)" + linesOfDocument + of + ")", Args: append([]any{companyID}, args...),
		}
	}
	return &t
}()

// linesOfDocument reads the lines of the document d of a company. A condition on a line follows.
const linesOfDocument = " FROM order_lines l WHERE l.company_id = ? AND l.order_id = d.id AND "

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

// byKind returns the conditions that every line of a document matches, and that none does, as far as its own columns say. Each line of
// an order is on hand unless the order was billed from a prebook. No line of a prebook is. For a SKU the lines must be looked at.
func (f OrderFilter) byKind() (every, none string) {
	const never, onHand, prebook = "FALSE", "(d.billed_from_id IS NULL AND NOT (d.kind = 'prebook'))", "d.kind = 'prebook'"
	switch {
	case len(f.SKUs) > 0:
		return never, never
	case len(f.LineStatuses) > 0 || !slices.Contains(f.Sources, order.OnHand): // a line on hand has no status
		return never, onHand
	case slices.ContainsFunc(f.Sources, func(s order.Source) bool { return s != order.OnHand }):
		return onHand, never
	default:
		return onHand, prebook
	}
}

// hasLine is the condition that a document has a line that matches the line's fields of the filter. It is a scalar subquery,
// which PostgreSQL runs for each examined row. It would make a hash table of all lines with the SKU for EXISTS.
func hasLine(companyID string, f OrderFilter) (string, []any) {
	of, args := f.ofLine()
	has := "(SELECT 1" + linesOfDocument + of + " LIMIT 1) IS NOT NULL"
	if every, none := f.byKind(); len(f.SKUs) == 0 {
		has = "CASE WHEN " + every + " THEN TRUE WHEN " + none + " THEN FALSE ELSE " + has + " END"
	}
	return has, append([]any{companyID}, args...)
}

// lineFilters are the filters by lines: that of the SKU and that of source and status, which have an index each, and that of one line
// that has them all.
func lineFilters() []keyset.Filter[OrderFilter] {
	return []keyset.Filter[OrderFilter]{
		{
			Name: "sku", Weighed: true,
			Narrow: func(f *OrderFilter) bool { return keyset.Narrow(&f.SKUs, nil) },
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				if len(f.SKUs) == 0 {
					return "", nil
				}
				return hasLine(companyID, OrderFilter{SKUs: f.SKUs})
			},
		},
		{
			Name: "source", Weighed: true,
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
			Name: "line", Weighed: true,
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				if len(f.SKUs) == 0 || len(f.Sources)+len(f.LineStatuses) == 0 {
					return "", nil
				}
				return hasLine(companyID, *f)
			},
		},
	}
}

// withSKU selects the documents that have a line with one of the SKUs. Like those of a word, its ids are not in the order of any
// sort of the list. The ids of each SKU are sorted, because PostgreSQL would otherwise scan the table for a frequent SKU. The limit
// is higher than any count that decides whether rows are gathered.
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
			2*keyset.FacetLimits.Pass+1, i)
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
			line.Where, sorted, 2*keyset.FacetLimits.Pass+1, i)
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
