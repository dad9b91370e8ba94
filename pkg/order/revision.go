package order

import (
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Revision is an edit of a document. A nil field does not change. A field that points to its zero value is cleared.
type Revision struct {
	HeaderRevision
	Charges *[]CartCharge   // all charges after the edit
	Taxes   *[]CartTax      // all taxes after the edit
	Lines   *[]LineRevision // all lines after the edit; a line that is not in it is removed
}

// LineRevision is one line of an edit. With an id it changes that line, and a nil field does not change. Without an id it
// is a new line.
type LineRevision struct {
	ID          string
	Source      *Source
	SKU         *string
	Description *string
	BoxType     *BoxType
	Boxes       *int64 // 0 means the same as null, here and in the next two fields
	UnitsPerBox *int64
	Units       *int64
	UnitType    *UnitType
	UnitPrice   *string
	MarkCode    *string
	Notes       *string
}

// Apply edits the document and recalculates it. It returns body_invalid with all faults of the edit, with JSON pointers into
// the edit, or line_not_editable if a line cannot change like this. If it returns an error, the document is unchanged. It
// does not check the caller and the status; Guard does.
func (o *Order) Apply(e Revision, newID func() string) error {
	next := o.Clone()
	var faults faultList
	next.apply(e.HeaderRevision)
	if e.Charges != nil {
		next.Charges = Cart{Charges: *e.Charges}.charges(&faults, o.Digits())
	}
	if e.Taxes != nil {
		next.Taxes = Cart{Taxes: *e.Taxes}.taxes(&faults, o.Digits(), o.Taxes)
	}
	if e.Lines != nil {
		next.Lines = o.editLines(*e.Lines, newID, &faults)
	}
	if err := fault.InvalidBody(fault.Merge(faults, next.Recalculate())); err != nil {
		return err
	}
	if err := o.checkLineChanges(&next); err != nil {
		return err
	}
	*o = next
	return nil
}

func (o *Order) editLines(edits []LineRevision, newID func() string, faults *faultList) []Line {
	lines := make([]Line, 0, len(edits))
	seen := map[string]bool{}
	for i, e := range edits {
		pointer := fmt.Sprintf("/lines/%d", i)
		line := Line{CompanyID: o.CompanyID, OrderID: o.ID, ID: newID()}
		if o.Kind == KindPrebook {
			line.Status = LineOpen
		} else {
			line.Source = OnHand
		}
		if e.ID != "" {
			known := o.Line(e.ID)
			switch {
			case known == nil:
				faults.add(pointer+"/id", fault.LineUnknown, "%s %s has no line with this id.", o.Noun(), o.Number)
				continue
			case seen[e.ID]:
				faults.add(pointer+"/id", fault.FieldConflict, "Send each line once. The request has two lines with this id.")
				continue
			}
			seen[e.ID], line = true, *known
		}
		e.apply(&line, pointer, faults)
		if line.Source == "" {
			faults.add(pointer+"/source", fault.FieldRequired, "Send source for a new line of a prebook.")
			faults.relate(pointer, "id")
		} else if onHand := line.Source == OnHand; onHand != (o.Kind == KindOrder) && o.BilledFromID == nil {
			faults.add(pointer+"/source", fault.FieldInvalid, "All lines of an order have the source on_hand. No line of a prebook has it.")
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 && len(*faults) == 0 {
		faults.add("/lines", fault.FieldOutOfRange, "A document must keep at least one line. Void it instead.")
	}
	if len(lines) > MaxLines {
		faults.add("/lines", fault.FieldTooLong, "A document has at most %d lines.", MaxLines)
	}
	return lines
}

func (e LineRevision) apply(l *Line, pointer string, faults *faultList) {
	isNew := e.ID == ""
	set(&l.Source, e.Source)
	set(&l.SKU, e.SKU)
	set(&l.Description, e.Description)
	set(&l.BoxType, e.BoxType)
	set(&l.UnitType, e.UnitType)
	set(&l.MarkCode, e.MarkCode)
	set(&l.Notes, e.Notes)
	if canon.Blank(l.SKU) && canon.Blank(l.Description) {
		faults.add(pointer+"/sku", fault.FieldRequired, "Send sku, description or both.")
		faults.relate(pointer, "id", "description")
	}
	if isNew || e.Boxes != nil || e.UnitsPerBox != nil || e.Units != nil {
		boxes, pack, units := e.quantities(l)
		l.setQuantity(pointer, boxes, pack, units, faults)
	}
	switch {
	case e.UnitPrice != nil:
		l.UnitPrice = price(pointer+"/unit_price", *e.UnitPrice, faults)
	case isNew:
		faults.add(pointer+"/unit_price", fault.FieldRequired, "Send unit_price for a new line.")
		faults.relate(pointer, "id")
	}
}

// quantities returns the numbers of the edit, and those of the line where the edit has none. Units replace boxes, and boxes
// replace units. A caller may also send a line back as it was read: with boxes null and without units, which the API does
// not show.
func (e LineRevision) quantities(l *Line) (boxes, pack, units *int64) {
	boxes, pack, units = nilIfZero(e.Boxes), nilIfZero(e.UnitsPerBox), nilIfZero(e.Units)
	was := *l // a copy, since setQuantity clears the line before it reads these pointers
	switch {
	case units != nil:
	case was.Boxes > 0:
		if e.Boxes == nil {
			boxes = &was.Boxes
		}
		if e.UnitsPerBox == nil {
			pack = &was.UnitsPerBox
		}
	case e.ID != "" && e.Units == nil && boxes == nil && pack == nil:
		units = &was.Quantity
	}
	return boxes, pack, units
}

// checkLineChanges checks what may change in a prebook. Only the price of a checked-out line may change, and nothing of a
// billed line. A checked-out prebook must not get or lose lines.
func (o *Order) checkLineChanges(next *Order) error {
	if o.Kind != KindPrebook {
		return nil
	}
	var refused faultList
	for i := range o.Lines {
		was := &o.Lines[i]
		is := next.Line(was.ID)
		if was.Status == LineOpen || is != nil && sameLine(*was, *is) {
			continue
		}
		at := slices.IndexFunc(next.Lines, func(l Line) bool { return l.ID == was.ID })
		pointer := fmt.Sprintf("/lines/%d", max(at, 0))
		switch {
		case is == nil:
			refused.add("/lines", fault.FieldReadOnly, "Line %d is %s and cannot be removed.", was.Position, shown(string(was.Status)))
		case was.Status == LineBilled:
			refused.add(pointer, fault.FieldReadOnly, "Line %d is billed and cannot change.", was.Position)
		default:
			priced := *was
			priced.UnitPrice = is.UnitPrice
			if !sameLine(priced, *is) {
				refused.add(pointer, fault.FieldReadOnly, "Line %d is checked out. Only its unit_price can change.", was.Position)
			}
		}
	}
	if o.Status == StatusCheckedOut && len(next.Lines) > len(o.Lines) {
		refused.add("/lines", fault.FieldReadOnly, "A checked-out prebook cannot get new lines.")
	}
	if len(refused) == 0 {
		return nil
	}
	err := fault.New(fault.LineNotEditable, "Lines of prebook %s cannot change like this. See errors.", o.Number).
		With("remedy", "Change only the unit_price of checked-out lines, and leave billed lines unchanged.")
	err.Fields = refused
	return err
}

// sameLine compares the fields of two lines that a caller can set.
func sameLine(a, b Line) bool {
	settable := func(l Line) Line {
		l.Position, l.Amount, l.FBE, l.CheckedOutAt, l.BilledOrderID = 0, 0, 0, nil, nil
		return l
	}
	return settable(a) == settable(b)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func nilIfZero(n *int64) *int64 {
	if n == nil || *n == 0 {
		return nil
	}
	return n
}
