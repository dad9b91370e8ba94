package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// How a client behaves.
const (
	clientPatience = 40 * time.Second       // for one answer; the service promises one far earlier
	resolveWithin  = 60 * time.Second       // after the load has ended, for what is still open
	retryAfter     = 200 * time.Millisecond // without a Retry-After
	longestRetry   = 1500 * time.Millisecond
)

// load is clients that work until they are told to stop.
type load struct {
	journal *journal
	http    *http.Client
	address func() string
	tokens  [2]string
	ship    string
	looks   bool // clients read what they wrote
	stop    chan struct{}
	clients sync.WaitGroup

	mu    sync.Mutex
	share []*document // orders that any client confirms
}

// document is an order as a client knows it.
type document struct {
	id      string
	version int
	company int
}

func newLoad(j *journal, address func() string, tokens [2]string) *load {
	return &load{
		journal: j, address: address, tokens: tokens, stop: make(chan struct{}),
		http: &http.Client{Timeout: clientPatience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		ship: "2030-12-01",
	}
}

// begin starts n clients. Each draws from its own source, so a seed gives each client the same intents again.
func (l *load) begin(n int, seed uint64, pace time.Duration) {
	for i := range n {
		company := 0
		if i%3 == 2 {
			company = 1
		}
		c := &client{load: l, name: i, company: company, rnd: rand.New(rand.NewPCG(seed, uint64(i)))}
		l.clients.Go(func() { c.work(pace) })
	}
}

// end tells the clients to stop, and waits until each knows what became of its last intent, or gives up.
func (l *load) end() {
	close(l.stop)
	l.clients.Wait()
	l.http.CloseIdleConnections()
}

func (l *load) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// client is one caller.
type client struct {
	*load
	name    int
	company int
	rnd     *rand.Rand
	serial  int
	mine    []*document
}

func (c *client) work(pace time.Duration) {
	for !c.stopped() {
		switch draw := c.rnd.IntN(100); {
		case draw < 35 || len(c.mine) == 0:
			c.place()
		case draw < 50:
			c.edit()
		case draw < 65:
			c.confirm()
		case draw < 78:
			c.pay()
		case draw < 90:
			c.batch()
		default:
			c.read()
		}
		if pace > 0 {
			time.Sleep(time.Duration(c.rnd.Int64N(int64(2 * pace))))
		}
	}
}

func (c *client) intend(kind, method, path, body string) intent {
	c.serial++
	tag := fmt.Sprintf("%s-%d-%d", kind, c.name, c.serial)
	return intent{Tag: tag, Kind: kind, Company: c.company, Method: method, Path: path, Body: body,
		Key: fmt.Sprintf("%s-%016x", tag, c.rnd.Uint64())}
}

func (c *client) place() {
	i := c.intend("place", "POST", "/v1/orders", "")
	body := map[string]any{
		"customer_code": "BLOOM", "ship_date": c.ship, "po_number": i.Tag,
		"lines": []any{map[string]any{"source": "on_hand", "sku": "ROSE", "units": 100 + c.rnd.IntN(900), "unit_price": "0.2350"}},
	}
	if c.rnd.IntN(4) == 0 {
		body["external_reference"] = i.Tag
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of texts
	}
	i.Body = string(raw)
	o := c.do(i)
	var placed struct {
		Orders []struct {
			ID      string
			Version int
		}
	}
	if o.acked() && json.Unmarshal(o.Body, &placed) == nil && len(placed.Orders) == 1 {
		o.Orders = []string{placed.Orders[0].ID}
		d := &document{id: placed.Orders[0].ID, version: placed.Orders[0].Version, company: c.company}
		if c.rnd.IntN(4) == 0 {
			c.mu.Lock()
			c.share = append(c.share, d)
			c.mu.Unlock()
		} else {
			c.mine = append(c.mine, d)
		}
		if strings.Contains(i.Body, "external_reference") {
			c.find(d, i.Tag)
		}
	}
	c.journal.end(o)
}

// pick returns one of the client's orders, the newest most often.
func (c *client) pick() *document { return c.mine[len(c.mine)-1-min(len(c.mine)-1, c.rnd.IntN(4))] }

func (c *client) edit() {
	d := c.pick()
	i := c.intend("edit", "PATCH", "/v1/orders/"+d.id, "")
	i.Body, i.IfMatch, i.Orders = fmt.Sprintf(`{"carrier":%q}`, i.Tag), fmt.Sprintf(`"v%d"`, d.version), []string{d.id}
	o := c.do(i)
	var edited struct{ Version int }
	if o.acked() && json.Unmarshal(o.Body, &edited) == nil {
		d.version = edited.Version
		c.look(d)
	} else if o.Answered {
		c.forget(d)
	}
	c.journal.end(o)
}

func (c *client) confirm() {
	d := c.pick()
	i := c.intend("confirm", "POST", "/v1/orders/"+d.id+"/confirm", "")
	i.Orders = []string{d.id}
	c.journal.end(c.do(i))
	c.forget(d)
}

func (c *client) pay() {
	d := c.pick()
	i := c.intend("pay", "POST", "/v1/orders/"+d.id+"/payments", "")
	method, reference := "cash", ""
	if c.rnd.IntN(2) == 0 {
		method, reference = "card", `,"reference":"`+i.Tag+`"`
	}
	i.Body = fmt.Sprintf(`{"method":%q,"amount":"1.00","notes":%q%s}`, method, i.Tag, reference)
	i.Orders = []string{d.id}
	o := c.do(i)
	if o.Answered { // a payment is a new version
		c.reread(d)
	}
	c.journal.end(o)
}

// batch confirms orders of this client, and orders that other clients confirm too.
func (c *client) batch() {
	var ids []string
	for len(c.mine) > 0 && len(ids) < 3 {
		ids = append(ids, c.mine[0].id)
		c.mine = c.mine[1:]
	}
	c.mu.Lock()
	for _, d := range c.share {
		if len(ids) < 6 && d.company == c.company {
			ids = append(ids, d.id)
		}
	}
	if len(c.share) > 12 {
		c.share = c.share[6:]
	}
	c.mu.Unlock()
	if len(ids) == 0 {
		return
	}
	i := c.intend("batch", "POST", "/v1/orders/confirm", "")
	raw, err := json.Marshal(map[string]any{"ids": ids})
	if err != nil {
		panic(err) // it is made of texts
	}
	i.Body, i.Orders = string(raw), ids
	o := c.do(i)
	var said struct {
		Results []struct{ ID, Outcome string }
	}
	if o.acked() {
		o.Orders = nil
		if err := json.Unmarshal(o.Body, &said); err == nil {
			for _, row := range said.Results {
				if row.Outcome == "confirmed" || row.Outcome == "already_confirmed" {
					o.Orders = append(o.Orders, row.ID)
				}
			}
		}
	}
	c.journal.end(o)
}

func (c *client) forget(d *document) {
	c.mine = slices.DeleteFunc(c.mine, func(other *document) bool { return other == d })
}

// read lists the newest orders.
func (c *client) read() {
	c.ask(intent{Tag: "read", Kind: "read", Company: c.company, Method: "GET", Path: "/v1/orders?limit=20"})
}

// look reads an order that only this client changes, just after it did.
func (c *client) look(d *document) {
	if !c.looks {
		return
	}
	a := c.ask(intent{Tag: "read", Kind: "read", Company: c.company, Method: "GET", Path: "/v1/orders/" + d.id})
	var is struct{ Version int }
	if a.status == http.StatusNotFound || a.status == http.StatusOK && json.Unmarshal(a.raw, &is) == nil && is.Version < d.version {
		c.journal.readStale("order %s was read with %d in version %d after version %d was acknowledged", d.id, a.status, is.Version, d.version)
	}
}

// find looks an order up in the list, just after it was placed.
func (c *client) find(d *document, reference string) {
	if !c.looks {
		return
	}
	a := c.ask(intent{Tag: "read", Kind: "read", Company: c.company, Method: "GET", Path: "/v1/orders?external_reference=" + reference})
	if a.status == http.StatusOK && !bytes.Contains(a.raw, []byte(d.id)) {
		c.journal.readStale("order %s was not in the list after it was placed", d.id)
	}
}

// reread learns the version of an order.
func (c *client) reread(d *document) {
	a := c.ask(intent{Tag: "read", Kind: "read", Company: c.company, Method: "GET", Path: "/v1/orders/" + d.id})
	var is struct{ Version int }
	if a.status != http.StatusOK || json.Unmarshal(a.raw, &is) != nil {
		c.forget(d)
		return
	}
	d.version = is.Version
}

// do sends a request until its outcome is known, always with the same key, as a good client does. It obeys the member retryable
// and Retry-After alone.
func (c *client) do(i intent) *outcome {
	c.journal.begin(i)
	o := &outcome{intent: i}
	var giveUp time.Time
	for {
		a := c.ask(i)
		o.Status, o.Code, o.Body = a.status, a.Code, a.raw
		if a.status != 0 && !a.Retryable && (a.status < 500 || a.Code != "") {
			o.Answered = true
			return o
		}
		if c.stopped() {
			if giveUp.IsZero() {
				giveUp = time.Now().Add(resolveWithin)
			} else if time.Now().After(giveUp) {
				o.Unresolved = true
				return o
			}
		}
		pause := retryAfter
		if a.after > 0 {
			pause = min(a.after, longestRetry)
		}
		time.Sleep(pause/2 + time.Duration(rand.Int64N(int64(pause))))
	}
}

// answer is what came back. status is 0 if nothing did.
type answer struct {
	status int
	raw    []byte
	after  time.Duration // Retry-After
	sent   bool          // the service may have got the request

	Code      string // of a problem
	Retryable bool   // what the problem says
}

// ask sends one request and counts it.
func (c *client) ask(i intent) answer {
	began := time.Now()
	a := c.send(i)
	if a.status >= 400 {
		a.Code, a.Retryable = problemOf(a.raw)
	}
	unknown := i.Kind != "read" && (a.status == 0 && a.sent || a.Code == "outcome_unknown")
	c.journal.attempt(i, a.status, a.Code, time.Since(began), unknown)
	return a
}

func problemOf(raw []byte) (code string, retryable bool) {
	var p struct {
		Code      string
		Retryable bool
	}
	_ = json.Unmarshal(raw, &p) // what is not JSON is no problem of ours
	return p.Code, p.Retryable
}

func (c *client) send(i intent) (a answer) {
	var written atomic.Bool // set by the transport, which may repeat a request by itself
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	defer func() { a.sent = written.Load() }()
	req, err := http.NewRequestWithContext(ctx, i.Method, c.address()+i.Path, strings.NewReader(i.Body))
	if err != nil {
		panic(err) // a defect of the intent
	}
	req.Header.Set("Authorization", "Bearer "+c.tokens[i.Company])
	if i.Key != "" {
		req.Header.Set("Idempotency-Key", i.Key)
	}
	if i.IfMatch != "" {
		req.Header.Set("If-Match", i.IfMatch)
	}
	if i.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return a
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		return a
	}
	a.status, a.raw = res.StatusCode, b.Bytes()
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		a.after = time.Duration(n) * time.Second
	}
	return a
}
