package floor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
)

// cart is the body of a request to place an order.
type cart struct {
	CustomerID string `json:"customer_id"`
	ShipDate   string `json:"ship_date"`
	Carrier    string `json:"carrier"`
	Lines      []line `json:"lines"`
}

// placed is the answer.
type placed struct {
	CheckoutID string      `json:"checkout_id"`
	Orders     []*document `json:"orders"`
	Warnings   []string    `json:"warnings"`
}

// buyer is what an order says of its customer. It hardly ever changes, so each is read once.
type buyer struct{ code, codeKey, name, nameKey, salesperson string }

func (s *server) buyer(ctx context.Context, company, id string) (buyer, error) {
	if known, ok := s.customers.Load(company + id); ok {
		return known.(buyer), nil
	}
	var b buyer
	err := s.pool.QueryRow(ctx, customerSQL.text, customerSQL.args(values{"company": company, "customer": id})...).
		Scan(&b.code, &b.codeKey, &b.name, &b.nameKey, &b.salesperson)
	s.customers.Store(company+id, b)
	return b, err
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func hash(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// digest makes a text that is as long as an event's digest and takes as long to compute.
func digest(subject, content []byte) string {
	if content == nil {
		return "1:" + hex.EncodeToString(hash(subject)[:16]) + ":"
	}
	return "1:" + hex.EncodeToString(hash(subject)[:16]) + ":" + hex.EncodeToString(hash(content)[:16])
}

// words are the words of texts in small letters, in their order and without those that begin another one.
func words(texts ...string) []string {
	list := strings.FieldsFunc(strings.ToLower(strings.Join(texts, " ")), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(list)
	kept := list[:0]
	for i, w := range list {
		if i+1 == len(list) || !strings.HasPrefix(list[i+1], w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// place writes an order in one round trip.
func (s *server) place(w http.ResponseWriter, r *http.Request) {
	var c cart
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil || len(c.Lines) == 0 {
		fail(w, http.StatusUnprocessableEntity, errors.Join(errors.New("bad cart"), err))
		return
	}
	company := r.Header.Get(Header)
	b, err := s.buyer(r.Context(), company, c.CustomerID)
	if err != nil {
		fail(w, http.StatusUnprocessableEntity, err)
		return
	}
	now, sequence := stamp(), s.sequence.Add(1)
	d := &document{row: row{
		ID: newID(), Kind: "order", Number: fmt.Sprintf("P%06d", sequence), Origin: origin{"P", "phone"}, Status: "pending", StatusLabel: "Pending",
		PaymentStatus: "unpaid", CompanyID: company, Customer: customer{c.CustomerID, b.code, b.name}, PlacedBy: person{Actor, nullText(Actor)},
		CheckoutID: newID(), ShipDate: c.ShipDate, Carrier: nullText(c.Carrier), Currency: "USD",
		Version: 1, PlacedAt: now, CheckedOutAt: &now, CreatedAt: now, UpdatedAt: now,
	}, Lines: c.Lines}
	if b.salesperson != "" {
		d.Salesperson = &salesperson{Name: nullText(b.salesperson)}
	}
	d.complete()
	v := d.total()
	answer, err := encode(placed{d.CheckoutID, []*document{d}, []string{}})
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	texts := []string{d.Number, b.code, b.name, c.Carrier}
	for i := range d.Lines {
		texts = append(texts, *d.Lines[i].SKU)
	}
	list := words(texts...)
	event, request := newID(), newID()
	data := fmt.Appendf(nil, `{"lines":%d,"total":%s,"number":%q,"status":"pending","currency":"USD"}`, len(d.Lines), decimal(int64(d.Total), 2), d.Number)
	for name, value := range (values{
		"company": company, "checkout": d.CheckoutID, "order": d.ID, "sequence": sequence, "number": d.Number, "now": now,
		"customer": c.CustomerID, "code": b.code, "code_key": b.codeKey, "name": b.name, "name_key": b.nameKey, "salesperson": b.salesperson,
		"ship_date": c.ShipDate, "carrier": c.Carrier, "words": " " + strings.Join(list, " "), "word_list": list,
		"total": int64(d.Total), "boxes": d.TotalBoxes, "fbe": int64(d.TotalFBE), "units": d.TotalUnits, "lines": len(d.Lines),
		"event": event, "request": request, "data": data, "digest": digest(data, answer),
		"key": r.Header.Get("Idempotency-Key"), "fingerprint": hash(answer), "body": answer, "expires": now.Add(24 * time.Hour),
		"headers": fmt.Appendf(nil, `{"ETag":"\"v1\"","Location":"/v1/orders/%s"}`, d.ID),
	}) {
		v[name] = value
	}
	if _, err := s.pool.Exec(r.Context(), PlaceSQL.text, PlaceSQL.args(v)...); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Location", "/v1/orders/"+d.ID)
	send(w, http.StatusCreated, d.tag(), answer)
}

// total numbers the lines, adds them up, and returns them as columns.
func (d *document) total() values {
	n := len(d.Lines)
	ids, positions := make([]string, n), make([]int32, n)
	skus, descriptions, sources, boxTypes, unitTypes := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	boxes, units, quantities, prices, amounts, fbes := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range d.Lines {
		l := &d.Lines[i]
		l.ID, l.Position, l.Quantity = newID(), int32(i+1), l.Boxes*l.UnitsPerBox
		l.Amount, l.FBE = cents(l.Quantity*int64(l.UnitPrice)/100), thousandths(l.Boxes*500)
		ids[i], positions[i], skus[i], descriptions[i], sources[i] = l.ID, l.Position, *l.SKU, *l.Description, l.Source
		boxTypes[i], unitTypes[i], boxes[i], units[i] = *l.BoxType, *l.UnitType, l.Boxes, l.UnitsPerBox
		quantities[i], prices[i], amounts[i], fbes[i] = l.Quantity, int64(l.UnitPrice), int64(l.Amount), int64(l.FBE)
		d.Subtotal += l.Amount
		d.TotalBoxes += l.Boxes
		d.TotalFBE += l.FBE
		d.TotalUnits += l.Quantity
	}
	d.Total, d.Balance, d.Progress.Lines = d.Subtotal, d.Subtotal, int32(n)
	return values{
		"line_ids": ids, "line_positions": positions, "line_skus": skus, "line_descriptions": descriptions, "line_sources": sources,
		"line_box_types": boxTypes, "line_boxes": boxes, "line_units": units, "line_unit_types": unitTypes, "line_quantities": quantities,
		"line_prices": prices, "line_amounts": amounts, "line_fbes": fbes,
	}
}
