// Package document renders order sheets, prebook sheets, invoices and credit notes as PDF and HTML. It also makes the
// frozen bytes of an issued document.
//
// It does not know orders. The caller fills a [Content] with strings for a reader and gets a PDF or an HTML page. The
// same Content always gives the same bytes.
package document

import "time"

// Kind is one of the four kinds of documents.
type Kind string

// The kinds. Only invoices and credit notes are issued and frozen.
const (
	KindOrderSheet   Kind = "order_sheet"
	KindPrebookSheet Kind = "prebook_sheet"
	KindInvoice      Kind = "invoice"
	KindCreditNote   Kind = "credit_note"
)

// title is the default heading of a kind.
func (k Kind) title() string {
	switch k {
	case KindOrderSheet:
		return "Order"
	case KindPrebookSheet:
		return "Prebook"
	case KindInvoice:
		return "Invoice"
	case KindCreditNote:
		return "Credit note"
	}
	return "Document"
}

// Size is the sheet size of the layout. The zero value is A4.
type Size string

// The sizes.
const (
	A4     Size = "A4"
	Letter Size = "Letter"
)

// Content is everything that one document shows. Strings are printed unchanged. An empty string takes no room.
type Content struct {
	Kind      Kind
	Title     string // the heading; empty means the kind's own, such as "Credit note"
	Number    string
	Watermark string // printed large and pale across every page, such as "VOID"

	Letterhead Letterhead
	Customer   Party
	ShipTo     []string // the lines of the delivery address
	Facts      []Fact   // dates, terms, references, in the order they are shown

	Currency string // ISO 4217, shown once, beside the total
	Lines    []Line

	TotalBoxes, TotalFBE, TotalUnits string // the sums below the table

	Subtotal      string
	Charges       []Row
	Taxes         []Row
	Total         string
	Paid, Balance string // both optional

	Notes  string // the notes of both sides; line breaks are kept
	Footer string // small print at the very end

	IssuedAt time.Time // the date inside the PDF; the zero time stands for 2000-01-01, never for now
	Size     Size
}

// Letterhead is the sender of the document.
type Letterhead struct {
	Name    string
	Address string // any number of lines
	TaxID   string
	Sender  string // how to reach the sender
	Logo    []byte // PNG or JPEG; anything that cannot be decoded is left out
}

// Party is the recipient of the document.
type Party struct {
	Name    string
	Code    string
	Address []string
	TaxID   string
	Phone   string
}

// Fact is one labelled value above the table.
type Fact struct{ Label, Value string }

// Row is one labelled amount below the table.
type Row struct{ Label, Amount string }

// Line is one row of goods. A column that is empty in every line is not shown.
type Line struct {
	Position    string
	SKU         string
	Description string
	Source      string
	BoxType     string
	Boxes       string
	Pack        string // units in a box
	FBE         string // full-box equivalents
	Units       string
	UnitType    string
	Price       string // for one unit
	Amount      string
	Status      string // prebooks: open, checked out, billed
	MarkCode    string
	Notes       string
}

// Heading returns the title and the number as one phrase, such as "Invoice INV-000123".
func (p Content) Heading() string { return joined(" ", p.title(), p.Number) }
