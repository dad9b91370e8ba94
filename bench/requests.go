package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orderdesk/orderdesk/bench/floor"
	"github.com/orderdesk/orderdesk/bench/load"
)

// request is a request of a company as it goes over the wire. Both servers read what they need of it.
func (w *world) request(company, method, path, key, body string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n%s: %s\r\n", method, path, w.tokens[company], floor.Header, company)
	if key != "" {
		fmt.Fprintf(&b, "Idempotency-Key: %s\r\n", key)
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\n")
	}
	if method != "GET" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.WriteString(body)
	return []byte(b.String())
}

// ask sends one request to a process and decodes its answer.
func (w *world) ask(ctx context.Context, p *process, request []byte, into any) error {
	status, body, err := load.Once(ctx, p.address, request)
	if err != nil {
		return err
	}
	if status/100 != 2 {
		return fmt.Errorf("%s answers %d: %.500s", p.name, status, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// anyOf draws from prepared requests.
func anyOf(prepared [][]byte) load.Source {
	return func(int) []byte { return prepared[rand.IntN(len(prepared))] }
}

// place is a position in a list.
type place struct {
	At time.Time
	ID string
}

func (p place) text() string { return p.At.UTC().Format(time.RFC3339Nano) }

// listFilter is the list that is measured.
const listFilter = "/v1/orders?origin=W&status=pending"

// cursors makes the service's cursors of places in a list of the company. The service makes the first one, and with it the hash of
// the list.
func (w *world) cursors(ctx context.Context, company, filter string, places []place) ([]string, error) {
	var page struct {
		Page struct {
			Next *string `json:"next_cursor"`
		} `json:"page"`
	}
	if err := w.ask(ctx, w.ours, w.request(company, "GET", filter, "", ""), &page); err != nil {
		return nil, err
	}
	if page.Page.Next == nil {
		return nil, fmt.Errorf("the list %s has one page", filter)
	}
	raw, err := base64.RawURLEncoding.DecodeString(*page.Page.Next)
	if err != nil {
		return nil, err
	}
	var cursor map[string]any
	if err := json.Unmarshal(raw, &cursor); err != nil {
		return nil, err
	}
	all := make([]string, len(places))
	for i, p := range places {
		cursor["v"], cursor["i"] = p.text(), p.ID
		if raw, err = json.Marshal(cursor); err != nil {
			return nil, err
		}
		all[i] = base64.RawURLEncoding.EncodeToString(raw)
	}
	return all, nil
}

// samples is how many places and orders requests are drawn from.
const samples = 2000

// cart is one with five lines for a customer.
func cart(customer string) string {
	var lines []string
	for i := range 5 {
		lines = append(lines, fmt.Sprintf(`{"source":"on_hand","sku":"ROSE-FREEDOM-60","description":"Rose Freedom 60 cm","box_type":"HB","boxes":%d,"units_per_box":200,"unit_type":"stem","unit_price":"0.2350"}`, 2+i%4))
	}
	return `{"customer_id":"` + customer + `","ship_date":"` + time.Now().AddDate(0, 0, 10).Format(time.DateOnly) + `","carrier":"Armellini","lines":[` + strings.Join(lines, ",") + `]}`
}

// pair is a company and a customer or an order of it.
type pair struct{ Company, ID string }

var serial atomic.Int64

// newKey is an idempotency key that was not used before.
func newKey() string { return fmt.Sprintf("bench-%d-%d", time.Now().UnixNano(), serial.Add(1)) }

// placeRequests places an order of a random customer with a new key each time.
func (w *world) placeRequests(buyers []pair) load.Source {
	return func(int) []byte {
		b := buyers[rand.IntN(len(buyers))]
		return w.request(b.Company, "POST", "/v1/orders", newKey(), cart(b.ID))
	}
}

// pool is orders that can be confirmed once, in both databases. Each run goes on where the one before ended.
type pool struct {
	orders  []pair
	service atomic.Int64 // how many of them the service was asked to confirm
	floor   atomic.Int64 // how many of them the floor was asked to confirm
}

// confirmRequests confirms the next order of the pool each time. next is the counter of the service or of the floor.
func (w *world) confirmRequests(p *pool, next *atomic.Int64) load.Source {
	return func(int) []byte {
		i := int(next.Add(1)) - 1
		if i >= len(p.orders) {
			return nil
		}
		o := p.orders[i]
		return w.request(o.Company, "POST", "/v1/orders/"+o.ID+"/confirm", newKey(), "")
	}
}
