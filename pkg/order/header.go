package order

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
)

// Header is what people say of a document beside its lines and its money. A cart sends it, an edit changes it, and a bill
// keeps it. All that the trade knows of such a field stands in this file.
type Header struct {
	ShipDate      time.Time `gorm:"type:date"` // midnight UTC of the calendar day
	Carrier       string
	ShipTo        company.Address `gorm:"serializer:json"`
	PONumber      string
	Notes         string // printed
	InternalNotes string // never printed, mailed or shown to a Storefront
}

// HeaderRevision is the part of an edit that changes the header. A nil field stays as it is. A field that points at its zero
// value is cleared.
type HeaderRevision struct {
	ShipDate      *time.Time
	Carrier       *string
	ShipTo        *company.Address
	PONumber      *string
	Notes         *string
	InternalNotes *string
}

func (h *Header) apply(e HeaderRevision) {
	set(&h.ShipDate, e.ShipDate)
	set(&h.Carrier, e.Carrier)
	set(&h.ShipTo, e.ShipTo)
	set(&h.PONumber, e.PONumber)
	set(&h.Notes, e.Notes)
	set(&h.InternalNotes, e.InternalNotes)
}

// HeaderLimits is how many characters each text of a header may have, by its name in the API.
var HeaderLimits = map[string]int64{"carrier": 100, "po_number": 100, "notes": 2000, "internal_notes": 2000}

// headerFields is what the timeline tells about the header.
var headerFields = []field[*Header]{
	{"ship_date", func(h *Header, _ int) any { return h.ShipDate.Format(time.DateOnly) }},
	{"carrier", func(h *Header, _ int) any { return text(h.Carrier) }},
	{"ship_to", func(h *Header, _ int) any { return addressValue(h.ShipTo) }},
	{"po_number", func(h *Header, _ int) any { return text(h.PONumber) }},
	{"notes", func(h *Header, _ int) any { return text(h.Notes) }},
	{"internal_notes", func(h *Header, _ int) any { return text(h.InternalNotes) }},
}

// ofHeader turns fields of the header into fields of its document.
func ofHeader(fields []field[*Header]) []field[*Order] {
	var all []field[*Order]
	for _, f := range fields {
		all = append(all, field[*Order]{f.name, func(o *Order, digits int) any { return f.value(&o.Header, digits) }})
	}
	return all
}
