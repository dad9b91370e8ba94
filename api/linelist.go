package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderLineFilter is the parameters that choose lines, and their order.
type orderLineFilter struct {
	orderFilter
	// The source of the line. One or more, separated by commas.
	Source []string `query:"source" enums:"on_hand,future_sales,k2k,vendor_availability" example:"k2k"`
	// The status of a prebook's line. Lines of orders have none. One or more, separated by commas.
	LineStatus []string `query:"line_status" enums:"open,checked_out,billed" example:"open"`
}

// orderLineQuery is the parameters of the list of lines.
type orderLineQuery struct {
	orderLineFilter
	// What to answer in addition to the rows: count (page.total).
	Include []string `query:"include" enums:"count" example:"count"`
	pageQuery
}

// extras is what the caller wants in addition to the rows.
func (q orderLineQuery) extras() desk.Extras {
	return desk.Extras{Count: slices.Contains(q.Include, "count"), Synced: q.UpdatedSince != "" || strings.TrimPrefix(q.Sort, "-") == "updated_at"}
}

// filter is the parameters as a filter of the desk. Dates are days of the company.
func (q orderLineFilter) filter(who auth.Actor, home company.Company, page desk.Window) (desk.OrderFilter, error) {
	f, err := q.orderFilter.filter(who, home, page)
	f.Sources, f.LineStatuses = typedStrings[order.Source](q.Source), typedStrings[order.LineStatus](q.LineStatus)
	return f, err
}

// listKey names the list with these filters and this sort.
func (q orderLineQuery) listKey(companyID string) string {
	return web.ListKey(companyID, "/v1/order-lines", q)
}

// orderLineBody is a line in a list, with its document.
type orderLineBody struct {
	lineBody
	// The order or prebook that the line belongs to.
	Order lineOrderBody `json:"order"`
} // @name OrderLine

// lineOrderBody is the document of a line.
type lineOrderBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The number shown to people.
	Number string `json:"number" maxLength:"40"`
	// The status.
	Status string `json:"status" enums:"draft,pending,confirmed,checked_out,billed,voided"`
	// The customer, as named when the document was placed.
	Customer customerRef `json:"customer"`
	// The day the goods leave. For a prebook it is the truck date.
	ShipDate string `json:"ship_date" format:"date"`
	// The carrier.
	Carrier *string `json:"carrier" maxLength:"100"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The version, as in the ETag. Changes of header, lines, status and payments increase it.
	Version int `json:"version"`
	// When it was placed.
	PlacedAt time.Time `json:"placed_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name LineOrder

func orderLineBodyOf(l *desk.DocumentLine) orderLineBody {
	o := l.Document
	return orderLineBody{lineBodyOf(&l.Line, o.Digits()), lineOrderBody{
		ID: o.ID, Kind: string(o.Kind), Number: o.Number, Status: string(o.Status), Customer: customerRef{o.CustomerID, o.CustomerCode, o.CustomerName},
		ShipDate: o.ShipDate.Format(time.DateOnly), Carrier: nullIfEmpty(o.Carrier), Currency: o.Currency,
		Version: o.Version, PlacedAt: o.PlacedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(),
	}}
}

// orderLinePage is a page of lines.
type orderLinePage struct {
	// The rows.
	Data []orderLineBody `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name OrderLinePage

func listOrderLinesSpec() web.Spec {
	return web.Spec{Query: orderLineQuery{}, Answers: answersOK(orderLinePage{})}
}

// listOrderLines godoc
//
//	@Summary		List lines of orders and prebooks
//	@Description	Lists lines with their documents, in the order of the documents, in pages. sku, source and line_status choose lines, the other filters choose documents.
//	@ID				listOrderLines
//	@Tags			orders
//	@Success		200	"A page of the lines that match the filter"
//	@Router			/v1/order-lines [get]
func (s *service) listOrderLines(c web.Request) error {
	var q orderLineQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.Lines(c.Request().Context(), web.Actor(c), filter, q.extras())
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page)
	return web.WriteJSON(c, http.StatusOK, orderLinePage{bodiesOf(page.Rows, orderLineBodyOf), where})
}

// orderLineExportQuery is the parameters of the export of lines.
type orderLineExportQuery struct {
	web.ExportQuery
	orderLineFilter
}

func exportOrderLinesSpec() web.Spec { return exportSpec(orderLineExportQuery{}, orderLineExport) }

// exportOrderLines godoc
//
//	@Summary		Export lines of orders and prebooks
//	@Description	Answers all lines that match the filter as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportOrderLines
//	@Tags			orders
//	@Success		200	"The lines that match the filter"
//	@Router			/v1/order-lines/export [get]
func (s *service) exportOrderLines(c web.Request) error {
	var q orderLineExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	next := s.Desk.ExportLines(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, orderLineExport, q.ExportQuery, home, next, orderLineBodyOf)
}

// orderLineExport is the export of lines. TestCSVShowsEveryMember gives the reason for each member that has no column.
var orderLineExport = web.ExportForm[orderLineBody]{Name: "order-lines", Table: web.NewCSVTable[orderLineBody]([]web.CSVColumn{
	{"order_id", "order/id"}, {"order_number", "order/number"}, {"order_kind", "order/kind"}, {"order_status", "order/status"},
	{"customer_code", "order/customer/code"}, {"customer_name", "order/customer/name"}, {"ship_date", "order/ship_date"}, {"carrier", "order/carrier"},
	{"id", "id"}, {"position", "position"}, {"sku", "sku"}, {"description", "description"}, {"source", "source"}, {"status", "status"},
	{"box_type", "box_type"}, {"boxes", "boxes"}, {"units_per_box", "units_per_box"}, {"unit_type", "unit_type"}, {"quantity", "quantity"},
	{"unit_price", "unit_price"}, {"amount", "amount"}, {"currency", "order/currency"}, {"fbe", "fbe"},
	{"checked_out_at", "checked_out_at"}, {"checked_out_by", "checked_out_by/sub"}, {"checked_out_by_name", "checked_out_by/name"}, {"billed_order_id", "billed_order_id"}, {"mark_code", "mark_code"}, {"notes", "notes"},
	{"order_version", "order/version"}, {"placed_at", "order/placed_at"}, {"updated_at", "order/updated_at"},
})}
