package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// The store's types for the ledger across orders. Callers of desk do not import store.
type (
	// PaymentFilter selects payments and refunds.
	PaymentFilter = store.PaymentFilter
	// OrderPayment is a payment with its order.
	OrderPayment = store.OrderPayment
)

// PaymentPage is one page of the ledger across orders.
type PaymentPage struct {
	store.PaymentPage
	Total       *int
	TotalExact  *bool
	SyncedUntil *time.Time // no later commit has an earlier recorded_at
}

// Payments returns one page of the company's payments and refunds. Of the extras it reads Count and Synced.
//
// Faults: role_not_allowed.
func (s *Service) Payments(ctx context.Context, who auth.Actor, f PaymentFilter, extras Extras) (PaymentPage, error) {
	var page PaymentPage
	err := who.Require(auth.PaymentsRead)
	if err != nil {
		return page, err
	}
	tenant := s.store.For(who.CompanyID)
	if page.SyncedUntil, err = s.syncedUntil(ctx, tenant, extras); err != nil {
		return page, err
	}
	if page.PaymentPage, err = tenant.AllPayments(ctx, f); err != nil || !extras.Count {
		return page, err
	}
	n, exact, err := tenant.CountPayments(ctx, f)
	page.Total, page.TotalExact = &n, &exact
	return page, err
}
