package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// OrderFilter and the others are the store's types for a list of orders. Callers of desk do not import store.
type (
	OrderFilter = store.OrderFilter
	Position    = store.Position
	Sort        = store.Sort
	SortKey     = store.SortKey
	Facets      = store.OrderFacets
)

// Window selects a page of a list.
type Window = store.Window

// Tally is a count of a facet.
type Tally = store.Tally

// FrequentValues are the counts of a facet with many values.
type FrequentValues = store.FrequentValues

// ByPlacedAt is the default sort key of the Order Summary.
const ByPlacedAt = store.ByPlacedAt

// Extras selects additional parts of a page. Each costs at least one statement.
type Extras struct {
	Verdicts bool // the guard's answer for each action on each row
	Count    bool // number of matching documents, exact up to 10,000
	Facets   bool // counts by value, each under all filters except its own
	Lines    bool // the lines of each document. The page may then end early: see store.OrdersWithLines
	Totals   bool // sums of the matching documents, exact up to 10,000
	Synced   bool // the next updated_since
}

// Page is one page of a list, with the extras that any list can have. Each is nil unless requested.
type Page[Row any] struct {
	store.Page[Row]
	Total       *int
	TotalExact  *bool
	SyncedUntil *time.Time // no later commit has an earlier updated_at, or recorded_at of a payment
}

// readPage reads a page of a list, and of the extras Count and Synced.
func readPage[F, Row any](ctx context.Context, s *Service, tenant store.Tenant, f F, extras Extras,
	read func(context.Context, F) (store.Page[Row], error), count func(context.Context, F) (int, bool, error),
) (page Page[Row], err error) {
	if page.SyncedUntil, err = s.syncedUntil(ctx, tenant, extras); err != nil {
		return page, err
	}
	if page.Page, err = read(ctx, f); err != nil || !extras.Count {
		return page, err
	}
	n, exact, err := count(ctx, f)
	page.Total, page.TotalExact = &n, &exact
	return page, err
}

// OrderPage is one page of the Order Summary.
type OrderPage struct {
	Page[order.Order]
	Verdicts []map[order.Action]order.Verdict // by row; nil unless requested
	Facets   *Facets
	Totals   *Totals
}

// Totals are sums over the matching documents, in the company's currency.
type Totals struct {
	store.OrderTotals
	Currency string
}

// List returns one page of the Order Summary: the documents that match the filter and that the caller may see.
func (s *Service) List(ctx context.Context, who auth.Actor, f OrderFilter, extras Extras) (OrderPage, error) {
	var page OrderPage
	err := limitToVisible(who, &f)
	if err != nil {
		return page, err
	}
	tenant := s.store.For(who.CompanyID)
	if extras.Verdicts {
		tenant = tenant.Whole()
	}
	read := tenant.Orders
	if extras.Lines {
		read = tenant.OrdersWithLines
	}
	if page.Page, err = readPage(ctx, s, tenant, f, extras, read, tenant.Count); err != nil {
		return page, err
	}
	if extras.Verdicts {
		if page.Verdicts, err = s.verdicts(ctx, who, page.Rows); err != nil {
			return page, err
		}
	}
	if extras.Facets {
		facets, err := tenant.Facets(ctx, f)
		if err != nil {
			return page, err
		}
		page.Facets = &facets
	}
	if extras.Totals {
		if page.Totals, err = totalsOf(ctx, tenant, f); err != nil {
			return page, err
		}
	}
	return page, nil
}

// syncedUntil returns the next updated_since if it was requested, or nil if it is unknown. It is taken before the rows are read,
// so that a commit in between is listed twice rather than missed.
func (s *Service) syncedUntil(ctx context.Context, tenant store.Tenant, extras Extras) (*time.Time, error) {
	if !extras.Synced {
		return nil, nil //nolint:nilnil // not requested
	}
	at, err := tenant.SyncedUntil(ctx)
	if err != nil || at.IsZero() {
		return nil, err
	}
	return &at, nil
}

func totalsOf(ctx context.Context, tenant store.Tenant, f OrderFilter) (*Totals, error) {
	co, err := tenant.Company(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := tenant.Totals(ctx, f)
	return &Totals{sums, co.Currency}, err
}

// limitToVisible limits a list to the documents that the caller may see.
func limitToVisible(who auth.Actor, f *OrderFilter) error {
	if err := who.Require(auth.Permission(order.View)); err != nil {
		return err
	}
	if who.Scope(order.View) == order.ScopeOwn {
		f.OwnerSub = who.Subject
	}
	return nil
}

func (s *Service) verdicts(ctx context.Context, who auth.Actor, orders []order.Order) ([]map[order.Action]order.Verdict, error) {
	co, err := s.store.For(who.CompanyID).Company(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.joinPrebooks(ctx, who, orders); err != nil {
		return nil, err
	}
	if err := s.joinPayments(ctx, who, orders); err != nil {
		return nil, err
	}
	verdicts := make([]map[order.Action]order.Verdict, len(orders))
	now := s.now()
	for i := range orders {
		verdicts[i] = viewOf(who, co, orders[i], now).Allowed
	}
	return verdicts, nil
}

// joinPrebooks sets the prebook that the guard needs on each billed order of a page, with one statement. Only orders
// that took charges or taxes from their prebook need it.
func (s *Service) joinPrebooks(ctx context.Context, who auth.Actor, orders []order.Order) error {
	var ids []string
	for _, o := range orders {
		if o.BilledFromID != nil && len(o.TakenCharges)+len(o.TakenTaxes) > 0 {
			ids = append(ids, *o.BilledFromID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	prebooks, err := s.store.For(who.CompanyID).Headers(ctx, ids)
	if err != nil {
		return err
	}
	for i := range orders {
		for j := range prebooks {
			if from := orders[i].BilledFromID; from != nil && *from == prebooks[j].ID {
				orders[i].BilledFrom = &prebooks[j]
			}
		}
	}
	return nil
}

// joinPayments sets what the guard needs to know about payments on each paid order of a page, with one statement. Only a caller who
// refunds its own payments needs it.
func (s *Service) joinPayments(ctx context.Context, who auth.Actor, orders []order.Order) error {
	var ids []string
	for _, o := range orders {
		if refundsOwn(who) && o.Paid > o.Refunded {
			ids = append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	ledgers, err := s.store.For(who.CompanyID).Ledgers(ctx, ids)
	for i := range orders {
		orders[i].OwnOnline = billing.Online(ledgers[orders[i].ID], who.Subject)
	}
	return err
}
