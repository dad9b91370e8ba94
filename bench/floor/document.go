package floor

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// page is the answer of a list.
type page struct {
	Data []row `json:"data"`
	Page struct {
		Next  *string `json:"next_cursor"`
		Prev  *string `json:"prev_cursor"`
		Limit int     `json:"limit"`
	} `json:"page"`
}

// link cuts the row after the page off and writes the cursors. Their l stands for the hash of the filters.
func (p *page) link() {
	p.Page.Limit = pageSize
	if len(p.Data) == 0 {
		return
	}
	cursor := func(o *row, forward string) *string {
		return nullText(base64.RawURLEncoding.EncodeToString([]byte(`{"l":"lWjebJYDrRcM","v":"` + o.PlacedAt.Format(time.RFC3339Nano) + `","i":"` + o.ID + `"` + forward + `}`)))
	}
	p.Page.Prev = cursor(&p.Data[0], "")
	if len(p.Data) > pageSize {
		p.Data = p.Data[:pageSize]
		p.Page.Next = cursor(&p.Data[pageSize-1], `,"f":true`)
	}
}

// goods are what a line of an order and a line of its invoice share.
type goods struct {
	ID          string         `json:"id"`
	Position    int32          `json:"position"`
	SKU         *string        `json:"sku"`
	Description *string        `json:"description"`
	Source      string         `json:"source"`
	BoxType     *string        `json:"box_type"`
	Boxes       int64          `json:"boxes"`
	UnitsPerBox int64          `json:"units_per_box"`
	UnitType    *string        `json:"unit_type"`
	Quantity    int64          `json:"quantity"`
	UnitPrice   tenThousandths `json:"unit_price"`
	Amount      cents          `json:"amount"`
	FBE         thousandths    `json:"fbe"`
}

// line is a line of an order.
type line struct {
	goods
	Status       *string    `json:"status"`
	CheckedOutAt *time.Time `json:"checked_out_at"`
	CheckedOutBy *string    `json:"checked_out_by"`
	Billed       *string    `json:"billed_order_id"`
	MarkCode     *string    `json:"mark_code"`
	Notes        *string    `json:"notes"`
}

// lineColumns is the columns that scan reads, in its order.
const lineColumns = `id, position, sku, description, source, box_type, boxes, units_per_box, unit_type, quantity, unit_price, amount, fbe,
	status, checked_out_at, checked_out_by, billed_order_id, mark_code, notes`

func (l *line) scan(r pgx.Row) error {
	var sku, description, boxType, unitType, status, by, mark, notes string
	err := r.Scan(&l.ID, &l.Position, &sku, &description, &l.Source, &boxType, &l.Boxes, &l.UnitsPerBox, &unitType, &l.Quantity,
		(*int64)(&l.UnitPrice), (*int64)(&l.Amount), (*int64)(&l.FBE), &status, &l.CheckedOutAt, &by, &l.Billed, &mark, &notes)
	l.SKU, l.Description, l.BoxType, l.UnitType = nullText(sku), nullText(description), nullText(boxType), nullText(unitType)
	l.Status, l.CheckedOutBy, l.MarkCode, l.Notes = nullText(status), nullText(by), nullText(mark), nullText(notes)
	return err
}

// document is an order with its lines.
type document struct {
	row
	Related []string        `json:"related"`
	ShipTo  *string         `json:"ship_to"`
	Notes   *string         `json:"notes"`
	Lines   []line          `json:"lines"`
	Charges []string        `json:"charges"`
	Taxes   []string        `json:"taxes"`
	Allowed json.RawMessage `json:"allowed_actions"`
}

func (d *document) scanLines(rows pgx.Rows) error {
	d.Lines = make([]line, 0, 10)
	for rows.Next() {
		d.Lines = append(d.Lines, line{})
		if err := d.Lines[len(d.Lines)-1].scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// What an Admin may do with an order that is not paid; {number} is its number.
const (
	allowedPending = `{"confirm":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"checkout":{"allowed":false,"code":"already_done","message":"Order {number} is already Pending.","remedy":null},` +
		`"edit":{"allowed":true,"code":null,"message":null,"remedy":null},"void":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"bill":{"allowed":false,"code":"order_not_billable","message":"Order {number} cannot be billed: only lines of a prebook can.","remedy":"Confirm the order to issue its invoice."},` +
		`"email":{"allowed":true,"code":null,"message":null,"remedy":null},"print":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"pay":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"refund":{"allowed":false,"code":"refund_exceeds_paid","message":"Order {number} has no payment left to refund.","remedy":"Record a payment first."}}`
	allowedConfirmed = `{"confirm":{"allowed":false,"code":"already_done","message":"Order {number} is already Confirmed.","remedy":null},` +
		`"checkout":{"allowed":false,"code":"already_done","message":"Order {number} is already Confirmed.","remedy":null},` +
		`"edit":{"allowed":false,"code":"order_not_editable","message":"Order {number} is Confirmed and cannot be edited.","remedy":"Void the order, then place a new one."},` +
		`"void":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"bill":{"allowed":false,"code":"order_not_billable","message":"Order {number} cannot be billed: only lines of a prebook can.","remedy":"Use the invoice that was issued when the order was confirmed."},` +
		`"email":{"allowed":true,"code":null,"message":null,"remedy":null},"print":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"pay":{"allowed":true,"code":null,"message":null,"remedy":null},` +
		`"refund":{"allowed":false,"code":"refund_exceeds_paid","message":"Order {number} has no payment left to refund.","remedy":"Record a payment first."}}`
)

// complete sets the members that no column has.
func (d *document) complete() {
	d.Related, d.Charges, d.Taxes = []string{}, []string{}, []string{}
	allowed := allowedPending
	if d.Status == "confirmed" {
		allowed = allowedConfirmed
	}
	d.Allowed = json.RawMessage(strings.ReplaceAll(allowed, "{number}", d.Number))
}

func (d *document) tag() string { return fmt.Sprintf(`"v%d"`, d.Version) }
