package order

import (
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Revision is what a caller wants to be different. A nil member stays as it is; a member that points at its zero value is
// cleared.
type Revision struct {
	HeaderRevision
	Charges *[]CartCharge   // replaced whole
	Taxes   *[]CartTax      // replaced whole
	Lines   *[]LineRevision // the lines there are to be: by id, or new; one that is not named is removed
}

// LineRevision is one line of an edit. With an id, its members change that line; without, they make a new one.
type LineRevision struct {
	ID          string
	Source      *Source
	SKU         *string
	Description *string
	BoxType     *BoxType
	Boxes       *int64 // 0: none, as of the other two
	UnitsPerBox *int64
	Units       *int64
	UnitType    *UnitType
	UnitPrice   *string
	MarkCode    *string
	Notes       *string
}

// Apply changes the document as the edit says and recalculates it. Faults name every member that breaks a rule by
// JSON pointer into the edit; a line that may not change so is a conflict. Either way nothing is changed then.
// Who may edit, and in which status, is the guard's to say.
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
	if err := fault.Content(fault.Together(faults, next.Recalculate())); err != nil {
		return err
	}
	if err := o.mayBecome(&next); err != nil {
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
				faults.add(pointer+"/id", fault.LineUnknown, "%s %s has no line of this id.", o.Noun(), o.Number)
				continue
			case seen[e.ID]:
				faults.add(pointer+"/id", fault.FieldConflict, "The line is named twice.")
				continue
			}
			seen[e.ID], line = true, *known
		}
		e.apply(&line, pointer, faults)
		if line.Source == "" {
			faults.add(pointer+"/source", fault.FieldRequired, "A new line of a prebook says where its goods come from.")
			faults.beside(pointer, "id")
		} else if onHand := line.Source == OnHand; onHand != (o.Kind == KindOrder) && o.BilledFromID == nil {
			faults.add(pointer+"/source", fault.FieldInvalid, "An order has on_hand lines only, a prebook none.")
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 && len(*faults) == 0 {
		faults.add("/lines", fault.FieldOutOfRange, "A document keeps at least one line; void it instead.")
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
	if l.SKU == "" && l.Description == "" {
		faults.add(pointer+"/sku", fault.FieldRequired, "Send sku, description or both: a line names its goods.")
		faults.beside(pointer, "id", "description")
	}
	if isNew || e.Boxes != nil || e.UnitsPerBox != nil || e.Units != nil {
		boxes, pack, units := e.quantities(l)
		l.quantify(pointer, boxes, pack, units, faults)
	}
	switch {
	case e.UnitPrice != nil:
		l.UnitPrice = price(pointer+"/unit_price", *e.UnitPrice, faults)
	case isNew:
		faults.add(pointer+"/unit_price", fault.FieldRequired, "A new line needs a unit_price.")
		faults.beside(pointer, "id")
	}
}

// quantities is how much the line is to be: what the edit says, and of the rest what the line has. Units alone make
// a line loose; boxes or units per box make it boxed. A loose line that comes back as it was read, its boxes null and
// without units, stays loose.
func (e LineRevision) quantities(l *Line) (boxes, pack, units *int64) {
	boxes, pack, units = given(e.Boxes), given(e.UnitsPerBox), given(e.Units)
	was := *l // whoever takes these clears the line's own first
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

// mayBecome refuses what a prebook's lines forbid: of a checked-out line only the price may change, a billed one is
// fixed, and a prebook that is checked out gains and loses no lines.
func (o *Order) mayBecome(next *Order) error {
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
			refused.add("/lines", fault.FieldReadOnly, "Line %d is %s and stays.", was.Position, was.Status)
		case was.Status == LineBilled:
			refused.add(pointer, fault.FieldReadOnly, "Line %d is billed and does not change.", was.Position)
		default:
			priced := *was
			priced.UnitPrice = is.UnitPrice
			if !sameLine(priced, *is) {
				refused.add(pointer, fault.FieldReadOnly, "Line %d is checked out: only its unit_price may change.", was.Position)
			}
		}
	}
	if o.Status == StatusCheckedOut && len(next.Lines) > len(o.Lines) {
		refused.add("/lines", fault.FieldReadOnly, "A checked-out prebook gains no lines.")
	}
	if len(refused) == 0 {
		return nil
	}
	err := fault.New(fault.LineNotEditable, "%d of the lines of prebook %s may not change so; errors names them.", len(refused), o.Number).
		With("remedy", "Change only the unit_price of checked-out lines, and nothing of billed ones.")
	err.Fields = refused
	return err
}

// sameLine compares what a caller can set of a line.
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

func given(n *int64) *int64 {
	if n == nil || *n == 0 {
		return nil
	}
	return n
}
