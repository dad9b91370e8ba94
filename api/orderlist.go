package api

import (
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// orderFilter is the parameters that choose orders and prebooks, and their order.
type orderFilter struct {
	// The origin: the letter W, P, S, X or the name web, phone, standing, external. One or more, separated by
	// commas.
	Origin []string `query:"origin" format:"origin" example:"W"`
	// Only orders, or only prebooks. The default is both.
	Kind []string `query:"kind" enums:"order,prebook" example:"order"`
	// One or more, separated by commas.
	Status []string `query:"status" enums:"draft,pending,confirmed,checked_out,billed,voided" example:"pending"`
	// One or more, separated by commas. Prebooks have none.
	PaymentStatus []string `query:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded" example:"unpaid"`
	// $ finds unpaid web orders of customers who must pay by card.
	PaymentIndicator *string `query:"payment_indicator" enums:"$" example:"$"`
	// Only of these customers.
	CustomerID []string `query:"customer_id" format:"uuid"`
	// Only of the customers with these codes, ignoring case.
	CustomerCode []string `query:"customer_code" format:"line" minLength:"1" maxLength:"50" example:"BLOOM"`
	// The salesperson's e-mail address, or me.
	Salesperson []string `query:"salesperson" format:"line" minLength:"1" maxLength:"254" example:"me"`
	// The order number, ignoring case. W finds all web orders, W000123 and W123 the same order, and 123 that number of every origin.
	// W0001 finds W000100 to W000199.
	// One or more, separated by commas.
	Number []string `query:"number" format:"order-number" example:"W000123"`
	// The storefront's own id of the cart.
	ExternalReference []string `query:"external_reference" format:"line" minLength:"1" maxLength:"100" example:"shop-cart-9931"`
	// Only the documents of this cart.
	CheckoutID []string `query:"checkout_id" format:"uuid"`
	// Words, ignoring case and accents. Each must begin a word of the number, customer code or name, PO number, reference,
	// invoice number, carrier or a SKU.
	Q string `query:"q" format:"line" maxLength:"200" example:"bloom"`
	// Only ship dates on this day or later.
	ShipDateFrom string `query:"ship_date_from" format:"date" example:"2026-12-01"`
	// Only ship dates on this day or earlier.
	ShipDateTo string `query:"ship_date_to" format:"date" example:"2026-12-07"`
	// Only documents placed at this time or later. A date is a day of the company.
	PlacedFrom string `query:"placed_from" format:"moment" example:"2026-11-01"`
	// Only documents placed at this time or earlier. A date is a whole day of the company.
	PlacedTo string `query:"placed_to" format:"moment" example:"2026-11-30"`
	// Only totals of at least this amount.
	TotalMin string `query:"total_min" format:"amount" example:"100.00"`
	// Only totals of at most this amount.
	TotalMax string `query:"total_max" format:"amount" example:"5000.00"`
	// Only documents changed at this time or later. The next time, send page.synced_until.
	UpdatedSince string `query:"updated_since" format:"date-time" example:"2026-11-24T10:00:00Z"`
	// Only documents whose newest e-mail to the customer has this status.
	EmailStatus []string `query:"email_status" enums:"queued,sent,delivered,bounced,failed" example:"bounced"`
	// Only of goods with these SKUs, ignoring case.
	SKU []string `query:"sku" format:"line" minLength:"1" maxLength:"100" example:"ROS-FREEDOM-60"`
	// What to sort by; - reverses. The default is -placed_at: the latest first.
	Sort string `query:"sort" enums:"placed_at,-placed_at,ship_date,-ship_date,number,-number,total,-total,customer,-customer,status,-status,updated_at,-updated_at" default:"-placed_at" example:"-placed_at"`
}

// orderQuery is the parameters of the list of orders and prebooks.
type orderQuery struct {
	orderFilter
	// What to answer in addition to the rows: allowed_actions, count (page.total), facets (page.facets), lines, totals (page.totals).
	// With lines a page ends early where its documents have more than 5,000 lines together.
	Include []string `query:"include" enums:"allowed_actions,count,facets,lines,totals" example:"count"`
	pageQuery
}

// extras is what the caller wants in addition to the rows.
func (q orderQuery) extras() desk.Extras {
	return desk.Extras{
		Verdicts: slices.Contains(q.Include, "allowed_actions"), Count: slices.Contains(q.Include, "count"), Facets: slices.Contains(q.Include, "facets"),
		Lines:  slices.Contains(q.Include, "lines"),
		Totals: slices.Contains(q.Include, "totals"),
		Synced: q.UpdatedSince != "" || strings.TrimPrefix(q.Sort, "-") == "updated_at",
	}
}

// needsCompany reports whether a parameter depends on the company's time zone or currency.
func (q orderFilter) needsCompany() bool {
	return q.PlacedFrom != "" || q.PlacedTo != "" || q.TotalMin != "" || q.TotalMax != ""
}

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q orderFilter) filter(who auth.Actor, home company.Company, page desk.Window) (desk.OrderFilter, error) {
	f := desk.OrderFilter{
		Kinds: typedStrings[order.Kind](q.Kind), Statuses: typedStrings[order.Status](q.Status), PaymentStatuses: typedStrings[billing.Status](q.PaymentStatus),
		CustomerIDs: lowercase(q.CustomerID), CustomerCodes: q.CustomerCode, ExternalReference: q.ExternalReference, CheckoutIDs: lowercase(q.CheckoutID),
		Query: q.Q, EmailStatuses: q.EmailStatus, SKUs: q.SKU, Numbers: numbersOf(q.Number), Sort: sortOf(q.Sort), Window: page,
	}
	if q.PaymentIndicator != nil {
		f.PaymentIndicator = new(true)
	}
	r := ranges{zone: home.Location()}
	for _, text := range q.Origin {
		origin, _ := order.ParseOrigin(text) // DecodeQuery has read it
		f.Origins = append(f.Origins, origin)
	}
	for _, email := range q.Salesperson {
		if email == "me" {
			if email = who.Email; email == "" {
				r.refuse("salesperson", "Your token has no e-mail address, so me matches no salesperson.")
			}
		}
		f.Salespeople = append(f.Salespeople, email)
	}
	f.ShipFrom, f.ShipTo = r.days("ship_date", q.ShipDateFrom, q.ShipDateTo)
	f.PlacedFrom, f.PlacedBefore = r.moments("placed", q.PlacedFrom, q.PlacedTo)
	f.TotalMin, f.TotalMax = ordered(&r, "total", parseTotal("total_min", q.TotalMin, home.Currency, r.refuse), parseTotal("total_max", q.TotalMax, home.Currency, r.refuse))
	if q.UpdatedSince != "" {
		f.UpdatedSince = parseInstant(q.UpdatedSince)
	}
	return f, strictjson.InvalidParameters(r.faults)
}

// listKey names the list with these filters and this sort.
func (q orderQuery) listKey(company string) string { return web.ListKey(company, "/v1/orders", q) }

func parseTotal(name, text, currency string, refuse func(name, detail string)) *money.Amount {
	if text == "" {
		return nil
	}
	digits, _ := money.Digits(currency)
	amount, err := money.ParseAmount(text, digits)
	if err != nil {
		refuse(name, "Must be a decimal number with at most "+strconv.Itoa(digits)+" decimals.")
		return nil
	}
	return &amount
}

// orderPage is a page of orders and prebooks.
type orderPage struct {
	// The rows.
	Data []orderSummary `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name OrderPage

func orderPageOf(page desk.OrderPage, where pageBody, private bool) orderPage {
	body := orderPage{Data: make([]orderSummary, len(page.Rows)), Page: where}
	for i := range page.Rows {
		body.Data[i] = orderSummaryOf(&page.Rows[i], private)
		if page.Verdicts != nil {
			body.Data[i].AllowedActions = map[string]allowedBrief{}
			for action, v := range page.Verdicts[i] {
				body.Data[i].AllowedActions[string(action)] = allowedBrief{v.Allowed, nullIfEmpty(v.Code)}
			}
		}
	}
	if page.Facets != nil {
		body.Page.Facets = facetsBodyOf(*page.Facets)
	}
	if page.Totals != nil {
		body.Page.Totals = totalsBodyOf(*page.Totals)
	}
	return body
}

func totalsBodyOf(t desk.Totals) *totalsBody {
	digits, _ := money.Digits(t.Currency)
	return &totalsBody{
		Currency: t.Currency, Total: t.Total.Format(digits), Voided: t.Voided.Format(digits), Balance: t.Balance.Format(digits),
		Rows: t.Documents, Exact: t.Exact,
	}
}

func facetsBodyOf(f desk.Facets) *facetsBody {
	b := facetsBody{Exact: true}
	b.Kind = countsOf(&b, f.Kinds)
	b.Origin = countsOf(&b, f.Origins)
	b.Status = countsOf(&b, f.Statuses)
	b.PaymentStatus = countsOf(&b, f.PaymentStatuses)
	b.EmailStatus = countsOf(&b, f.EmailStatuses)
	b.PaymentIndicator = map[string]int{}
	if t, ok := f.Indicator[true]; ok {
		b.PaymentIndicator = countsOf(&b, map[string]desk.Tally{"$": t})
	}
	b.Salesperson, b.CustomerCode, b.ShipDate = frequentOf(&b, f.Salespeople), frequentOf(&b, f.Customers), frequentOf(&b, f.ShipDates)
	return &b
}

// countsOf is the counts of a facet. If one of them is not exact, neither are the facets.
func countsOf[T ~string](b *facetsBody, tallies map[T]desk.Tally) map[string]int {
	counts := make(map[string]int, len(tallies))
	for v, t := range tallies {
		counts[string(v)] = t.N
		b.Exact = b.Exact && t.Exact
	}
	return counts
}

func frequentOf(b *facetsBody, f desk.FrequentValues) frequentBody {
	body := frequentBody{Values: make([]countedBody, len(f.Values)), HasMore: f.More}
	for i, v := range f.Values {
		body.Values[i] = countedBody{Value: v.Value, Label: nullIfEmpty(v.Label), Count: v.N, Exact: v.Exact}
		b.Exact = b.Exact && v.Exact
	}
	return body
}
