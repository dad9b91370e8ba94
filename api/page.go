package api

import (
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// pageQuery is the parameters that choose a page of any list.
type pageQuery struct {
	// The highest number of rows on a page.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
	// A page.next_cursor or page.prev_cursor of this list, with the same filters and sort.
	Cursor string `query:"cursor" maxLength:"1000"`
}

// pageBody is the position of a page in its list.
type pageBody struct {
	// The next page; null at the end.
	NextCursor *string `json:"next_cursor" maxLength:"1000"`
	// The previous page; null at the beginning.
	PrevCursor *string `json:"prev_cursor" maxLength:"1000"`
	// The highest number of rows on a page.
	Limit       int         `json:"limit"`
	Total       *int        `json:"total,omitempty"`                           // the number of rows; only with include=count
	TotalExact  *bool       `json:"total_exact,omitempty"`                     // false if counting stopped early
	SyncedUntil *time.Time  `json:"synced_until,omitempty" format:"date-time"` // the value for the next updated_since, or of payments for the next recorded_from
	Facets      *facetsBody `json:"facets,omitempty"`                          // the number of rows by value; only with include=facets
} // @name Page

// facetsBody is the number of rows by value. Each field is counted under all filters except its own.
type facetsBody struct {
	// The number of rows by origin.
	Origin map[string]int `json:"origin"`
	// The number of rows by status.
	Status map[string]int `json:"status"`
	// The number of rows by payment status.
	PaymentStatus map[string]int `json:"payment_status"`
	// The number of rows by e-mail status.
	EmailStatus map[string]int `json:"email_status"`
	// The number of rows by payment indicator.
	PaymentIndicator map[string]int `json:"payment_indicator"`
	Exact            bool           `json:"exact"` // false if a count stopped at 10,000
} // @name Facets

// pageOf is the position of a page, with its cursors. It repeats them in the Link header.
func (s *service) pageOf(c web.Request, list string, limit int, next, prev *desk.Position) pageBody {
	b := pageBodyOf(list, limit, next, prev)
	web.SetLinks(c, s.PublicURL, valueOrZero(b.NextCursor), valueOrZero(b.PrevCursor))
	return b
}

// pageBodyOf is the position of a page in its list, with its cursors.
func pageBodyOf(list string, limit int, next, prev *desk.Position) pageBody {
	return pageBody{NextCursor: web.EncodeCursor(list, (*web.Position)(next), true), PrevCursor: web.EncodeCursor(list, (*web.Position)(prev), false), Limit: limit}
}

// positionOf is the position in the list that a cursor names: the rows after it, or before it.
func positionOf(list, cursor string) (after, before *desk.Position, err error) {
	a, b, err := web.DecodeCursor(list, cursor)
	return (*desk.Position)(a), (*desk.Position)(b), err
}
