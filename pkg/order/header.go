package order

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
)

// Header is the fields of a document that a caller can set, besides lines, charges and taxes. A cart has them, an edit
// changes them, and a bill keeps them. This file has everything that the package knows about them.
type Header struct {
	ShipDate      time.Time `gorm:"type:date"` // a calendar day, as midnight in UTC
	Carrier       string
	ShipTo        company.Address `gorm:"serializer:json"`
	PONumber      string
	Notes         string // printed
	InternalNotes string // never printed, e-mailed or shown to a Storefront
}

// HeaderRevision is the part of an edit that changes the header. A nil field does not change. A field that points to its
// zero value is cleared.
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

// HeaderLimits is the largest number of characters of each text of a header, by its name in the API.
var HeaderLimits = map[string]int64{"carrier": 100, "po_number": 100, "notes": 2000, "internal_notes": 2000}

// headerField is a field of the header, as the timeline shows it, as its sentences call it, and as a part of the document's digest.
type headerField struct {
	field[*Header]
	words string
	fact  func(*canon.Facts, *Header)
}

// headerFields is the fields of the header, in the order in which they are digested. Another order gives other digests than those of earlier events.
var headerFields = []headerField{
	{
		field[*Header]{"ship_date", func(h *Header, _ int) any { return h.ShipDate.Format(time.DateOnly) }}, "the ship date",
		func(f *canon.Facts, h *Header) { f.Time("ship_date", &h.ShipDate) },
	},
	headerText("carrier", "the carrier", func(h *Header) string { return h.Carrier }),
	{
		field[*Header]{"ship_to", func(h *Header, _ int) any { return addressValue(h.ShipTo) }}, "the ship-to address",
		func(f *canon.Facts, h *Header) { f.Value("ship_to", h.ShipTo) },
	},
	headerText("po_number", "the PO number", func(h *Header) string { return h.PONumber }),
	headerText("notes", "the notes", func(h *Header) string { return h.Notes }),
	headerText("internal_notes", "the internal notes", func(h *Header) string { return h.InternalNotes }),
}

// headerText is a field that is a text. An empty one is null in the timeline, and no part of the digest.
func headerText(name, words string, of func(*Header) string) headerField {
	return headerField{
		field[*Header]{name, func(h *Header, _ int) any { return textOrNil(of(h)) }}, words,
		func(f *canon.Facts, h *Header) { f.Text(name, of(h)) },
	}
}

// ofHeader turns fields of the header into fields of its document.
func ofHeader(fields []headerField) []field[*Order] {
	var all []field[*Order]
	for _, f := range fields {
		all = append(all, field[*Order]{f.name, func(o *Order, digits int) any { return f.value(&o.Header, digits) }})
	}
	return all
}
