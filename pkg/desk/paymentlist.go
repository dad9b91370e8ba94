package desk

import (
	"context"

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

// Payments returns one page of the company's payments and refunds. Of the extras it reads Count and Synced.
//
// Faults: role_not_allowed.
func (s *Service) Payments(ctx context.Context, who auth.Actor, f PaymentFilter, extras Extras) (Page[OrderPayment], error) {
	if err := who.Require(auth.PaymentsRead); err != nil {
		return Page[OrderPayment]{}, err
	}
	tenant := s.store.For(who.CompanyID)
	return readPage(ctx, s, tenant, f, extras, tenant.AllPayments, tenant.CountPayments)
}
