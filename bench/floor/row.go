package floor

import (
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Amounts as orderdesk writes them: texts with a fixed number of decimals.
type (
	cents          int64
	thousandths    int64
	tenThousandths int64
)

func decimal(v int64, digits int) []byte {
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	b := append(make([]byte, 0, 24), '"')
	b = append(strconv.AppendInt(b, v/unit, 10), '.')
	b = append(b, strconv.FormatInt(v%unit+unit, 10)[1:]...)
	return append(b, '"')
}

// MarshalJSON writes two decimals.
func (v cents) MarshalJSON() ([]byte, error) { return decimal(int64(v), 2), nil }

// MarshalJSON writes three decimals.
func (v thousandths) MarshalJSON() ([]byte, error) { return decimal(int64(v), 3), nil }

// MarshalJSON writes four decimals.
func (v tenThousandths) MarshalJSON() ([]byte, error) { return decimal(int64(v), 4), nil }

// UnmarshalJSON reads a text with up to four decimals.
func (v *tenThousandths) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b[1:len(b)-1]), 64)
	*v = tenThousandths(f*10000 + .5)
	return err
}

type origin struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type customer struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

type salesperson struct {
	Name  *string `json:"name"`
	Email *string `json:"email"`
}

type person struct {
	Sub  string  `json:"sub"`
	Name *string `json:"name"`
}

type progress struct {
	Lines      int32 `json:"lines"`
	CheckedOut int32 `json:"checked_out"`
	Billed     int32 `json:"billed"`
}

type issued struct {
	ID       *string    `json:"id"`
	Number   string     `json:"number"`
	IssuedAt *time.Time `json:"issued_at"`
}

// row is an order in a list.
type row struct {
	ID                string       `json:"id"`
	Kind              string       `json:"kind"`
	Number            string       `json:"number"`
	Origin            origin       `json:"origin"`
	Status            string       `json:"status"`
	StatusLabel       string       `json:"status_label"`
	PaymentStatus     string       `json:"payment_status"`
	PaymentIndicator  *string      `json:"payment_indicator"`
	CompanyID         string       `json:"company_id"`
	Customer          customer     `json:"customer"`
	Salesperson       *salesperson `json:"salesperson"`
	PlacedBy          person       `json:"placed_by"`
	CheckoutID        string       `json:"checkout_id"`
	ExternalReference *string      `json:"external_reference"`
	ShipDate          string       `json:"ship_date"`
	Carrier           *string      `json:"carrier"`
	PONumber          *string      `json:"po_number"`
	InternalNotes     *string      `json:"internal_notes"`
	Currency          string       `json:"currency"`
	Subtotal          cents        `json:"subtotal"`
	ChargesTotal      cents        `json:"charges_total"`
	TaxesTotal        cents        `json:"taxes_total"`
	Total             cents        `json:"total"`
	Paid              cents        `json:"paid"`
	Refunded          cents        `json:"refunded"`
	Balance           cents        `json:"balance"`
	TotalBoxes        int64        `json:"total_boxes"`
	TotalFBE          thousandths  `json:"total_fbe"`
	TotalUnits        int64        `json:"total_units"`
	Progress          progress     `json:"progress"`
	Invoice           *issued      `json:"invoice"`
	CreditNote        *issued      `json:"credit_note"`
	EmailStatus       *string      `json:"email_status"`
	Version           int32        `json:"version"`
	PlacedAt          time.Time    `json:"placed_at"`
	CheckedOutAt      *time.Time   `json:"checked_out_at"`
	ConfirmedAt       *time.Time   `json:"confirmed_at"`
	ConfirmedBy       *person      `json:"confirmed_by"`
	VoidedAt          *time.Time   `json:"voided_at"`
	Void              *string      `json:"void"`
	CreatedAt         time.Time    `json:"created_at"`
	UpdatedAt         time.Time    `json:"updated_at"`
}

var origins = map[string]string{"W": "web", "P": "phone", "S": "standing", "X": "external"}

func nullText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func label(status string) string {
	if status == "" {
		return ""
	}
	return string(status[0]-'a'+'A') + status[1:]
}

// orderColumns is the columns that scan reads, in its order.
const orderColumns = `id, kind, number, origin, status, payment_status, payment_indicator, company_id, customer_id, customer_code, customer_name,
	salesperson_name, salesperson_email, placed_by, placed_by_name, checkout_id, external_reference, ship_date::text, carrier, po_number, internal_notes, currency,
	subtotal, charges_total, taxes_total, total, paid, refunded, balance, total_boxes, total_fbe, total_units,
	line_count, lines_checked_out, lines_billed, invoice_id, invoice_number, invoiced_at, credit_note_id, credit_note_number, credited_at,
	email_status, version, placed_at, checked_out_at, confirmed_at, confirmed_by, confirmed_by_name, voided_at, void_cause, created_at, updated_at`

func (o *row) scan(r pgx.Row) error {
	var seller, sellerEmail, placedBy, reference, carrier, po, notes, invoiceNumber, creditNumber, emailStatus, confirmedBy, confirmedByName, void string
	var indicator bool
	var invoice, credit issued
	err := r.Scan(&o.ID, &o.Kind, &o.Number, &o.Origin.Code, &o.Status, &o.PaymentStatus, &indicator, &o.CompanyID, &o.Customer.ID, &o.Customer.Code, &o.Customer.Name,
		&seller, &sellerEmail, &o.PlacedBy.Sub, &placedBy, &o.CheckoutID, &reference, &o.ShipDate, &carrier, &po, &notes, &o.Currency,
		(*int64)(&o.Subtotal), (*int64)(&o.ChargesTotal), (*int64)(&o.TaxesTotal), (*int64)(&o.Total), (*int64)(&o.Paid), (*int64)(&o.Refunded), (*int64)(&o.Balance),
		&o.TotalBoxes, (*int64)(&o.TotalFBE), &o.TotalUnits, &o.Progress.Lines, &o.Progress.CheckedOut, &o.Progress.Billed,
		&invoice.ID, &invoiceNumber, &invoice.IssuedAt, &credit.ID, &creditNumber, &credit.IssuedAt,
		&emailStatus, &o.Version, &o.PlacedAt, &o.CheckedOutAt, &o.ConfirmedAt, &confirmedBy, &confirmedByName, &o.VoidedAt, &void, &o.CreatedAt, &o.UpdatedAt)
	o.Origin.Name, o.StatusLabel = origins[o.Origin.Code], label(o.Status)
	if indicator {
		o.PaymentIndicator = nullText("$")
	}
	if seller != "" || sellerEmail != "" {
		o.Salesperson = &salesperson{nullText(seller), nullText(sellerEmail)}
	}
	o.PlacedBy.Name = nullText(placedBy)
	if confirmedBy != "" {
		o.ConfirmedBy = &person{confirmedBy, nullText(confirmedByName)}
	}
	o.ExternalReference, o.Carrier, o.PONumber, o.InternalNotes = nullText(reference), nullText(carrier), nullText(po), nullText(notes)
	o.EmailStatus, o.Void = nullText(emailStatus), nullText(void)
	if invoice.ID != nil {
		invoice.Number, o.Invoice = invoiceNumber, &invoice
	}
	if credit.ID != nil {
		credit.Number, o.CreditNote = creditNumber, &credit
	}
	return err
}
