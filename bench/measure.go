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

// figures are what one run measured, for each request.
type figures struct {
	rate     float64
	p50, p99 time.Duration
	server   time.Duration // processor time
	postgres time.Duration
	tool     time.Duration
	size     int64 // of a body
	memory   int64 // of the server, the most in the run
	foreign  float64
	refused  float64 // the share of requests that were not answered with 2xx
	refusal  string  // one of those answers
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
func (s settings) best(run func() (figures, error)) (figures, error) {
	var least figures
	for i := range s.tries {
		s.settle()
		f, err := run()
		if err != nil {
			return f, err
		}
		if i == 0 || f.foreign < least.foreign {
			least = f
		}
		if least.foreign <= disturbed {
			break
		}
	}
	return least, nil
}

// loaded measures a process under a load.
func (w *world) loaded(ctx context.Context, p *process, conns int, d time.Duration, next load.Source) (figures, error) {
	if err := meter.ForgetPeak(p.pid()); err != nil {
		return figures{}, err
	}
	before, err := meter.Take(p.pid(), w.postgres)
	if err != nil {
		return figures{}, err
	}
	result, err := load.Run(ctx, p.address, conns, d, next)
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w: %s", p.name, err, p.log)
	}
	after, err := meter.Take(p.pid(), w.postgres)
	if err != nil {
		return figures{}, err
	}
	if result.Requests == 0 {
		return figures{}, fmt.Errorf("%s: all orders are confirmed: take more (-orders) or shorter runs (-seconds)", p.name)
	}
	if result.Failed*2 >= result.Requests {
		return figures{}, fmt.Errorf("%s: %d of %d requests failed: %.500s", p.name, result.Failed, result.Requests, result.Failure)
	}
	u, n := after.Since(before), time.Duration(result.Requests)
	refused := float64(result.Failed) / float64(result.Requests)
	_, peak, err := meter.Memory(p.pid())
	return figures{
		rate: result.Rate() * (1 - refused), refused: refused, refusal: result.Failure, p50: result.Latency.Quantile(.5), p99: result.Latency.Quantile(.99),
		server: u.Trees[0] / n, postgres: u.Trees[1] / n, tool: u.Own / n, size: result.Bytes / result.Requests, memory: peak, foreign: u.Foreign,
	}, err
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

// compare measures limit, floor and service in turn, so that all meet the same machine.
func (s settings) compare(ctx context.Context, w *world, o operation, conns int) (c compared, err error) {
	c = compared{operation: o, conns: conns}
	ours, err := o.ours(ctx, w)
	if err != nil {
		return c, err
	}
	floorSource := o.floor(w)
	if !o.once { // the first requests open connections and prepare statements
		for _, p := range []struct {
			process *process
			source  load.Source
		}{{w.floor, floorSource}, {w.ours, ours}} {
			if _, err := load.Run(ctx, p.process.address, conns, s.time/5, p.source); err != nil {
				return c, err
			}
		}
	}
	if c.limit, err = w.limited(ctx, o, conns, s.time); err != nil {
		return c, err
	}
	if c.floor, err = s.best(func() (figures, error) { return w.loaded(ctx, w.floor, conns, s.time, floorSource) }); err != nil {
		return c, err
	}
	c.ours, err = s.best(func() (figures, error) { return w.loaded(ctx, w.ours, conns, s.time, ours) })
	return c, err
}
