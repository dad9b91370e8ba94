package api

import (
	"cmp"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// pageQuery is the parameters that choose a page of any list.
type pageQuery struct {
	// The highest number of rows on a page.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
	// A page.next_cursor or page.prev_cursor of this list, with the same filters and sort.
	Cursor string `query:"cursor" maxLength:"1000"`
}

// window is the page that the parameters ask for, of the list with this key.
func (q pageQuery) window(list string) (desk.Window, error) {
	after, before, err := positionOf(list, q.Cursor)
	return desk.Window{Limit: q.Limit, After: after, Before: before}, err
}

// filterQuery is the parameters that choose the rows of a list or of its export. F is the desk's filter.
type filterQuery[F any] interface {
	// needsCompany reports whether a parameter depends on the company's time zone or currency.
	needsCompany() bool
	// filter is the parameters as a filter of the desk. Dates are days of the company.
	filter(who auth.Actor, home company.Company, page desk.Window) (F, error)
}

// listQuery is the parameters of a list.
type listQuery[F any] interface {
	filterQuery[F]
	// listKey names the list with these filters and this sort.
	listKey(companyID string) string
	window(list string) (desk.Window, error)
}

// readList reads the parameters of a list into q, and returns the filter for the page that they ask for.
func readList[F any](s *service, c web.Request, q listQuery[F]) (f F, err error) {
	invalid := web.DecodeQuery(c, q)
	var home company.Company
	if q.needsCompany() {
		if home, err = s.Desk.Company(c.Request().Context(), web.Actor(c)); err != nil {
			return f, cmp.Or(invalid, err)
		}
	}
	f, err = pageFilter(q, web.Actor(c), home)
	return f, strictjson.MergeParameters(invalid, err)
}

// pageFilter is the filter for the page that the parameters ask for.
func pageFilter[F any](q listQuery[F], who auth.Actor, home company.Company) (F, error) {
	page, invalid := q.window(q.listKey(who.CompanyID))
	f, err := q.filter(who, home, page)
	return f, cmp.Or(err, invalid)
}

// listQueryOf is the parameters of the list of one resource, such as a document's timeline. F is the desk's filter.
type listQueryOf[F any] interface {
	filter(companyID, id string) (F, error)
}

// readListOf reads the id in the path and the parameters of the list of that resource into q. It returns the filter for the page
// that they ask for.
func readListOf[F any](c web.Request, notFound fault.Code, q listQueryOf[F]) (f F, err error) {
	id, err := web.PathID(c, notFound)
	if err != nil {
		return f, err
	}
	if err = web.DecodeQuery(c, q); err != nil {
		return f, err
	}
	return q.filter(web.Actor(c).CompanyID, id)
}

// sortOf is the order that the parameter sort asks for.
func sortOf(text string) desk.Sort {
	key, desc := strings.CutPrefix(text, "-")
	return desk.Sort{Key: desk.SortKey(key), Desc: desc}
}

// numbersOf is the numbers that the parameter number asks for.
func numbersOf(texts []string) []order.NumberFilter {
	var numbers []order.NumberFilter
	for _, text := range texts {
		number, _ := order.ParseNumberFilter(text) // DecodeQuery has read it
		numbers = append(numbers, number)
	}
	return numbers
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
	Totals      *totalsBody `json:"totals,omitempty"`                          // sums over the rows; only with include=totals
} // @name Page

// facetsBody is the number of rows by value. Each facet is counted under all filters except its own.
type facetsBody struct {
	// The number of rows by kind.
	Kind map[string]int `json:"kind"`
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
	// The most frequent salespeople: e-mail address and name.
	Salesperson frequentBody `json:"salesperson"`
	// The most frequent customers: code and name.
	CustomerCode frequentBody `json:"customer_code"`
	// The most frequent ship dates.
	ShipDate frequentBody `json:"ship_date"`
	Exact    bool         `json:"exact"` // false if a count stopped early
} // @name Facets

// frequentBody is the most frequent values of a facet that has many.
type frequentBody struct {
	// The values, the most frequent first.
	Values []countedBody `json:"values" maxItems:"20"`
	// Whether there are more values, or unread rows that may have more.
	HasMore bool `json:"has_more"`
} // @name FrequentValues

// countedBody is the number of rows with a value.
type countedBody struct {
	// The value, as the filter takes it. A list of several values needs a backslash before a comma.
	Value string `json:"value" maxLength:"254"`
	// The name that belongs to the value; null if it has none.
	Label *string `json:"label" maxLength:"200"`
	// The number of rows; at least this many if exact is false.
	Count int `json:"count"`
	// False if counting stopped early.
	Exact bool `json:"exact"`
} // @name CountedValue

// totalsBody is sums over the rows that match.
type totalsBody struct {
	// The company's currency.
	Currency string `json:"currency" minLength:"3" maxLength:"3"`
	// The sum of total. Voided documents do not count. A prebook and the orders billed from it both do: kind=order sums what was sold.
	Total string `json:"total" format:"decimal"`
	// The sum of total of the voided documents.
	Voided string `json:"voided" format:"decimal"`
	// The sum of balance: what is owed, less what is to be given back. A voided document that was paid counts as negative.
	Balance string `json:"balance" format:"decimal"`
	// The number of rows that were added up.
	Rows int `json:"rows"`
	// False if more than 10,000 rows match, or had to be examined. Then only the first of them were added up.
	Exact bool `json:"exact"`
} // @name Totals

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

// listPageOf is the position of a page in its list, with the extras that any list can have. It repeats the cursors in the Link
// header.
func listPageOf[Row any](s *service, c web.Request, list string, limit int, page desk.Page[Row]) pageBody {
	b := s.pageOf(c, list, limit, page.Next, page.Prev)
	b.Total, b.TotalExact, b.SyncedUntil = page.Total, page.TotalExact, utcOrNil(page.SyncedUntil)
	return b
}

// positionOf is the position in the list that a cursor names: the rows after it, or before it.
func positionOf(list, cursor string) (after, before *desk.Position, err error) {
	a, b, err := web.DecodeCursor(list, cursor)
	return (*desk.Position)(a), (*desk.Position)(b), err
}

// exportSpec is the spec of the export of a list with rows of type R.
func exportSpec[R any](query any, form web.ExportForm[R]) web.Spec {
	var row R
	return web.Spec{Query: query, Produces: web.ExportMedia(), Answers: answersOK(row), Columns: form.Table.Names}
}

// readExport reads the parameters of an export into q. It returns their filter, and the company, whose day names the file.
func readExport[F any](s *service, c web.Request, q filterQuery[F]) (f F, home company.Company, err error) {
	invalid := web.DecodeQuery(c, q)
	if home, err = s.Desk.Company(c.Request().Context(), web.Actor(c)); err != nil {
		return f, home, cmp.Or(invalid, err)
	}
	f, err = q.filter(web.Actor(c), home, desk.Window{})
	return f, home, strictjson.MergeParameters(invalid, err)
}

// export answers every row of a list as a file, in the format that the caller wants. The file has the name of the form and today's
// date in the company.
func export[T, R any](s *service, c web.Request, form web.ExportForm[R], q web.ExportQuery, home company.Company, next desk.Chunks[T], row func(*T) R) error {
	return form.Stream(c, q, home.DayOf(s.Now()), func(yield func(R) error) (bool, error) {
		things, more, err := next()
		return more, web.YieldAll(things, err, yield, row)
	})
}
