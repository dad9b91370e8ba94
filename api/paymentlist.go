package api

import (
	"net/http"
	"slices"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// paymentFilter is the parameters that choose payments and refunds, and their order.
type paymentFilter struct {
	// Only payments, or only refunds. The default is both.
	Kind []string `query:"kind" enums:"payment,refund" example:"refund"`
	// One or more, separated by commas.
	Method []string `query:"method" enums:"card,ach,cash,check,wire,credit" example:"card"`
	// The whole reference. One or more, separated by commas.
	Reference []string `query:"reference" format:"line" minLength:"1" maxLength:"100" example:"ch_3PqL9a"`
	// Only of these orders.
	OrderID []string `query:"order_id" format:"uuid"`
	// The order number, ignoring case. W finds all web orders, W000123 and W123 the same order, and 123 that number of every origin.
	// W0001 finds W000100 to W000199.
	// One or more, separated by commas.
	Number []string `query:"number" format:"order-number" example:"W000123"`
	// Only of these customers.
	CustomerID []string `query:"customer_id" format:"uuid"`
	// Only of the customers with these codes, ignoring case.
	CustomerCode []string `query:"customer_code" format:"line" minLength:"1" maxLength:"50" example:"BLOOM"`
	// Only payments recorded at this time or later. A date is a day of the company. The next time, send page.synced_until.
	RecordedFrom string `query:"recorded_from" format:"moment" example:"2026-11-01"`
	// Only payments recorded at this time or earlier. A date is a whole day of the company.
	RecordedTo string `query:"recorded_to" format:"moment" example:"2026-11-30"`
	// Only payments made at this time or later. A date is a day of the company.
	PaidFrom string `query:"paid_from" format:"moment" example:"2026-11-01"`
	// Only payments made at this time or earlier. A date is a whole day of the company.
	PaidTo string `query:"paid_to" format:"moment" example:"2026-11-30"`
	// What to sort by; - reverses. The default is -recorded_at: the latest first.
	Sort string `query:"sort" enums:"recorded_at,-recorded_at,paid_at,-paid_at" default:"-recorded_at" example:"-recorded_at"`
}

// paymentQuery is the parameters of the list of payments.
type paymentQuery struct {
	paymentFilter
	// What to answer in addition to the rows: count (page.total).
	Include []string `query:"include" enums:"count" example:"count"`
	pageQuery
}

// extras is what the caller wants in addition to the rows.
func (q paymentQuery) extras() desk.Extras {
	return desk.Extras{Count: slices.Contains(q.Include, "count"), Synced: q.RecordedFrom != ""}
}

// needsCompany reports whether a parameter depends on the company's time zone.
func (q paymentFilter) needsCompany() bool {
	return q.RecordedFrom != "" || q.RecordedTo != "" || q.PaidFrom != "" || q.PaidTo != ""
}

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q paymentFilter) filter(_ auth.Actor, home company.Company, page desk.Window) (desk.PaymentFilter, error) {
	f := desk.PaymentFilter{
		Kinds: typedStrings[billing.PaymentKind](q.Kind), Methods: typedStrings[billing.Method](q.Method), References: q.Reference,
		OrderIDs: lowercase(q.OrderID), Numbers: numbersOf(q.Number), CustomerIDs: lowercase(q.CustomerID), CustomerCodes: q.CustomerCode,
		Sort: sortOf(q.Sort), Window: page,
	}
	r := ranges{zone: home.Location()}
	f.RecordedFrom, f.RecordedBefore = r.moments("recorded", q.RecordedFrom, q.RecordedTo)
	f.PaidFrom, f.PaidBefore = r.moments("paid", q.PaidFrom, q.PaidTo)
	return f, strictjson.InvalidParameters(r.faults)
}

// listKey names the list with these filters and this sort.
func (q paymentQuery) listKey(companyID string) string {
	return web.ListKey(companyID, "/v1/payments", q)
}

// orderPaymentBody is a payment or a refund in a list, with its order.
type orderPaymentBody struct {
	paymentBody
	// The order.
	Order orderRef `json:"order"`
	// The customer, as named when the order was placed.
	Customer customerRef `json:"customer"`
} // @name OrderPayment

// orderRef is an order: its id and number.
type orderRef struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
} // @name OrderRef

func orderPaymentBodyOf(p *desk.OrderPayment) orderPaymentBody {
	o := &p.Order
	return orderPaymentBody{paymentBodyOf(&p.Payment), orderRef{o.ID, o.Number}, customerRef{o.CustomerID, o.CustomerCode, o.CustomerName}}
}

// orderPaymentPage is a page of payments and refunds.
type orderPaymentPage struct {
	// The rows.
	Data []orderPaymentBody `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name OrderPaymentPage

func listPaymentsSpec() web.Spec {
	return web.Spec{Query: paymentQuery{}, Answers: answersOK(orderPaymentPage{})}
}

// listPayments godoc
//
//	@Summary		List payments
//	@Description	Lists the payments and refunds of all orders, in pages. Rows are added and never change.
//	@ID				listPayments
//	@Tags			payments
//	@Success		200	"A page of the payments and refunds that match the filter"
//	@Router			/v1/payments [get]
func (s *service) listPayments(c web.Request) error {
	var q paymentQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.Payments(c.Request().Context(), web.Actor(c), filter, q.extras())
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page)
	return web.WriteJSON(c, http.StatusOK, orderPaymentPage{bodiesOf(page.Rows, orderPaymentBodyOf), where})
}

// paymentExportQuery is the parameters of the export of payments.
type paymentExportQuery struct {
	web.ExportQuery
	paymentFilter
}

func exportPaymentsSpec() web.Spec { return exportSpec(paymentExportQuery{}, paymentExport) }

// exportPayments godoc
//
//	@Summary		Export payments
//	@Description	Answers all payments and refunds that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportPayments
//	@Tags			payments
//	@Success		200	"The payments and refunds that match the filter"
//	@Router			/v1/payments/export [get]
func (s *service) exportPayments(c web.Request) error {
	var q paymentExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	next := s.Desk.ExportPayments(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, paymentExport, q.ExportQuery, home, next, orderPaymentBodyOf)
}

// paymentExport is the export of payments. TestCSVShowsEveryMember gives the reason for each member that has no column.
var paymentExport = web.ExportForm[orderPaymentBody]{Name: "payments", Table: web.NewCSVTable[orderPaymentBody]([]web.CSVColumn{
	{"id", "id"}, {"kind", "kind"}, {"method", "method"}, {"amount", "amount"}, {"currency", "currency"}, {"reference", "reference"},
	{"paid_at", "paid_at"}, {"recorded_at", "recorded_at"}, {"recorded_by", "recorded_by/sub"}, {"recorded_by_name", "recorded_by/name"}, {"corrects", "corrects"}, {"payment_id", "payment_id"}, {"notes", "notes"},
	{"order_id", "order/id"}, {"order_number", "order/number"}, {"customer_code", "customer/code"}, {"customer_name", "customer/name"},
})}
