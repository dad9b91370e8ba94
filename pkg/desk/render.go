package desk

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// render makes an e-mail from its template, with the document attached.
func (s *Service) render(ctx context.Context, co company.Company, e email.Email) (m mail.Message, err error) {
	defer fault.CatchPanic("render the e-mail", &err)
	tenant := s.store.For(e.CompanyID)
	m = mail.Message{ID: e.ID, From: s.from, FromName: mail.OneLine(cmp.Or(co.LetterheadSender, co.Letterhead())), To: e.Recipients, Cc: e.Cc}
	switch e.Kind {
	case email.KindInvoice, email.KindCreditNote:
		err = s.renderIssued(ctx, tenant, e, &m)
	case email.KindOrderPlaced:
		err = s.renderPlaced(ctx, tenant, co, e, &m)
	case email.KindOrderReceived:
		err = s.renderReceived(ctx, tenant, co, e, &m)
	case email.KindNotice:
		err = s.renderNotice(ctx, tenant, co, e, &m)
	case email.KindManual:
		err = s.renderManual(ctx, tenant, co, e, &m)
	}
	m.Subject = cutSubject(cmp.Or(e.Subject, m.Subject)) // as it is shown; an e-mail of an earlier version has none
	return m, err
}

// renderIssued renders the e-mail with an invoice or a credit note, as it was issued.
func (s *Service) renderIssued(ctx context.Context, tenant store.Tenant, e email.Email, m *mail.Message) error {
	issued, err := issuedFor(ctx, tenant, e)
	if err != nil {
		return err
	}
	d, err := document.Thaw(issued.Snapshot, issued.Hash)
	if err != nil {
		return err
	}
	attachment, err := s.issuedPDF(ctx, tenant, d)
	if err != nil {
		return err
	}
	m.Attachments = []mail.Attachment{attachment}
	seller := mail.Seller{Name: d.Seller.Name, Address: string(d.Seller.Address), Contact: string(d.Seller.Sender)}
	if d.Kind == document.KindInvoice {
		m.Subject, m.Text, m.HTML = mail.Invoice(mail.InvoiceEmail{
			Seller: seller, Customer: d.Customer.Name, Number: d.Number, IssuedOn: document.Date(d.IssueDate), Order: d.Order.Number,
			PONumber: string(d.Order.PONumber), ShipDate: document.Date(string(d.ShipDate)), Total: document.Money(d.Total) + " " + d.Currency,
			DueDate: document.Date(string(d.DueDate)), Terms: d.Terms.Label, Attachment: attachment.Name,
		})
		return nil
	}
	m.Subject, m.Text, m.HTML = mail.CreditNote(mail.CreditNoteEmail{
		Seller: seller, Customer: d.Customer.Name, Number: d.Number, IssuedOn: document.Date(d.IssueDate), Invoice: d.Invoice.Number,
		Order: d.Order.Number, PONumber: string(d.Order.PONumber), Reason: d.Reason, Total: document.Money(d.Total) + " " + d.Currency, Attachment: attachment.Name,
	})
	return nil
}

func issuedFor(ctx context.Context, tenant store.Tenant, e email.Email) (billing.Document, error) {
	if e.Kind == email.KindInvoice {
		i, err := tenant.Invoice(ctx, *e.InvoiceID)
		return i.Document, err
	}
	n, err := tenant.CreditNote(ctx, *e.CreditNoteID)
	return n.Document, err
}

// renderPlaced renders the e-mail to the salesperson about all documents of a cart.
func (s *Service) renderPlaced(ctx context.Context, tenant store.Tenant, co company.Company, e email.Email, m *mail.Message) error {
	o, err := tenant.Order(ctx, e.OrderID)
	if err != nil {
		return err
	}
	data := mail.OrderPlacedEmail{
		Seller: seller(co), Salesperson: o.SalespersonName, Customer: o.CustomerName, CustomerCode: o.CustomerCode,
		ShipDate: document.Date(o.ShipDate.Format(time.DateOnly)), PONumber: o.PONumber, Reference: o.ExternalReference, PlacedBy: o.PlacedBy.String(),
	}
	docs, err := withCart(ctx, tenant, o)
	if err != nil {
		return err
	}
	for i := range docs {
		placed := placedDocument(&docs[i])
		placed.URL = co.OrderLink(docs[i].ID, s.orderURL)
		data.Documents = append(data.Documents, placed)
	}
	m.Subject, m.Text, m.HTML = mail.OrderPlaced(data)
	return nil
}

// renderReceived renders the e-mail that acknowledges a cart to its customer. Each document of the cart is attached as a sheet, as
// it is now, even if an order has its invoice already.
func (s *Service) renderReceived(ctx context.Context, tenant store.Tenant, co company.Company, e email.Email, m *mail.Message) error {
	o, err := tenant.Order(ctx, e.OrderID)
	if err != nil {
		return err
	}
	docs, err := withCart(ctx, tenant, o)
	if err != nil {
		return err
	}
	data := mail.OrderReceivedEmail{
		Seller: seller(co), Customer: o.CustomerName, ShipDate: document.Date(o.ShipDate.Format(time.DateOnly)), PONumber: o.PONumber, Reference: o.ExternalReference,
	}
	for i := range docs {
		content, err := s.sheet(ctx, tenant, co, docs[i])
		if err != nil {
			return err
		}
		attachment, err := pdf(ctx, content)
		if err != nil {
			return err
		}
		m.Attachments = append(m.Attachments, attachment)
		data.Documents, data.Attachments = append(data.Documents, placedDocument(&docs[i])), append(data.Attachments, attachment.Name)
	}
	m.Subject, m.Text, m.HTML = mail.OrderReceived(data)
	return nil
}

// withCart returns the document and the others that were placed with it.
func withCart(ctx context.Context, tenant store.Tenant, o order.Order) ([]order.Order, error) {
	docs := []order.Order{o}
	for _, link := range o.Links {
		if link.Relation == order.SameCheckout {
			other, err := tenant.Order(ctx, link.ID)
			if err != nil {
				return nil, err
			}
			docs = append(docs, other)
		}
	}
	return docs, nil
}

// placedDocument describes a document in an e-mail about its checkout.
func placedDocument(o *order.Order) mail.PlacedDocument {
	return mail.PlacedDocument{
		Kind: o.Noun(), Number: o.Number, Status: o.Status.Label(), Lines: counted(o.LineCount, "line"),
		Total: document.Money(o.Total.Format(o.Digits())) + " " + o.Currency,
	}
}

// renderManual renders an e-mail by staff: their text, and the current document.
func (s *Service) renderManual(ctx context.Context, tenant store.Tenant, co company.Company, e email.Email, m *mail.Message) error {
	content, err := s.content(ctx, tenant, co, e.OrderID)
	if err != nil {
		return err
	}
	attachment, err := pdf(ctx, content)
	if err != nil {
		return err
	}
	m.Attachments = []mail.Attachment{attachment}
	m.Subject, m.Text, m.HTML = mail.Manual(mail.ManualEmail{
		Seller: seller(co), Customer: content.Customer.Name, Document: content.Heading(), Subject: e.Subject, Message: e.Message, Attachment: attachment.Name,
	})
	return nil
}

// manualSubject is the default subject of a manual e-mail: the name of the printed document, and the seller.
func manualSubject(co company.Company, o *order.Order) string {
	content := document.Content{Kind: document.KindOrderSheet, Number: o.Number}
	switch {
	case o.InvoiceID != nil:
		content.Kind, content.Number = document.KindInvoice, o.InvoiceNumber
	case o.Kind == order.KindPrebook:
		content.Kind = document.KindPrebookSheet
	}
	subject, _, _ := mail.Manual(mail.ManualEmail{Seller: seller(co), Document: content.Heading()})
	return cutSubject(subject)
}

// issuedPDF renders an issued document as a PDF attachment.
func (s *Service) issuedPDF(ctx context.Context, tenant store.Tenant, d document.Issued) (mail.Attachment, error) {
	content, err := s.withLogo(ctx, tenant, d)
	if err != nil {
		return mail.Attachment{}, err
	}
	return pdf(ctx, content)
}

// pdf renders a document as a PDF attachment with a readable file name.
func pdf(ctx context.Context, p document.Content) (mail.Attachment, error) {
	var b bytes.Buffer
	err := document.PDF(ctx, &b, p)
	return mail.Attachment{Name: document.FileName(p.Heading(), ".pdf"), Type: "application/pdf", Data: b.Bytes()}, err
}

func seller(co company.Company) mail.Seller {
	return mail.Seller{Name: co.Letterhead(), Address: co.LetterheadAddress, Contact: co.LetterheadSender}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
