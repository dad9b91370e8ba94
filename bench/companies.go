package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/orderdesk/orderdesk/bench/load"
)

// companiesRounds is how often each pair of companies is measured. The rounds take turns, and their latencies are added.
const companiesRounds = 6

// companiesTable shows whether small companies feel a big one. Half of the small ones are measured, with other companies beside them on
// as many connections: first the other half of the small ones, then the big one. They share the machine both times, so a difference
// comes from the size.
func (s settings) companiesTable(ctx context.Context, w *world) error {
	all := slices.Concat(w.busy, w.small)
	var measured, others [][]byte
	rows := s.orders // of the smallest company, so that all pages have the same number
	counts, _ := s.plan().Counts()
	for _, n := range counts {
		rows = min(rows, n, 50)
	}
	list := "/v1/orders?limit=" + strconv.Itoa(rows)
	for i, id := range all {
		if request := w.request(id, "GET", list, "", ""); i%2 == 0 {
			measured = append(measured, request)
		} else {
			others = append(others, request)
		}
	}
	cursors, err := w.cursors(ctx, w.big, list, w.places)
	if err != nil {
		return err
	}
	big := make([][]byte, len(cursors))
	for i, c := range cursors {
		big[i] = w.request(w.big, "GET", list+"&cursor="+c, "", "")
	}
	const conns = 4
	beside := func(neighbours [][]byte) (pair [2]*load.Result, err error) {
		var errs [2]error
		var wait sync.WaitGroup
		for i, requests := range [][][]byte{measured, neighbours} {
			wait.Go(func() { pair[i], errs[i] = load.Run(ctx, w.ours.address, conns, s.time, anyOf(requests)) })
		}
		wait.Wait()
		return pair, errors.Join(errs[:]...)
	}
	var total [2][2]load.Result // beside small ones and beside the big one: the measured ones and their neighbours
	for round := range companiesRounds + 1 {
		for i, neighbours := range [][][]byte{others, big} {
			s.settle()
			pair, err := beside(neighbours)
			if err != nil {
				return err
			}
			for j, r := range pair {
				if r.Failed > 0 {
					return errors.New(r.Failure)
				}
				if round > 0 { // the first requests read blocks from the disk and open connections
					total[i][j].Add(r)
				}
			}
		}
	}
	var share float64
	var companies int
	if err := w.serviceDB.QueryRow(ctx, "SELECT avg((company_id = $1)::int), count(DISTINCT company_id) FROM orders", w.big).Scan(&share, &companies); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The list of %d orders of small companies beside others. The big one has %.1f %% of the orders; %s companies; %d connections for the small ones and %d for those beside them.\n\n",
		rows, 100*share, thousands(int64(companies)), conns, conns)
	row := func(name string, r *load.Result) []string {
		return []string{
			name, thousands(int64(r.Rate())), millis(r.Latency.Quantile(.5)), millis(r.Latency.Quantile(.9)), millis(r.Latency.Quantile(.99)),
			kilobytes(r.Bytes / max(1, r.Requests)),
		}
	}
	table(s.out, strings.Split("list|requests a second|p50 ms|p90 ms|p99 ms|KB an answer", "|"), [][]string{
		row("small companies beside other small ones", &total[0][0]), row("small companies beside the big one", &total[1][0]),
		row("those other small ones", &total[0][1]), row("that big one", &total[1][1]),
	})
	of := func(i int, share float64) float64 { return total[i][0].Latency.Quantile(share).Seconds() }
	fmt.Fprintf(s.out, "Beside the big one, the small companies' p50 is %s times and their p99 %s times what it is beside other small ones.\n\n", ratio(of(1, .5), of(0, .5)), ratio(of(1, .99), of(0, .99)))
	return nil
}
