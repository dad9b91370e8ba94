package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/bench/load"
	"github.com/orderdesk/orderdesk/bench/meter"
)

// otherTable measures what has no floor, and what is not a load of requests.
func (s settings) otherTable(ctx context.Context, w *world) error {
	if err := w.tidy(ctx); err != nil {
		return err
	}
	var rows [][]string
	for _, measure := range []func(context.Context, *world) ([][]string, error){
		s.bulk, s.drain, s.exports, func(context.Context, *world) ([][]string, error) { return w.stored, nil }, s.pages, s.coldStart,
	} {
		measured, err := measure(ctx, w)
		if err != nil {
			return err
		}
		for _, r := range measured {
			fmt.Fprintf(s.log, "%s: %s\n", r[0], r[1])
		}
		rows = append(rows, measured...)
	}
	table(s.out, []string{"other", "measured"}, rows)
	return nil
}

// cost is the processor time of server and PostgreSQL.
type cost struct{ server, postgres time.Duration }

func (c cost) total() time.Duration { return c.server + c.postgres }

func (c cost) plus(o cost) cost { return cost{c.server + o.server, c.postgres + o.postgres} }

func (c cost) each(n int) string {
	return micros(c.server/time.Duration(n)) + " + " + micros(c.postgres/time.Duration(n)) + " µs"
}

// costs measures the service while it does something.
func (w *world) costs(do func() error) (cost, time.Duration, error) {
	before, err := meter.Take(w.ours.pid(), w.postgres)
	if err != nil {
		return cost{}, 0, err
	}
	if err := do(); err != nil {
		return cost{}, 0, err
	}
	after, err := meter.Take(w.ours.pid(), w.postgres)
	u := after.Since(before)
	return cost{u.Trees[0], u.Trees[1]}, u.Took, err
}

// batch is how many orders one call confirms.
const batch = 500

// bulkRounds is how often orders are confirmed in each way. The way that begins changes, because the first one meets colder pages.
const bulkRounds = 3

// bulk compares confirming orders in one call with as many calls. E-mails wait meanwhile.
func (s settings) bulk(ctx context.Context, w *world) ([][]string, error) {
	p := w.pools["confirm_one"]
	n := min(batch, (len(p.orders)-int(p.service.Load()))/(3*bulkRounds+1))
	if n < 1 {
		return nil, errors.New("too few orders are left to confirm; use more -orders")
	}
	ways := []struct {
		name  string
		do    func() error
		total cost
		took  time.Duration
	}{
		{name: fmt.Sprintf("%d confirms, one after the other", n), do: func() error { return w.requests(ctx, 1, n, w.confirmRequests(p, &p.service)) }},
		{name: fmt.Sprintf("bulk confirm of %d, best_effort", n), do: func() error { return w.confirmInOne(ctx, p, n, "best_effort") }},
		{name: fmt.Sprintf("bulk confirm of %d, all_or_nothing", n), do: func() error { return w.confirmInOne(ctx, p, n, "all_or_nothing") }},
	}
	for i := range bulkRounds {
		for j := range ways {
			way := &ways[(i+j)%len(ways)]
			c, took, err := w.costs(way.do)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", way.name, err)
			}
			way.total, way.took = way.total.plus(c), way.took+took
		}
	}
	singles := ways[0].total.total()
	var out [][]string
	for i, way := range ways {
		cell := way.total.each(bulkRounds*n) + " an order"
		if i > 0 {
			cell += fmt.Sprintf(", %.0f %% of single ones; %s", 100*way.total.total().Seconds()/singles.Seconds(), (way.took / bulkRounds).Round(10*time.Millisecond))
		}
		out = append(out, []string{way.name, cell})
	}
	return out, nil
}

// confirmInOne confirms the next n orders of the pool in one call.
func (w *world) confirmInOne(ctx context.Context, p *pool, n int, mode string) error {
	from := int(p.service.Add(int64(n))) - n
	ids := make([]string, n)
	for i, o := range p.orders[from : from+n] {
		ids[i] = o.ID
	}
	body, err := json.Marshal(map[string]any{"ids": ids, "mode": mode})
	if err != nil {
		return err
	}
	return w.ask(ctx, w.ours, w.request(w.big, "POST", "/v1/orders/confirm", newKey(), string(body)), nil)
}

// drain starts sending the e-mails that wait, and measures for a while what one costs and how many go out in a second.
func (s settings) drain(ctx context.Context, w *world) ([][]string, error) {
	waiting := func() (n int, err error) {
		err = w.serviceDB.QueryRow(ctx, "SELECT count(*) FROM emails WHERE state IN ('queued', 'sending')").Scan(&n)
		return n, err
	}
	first, err := waiting()
	if err != nil || first == 0 {
		return nil, errors.Join(err, errors.New("no e-mail waits"))
	}
	if _, err := w.serviceDB.Exec(ctx, "DELETE FROM mail_pauses"); err != nil {
		return nil, err
	}
	last := first
	for end := time.Now().Add(30 * time.Second); last == first; time.Sleep(50 * time.Millisecond) { // the service looks every 10 s
		if last, err = waiting(); err != nil || time.Now().After(end) {
			return nil, errors.Join(err, errors.New("no e-mail is sent"))
		}
	}
	first = last
	if err := meter.ForgetPeak(w.ours.pid()); err != nil {
		return nil, err
	}
	c, took, err := w.costs(func() (err error) {
		for end := time.Now().Add(max(6*time.Second, 2*s.time)); last > 0 && err == nil && time.Now().Before(end); {
			time.Sleep(100 * time.Millisecond)
			last, err = waiting()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := w.pauseMail(ctx); err != nil {
		return nil, err
	}
	_, peak, err := meter.Memory(w.ours.pid())
	sent := max(1, first-last)
	return [][]string{
		{"one e-mail with its PDF", c.each(sent)},
		{"e-mails that one process sends", fmt.Sprintf("%.0f a second; %d of %d in %s", float64(sent)/took.Seconds(), sent, first, took.Round(100*time.Millisecond))},
		{"memory while e-mails are sent", megabytes(peak) + " MB at most"},
	}, err
}

// exports measures the export of all orders of the big company.
func (s settings) exports(ctx context.Context, w *world) ([][]string, error) {
	var orders int
	if err := w.serviceDB.QueryRow(ctx, "SELECT count(*) FROM orders WHERE company_id = $1", w.big).Scan(&orders); err != nil {
		return nil, err
	}
	var out [][]string
	for _, format := range []string{"CSV", "NDJSON"} {
		if err := meter.ForgetPeak(w.ours.pid()); err != nil {
			return nil, err
		}
		request := w.request(w.big, "GET", "/v1/orders/export?format="+strings.ToLower(format), "", "")
		var result *load.Result
		c, took, err := w.costs(func() (err error) {
			result, err = load.Run(ctx, w.ours.address, 1, time.Hour, once(request))
			return err
		})
		if err != nil || result.Failed > 0 {
			return nil, fmt.Errorf("export: %w: %s", err, result.Failure)
		}
		_, peak, err := meter.Memory(w.ours.pid())
		if err != nil {
			return nil, err
		}
		out = append(out, []string{format + " of " + thousands(int64(orders)) + " orders", fmt.Sprintf("%s rows a second, %s a row, %d MB of answer, %s MB of memory at most",
			thousands(int64(float64(orders)/took.Seconds())), c.each(orders), result.Bytes>>20, megabytes(peak))})
	}
	return out, nil
}

// once sends a request once.
func once(request []byte) load.Source {
	sent := false
	return func(int) []byte {
		if sent {
			return nil
		}
		sent = true
		return request
	}
}

// pages compares a page far down a list with the second one.
func (s settings) pages(ctx context.Context, w *world) ([][]string, error) {
	var results [2]figures
	var far int
	for i, offset := range []int{49, 49_949} {
		found, err := rows[place](ctx, w.serviceDB, fmt.Sprintf("SELECT placed_at, id::text FROM orders WHERE company_id = '%s' ORDER BY placed_at DESC, id DESC LIMIT 1 OFFSET %d",
			w.big, min(offset, s.orders-100)))
		if err != nil {
			return nil, err
		}
		cursors, err := w.cursors(ctx, w.big, "/v1/orders?limit=50", found)
		if err != nil {
			return nil, err
		}
		source := anyOf([][]byte{w.request(w.big, "GET", "/v1/orders?limit=50&cursor="+cursors[0], "", "")})
		if _, err := load.Run(ctx, w.ours.address, 1, s.time/5, source); err != nil {
			return nil, err
		}
		r, err := s.best(func() (run, error) { return w.loaded(ctx, w.ours, 1, s.time/2, source) })
		if err != nil {
			return nil, err
		}
		results[i] = r.figures()
		far = min(offset, s.orders-100)/50 + 2
	}
	total := func(f figures) float64 { return (f.server + f.postgres).Seconds() }
	return [][]string{{fmt.Sprintf("page %s against page 2, one connection", thousands(int64(far))),
		fmt.Sprintf("%.2f × the CPU, p50 %s against %s ms", total(results[1])/total(results[0]), millis(results[1].p50), millis(results[0].p50))}}, nil
}

// coldStart measures how long it takes from the start of a process to its first list.
func (s settings) coldStart(ctx context.Context, w *world) ([][]string, error) {
	first := map[string]time.Duration{}
	for _, p := range []*process{w.ours, w.floor} {
		var took []time.Duration
		for range 3 {
			p.stop()
			s.settle()
			began := time.Now()
			if err := p.start(ctx); err != nil {
				return nil, err
			}
			request := w.request(w.big, "GET", listFilter+"&v="+w.places[0].text()+"&i="+w.places[0].ID, "", "")
			if p == w.ours {
				request = w.request(w.big, "GET", listFilter, "", "")
			}
			if err := w.ask(ctx, p, request, nil); err != nil {
				return nil, err
			}
			took = append(took, time.Since(began))
		}
		first[p.name] = slices.Min(took)
	}
	if err := w.pauseMail(ctx); err != nil { // a service that starts ends a pause
		return nil, err
	}
	return [][]string{{"start to the first list, the fastest of 3", fmt.Sprintf("%s ms, floor %s ms, %s ×",
		millis(first["orderdesk"]), millis(first["floor"]), ratio(first["orderdesk"].Seconds(), first["floor"].Seconds()))}}, nil
}
