package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Print is the document on paper: the invoice once the order is confirmed, also after a void; an order or prebook sheet
// before, marked VOID where it is.
func (s *Service) Print(ctx context.Context, who auth.Actor, id string) (document.Paper, error) {
	view, err := s.Details(ctx, who, id)
	if err != nil {
		return document.Paper{}, err
	}
	if err := view.Allowed[order.Print].Err(); err != nil {
		return document.Paper{}, err
	}
	tenant := s.store.For(who.CompanyID)
	co, err := tenant.Company(ctx)
	if err != nil {
		return document.Paper{}, err
	}
	return s.paperOf(ctx, tenant, co, view.Order)
}

// Invoice is an issued invoice that the caller may see, and the id of the credit note that takes it back; empty: none.
func (s *Service) Invoice(ctx context.Context, who auth.Actor, id string) (billing.Invoice, string, error) {
	tenant := s.store.For(who.CompanyID)
	i, err := tenant.Invoice(ctx, id)
	if err == nil && !mayRead(who, i.OwnerSub) {
		err = store.NoInvoice()
	}
	if err != nil {
		return billing.Invoice{}, "", err
	}
	credit, err := tenant.CreditOf(ctx, i.ID)
	return i, credit, err
}

// CreditNote is an issued credit note that the caller may see.
func (s *Service) CreditNote(ctx context.Context, who auth.Actor, id string) (billing.CreditNote, error) {
	n, err := s.store.For(who.CompanyID).CreditNote(ctx, id)
	if err == nil && !mayRead(who, n.OwnerSub) {
		err = store.NoCreditNote()
	}
	return n, err
}

// mayRead reports whether the caller may see what came of a document of this owner.
func mayRead(who auth.Actor, owner string) bool {
	return order.Visible(who, &order.Order{OwnerSub: owner})
}

// IssuedPaper is an issued document on paper, from its frozen bytes.
func (s *Service) IssuedPaper(ctx context.Context, d billing.Document) (document.Paper, error) {
	thawed, err := document.Thaw(d.Snapshot, d.Hash)
	if err != nil {
		return document.Paper{}, err
	}
	return s.issuedPaper(ctx, s.store.For(d.CompanyID), thawed)
}

func (s *Service) issuedPaper(ctx context.Context, tenant store.Tenant, d document.Issued) (document.Paper, error) {
	var logo company.Logo
	if hash := logoOf(d); hash != "" {
		var err error
		if logo, err = tenant.Logo(ctx, hash); err != nil {
			return document.Paper{}, err
		}
	}
	return document.PaperOf(d, logo.Data), nil
}

// paper is a document as it prints now, by id.
func (s *Service) paper(ctx context.Context, tenant store.Tenant, co company.Company, id string) (document.Paper, error) {
	o, err := tenant.Order(ctx, id)
	if err != nil {
		return document.Paper{}, err
	}
	return s.paperOf(ctx, tenant, co, o)
}

func (s *Service) paperOf(ctx context.Context, tenant store.Tenant, co company.Company, o order.Order) (document.Paper, error) {
	if o.InvoiceID == nil {
		return s.sheet(ctx, tenant, co, o)
	}
	i, err := tenant.Invoice(ctx, *o.InvoiceID)
	if err != nil {
		return document.Paper{}, err
	}
	p, err := s.IssuedPaper(ctx, i.Document)
	if o.Status == order.StatusVoided {
		p.Watermark = "VOID"
	}
	return p, err
}

// sheet is an order or prebook sheet: the document as it is now, which binds nobody yet.
func (s *Service) sheet(ctx context.Context, tenant store.Tenant, co company.Company, o order.Order) (document.Paper, error) {
	var logo company.Logo
	if co.LogoHash != "" {
		var err error
		if logo, err = tenant.Logo(ctx, co.LogoHash); err != nil {
			return document.Paper{}, err
		}
	}
	cu, err := tenant.Customer(ctx, o.CustomerID)
	if err != nil {
		return document.Paper{}, err
	}
	digits := o.Digits()
	p := document.Paper{
		Kind: document.KindOrderSheet, Number: o.Number, Currency: o.Currency, Notes: o.Notes, IssuedAt: o.PlacedAt,
		Letterhead: document.Letterhead{Name: co.Letterhead(), Address: co.LetterheadAddress, TaxID: co.TaxID, Sender: co.LetterheadSender, Logo: logo.Data},
		Customer:   document.Party{Name: o.CustomerName, Code: o.CustomerCode, Address: postal(cu.Address).Lines(), TaxID: cu.TaxID, Phone: cu.Phone},
		ShipTo:     shipTo(o.ShipTo).Lines(),
		TotalBoxes: strconv.FormatInt(o.TotalBoxes, 10), TotalFBE: o.TotalFBE.String(), TotalUnits: strconv.FormatInt(o.TotalUnits, 10),
		Subtotal: o.Subtotal.Format(digits), Total: o.Total.Format(digits),
	}
	day := "Ship date"
	if o.Kind == order.KindPrebook {
		p.Kind, day = document.KindPrebookSheet, "Truck date"
	} else if o.Paid > 0 || o.Refunded > 0 {
		p.Paid, p.Balance = (o.Paid - o.Refunded).Format(digits), o.Balance.Format(digits)
	}
	if o.Status == order.StatusVoided {
		p.Watermark = "VOID"
	}
	p.Facts = facts([]document.Fact{{Label: day, Value: dated(o.ShipDate.Format(time.DateOnly))}, {Label: "Status", Value: o.Status.Label()}, {Label: "Carrier", Value: o.Carrier},
		{Label: "PO number", Value: o.PONumber}, {Label: "Reference", Value: o.ExternalReference}, {Label: "Salesperson", Value: o.SalespersonName},
		{Label: "Terms", Value: cu.TermsLabel}, {Label: "Placed", Value: dated(co.DayOf(o.PlacedAt).Format(time.DateOnly))}})
	for _, l := range o.Lines {
		p.Lines = append(p.Lines, printed(l, digits))
	}
	for _, c := range o.Charges {
		p.Charges = append(p.Charges, document.Row{Label: firstOf(c.Description, c.Code, "Charge"), Amount: c.Amount.Format(digits)})
	}
	for _, t := range o.Taxes {
		label := t.Name
		if t.Rate != nil {
			label += " " + t.Rate.String() + " %"
		}
		p.Taxes = append(p.Taxes, document.Row{Label: label, Amount: t.Amount.Format(digits)})
	}
	return p, nil
}

func printed(l order.Line, digits int) document.Line {
	line := document.Line{
		Position: strconv.Itoa(l.Position), SKU: l.SKU, Description: l.Description, Source: sourceLabels[l.Source], BoxType: string(l.BoxType),
		Units: strconv.FormatInt(l.Quantity, 10), UnitType: string(l.UnitType), Price: l.UnitPrice.String(), Amount: l.Amount.Format(digits),
		FBE: string(fbe(l.FBE)), Status: strings.ReplaceAll(string(l.Status), "_", " "), MarkCode: l.MarkCode, Notes: l.Notes,
	}
	if l.Boxes > 0 {
		line.Boxes, line.Pack = strconv.FormatInt(l.Boxes, 10), strconv.FormatInt(l.UnitsPerBox, 10)
	}
	return line
}

var sourceLabels = map[order.Source]string{order.OnHand: "", order.FutureSales: "Future sales", order.K2K: "K2K", order.VendorAvailability: "Vendor availability"}

// facts leaves out those without a value.
func facts(all []document.Fact) []document.Fact {
	kept := all[:0]
	for _, f := range all {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// IssuedFilter and the pages are what a list of issued documents is asked for and answers, in the store's words.
type (
	IssuedFilter   = store.IssuedFilter
	InvoicePage    = store.InvoicePage
	CreditNotePage = store.CreditNotePage
)

// Invoices is one page of the invoices that the caller may see.
func (s *Service) Invoices(ctx context.Context, who auth.Actor, f IssuedFilter) (InvoicePage, error) {
	if err := ownIssued(who, &f); err != nil {
		return InvoicePage{}, err
	}
	return s.store.For(who.CompanyID).Invoices(ctx, f)
}

// CreditNotes is one page of the credit notes that the caller may see.
func (s *Service) CreditNotes(ctx context.Context, who auth.Actor, f IssuedFilter) (CreditNotePage, error) {
	if err := ownIssued(who, &f); err != nil {
		return CreditNotePage{}, err
	}
	return s.store.For(who.CompanyID).CreditNotes(ctx, f)
}

func ownIssued(who auth.Actor, f *IssuedFilter) error {
	var orders OrderFilter
	err := own(who, &orders)
	f.OwnerSub = orders.OwnerSub
	return err
}
