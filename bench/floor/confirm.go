package floor

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

type address struct {
	Name       *string `json:"name"`
	Line1      string  `json:"line1"`
	Line2      *string `json:"line2"`
	City       string  `json:"city"`
	Region     string  `json:"region"`
	PostalCode string  `json:"postal_code"`
	Country    string  `json:"country"`
	Phone      *string `json:"phone"`
}

// stored is an address in the form of its column.
type stored struct{ Name, Line1, Line2, City, Region, PostalCode, Country, Phone string }

func (a stored) body() *address {
	if a == (stored{}) {
		return nil
	}
	return &address{nullText(a.Name), a.Line1, nullText(a.Line2), a.City, a.Region, a.PostalCode, a.Country, nullText(a.Phone)}
}

type invoiceLine struct {
	goods
	MarkCode *string `json:"mark_code"`
	Notes    *string `json:"notes"`
}

type invoiceOrder struct {
	ID       string  `json:"id"`
	Number   string  `json:"number"`
	PONumber *string `json:"po_number"`
}

type seller struct {
	Name    string  `json:"name"`
	Address *string `json:"address"`
	TaxID   *string `json:"tax_id"`
	Sender  *string `json:"sender"`
}

type invoiceCustomer struct {
	ID      string   `json:"id"`
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Address *address `json:"address"`
	TaxID   *string  `json:"tax_id"`
}

type terms struct {
	Label string `json:"label"`
	Days  int    `json:"days"`
}

// content is what the frozen document and the answer share after their heads.
type content struct {
	ShipTo      *string       `json:"ship_to"`
	ShipDate    string        `json:"ship_date"`
	Terms       terms         `json:"terms"`
	Currency    string        `json:"currency"`
	Lines       []invoiceLine `json:"lines"`
	Charges     []string      `json:"charges"`
	Taxes       []string      `json:"taxes"`
	Subtotal    cents         `json:"subtotal"`
	ChargeTotal cents         `json:"charges_total"`
	TaxTotal    cents         `json:"taxes_total"`
	Total       cents         `json:"total"`
	TotalBoxes  int64         `json:"total_boxes"`
	TotalFBE    thousandths   `json:"total_fbe"`
	TotalUnits  int64         `json:"total_units"`
	Notes       *string       `json:"notes"`
}

// frozen is an invoice as it is kept.
type frozen struct {
	Format    int       `json:"format"`
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Sequence  int64     `json:"sequence"`
	Number    string    `json:"number"`
	IssuedAt  time.Time `json:"issued_at"`
	IssueDate string    `json:"issue_date"`
	DueDate   string    `json:"due_date"`
	Order     struct {
		invoiceOrder
		Origin      string       `json:"origin"`
		Carrier     *string      `json:"carrier"`
		Salesperson *salesperson `json:"salesperson"`
	} `json:"order"`
	Seller struct {
		seller
		LogoHash *string `json:"logo_hash"`
	} `json:"seller"`
	Customer invoiceCustomer `json:"customer"`
	content
}

// invoice is an invoice as it is answered.
type invoice struct {
	ID        string          `json:"id"`
	Sequence  int64           `json:"sequence"`
	Number    string          `json:"number"`
	IssuedAt  time.Time       `json:"issued_at"`
	IssueDate string          `json:"issue_date"`
	DueDate   string          `json:"due_date"`
	Order     invoiceOrder    `json:"order"`
	Seller    seller          `json:"seller"`
	Customer  invoiceCustomer `json:"customer"`
	content
	Hash          string  `json:"hash"`
	Balance       cents   `json:"balance"`
	PaymentStatus string  `json:"payment_status"`
	CreditNote    *string `json:"credit_note"`
}

type confirmed struct {
	Order    *document `json:"order"`
	Invoice  *invoice  `json:"invoice"`
	Already  bool      `json:"already_confirmed"`
	Email    queued    `json:"email"`
	Warnings []string  `json:"warnings"`
}

type queued struct {
	ID     string          `json:"id"`
	To     json.RawMessage `json:"to"`
	Status string          `json:"status"`
}

// parties is what an invoice says of company and customer, and the words of its order.
type parties struct {
	company, termsLabel string
	termsDays           int
	emails, address     []byte
	words               string
}

// confirm confirms an order in two round trips: the invoice's frozen bytes need the order, its customer and the number.
func (s *server) confirm(w http.ResponseWriter, r *http.Request) {
	company, id, ctx := r.Header.Get(Header), r.PathValue("id"), r.Context()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	defer conn.Release()
	var d document
	var p parties
	var sequence int64
	v := values{"company": company, "order": id}
	b := &pgx.Batch{}
	b.Queue("BEGIN")
	OrderSQL.queue(b, v).QueryRow(d.scan)
	LinesSQL.queue(b, v).Query(d.scanLines)
	partiesSQL.queue(b, v).QueryRow(func(row pgx.Row) error {
		return row.Scan(&p.company, &p.termsLabel, &p.termsDays, &p.emails, &p.address, &p.words)
	})
	CounterSQL.queue(b, v).QueryRow(func(row pgx.Row) error { return row.Scan(&sequence) })
	if err := conn.SendBatch(ctx, b).Close(); err != nil || d.Status != "pending" {
		_, _ = conn.Exec(ctx, "ROLLBACK")
		fail(w, http.StatusConflict, errors.Join(errors.New("not pending"), err))
		return
	}
	answer, err := d.confirm(v, p, sequence, r.Header.Get("Idempotency-Key"))
	if err != nil {
		_, _ = conn.Exec(ctx, "ROLLBACK")
		fail(w, http.StatusInternalServerError, err)
		return
	}
	var n int64
	b = &pgx.Batch{}
	ConfirmSQL.queue(b, v).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	b.Queue("COMMIT")
	if err := conn.SendBatch(ctx, b).Close(); err != nil || n != 1 {
		_, _ = conn.Exec(ctx, "ROLLBACK")
		fail(w, http.StatusInternalServerError, errors.Join(fmt.Errorf("%d orders confirmed", n), err))
		return
	}
	send(w, http.StatusOK, d.tag(), answer)
}

// confirm makes the rows of the confirmation, as values for ConfirmSQL, and the answer.
func (d *document) confirm(v values, p parties, sequence int64, key string) ([]byte, error) {
	now := stamp()
	v["version"], v["sequence"], v["now"] = d.Version, sequence, now
	var at stored
	if err := json.Unmarshal(p.address, &at); err != nil {
		return nil, err
	}
	var f frozen
	f.Format, f.Kind, f.ID, f.Sequence, f.Number, f.IssuedAt = 1, "invoice", newID(), sequence, fmt.Sprintf("INV-%06d", sequence), now
	f.IssueDate, f.DueDate = now.Format(time.DateOnly), now.AddDate(0, 0, p.termsDays).Format(time.DateOnly)
	f.Order.invoiceOrder = invoiceOrder{d.ID, d.Number, d.PONumber}
	f.Order.Origin, f.Order.Carrier, f.Order.Salesperson = d.Origin.Code, d.Carrier, d.Salesperson
	f.Seller.Name = p.company
	f.Customer = invoiceCustomer{ID: d.Customer.ID, Code: d.Customer.Code, Name: d.Customer.Name, Address: at.body()}
	f.content = content{
		ShipDate: d.ShipDate, Terms: terms{p.termsLabel, p.termsDays}, Currency: d.Currency, Charges: []string{}, Taxes: []string{},
		Subtotal: d.Subtotal, ChargeTotal: d.ChargesTotal, TaxTotal: d.TaxesTotal, Total: d.Total,
		TotalBoxes: d.TotalBoxes, TotalFBE: d.TotalFBE, TotalUnits: d.TotalUnits, Notes: d.Notes,
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		f.Lines = append(f.Lines, invoiceLine{l.goods, l.MarkCode, l.Notes})
	}
	snapshot, err := encode(&f)
	if err != nil {
		return nil, err
	}
	seal := hex.EncodeToString(hash(snapshot))
	d.Status, d.StatusLabel, d.Version, d.ConfirmedAt, d.UpdatedAt = "confirmed", "Confirmed", d.Version+1, &now, now
	d.ConfirmedBy, d.EmailStatus, d.Invoice = &person{Actor, nullText(Actor)}, nullText("queued"), &issued{&f.ID, f.Number, &now}
	d.complete()
	email := newID()
	answer, err := encode(confirmed{
		Order: d, Email: queued{email, p.emails, "queued"}, Warnings: []string{},
		Invoice: &invoice{
			ID: f.ID, Sequence: sequence, Number: f.Number, IssuedAt: now, IssueDate: f.IssueDate, DueDate: f.DueDate, Order: f.Order.invoiceOrder,
			Seller: f.Seller.seller, Customer: f.Customer, content: f.content, Hash: seal, Balance: d.Balance, PaymentStatus: d.PaymentStatus,
		},
	})
	if err != nil {
		return nil, err
	}
	added := words(f.Number)
	list := append(strings.Fields(p.words), added...)
	slices.Sort(list)
	data := fmt.Appendf(nil, `{"invoice_id":%q,"invoice_number":%q}`, f.ID, f.Number)
	queuedData := fmt.Appendf(nil, `{"to":%s,"kind":"invoice","error":null,"email_id":%q}`, p.emails, email)
	for name, value := range (values{
		"invoice": f.ID, "number": f.Number, "words": " " + strings.Join(list, " "), "word_list": added, "issue_date": f.IssueDate, "due_date": f.DueDate,
		"snapshot": snapshot, "hash": seal, "email": email, "recipients": p.emails, "subject": "Invoice " + f.Number + " from " + p.company,
		"queued": newID(), "queued_data": queuedData, "queued_digest": digest(queuedData, nil), "request": newID(),
		"event": newID(), "data": data, "digest": digest(data, answer),
		"changes": fmt.Appendf(nil, `[{"Line":null,"After":"confirmed","Field":"status","Before":"pending"},{"Line":null,"After":%q,"Field":"invoice","Before":null}]`, f.Number),
		"key":     key, "fingerprint": hash([]byte(d.ID)), "headers": fmt.Appendf(nil, `{"ETag":"\"v%d\""}`, d.Version), "body": answer, "expires": now.Add(24 * time.Hour),
	}) {
		v[name] = value
	}
	return answer, nil
}
