package mail

import (
	"cmp"
	"net/url"
	"strings"
)

// The data of the e-mails are display texts: amounts with their currency, and dates in words. Empty members are left
// out of the e-mail. The caller need not escape anything.

// Seller is the company that the e-mail comes from.
type Seller struct {
	Name    string
	Address string // may have several lines
	Contact string // whom to contact, such as an e-mail address or a telephone number; may have several lines
}

// InvoiceEmail is the data of the e-mail with a confirmed order's invoice.
type InvoiceEmail struct {
	Seller     Seller
	Customer   string
	Number     string // of the invoice
	IssuedOn   string
	Order      string // the order's number
	PONumber   string
	ShipDate   string
	Total      string
	DueDate    string
	Terms      string
	Attachment string // the file's name
}

// Invoice renders the e-mail with a confirmed order's invoice.
func Invoice(e InvoiceEmail) (subject, text, html string) { return render("invoice", e) }

// Subject is the subject of the e-mail. It needs the seller and the number.
func (e InvoiceEmail) Subject() string {
	return OneLine("Invoice " + e.Number + " from " + e.Seller.Name)
}

// CreditNoteEmail is the data of the e-mail with a voided order's credit note.
type CreditNoteEmail struct {
	Seller     Seller
	Customer   string
	Number     string // of the credit note
	IssuedOn   string
	Invoice    string // the number of the invoice that it settles
	Order      string // the order's number
	PONumber   string
	Reason     string
	Total      string // positive
	Attachment string // the file's name
}

// CreditNote renders the e-mail with a voided order's credit note.
func CreditNote(e CreditNoteEmail) (subject, text, html string) { return render("credit_note", e) }

// Subject is the subject of the e-mail. It needs the seller and the number.
func (e CreditNoteEmail) Subject() string {
	return OneLine("Credit note " + e.Number + " from " + e.Seller.Name)
}

// OrderPlacedEmail is the data of the salesperson's e-mail about a checkout: one e-mail for one document or two.
type OrderPlacedEmail struct {
	Seller       Seller
	Salesperson  string
	Customer     string
	CustomerCode string
	ShipDate     string
	PONumber     string
	Reference    string // the storefront's reference of the checkout
	PlacedBy     string
	Documents    []PlacedDocument // one or two
}

// PlacedDocument is an order or prebook of a checkout.
type PlacedDocument struct {
	Kind   string // "Order" or "Prebook"
	Number string
	Status string // the label that people see
	Lines  string // such as "12 lines"
	Total  string
	URL    string // the document's address; empty if the service has no public address
}

// Names joins the documents in one phrase, such as "Order W000123 and prebook W000124".
func (e OrderPlacedEmail) Names() string { return namesOf(e.Documents) }

func namesOf(documents []PlacedDocument) string {
	phrases := make([]string, len(documents))
	for i, d := range documents {
		phrases[i] = d.Kind + " " + d.Number
		if i > 0 {
			phrases[i] = strings.ToLower(d.Kind) + " " + d.Number
		}
	}
	return strings.Join(phrases, " and ")
}

// OrderPlaced renders the e-mail to the salesperson.
func OrderPlaced(e OrderPlacedEmail) (subject, text, html string) { return render("order_placed", e) }

// Subject is the subject of the e-mail. It needs the customer and the documents.
func (e OrderPlacedEmail) Subject() string { return OneLine(e.Names() + " from " + e.Customer) }

// OrderReceivedEmail is the data of the customer's e-mail about a checkout: one e-mail for one document or two.
type OrderReceivedEmail struct {
	Seller      Seller
	Customer    string
	ShipDate    string
	PONumber    string
	Reference   string           // the storefront's reference of the checkout
	Documents   []PlacedDocument // one or two, without URL
	Attachments []string         // the files' names
}

// Names joins the documents in one phrase, such as "Order W000123 and prebook W000124".
func (e OrderReceivedEmail) Names() string { return namesOf(e.Documents) }

// OrderReceived renders the e-mail to the customer that acknowledges what was placed.
func OrderReceived(e OrderReceivedEmail) (subject, text, html string) {
	return render("order_received", e)
}

// Subject is the subject of the e-mail. It needs the seller and the documents.
func (e OrderReceivedEmail) Subject() string {
	return OneLine(e.Names() + " received by " + e.Seller.Name)
}

// ManualEmail is the data of an e-mail by staff, with a document.
type ManualEmail struct {
	Seller     Seller
	Customer   string
	Document   string // such as "Invoice INV000123" or "Order W000123"
	Subject    string // empty: the document and the seller
	Message    string // empty: a short default; a blank line begins a paragraph
	SentBy     string
	Attachment string // the file's name
}

// Manual renders an e-mail by staff. It keeps their subject unchanged; Message.Check validates it.
func Manual(e ManualEmail) (subject, text, html string) {
	subject, text, html = render("manual", e)
	return cmp.Or(e.Subject, subject), text, html
}

// NoticeEmail is the data of the salesperson's e-mail about an e-mail that was not delivered.
type NoticeEmail struct {
	Seller       Seller
	Salesperson  string
	Customer     string
	CustomerCode string
	Document     string // such as "order W000123"
	URL          string // the document's address; empty: no link
	About        string // the subject of the e-mail that was not delivered
	Written      string // the day of that e-mail
	Reason       string // why no recipient got it; empty if that depends on the recipient
	Recipients   []Undelivered
}

// Undelivered is a recipient who did not get an e-mail.
type Undelivered struct {
	Address string
	Bounced bool   // the recipient's server refused it; else it was not sent
	Reason  string // in the words of the mail provider; may be empty
}

// Notice renders the e-mail to the salesperson about an e-mail that was not delivered.
func Notice(e NoticeEmail) (subject, text, html string) { return render("delivery_notice", e) }

// Subject is the subject of the e-mail. It needs the customer and the document.
func (e NoticeEmail) Subject() string {
	return OneLine("Not delivered: e-mail about " + e.Document + " of " + e.Customer)
}

// EndpointDisabledEmail is the data of the e-mail that a webhook endpoint was disabled.
type EndpointDisabledEmail struct {
	Seller      Seller
	URL         string
	Description string // may be empty
	Gone        bool   // it answered 410; else every attempt failed for five days
}

// Host is the host of the URL.
func (e EndpointDisabledEmail) Host() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return e.URL
	}
	return u.Host
}

// EndpointDisabled renders the e-mail that a webhook endpoint was disabled.
func EndpointDisabled(e EndpointDisabledEmail) (subject, text, html string) {
	return render("endpoint_disabled", e)
}
