package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// DocumentLine is a line in a list, with its document.
type DocumentLine struct {
	order.Line
	Document *order.Order // without lines
}

// linesAtOnce is the highest number of lines that the documents that are read at once have together, so that their memory has a
// bound: a document has up to 500 lines.
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
	ctx, cancel := keyset.FillWithin(ctx, b.Fill)
	defer cancel()
	return keyset.Fill(ctx, f.Window, b.Fill, func(w Window) (Page[DocumentLine], error) {
		f.Window = w
		return consistent(func() (Page[DocumentLine], bool, error) { return r.lines(ctx, f, b, most) })
	})
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
		o := fromStart(orders, n, back)
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

// CountLines returns how many lines match the filter, like Count.
func (r reader) CountLines(ctx context.Context, f OrderFilter) (n int, exact bool, err error) {
	tallies, err := lineTable.Count(forCompany(ctx, r.company), r.lists(), r.company, []OrderFilter{f}, keyset.CountBounds)
	if err != nil {
		return 0, false, translate(err)
	}
	return tallies[0].N, tallies[0].Exact, nil
}

// skusInIndex is how many SKUs are looked up in the index. More are examined.
const skusInIndex = 50
