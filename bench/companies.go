package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/orderdesk/orderdesk/bench/load"
)

// companiesTable shows whether small companies feel a big one: their lists alone, the big one's alone, and both at once.
func (s settings) companiesTable(ctx context.Context, w *world) error {
	small := make([][]byte, len(w.small))
	for i, id := range w.small {
		small[i] = w.request(id, "GET", "/v1/orders", "", "")
	}
	cursors, err := w.cursors(ctx, w.big, listFilter, w.places)
	if err != nil {
		return err
	}
	big := make([][]byte, len(cursors))
	for i, c := range cursors {
		big[i] = w.request(w.big, "GET", listFilter+"&cursor="+c, "", "")
	}
	const conns = 4
	run := func(requests [][]byte) (figures, error) {
		return s.best(func() (figures, error) { return w.loaded(ctx, w.ours, conns, s.time, anyOf(requests)) })
	}
	if _, err := load.Run(ctx, w.ours.address, conns, s.time/5, anyOf(small)); err != nil {
		return err
	}
	smallAlone, err := run(small)
	if err != nil {
		return err
	}
	bigAlone, err := run(big)
	if err != nil {
		return err
	}
	var beside [2]*load.Result // of small and big at once
	var errs [2]error
	var wait sync.WaitGroup
	for i, requests := range [][][]byte{small, big} {
		wait.Go(func() { beside[i], errs[i] = load.Run(ctx, w.ours.address, conns, s.time, anyOf(requests)) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	var share float64
	var companies int
	if err := w.serviceDB.QueryRow(ctx, "SELECT avg((company_id = $1)::int), count(DISTINCT company_id) FROM orders", w.big).Scan(&share, &companies); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The list of orders of small companies beside a big one, which has %.0f %% of the orders; %s companies, %d connections for each.\n\n",
		100*share, thousands(int64(companies)), conns)
	alone := func(name string, f figures) []string {
		return []string{name, thousands(int64(f.rate)), micros(f.server) + " + " + micros(f.postgres), millis(f.p50) + " / " + millis(f.p99), kilobytes(f.size)}
	}
	together := func(name string, r *load.Result) []string {
		return []string{name, thousands(int64(r.Rate())), "", millis(r.Latency.Quantile(.5)) + " / " + millis(r.Latency.Quantile(.99)), kilobytes(r.Bytes / max(1, r.Requests))}
	}
	table(s.out, strings.Split("list|requests a second|CPU µs|p50 / p99 ms|KB an answer", "|"), [][]string{
		alone("small companies alone", smallAlone), alone("the big one alone", bigAlone),
		together("small companies beside the big one", beside[0]), together("the big one beside them", beside[1]),
	})
	return nil
}
