package desk

import (
	"context"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// CustomerFilter is the store's filter for a list of customers. Callers of desk do not import store.
type CustomerFilter = store.CustomerFilter

// Customers returns one page of the company's customers, by name. A caller who sees only its own customers gets these. It finds any
// customer by a whole code or e-mail address, but sees only the name of one that is not its own. With UpdatedSince, SyncedUntil is the
// next one.
func (s *Service) Customers(ctx context.Context, who auth.Actor, f CustomerFilter) (Page[company.Customer], error) {
	if err := who.Require(auth.CustomersRead); err != nil {
		return Page[company.Customer]{}, err
	}
	tenant := s.store.For(who.CompanyID)
	return readPage(ctx, s, tenant, f, Extras{Synced: !f.UpdatedSince.IsZero()}, func(ctx context.Context, f CustomerFilter) (store.Page[company.Customer], error) {
		return seenCustomers(ctx, who, tenant, f)
	}, nil)
}

// seenCustomers reads a page of customers as the caller may see them.
func seenCustomers(ctx context.Context, who auth.Actor, tenant store.Tenant, f CustomerFilter) (store.Page[company.Customer], error) {
	found := len(f.Codes)+len(f.Emails) > 0
	if ownCustomersOnly(who) && !found {
		f.OwnerSub = who.Subject
	}
	page, err := tenant.Customers(ctx, f)
	if err == nil && found && ownCustomersOnly(who) {
		err = hideOthers(ctx, who, tenant, page.Rows)
	}
	return page, err
}

// hideOthers leaves the name of each customer that is not the caller's own.
func hideOthers(ctx context.Context, who auth.Actor, tenant store.Tenant, customers []company.Customer) error {
	ids := make([]string, len(customers))
	for i := range customers {
		ids[i] = customers[i].ID
	}
	own, err := tenant.OwnCustomers(ctx, who.Subject, ids)
	for i := range customers {
		if !slices.Contains(own, customers[i].ID) {
			customers[i] = customers[i].OnlyName()
		}
	}
	return err
}
