package store

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
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
	Window
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

// OrderFacets are counts by value, each under all fields of the filter except its own.
type OrderFacets struct {
	Kinds           map[order.Kind]Tally
	Origins         map[order.Origin]Tally
	Statuses        map[order.Status]Tally
	PaymentStatuses map[billing.Status]Tally
	EmailStatuses   map[email.Status]Tally // of the newest e-mail to the customer
	Indicator       map[bool]Tally         // the $
	Salespeople     FrequentValues         // e-mail addresses in lower case, with names
	Customers       FrequentValues         // current codes, with current names
	ShipDates       FrequentValues         // 2026-12-01
}

// FrequentValues are counts of the most frequent values of a column with many values, highest count first. If more than 5,000
// documents match, they are the most frequent values of the latest ones.
type FrequentValues struct {
	Values []CountedValue // at most 20
	More   bool           // there are more values, or documents beyond the latest that may have more
}

// CountedValue is the number of documents with a value.
type CountedValue = keyset.Counted

// OrderTotals are sums over documents, in minor units. If more than 10,000 documents match, they are the sums of the first of
// them, and not exact.
type OrderTotals struct {
	Documents int       // how many were added up
	Exact     bool      // these are all
	Total     money.Sum // of the totals, without those of voided documents
	Voided    money.Sum // of the totals of voided documents
	Balance   money.Sum // of the balances: what is owed less what is to be given back
}

// Orders returns one page of the company's documents, without lines, in at most two statements. Unless the tenant is
// Whole, the fields of the columns wholeOnly are zero. A position of another sort is the
// fault cursor_invalid.
func (r reader) Orders(ctx context.Context, f OrderFilter) (Page[order.Order], error) {
	return r.orders(ctx, f, keyset.PageBounds)
}

func (r reader) orders(ctx context.Context, f OrderFilter, b keyset.Bounds) (Page[order.Order], error) {
	request := f.request()
	if r.whole {
		request.Columns = ", " + strings.Join(wholeOnly, ", ")
	}
	p, err := orderTable.Page(forCompany(ctx, r.company), r.lists(), r.company, f, request, b)
	return p, translate(err)
}

func (f OrderFilter) request() keyset.Request {
	if f.Sort.Key == "" {
		f.Sort.Key = ByPlacedAt
	}
	return keyset.Request{Sort: f.Sort, Window: f.Window}
}

// Count returns how many documents match the filter. It ignores sort, limit and positions.
func (r reader) Count(ctx context.Context, f OrderFilter) (n int, exact bool, err error) {
	tallies, err := orderTable.Count(forCompany(ctx, r.company), r.lists(), r.company, []OrderFilter{f}, keyset.CountBounds)
	if err != nil {
		return 0, false, translate(err)
	}
	return tallies[0].N, tallies[0].Exact, nil
}

// Facets returns the counts that a screen shows beside its filters, in at most four statements.
func (r reader) Facets(ctx context.Context, f OrderFilter) (OrderFacets, error) {
	return r.facets(ctx, f, keyset.FacetLimits)
}

func (r reader) facets(ctx context.Context, f OrderFilter, b keyset.FacetBounds) (OrderFacets, error) {
	counts, err := orderTable.CountFacets(forCompany(ctx, r.company), r.lists(), r.company, f, b)
	if err != nil {
		return OrderFacets{}, translate(err)
	}
	customers := frequent(counts["customer"])
	if err := r.nameCustomers(ctx, customers.Values); err != nil {
		return OrderFacets{}, err
	}
	indicator := byValue[string](counts["payment_indicator"])
	return OrderFacets{
		Kinds:           byValue[order.Kind](counts["kind"]),
		Origins:         byValue[order.Origin](counts["origin"]),
		Statuses:        byValue[order.Status](counts["status"]),
		PaymentStatuses: byValue[billing.Status](counts["payment_status"]),
		EmailStatuses:   byValue[email.Status](counts["email_status"]),
		Indicator:       map[bool]Tally{false: indicator["false"], true: indicator["true"]},
		Salespeople:     frequent(counts["salesperson"]),
		Customers:       customers,
		ShipDates:       frequent(counts["ship_date"]),
	}, nil
}

func frequent(c keyset.Counts) FrequentValues { return FrequentValues{Values: c.Values, More: c.More} }

func byValue[T ~string](c keyset.Counts) map[T]Tally {
	tallies := make(map[T]Tally, len(c.Values))
	for _, counted := range c.Values {
		tallies[T(counted.Value)] = counted.Tally
	}
	return tallies
}

// nameCustomers replaces ids of customers by their current codes, and adds their names.
func (r reader) nameCustomers(ctx context.Context, counted []CountedValue) error {
	if len(counted) == 0 {
		return nil
	}
	ids := make([]string, len(counted))
	for i, c := range counted {
		ids[i] = c.Value
	}
	among, args := keyset.Condition("id", keyset.Texts(ids))
	var customers []company.Customer
	err := r.in(ctx).Select("id, code, name").Where("company_id = ?", r.company).Where(among, args...).Find(&customers).Error
	for i := range counted {
		for _, c := range customers {
			if c.ID == ids[i] {
				counted[i].Value, counted[i].Label = c.Code, c.Name
			}
		}
	}
	return translate(err)
}

// Totals adds up the amounts of the matching documents, in at most two statements.
func (r reader) Totals(ctx context.Context, f OrderFilter) (OrderTotals, error) {
	return r.totals(ctx, f, keyset.CountBounds)
}

func (r reader) totals(ctx context.Context, f OrderFilter, b keyset.Bounds) (OrderTotals, error) {
	sums, err := orderTable.Sum(forCompany(ctx, r.company), r.lists(), r.company, f, b,
		"CASE WHEN status = 'voided' THEN 0 ELSE total END", "CASE WHEN status = 'voided' THEN total ELSE 0 END", "balance")
	if err != nil {
		return OrderTotals{}, translate(err)
	}
	return OrderTotals{
		Documents: sums.Rows, Exact: sums.Exact,
		Total: money.SumOf(sums.Of[0]), Voided: money.SumOf(sums.Of[1]), Balance: money.SumOf(sums.Of[2]),
	}, nil
}
