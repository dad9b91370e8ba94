package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/load"
)

// grown is what was measured of one kind of request in one company.
type grown struct {
	figures
	blocks int64 // of 8 KB that PostgreSQL reads for a request, or -1
}

// cpu is the processor time of service and PostgreSQL together.
func (g grown) cpu() time.Duration { return g.server + g.postgres }

// growth compares the same work in companies of several sizes. Each has a database of its own on one server, and a service. All of them
// are measured in turn, so that they meet the same machine.
func (s settings) growth(ctx context.Context) (err error) {
	began := time.Now()
	f, err := s.openFarm(ctx)
	defer func() { err = errors.Join(err, f.close()) }()
	if err != nil || s.rounds == 0 {
		return err
	}
	dir, err := os.MkdirTemp("", "growth")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if s.program, err = s.buildProgram(ctx, dir); err != nil {
		return err
	}
	var companies []*sized
	defer func() {
		for _, c := range companies {
			err = errors.Join(err, c.world.close())
		}
	}()
	for _, size := range s.sizes {
		c, err := s.openSize(ctx, f, size)
		if c != nil {
			companies = append(companies, c)
		}
		if err != nil {
			return fmt.Errorf("%s orders: %w", thousands(int64(size)), err)
		}
	}
	g := growthFigures{conns: s.conns[0], memory: f.memory, machine: machine(ctx, companies[0].world.serviceDB)}
	for _, c := range companies {
		g.sizes, g.seeded = append(g.sizes, c.size), append(g.seeded, c.seeding)
	}
	var sources [][]load.Source
	shapes := s.growthShapes()
	for _, shape := range shapes {
		of, from, err := s.measureShape(ctx, shape, companies)
		if err != nil {
			return fmt.Errorf("%s: %w", shape.name, err)
		}
		g.shapes, g.figures, sources = append(g.shapes, shape.name), append(g.figures, of), append(sources, from)
		fmt.Fprintf(s.log, "%s: %s\n", shape.name, strings.Join(g.ratios(len(g.figures)-1), ", "))
	}
	if f.counts {
		if err := f.countBlocks(ctx, companies, shapes, sources, g.figures); err != nil {
			return err
		}
	}
	g.print(s.out)
	fmt.Fprintf(s.out, "Measured in %s with %s.\n", time.Since(began).Round(time.Second), commandLine())
	if s.svg == "" {
		return nil
	}
	return os.WriteFile(s.svg, g.chart(), 0o644)
}

// measureShape measures one kind of request in all companies, several rounds of it. Of the rounds it takes the one with the least
// processor time, because whatever disturbs a round adds to it.
func (s settings) measureShape(ctx context.Context, shape growthShape, companies []*sized) (best []grown, sources []load.Source, err error) {
	best, sources = make([]grown, len(companies)), make([]load.Source, len(companies))
	for i, c := range companies {
		if sources[i], err = shape.source(ctx, c); err != nil {
			return nil, nil, err
		}
		if shape.rows {
			continue
		}
		// The first requests read blocks from the disk and prepare statements.
		if _, err := load.Run(ctx, c.world.ours.address, s.conns[0], s.time/2, atMost(shape.most/2, sources[i])); err != nil {
			return nil, nil, err
		}
	}
	for round := range s.rounds {
		for i, c := range companies {
			if shape.rows && round > 0 && c.size > exportedRows {
				continue // the export of a large company takes long enough to be exact
			}
			s.settle()
			measured, err := s.measureOnce(ctx, shape, c, sources[i])
			if err != nil {
				return nil, nil, err
			}
			if measured.refused > 0 {
				return nil, nil, fmt.Errorf("%.1f %% of the requests to a company of %d orders are refused: %.500s\n%s", 100*measured.refused, c.size, measured.refusal, c.world.ours.log)
			}
			if g := (grown{measured, -1}); round == 0 || g.cpu() < best[i].cpu() {
				best[i] = g
			}
		}
	}
	return best, sources, nil
}

func (s settings) measureOnce(ctx context.Context, shape growthShape, c *sized, source load.Source) (figures, error) {
	if shape.rows {
		return s.exported(ctx, c, source)
	}
	end := s.time
	if shape.most > 0 {
		end = time.Minute
	}
	r, err := c.world.loaded(ctx, c.world.ours, s.conns[0], end, atMost(shape.most, source))
	if err != nil {
		return figures{}, err
	}
	return r.figures(), nil
}

// exportedRows is how many rows are exported in a round at least, so that a small company's export takes a while too.
const exportedRows = 200_000

// exported measures a thousand rows of an export.
func (s settings) exported(ctx context.Context, c *sized, source load.Source) (figures, error) {
	times := max(1, exportedRows/c.size)
	r, err := c.world.loaded(ctx, c.world.ours, 1, time.Hour, atMost(times, source))
	if err != nil {
		return figures{}, err
	}
	f := r.figures()
	var rows int64
	if err := c.world.serviceDB.QueryRow(ctx, "SELECT count(*) FROM orders WHERE company_id = $1", c.world.big).Scan(&rows); err != nil {
		return f, err
	}
	f.server, f.postgres = f.server*1000/time.Duration(rows), f.postgres*1000/time.Duration(rows)
	f.p50, f.p99 = f.p50*1000/time.Duration(rows), f.p99*1000/time.Duration(rows)
	f.rate *= float64(rows)
	return f, nil
}

// atMost ends after n requests; 0 is no limit.
func atMost(n int, next load.Source) load.Source {
	if n == 0 {
		return next
	}
	var sent atomic.Int64
	return func(connection int) []byte {
		if sent.Add(1) > int64(n) {
			return nil
		}
		return next(connection)
	}
}

// counted is how many requests are sent to count their blocks.
const counted = 50

// countBlocks adds how many blocks PostgreSQL reads for a request. Statements are counted only meanwhile, because counting takes time.
func (f *farm) countBlocks(ctx context.Context, companies []*sized, shapes []growthShape, sources [][]load.Source, of [][]grown) (err error) {
	conn, err := pgx.Connect(ctx, f.server.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, track(ctx, conn, "none"), conn.Close(ctx)) }()
	if err := track(ctx, conn, "top"); err != nil {
		return err
	}
	for shape := range of {
		if shapes[shape].rows {
			continue
		}
		for i, c := range companies {
			if _, err := conn.Exec(ctx, "SELECT pg_stat_statements_reset()"); err != nil {
				return err
			}
			if _, err := load.Run(ctx, c.world.ours.address, 1, time.Minute, atMost(counted, sources[shape][i])); err != nil {
				return err
			}
			var n int64
			if err := conn.QueryRow(ctx, `SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint FROM pg_stat_statements
				WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)`, databaseOf(c.size)).Scan(&n); err != nil {
				return err
			}
			of[shape][i].blocks = n / counted
		}
	}
	return nil
}

// track says which statements are counted.
func track(ctx context.Context, conn *pgx.Conn, which string) error {
	for _, statement := range []string{"ALTER SYSTEM SET pg_stat_statements.track = " + which, "SELECT pg_reload_conf()"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	time.Sleep(200 * time.Millisecond) // sessions take it up with their next statement
	return nil
}
