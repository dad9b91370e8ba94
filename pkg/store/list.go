package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// OrderFilter is what a list of documents is narrowed to. Zero values narrow nothing; several values of one field are
// alternatives, fields are joined by and. A value that no row can have (an id that is no UUID) matches nothing.
type OrderFilter struct {
	OwnerSub          string // a Storefront's own documents
	Origins           []order.Origin
	Kinds             []order.Kind
	Statuses          []order.Status
	PaymentStatuses   []billing.Status
	PaymentIndicator  *bool
	CustomerIDs       []string
	CustomerCodes     []string // as the customers are called now, in any case
	Salespeople       []string // e-mail addresses, in any case
	Numbers           []order.NumberFilter
	ExternalReference []string // exact
	CheckoutIDs       []string
	Query             string    // the beginning of number, customer code or name, PO or reference, ignoring case
	ShipFrom, ShipTo  time.Time // days, both inclusive
	PlacedFrom        time.Time // inclusive
	PlacedBefore      time.Time // exclusive
	TotalMin          *money.Amount
	TotalMax          *money.Amount
	UpdatedSince      time.Time // inclusive
	EmailStatuses     []string  // "" is a document without an e-mail
	Sort              Sort
	Limit             int       // rows of a page; 50 where it is not given
	After             *Position // the row to go on behind, in the direction of the sort
	Before            *Position // the row to go back from; used where After is nil
}

// Sort is the order of a list.
type Sort struct {
	Key  SortKey // ByPlacedAt where it is not given
	Desc bool
}

// SortKey is what a list may be sorted by. Every key has an index, and the id breaks ties.
type SortKey string

// The sort keys, in the words of the API.
const (
	ByPlacedAt  SortKey = "placed_at"
	ByShipDate  SortKey = "ship_date"
	ByNumber    SortKey = "number"
	ByTotal     SortKey = "total"
	ByCustomer  SortKey = "customer"
	ByUpdatedAt SortKey = "updated_at"
)

// Position is a place in a sorted list: a row's sort value as text (a time in RFC 3339, a date, a number, a name's key)
// and its id. It stays a place when its row has moved or gone.
type Position struct {
	Value string
	ID    string
	With  bool // the row at the place belongs to the page, too
}

// OrderPage is one page of a list. Next and Prev are nil at the ends. A page may hold fewer rows than asked for, even
// none, while there is a next one: see pageBounds.
type OrderPage struct {
	Orders     []order.Order // without lines
	Next, Prev *Position
}

// Orders is one page of the company's documents, in at most two statements. A position that is none of this sort's is
// the fault cursor_invalid.
func (r reader) Orders(ctx context.Context, f OrderFilter) (OrderPage, error) {
	return r.orders(ctx, f, pageBounds)
}

func (r reader) orders(ctx context.Context, f OrderFilter, b bounds) (OrderPage, error) {
	list, ok := ordersListing(r.company, f)
	if !ok {
		return OrderPage{}, nil
	}
	page, err := pageOf(ctx, r, list, b, func(o *order.Order) Position { return positionOf(o, f.Sort.Key) })
	return OrderPage{page.rows, page.next, page.prev}, err
}

// SyncedUntil is the moment behind which nothing appears any more: every change stamped before it is visible to a list
// read from now on. It is what a list's page.synced_until says, the next updated_since.
//
// Ask before the page is read: a change that commits between the page and the answer would be in neither. Of a walk over
// several pages the first one's counts, since rows may change behind the walk.
//
// The zero time says that nobody can tell (see settledPostgres).
//
// It relies on stamps being taken inside the transaction that writes them, which InTx's callbacks do.
func (t Tenant) SyncedUntil(ctx context.Context, now time.Time) (time.Time, error) {
	return t.store.settled(ctx, t.store, now)
}
