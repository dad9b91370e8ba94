package desk

import (
	"context"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// LineRefusals is the codes of EditLine's and RemoveLine's refusals, except those that every write of an order shares.
var LineRefusals = append(slices.Clone(EditRefusals), fault.LineNotFound)

// AddedLine is a document to which a line was added.
type AddedLine struct {
	Order  View
	LineID string // of the new line
}

// AddLine adds a line to a document, at a position counted from 1, or at the end if the position is 0. It is a [Service.Edit]
// of all lines.
//
// Faults: those of Edit. Their pointers point into the line.
func (s *Service) AddLine(ctx context.Context, call Call, id string, line order.LineRevision, position int, encode Encode[AddedLine]) (Reply, error) {
	return edit(ctx, s, call, id, encode, func(c *change) (AddedLine, error) {
		at := position - 1
		if position == 0 {
			at = len(c.Lines)
		}
		err := c.reviseLine(at, func(v View) (order.Revision, []fault.Field) { return v.AddLine(line, position) })
		if err != nil {
			return AddedLine{}, err
		}
		return AddedLine{c.view(), c.Lines[at].ID}, nil
	})
}

// EditLine changes one line of a document. It calls read inside the transaction with the current document; read returns
// the changes of the line. It is a [Service.Edit] of all lines.
//
// Faults: those of Edit, and line_not_found. Their pointers point into the line.
func (s *Service) EditLine(ctx context.Context, call Call, id, lineID string, read func(View) (order.LineRevision, []fault.Field), encode Encode[View]) (Reply, error) {
	return edit(ctx, s, call, id, encode, func(c *change) (View, error) {
		at, err := c.findLine(lineID)
		if err != nil {
			return View{}, err
		}
		err = c.reviseLine(at, func(v View) (order.Revision, []fault.Field) {
			line, faults := read(v)
			line.ID = lineID
			return v.ChangeLine(line), faults
		})
		return c.view(), err
	})
}

// RemoveLine removes one line of a document. It is a [Service.Edit] of all lines, so the last line stays.
//
// Faults: those of Edit, and line_not_found.
func (s *Service) RemoveLine(ctx context.Context, call Call, id, lineID string, encode Encode[View]) (Reply, error) {
	return edit(ctx, s, call, id, encode, func(c *change) (View, error) {
		if _, err := c.findLine(lineID); err != nil {
			return View{}, err
		}
		err := c.reviseLine(-1, func(v View) (order.Revision, []fault.Field) { return v.RemoveLine(lineID), nil })
		return c.view(), err
	})
}

// findLine returns the index of a line. A line of another document is not found, like one that does not exist.
func (c *change) findLine(id string) (int, error) {
	at := slices.IndexFunc(c.Lines, func(l order.Line) bool { return l.ID == id })
	switch {
	case at >= 0:
		return at, nil
	case id == "":
		return at, fault.New(fault.LineNotFound, "%s %s has no line with this id.", c.Noun(), c.Number)
	default:
		return at, fault.New(fault.LineNotFound, "%s %s has no line %s.", c.Noun(), c.Number, id)
	}
}

// reviseLine is revise for a caller that sent a single line, which is at this index of the revision; -1 if it is not in it.
func (c *change) reviseLine(at int, read func(View) (order.Revision, []fault.Field)) error {
	return c.revise(read, func(faults []fault.Field) []fault.Field { return order.LineFaults(at, faults) })
}
