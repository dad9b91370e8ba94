package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Print returns the printable document: the invoice once the order is confirmed, also after a void; before that, an
// order or prebook sheet. A voided document is marked VOID.
func (s *Service) Print(ctx context.Context, who auth.Actor, id string) (document.Content, error) {
	view, err := s.Details(ctx, who, id)
	if err != nil {
		return document.Content{}, err
	}
	if err := view.Allowed[order.Print].Err(); err != nil {
		return document.Content{}, err
	}
	tenant := s.store.For(who.CompanyID)
	co, err := tenant.Company(ctx)
	if err != nil {
		return document.Content{}, err
	}
	return s.contentOf(ctx, tenant, co, view.Order)
}

// IssuedContent returns an issued document for printing, from its frozen bytes.
func (s *Service) IssuedContent(ctx context.Context, d billing.Document) (document.Content, error) {
	thawed, err := document.Thaw(d.Snapshot, d.Hash)
	if err != nil {
		return document.Content{}, err
	}
	return s.withLogo(ctx, s.store.For(d.CompanyID), thawed)
}

// withLogo returns a document for printing, with the logo that it names.
func (s *Service) withLogo(ctx context.Context, tenant store.Tenant, d document.Issued) (document.Content, error) {
	logo, err := tenant.Logo(ctx, string(d.Seller.LogoHash))
	return document.ContentOf(d, logo.Data), err
}

// content returns the current printable document by id.
func (s *Service) content(ctx context.Context, tenant store.Tenant, co company.Company, id string) (document.Content, error) {
	o, err := tenant.Order(ctx, id)
	if err != nil {
		return document.Content{}, err
	}
	return s.contentOf(ctx, tenant, co, o)
}

func (s *Service) contentOf(ctx context.Context, tenant store.Tenant, co company.Company, o order.Order) (document.Content, error) {
	if o.InvoiceID == nil {
		return s.sheet(ctx, tenant, co, o)
	}
	i, err := tenant.Invoice(ctx, *o.InvoiceID)
	if err != nil {
		return document.Content{}, err
	}
	p, err := s.IssuedContent(ctx, i.Document)
	if o.Status == order.StatusVoided {
		p.Watermark = "VOID"
	}
	return p, err
}

// sheet is an order or prebook sheet: the current document, not yet binding.
func (s *Service) sheet(ctx context.Context, tenant store.Tenant, co company.Company, o order.Order) (document.Content, error) {
	cu, err := tenant.Customer(ctx, o.CustomerID)
	if err != nil {
		return document.Content{}, err
	}
	p, err := s.withLogo(ctx, tenant, sheetOf(co, cu, &o))
	if err == nil {
		completeSheet(&p, co, cu, &o)
	}
	return p, err
}

// sheetOf is what a sheet has in common with an issued document.
func sheetOf(co company.Company, cu company.Customer, o *order.Order) document.Issued {
	d := document.Issued{Kind: document.KindOrderSheet, Number: o.Number, IssuedAt: o.PlacedAt}
	if o.Kind == order.KindPrebook {
		d.Kind = document.KindPrebookSheet
	}
	describe(&d, o, co, cu)
	return d
}

// completeSheet adds what only a sheet shows.
func completeSheet(p *document.Content, co company.Company, cu company.Customer, o *order.Order) {
	day := "Ship date"
	if o.Kind == order.KindPrebook {
		day = "Truck date"
	}
	p.Customer.Name, p.Customer.Code, p.Customer.Phone = o.CustomerName, o.CustomerCode, cu.Phone // the values at the time of placing
	p.Facts = []document.Fact{{Label: day, Value: document.Date(o.ShipDate.Format(time.DateOnly))}, {Label: "Status", Value: o.Status.Label()}, {Label: "Carrier", Value: o.Carrier},
		{Label: "PO number", Value: o.PONumber}, {Label: "Reference", Value: o.ExternalReference}, {Label: "Salesperson", Value: o.SalespersonName},
		{Label: "Terms", Value: cu.TermsLabel}, {Label: "Placed", Value: document.Date(co.DayOf(o.PlacedAt).Format(time.DateOnly))}}
	for i, l := range o.Lines {
		p.Lines[i].Source, p.Lines[i].Status = sourceLabels[l.Source], lineLabels[l.Status]
	}
	if o.Kind == order.KindOrder && (o.Paid > 0 || o.Refunded > 0) {
		digits := o.Digits()
		p.Paid, p.Balance = document.Money((o.Paid - o.Refunded).Format(digits)), document.Money(o.Balance.Format(digits))
	}
	if o.Status == order.StatusVoided {
		p.Watermark = "VOID"
	}
}

// Labels of a line's source and status on a sheet. An order's own source and status have none.
var (
	sourceLabels = map[order.Source]string{order.FutureSales: "Future sales", order.K2K: "K2K", order.VendorAvailability: "Vendor availability"}
	lineLabels   = map[order.LineStatus]string{order.LineOpen: "Open", order.LineCheckedOut: "Checked Out", order.LineBilled: "Billed"}
)
