package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/limit"
	"github.com/orderdesk/orderdesk/bench/load"
	"github.com/orderdesk/orderdesk/bench/meter"
)

// run is what one or more runs of a load measured together.
type run struct {
	load.Result
	usage meter.Usage // of the server's tree, and of PostgreSQL's
	log   int64       // bytes of PostgreSQL's write-ahead log
	peak  int64       // bytes of memory of the server, the most that it had
}

// include adds what another run of the same load measured.
func (r *run) include(o run) {
	r.Add(&o.Result)
	r.usage.Add(o.usage)
	r.log += o.log
	r.peak = max(r.peak, o.peak)
}

// figures are what runs measured, for each request.
type figures struct {
	rate     float64
	p50, p99 time.Duration
	server   time.Duration // processor time
	postgres time.Duration
	tool     time.Duration
	size     int64 // of a body
	log      int64 // of PostgreSQL's write-ahead log
	memory   int64 // of the server, the most in the run
	foreign  float64
	refused  float64 // the share of requests that were not answered with 2xx
	refusal  string  // one of those answers
}

func (r *run) figures() figures {
	n := time.Duration(r.Requests)
	refused := float64(r.Failed) / float64(r.Requests)
	return figures{
		rate: r.Rate() * (1 - refused), refused: refused, refusal: r.Failure, p50: r.Latency.Quantile(.5), p99: r.Latency.Quantile(.99),
		server: r.usage.Trees[0] / n, postgres: r.usage.Trees[1] / n, tool: r.usage.Own / n, foreign: r.usage.Foreign,
		size: r.Bytes / r.Requests, log: r.log / r.Requests, memory: r.peak,
	}
}

// disturbed is the share of the machine above which the work of others disturbs a run.
const disturbed = 0.15

// settle waits a little until others use little of the machine.
func (s settings) settle() {
	for range s.tries {
		if used, err := meter.Idle(300 * time.Millisecond); err != nil || used <= disturbed {
			return
		}
	}
}

// tidy has PostgreSQL clean up in both databases what the work before left. Otherwise it would do so while the next table is measured.
func (w *world) tidy(ctx context.Context) error {
	for _, db := range []*pgx.Conn{w.floorDB, w.serviceDB} {
		for _, statement := range []string{"VACUUM (ANALYZE)", "CHECKPOINT"} {
			if _, err := db.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
	}
	return nil
}

// best repeats a run that others disturbed, and returns the one that they disturbed least.
func (s settings) best(measure func() (run, error)) (run, error) {
	var least run
	for i := range s.tries {
		s.settle()
		r, err := measure()
		if err != nil {
			return r, err
		}
		if i == 0 || r.usage.Foreign < least.usage.Foreign {
			least = r
		}
		if least.usage.Foreign <= disturbed {
			break
		}
	}
	return least, nil
}

// loaded measures a process under a load.
func (w *world) loaded(ctx context.Context, p *process, conns int, d time.Duration, next load.Source) (run, error) {
	if err := meter.ForgetPeak(p.pid()); err != nil {
		return run{}, err
	}
	logged, err := w.logged(ctx)
	if err != nil {
		return run{}, err
	}
	before, err := meter.Take(p.pid(), w.postgres)
	if err != nil {
		return run{}, err
	}
	result, err := load.Run(ctx, p.address, conns, d, next)
	if err != nil {
		return run{}, fmt.Errorf("%s: %w: %s", p.name, err, p.log)
	}
	after, err := meter.Take(p.pid(), w.postgres)
	if err != nil {
		return run{}, err
	}
	if result.Requests == 0 {
		return run{}, fmt.Errorf("%s: all orders are confirmed: take more (-orders) or shorter runs (-seconds)", p.name)
	}
	if result.Failed*2 >= result.Requests {
		return run{}, fmt.Errorf("%s: %d of %d requests failed: %.500s", p.name, result.Failed, result.Requests, result.Failure)
	}
	_, peak, err := meter.Memory(p.pid())
	if err != nil {
		return run{}, err
	}
	end, err := w.logged(ctx)
	return run{Result: *result, usage: after.Since(before), log: end - logged, peak: peak}, err
}

// logged is how many bytes of write-ahead log the server has written.
func (w *world) logged(ctx context.Context) (bytes int64, err error) {
	err = w.serviceDB.QueryRow(ctx, "SELECT (pg_current_wal_insert_lsn() - '0/0')::int8").Scan(&bytes)
	return bytes, err
}

// limited measures pgbench. Its own processor time counts as foreign, so a run is never repeated.
func (w *world) limited(ctx context.Context, o operation, conns int, d time.Duration) (figures, error) {
	r := limit.Run{Operation: o.name, Company: w.big, Rows: o.rows(w), Conns: conns, Time: d}
	if o.once {
		r.From = int(w.pools[o.name].floor.Load()) + 1
	}
	before, err := meter.Take(w.postgres)
	if err != nil {
		return figures{}, err
	}
	result, err := r.Do(ctx, w.databaseURL(floorName))
	if err != nil {
		return figures{}, err
	}
	time.Sleep(200 * time.Millisecond) // the server has not yet counted sessions that have just ended
	after, err := meter.Take(w.postgres)
	if err != nil {
		return figures{}, err
	}
	if o.once {
		var last int64
		err := w.floorDB.QueryRow(ctx, fmt.Sprintf(`SELECT coalesce(max(k), 0) FROM %s p JOIN orders o ON o.company_id = p.company AND o.id = p.id
			WHERE o.status = 'confirmed'`, limit.Pendings+o.name)).Scan(&last)
		if err != nil {
			return figures{}, err
		}
		w.pools[o.name].floor.Store(last)
	}
	return figures{rate: result.Rate, p50: result.Average, postgres: after.Since(before).Trees[0] / time.Duration(max(1, result.Requests))}, nil
}

// compared is one operation at one number of connections.
type compared struct {
	operation
	conns              int
	limit, floor, ours figures
}

// splitFullPages places orders in both databases until the pages of indexes that seeding has filled are split. A request that splits pages
// writes twice as much to the log, and the floor, which is faster, would be through with that sooner than the service.
func (s settings) splitFullPages(ctx context.Context, w *world) error {
	n := len(w.busy) * s.busyOrders() / 8 // full pages have room for a tenth
	for _, p := range []*process{w.floor, w.ours} {
		if err := requestsTo(ctx, p, 8, n, w.placeRequests(w.buyers)); err != nil {
			return fmt.Errorf("%s: place %d orders: %w", p.name, n, err)
		}
	}
	return nil
}

// turn is the length of a run in which floor or service has the machine, before the other one gets it.
const turn = time.Second

// compare measures floor and service in short turns, so that both meet the same machine. The one that begins changes.
func (s settings) compare(ctx context.Context, w *world, o operation, conns int) (c compared, err error) {
	c = compared{operation: o, conns: conns}
	ours, err := o.ours(ctx, w)
	if err != nil {
		return c, err
	}
	both := [2]struct {
		process *process
		source  load.Source
		total   run
	}{{process: w.floor, source: o.floor(w)}, {process: w.ours, source: ours}}
	if !o.once { // the first requests open connections and prepare statements
		for _, p := range both {
			if _, err := load.Run(ctx, p.process.address, conns, s.time/5, p.source); err != nil {
				return c, err
			}
		}
	}
	turns := max(1, int(s.time/turn))
	for i := range turns {
		for j := range both {
			p := &both[(i+j)%len(both)]
			r, err := s.best(func() (run, error) { return w.loaded(ctx, p.process, conns, s.time/time.Duration(turns), p.source) })
			if err != nil {
				return c, err
			}
			p.total.include(r)
		}
	}
	c.floor, c.ours = both[0].total.figures(), both[1].total.figures()
	return c, nil
}
