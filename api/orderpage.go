package api

import (
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// orderPage is a page of orders and prebooks.
type orderPage struct {
	// The rows.
	Data []orderSummary `json:"data" validate:"max=1000"`
	// Where the page stands in its list.
	Page pageBody `json:"page"`
} // @name OrderPage

// pageBody is where a page stands in its list.
type pageBody struct {
	// The next page; null at the end.
	NextCursor *string `json:"next_cursor" extensions:"x-nullable" maxLength:"1000" example:"eyJ2IjoiMjAyNi0xMS0yNFQxMDoxNTowMFoifQ"`
	// The previous page; null at the beginning.
	PrevCursor *string `json:"prev_cursor" extensions:"x-nullable" maxLength:"1000"`
	// How many rows a page has at most.
	Limit       int         `json:"limit" example:"50"`
	Total       *int        `json:"total,omitempty" example:"1234"`            // with include=count
	TotalExact  *bool       `json:"total_exact,omitempty" example:"true"`      // false where counting stopped
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
	Exact            bool           `json:"exact" example:"true"` // false where one of the counts stopped at 10,000
} // @name Facets

func orderPageOf(page desk.Page, where pageBody, private bool) orderPage {
	body := orderPage{Data: make([]orderSummary, len(page.Orders)), Page: where}
	body.Page.Total, body.Page.TotalExact, body.Page.SyncedUntil = page.Total, page.TotalExact, utc(page.SyncedUntil)
	for i := range page.Orders {
		body.Data[i].orderCore = coreOf(&page.Orders[i], private)
		if page.Verdicts != nil {
			body.Data[i].AllowedActions = map[string]allowedBrief{}
			for action, v := range page.Verdicts[i] {
				body.Data[i].AllowedActions[string(action)] = allowedBrief{v.Allowed, some(v.Code)}
			}
		}
	}
	if page.Facets != nil {
		body.Page.Facets = facetsOf(*page.Facets)
	}
	return body
}

func facetsOf(f desk.Facets) *facetsBody {
	b := facetsBody{Origin: map[string]int{}, Status: map[string]int{}, PaymentStatus: map[string]int{}, PaymentIndicator: map[string]int{}, Exact: true}
	note := func(into map[string]int, name string, n int, exact bool) {
		into[name] = n
		b.Exact = b.Exact && exact
	}
	for v, t := range f.Origins {
		note(b.Origin, string(v), t.N, t.Exact)
	}
	for v, t := range f.Statuses {
		note(b.Status, string(v), t.N, t.Exact)
	}
	for v, t := range f.PaymentStatuses {
		note(b.PaymentStatus, string(v), t.N, t.Exact)
	}
	for v, t := range f.Indicator {
		if v {
			note(b.PaymentIndicator, "$", t.N, t.Exact)
		}
	}
	return &b
}

// pageOf is where a page stands, with its cursors, which Link repeats.
func (s *service) pageOf(c web.Request, list string, limit int, next, prev *desk.Position) pageBody {
	b := pageBody{NextCursor: web.EncodeCursor(list, (*web.Position)(next), true), PrevCursor: web.EncodeCursor(list, (*web.Position)(prev), false), Limit: limit}
	web.SetLinks(c, s.PublicURL, or(b.NextCursor), or(b.PrevCursor))
	return b
}

// positionOf is the place that a cursor of the list names: after it, or before it.
func positionOf(list, cursor string) (after, before *desk.Position, err error) {
	a, b, err := web.DecodeCursor(list, cursor)
	return (*desk.Position)(a), (*desk.Position)(b), err
}
