package order

import (
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// The methods in this file make the edit of a document that changes a single line. The rules are in Apply.

// AddLine returns the edit that adds a line at a position, counted from 1. 0 is the end. The lines behind it move down. It
// returns a fault for a position that would leave a gap.
func (o *Order) AddLine(added LineRevision, position int) (Revision, []fault.Field) {
	if position < 0 || position > len(o.Lines)+1 {
		return Revision{}, []fault.Field{{Pointer: "/position", Code: fault.FieldInvalid,
			Detail: fmt.Sprintf("Must be from 1 to %d, since %s %s has %d lines.", len(o.Lines)+1, strings.ToLower(o.Noun()), o.Number, len(o.Lines))}}
	}
	lines := make([]LineRevision, 0, len(o.Lines)+1)
	for _, l := range o.Lines {
		if l.Position == position {
			lines = append(lines, added)
		}
		lines = append(lines, LineRevision{ID: l.ID})
	}
	if len(lines) == len(o.Lines) {
		lines = append(lines, added)
	}
	return Revision{Lines: &lines}, nil
}

// ChangeLine returns the edit that changes the line with the id of the revision.
func (o *Order) ChangeLine(changed LineRevision) Revision { return o.replaceLine(changed.ID, changed) }

// RemoveLine returns the edit that removes the line with the id.
func (o *Order) RemoveLine(id string) Revision { return o.replaceLine(id) }

func (o *Order) replaceLine(id string, by ...LineRevision) Revision {
	lines := make([]LineRevision, 0, len(o.Lines))
	for _, l := range o.Lines {
		if l.ID == id {
			lines = append(lines, by...)
		} else {
			lines = append(lines, LineRevision{ID: l.ID})
		}
	}
	return Revision{Lines: &lines}
}

// LineFaults returns the faults of an edit for a caller that sent a single line: the one at this index of the edit, or -1 if it is
// removed. Pointers into that line point into the body that the caller sent, and pointers to the line or to all lines point to the whole body. Faults of
// the document, such as a total below zero, keep their pointers.
func LineFaults(index int, faults []fault.Field) []fault.Field {
	line := fmt.Sprintf("/lines/%d", index)
	within := func(pointer string) string {
		if rest, ok := strings.CutPrefix(pointer, line); ok && (rest == "" || rest[0] == '/') {
			return rest
		}
		if pointer == "/lines" {
			return ""
		}
		return pointer
	}
	moved := make([]fault.Field, len(faults))
	for i, f := range faults {
		f.Pointer = within(f.Pointer)
		related := make([]string, len(f.Related))
		for j, pointer := range f.Related {
			related[j] = within(pointer)
		}
		f.Related = related
		moved[i] = f
	}
	return moved
}
