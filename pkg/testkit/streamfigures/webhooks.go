package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// receiver notes when the events of orders arrive.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	at   map[string]time.Time // by order: the first arrival
	n    int
	last time.Time
}

func receive() *receiver {
	r := &receiver{at: map[string]time.Time{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		arrived := time.Now()
		var e struct{ Order struct{ ID string } }
		body, err := io.ReadAll(req.Body)
		if err != nil || json.Unmarshal(body, &e) != nil {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.n, r.last = r.n+1, arrived
		if r.at[e.Order.ID].IsZero() {
			r.at[e.Order.ID] = arrived
		}
	}))
	return r
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// await returns once n events have come.
func (r *receiver) await(n int) error {
	for end := time.Now().Add(5 * time.Minute); r.count() < n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("only %d of %d events came", r.count(), n)
		}
	}
	return nil
}

// tenant is a company with a customer.
type tenant struct {
	d     *desk
	token string
}

func (d *desk) tenant(ctx context.Context) (tenant, error) {
	out, err := d.run(ctx, "company", "add", "--name", "Figures", "--currency", "USD")
	if err != nil {
		return tenant{}, err
	}
	token, err := d.run(ctx, "token", "--company", uuidIn(out), "--role", "Admin", "--sub", "admin", "--ttl", "1h")
	t := tenant{d, strings.TrimSpace(token)}
	if err == nil {
		err = d.post(ctx, t.token, "/v1/customers", `{"code":"BLOOM","name":"Bloom"}`, nil)
	}
	return t, err
}

func (t tenant) subscribe(ctx context.Context, url string) error {
	return t.d.post(ctx, t.token, "/v1/webhook-endpoints", fmt.Sprintf(`{"url":%q,"types":["order.placed"]}`, url), nil)
}

// place places orders, one each interval, and returns when each was answered.
func (t tenant) place(ctx context.Context, orders int, interval time.Duration) (map[string]time.Time, error) {
	answered := map[string]time.Time{}
	for range orders {
		began := time.Now()
		err := t.d.post(ctx, t.token, "/v1/orders", `{"customer_code":"BLOOM","ship_date":"2099-03-02","lines":[{"source":"on_hand","sku":"ROS","units":10,"unit_type":"stem","unit_price":"1.00"}]}`,
			func(orderID string) { answered[orderID] = time.Now() })
		if err != nil {
			return nil, err
		}
		time.Sleep(max(0, interval-time.Since(began)))
	}
	return answered, nil
}

// delays says how long after the answer of their write the events arrived.
func delays(r *receiver, answered map[string]time.Time) string {
	var all []time.Duration
	for id, at := range answered {
		all = append(all, r.at[id].Sub(at))
	}
	slices.Sort(all)
	part := func(p int) time.Duration {
		return all[min(len(all)-1, len(all)*p/100)].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %s, p99 %s", part(50), part(99))
}

// delivered is a company whose orders have come to a receiver, and what that took.
type delivered struct {
	tenant
	delays        string
	before, after usage
}

// deliver places orders of a new company with one endpoint, one each 50 ms, and waits until the receiver has all of them.
func (d *desk) deliver(ctx context.Context, orders int, to *receiver) (done delivered, err error) {
	if done.tenant, err = d.tenant(ctx); err != nil {
		return done, err
	}
	if err := done.subscribe(ctx, to.URL); err != nil {
		return done, err
	}
	if done.before, err = d.usage(); err != nil {
		return done, err
	}
	answered, err := done.place(ctx, orders, 50*time.Millisecond)
	if err != nil {
		return done, err
	}
	if err := to.await(orders); err != nil {
		return done, err
	}
	done.delays = delays(to, answered)
	done.after, err = d.usage()
	return done, err
}

// measureWebhooks measures the delay of webhooks, how many a process sends in a second, and what receivers that never answer cost
// another company.
func measureWebhooks(ctx context.Context, orders int) error {
	d, err := start(ctx)
	if err != nil {
		return err
	}
	defer d.stop()
	receiver := receive()
	defer receiver.Close()
	one, err := d.deliver(ctx, orders, receiver)
	if err != nil {
		return err
	}
	fmt.Printf("%d orders, one each 50 ms, to one endpoint: from the answer of the write to the arrival %s; %.1f ms of CPU for an order with its webhook\n",
		orders, one.delays, (one.after.cpu-one.before.cpu).Seconds()*1000/float64(orders))

	// Nineteen more endpoints get all of it again.
	all := receive()
	defer all.Close()
	for range 19 {
		if err := one.subscribe(ctx, all.URL); err != nil {
			return err
		}
	}
	began := time.Now()
	if err := d.replayAll(ctx, one.token); err != nil {
		return err
	}
	if err := all.await(19 * orders); err != nil {
		return err
	}
	sent := 19*orders + receiver.count() - orders
	rested, err := d.usage()
	if err != nil {
		return err
	}
	fmt.Printf("%d deliveries of 20 endpoints: %.0f a second, %.1f ms of CPU each; %.1f MB more\n", sent, float64(sent)/all.last.Sub(began).Seconds(),
		(rested.cpu-one.after.cpu).Seconds()*1000/float64(sent), float64(rested.memory-one.after.memory)/1e6)

	return measureFairness(ctx, d, orders)
}

// measureFairness measures the delay of one company while another has twenty receivers that never answer, and many events for them.
func measureFairness(ctx context.Context, d *desk, orders int) error {
	slow, err := d.tenant(ctx)
	if err != nil {
		return err
	}
	hang := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	defer silent.Close()
	defer close(hang)
	for range 20 {
		if err := slow.subscribe(ctx, silent.URL); err != nil {
			return err
		}
	}
	if _, err := slow.place(ctx, orders, 0); err != nil {
		return err
	}
	receiver := receive()
	defer receiver.Close()
	other, err := d.deliver(ctx, orders, receiver)
	if err != nil {
		return err
	}
	fmt.Printf("the same beside a company with 20 receivers that never answer and %d events for each: %s; %.1f MB more\n", orders, other.delays,
		float64(other.after.memory-other.before.memory)/1e6)
	return nil
}

// replayAll has all events sent again to each endpoint of the company.
func (d *desk) replayAll(ctx context.Context, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"/v1/webhook-endpoints", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var endpoints struct{ Data []struct{ ID string } }
	if err := json.NewDecoder(res.Body).Decode(&endpoints); err != nil {
		return err
	}
	for _, e := range endpoints.Data {
		if err := d.post(ctx, token, "/v1/webhook-endpoints/"+e.ID+"/replay", `{"only":"all"}`, nil); err != nil {
			return err
		}
	}
	return nil
}
