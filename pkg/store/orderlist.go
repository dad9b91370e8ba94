package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// OrderFilter selects documents of a list. Zero values do not restrict. Several values of one field are alternatives;
// all fields must match. A value that no row can have, such as an id that is not a UUID, matches nothing.
type OrderFilter struct {
	OwnerSub          string // a Storefront's own documents
	Origins           []order.Origin
	Kinds             []order.Kind
	Statuses          []order.Status
	PaymentStatuses   []billing.Status
	PaymentIndicator  *bool
	CustomerIDs       []string
	CustomerCodes     []string // the customers' current codes, ignoring case
	Salespeople       []string // e-mail addresses, ignoring case
	Numbers           []order.NumberFilter
	ExternalReference []string // exact
	CheckoutIDs       []string
	Query             string    // words, each of which begins a word of the document (order.SearchWords)
	ShipFrom, ShipTo  time.Time // dates, both inclusive
	PlacedFrom        time.Time // inclusive
	PlacedBefore      time.Time // exclusive
	TotalMin          *money.Amount
	TotalMax          *money.Amount
	UpdatedSince      time.Time // inclusive
	EmailStatuses     []string  // "" matches a document without an e-mail
	SKUs              []string  // of a line, ignoring case
	Sources           []order.Source
	LineStatuses      []order.LineStatus // of a prebook's line. One line must match SKUs, Sources and LineStatuses
	Sort              Sort               // ByPlacedAt if it is empty
	Limit             int                // rows of a page; 50 if it is 0
	After             *Position          // the page begins after it, in the direction of the sort
	Before            *Position          // the page ends before it; used if After is nil
}

// The sort keys, named as in the API. Every key has an index, and the id breaks ties.
const (
	ByPlacedAt  SortKey = "placed_at"
	ByShipDate  SortKey = "ship_date"
	ByNumber    SortKey = "number"
	ByTotal     SortKey = "total"
	ByCustomer  SortKey = "customer"
	ByUpdatedAt SortKey = "updated_at"
	ByStatus    SortKey = "status" // in the order of its letters
)

// OrderPage is one page of a list. Next and Prev are nil at the ends. A page may have fewer rows than its limit, even
// none, although there is a next one: see keyset.PageBounds.
type OrderPage struct {
	Orders     []order.Order // without lines
	Next, Prev *Position
}

// OrderFacets are counts by value, each under all fields of the filter except its own.
type OrderFacets struct {
	Origins         map[order.Origin]Tally
	Statuses        map[order.Status]Tally
	PaymentStatuses map[billing.Status]Tally
	EmailStatuses   map[email.Status]Tally // of the newest e-mail to the customer
	Indicator       map[bool]Tally         // the $
}

// Orders returns one page of the company's documents, in at most two statements. A position of another sort is the
// fault cursor_invalid.
func (r reader) Orders(ctx context.Context, f OrderFilter) (OrderPage, error) {
	return r.orders(ctx, f, keyset.PageBounds)
}

func (r reader) orders(ctx context.Context, f OrderFilter, b keyset.Bounds) (OrderPage, error) {
	p, err := orderTable.Page(ctx, r.db, r.company, f, f.request(), b)
	return OrderPage{p.Rows, p.Next, p.Prev}, translate(err)
}

func (f OrderFilter) request() keyset.Request {
	if f.Sort.Key == "" {
		f.Sort.Key = ByPlacedAt
	}
	return keyset.Request{Sort: f.Sort, Limit: f.Limit, After: f.After, Before: f.Before}
}

// Count returns how many documents match the filter. It ignores sort, limit and positions.
func (r reader) Count(ctx context.Context, f OrderFilter) (n int, exact bool, err error) {
	tallies, err := orderTable.Count(ctx, r.db, r.company, []OrderFilter{f}, keyset.CountBounds)
	if err != nil {
		return 0, false, translate(err)
	}
	return tallies[0].N, tallies[0].Exact, nil
}

// Facets returns the counts that a screen shows beside its filters, in at most four statements.
func (r reader) Facets(ctx context.Context, f OrderFilter) (OrderFacets, error) {
	return r.facets(ctx, f, keyset.CountBounds, keyset.FacetFew)
}

func (r reader) facets(ctx context.Context, f OrderFilter, b keyset.Bounds, few int) (OrderFacets, error) {
	tallies, err := orderTable.CountFacets(ctx, r.db, r.company, f, b, few)
	if err != nil {
		return OrderFacets{}, translate(err)
	}
	return OrderFacets{
		Origins:         byValue[order.Origin](tallies["origin"]),
		Statuses:        byValue[order.Status](tallies["status"]),
		PaymentStatuses: byValue[billing.Status](tallies["payment_status"]),
		EmailStatuses:   byValue[email.Status](tallies["email_status"]),
		Indicator:       map[bool]Tally{false: tallies["payment_indicator"]["false"], true: tallies["payment_indicator"]["true"]},
	}, nil
}

func byValue[T ~string](tallies map[string]Tally) map[T]Tally {
	typed := make(map[T]Tally, len(tallies))
	for value, n := range tallies {
		typed[T(value)] = n
	}
	return typed
}
