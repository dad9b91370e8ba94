package api

import (
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// pageBody is where a page stands in its list.
type pageBody struct {
	// The next page; null at the end.
	NextCursor *string `json:"next_cursor" maxLength:"1000"`
	// The previous page; null at the beginning.
	PrevCursor *string `json:"prev_cursor" maxLength:"1000"`
	// How many rows a page has at most.
	Limit       int         `json:"limit"`
	Total       *int        `json:"total,omitempty"`                           // with include=count
	TotalExact  *bool       `json:"total_exact,omitempty"`                     // false where counting stopped
	SyncedUntil *time.Time  `json:"synced_until,omitempty" format:"date-time"` // the next updated_since
	Facets      *facetsBody `json:"facets,omitempty"`                          // with include=facets
} // @name Page

// facetsBody is how many rows have each value, each counted under all filters but its own.
type facetsBody struct {
	// How the document came in.
	Origin map[string]int `json:"origin"`
	// Where it stands.
	Status map[string]int `json:"status"`
	// Derived from the ledger, never set by hand.
	PaymentStatus map[string]int `json:"payment_status"`
	// $ on an unpaid web order of a customer who must pay by card; otherwise null.
	PaymentIndicator map[string]int `json:"payment_indicator"`
	Exact            bool           `json:"exact"` // false where one of the counts stopped at 10,000
} // @name Facets

// pageOf is where a page stands, with its cursors, which Link repeats.
func (s *service) pageOf(c web.Request, list string, limit int, next, prev *desk.Position) pageBody {
	b := pageBody{NextCursor: web.EncodeCursor(list, (*web.Position)(next), true), PrevCursor: web.EncodeCursor(list, (*web.Position)(prev), false), Limit: limit}
	web.SetLinks(c, s.PublicURL, valueOrZero(b.NextCursor), valueOrZero(b.PrevCursor))
	return b
}

// positionOf is the place that a cursor of the list names: after it, or before it.
func positionOf(list, cursor string) (after, before *desk.Position, err error) {
	a, b, err := web.DecodeCursor(list, cursor)
	return (*desk.Position)(a), (*desk.Position)(b), err
}
