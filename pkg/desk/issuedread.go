package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Invoice returns an issued invoice that the caller may see, and the id of its credit note, or an empty string.
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

// CreditNote returns an issued credit note that the caller may see.
func (s *Service) CreditNote(ctx context.Context, who auth.Actor, id string) (billing.CreditNote, error) {
	n, err := s.store.For(who.CompanyID).CreditNote(ctx, id)
	if err == nil && !mayRead(who, n.OwnerSub) {
		err = store.NoCreditNote()
	}
	return n, err
}

// mayRead reports whether the caller may see the documents issued for an order of this owner.
func mayRead(who auth.Actor, owner string) bool {
	return order.Visible(who, &order.Order{OwnerSub: owner})
}

// The store's types for lists of issued documents. Callers of desk do not import store.
type (
	// IssuedFilter selects credit notes, and is a part of InvoiceFilter.
	IssuedFilter = store.IssuedFilter
	// InvoiceFilter selects invoices.
	InvoiceFilter = store.InvoiceFilter
)

// Invoices returns one page of the invoices that the caller may see.
func (s *Service) Invoices(ctx context.Context, who auth.Actor, f InvoiceFilter) (Page[billing.Invoice], error) {
	if err := ownIssued(who, &f.IssuedFilter); err != nil {
		return Page[billing.Invoice]{}, err
	}
	page, err := s.store.For(who.CompanyID).Invoices(ctx, f)
	return Page[billing.Invoice]{Page: page}, err
}

// CreditNotes returns one page of the credit notes that the caller may see.
func (s *Service) CreditNotes(ctx context.Context, who auth.Actor, f IssuedFilter) (Page[billing.CreditNote], error) {
	if err := ownIssued(who, &f); err != nil {
		return Page[billing.CreditNote]{}, err
	}
	page, err := s.store.For(who.CompanyID).CreditNotes(ctx, f)
	return Page[billing.CreditNote]{Page: page}, err
}

func ownIssued(who auth.Actor, f *IssuedFilter) error {
	var orders OrderFilter
	err := limitToVisible(who, &orders)
	f.OwnerSub = orders.OwnerSub
	return err
}
