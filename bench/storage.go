package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/load"
)

// placed is how many orders the table storage places, and confirmed the most that it confirms after that.
const (
	placed    = 20_000
	confirmed = 10_000
)

// countsAfter is how long a session of PostgreSQL that does nothing keeps its counts of updates to itself, and a little more.
const countsAfter = 11 * time.Second

// relation is a table or an index: its size, and how many rows of a table were updated, and how many of those without its indexes (HOT).
type relation struct {
	Table, Name         string
	Bytes, Updated, HOT int64
}

// relations are the tables and indexes of the service, the largest table first.
func (w *world) relations(ctx context.Context) ([]relation, error) {
	found, err := w.serviceDB.Query(ctx, `SELECT t.relname::text, r.name, r.bytes, r.updated, r.hot FROM pg_stat_user_tables t, LATERAL (
			SELECT 'rows' AS name, pg_table_size(t.relid) AS bytes, n_tup_upd AS updated, n_tup_hot_upd AS hot
			UNION ALL SELECT indexrelid::regclass::text, pg_relation_size(indexrelid), 0, 0 FROM pg_index WHERE indrelid = t.relid) r
		ORDER BY pg_total_relation_size(t.relid) DESC, t.relname, r.name <> 'rows', r.bytes DESC, r.name`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowToStructByPos[relation])
}

// since is what a relation grew by, and how many of its rows were updated.
func (r relation) since(all []relation) relation {
	if i := slices.IndexFunc(all, func(b relation) bool { return b.Table == r.Table && b.Name == r.Name }); i >= 0 {
		r.Bytes, r.Updated, r.HOT = r.Bytes-all[i].Bytes, r.Updated-all[i].Updated, r.HOT-all[i].HOT
	}
	return r
}

// storage is what an order with its lines and its checkout takes on the disk, as it was seeded: rows and indexes are tight.
func (w *world) storage(ctx context.Context) ([][]string, error) {
	var orders, rows, words, events int64
	var lines float64
	err := w.serviceDB.QueryRow(ctx, `SELECT count(*), avg(line_count),
		pg_total_relation_size('orders') + pg_total_relation_size('order_lines') + pg_total_relation_size('checkouts'),
		pg_total_relation_size('order_words'), pg_total_relation_size('events') FROM orders`).Scan(&orders, &lines, &rows, &words, &events)
	if err != nil {
		return nil, err
	}
	var indexes int
	if err := w.serviceDB.QueryRow(ctx, "SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass").Scan(&indexes); err != nil {
		return nil, err
	}
	kib := func(n int64) string { return strconv.FormatFloat(float64(n)/float64(orders)/1024, 'f', 2, 64) + " KiB" }
	return [][]string{{fmt.Sprintf("storage of an order with %.1f lines", lines),
		fmt.Sprintf("%s: orders with %d indexes, lines, checkouts; %s of words, %s of events", kib(rows), indexes, kib(words), kib(events))}}, nil
}

// storageTable shows what an order takes on the disk in each table and index: as it is seeded, where rows and indexes are tight, as
// requests place it in fifty companies, where pages split, and what confirming it adds. Less than half a byte is left out.
func (s settings) storageTable(ctx context.Context, w *world) error {
	var orders int64
	if err := w.serviceDB.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&orders); err != nil {
		return err
	}
	p := w.pools["confirm"]
	pending := min(confirmed, len(p.orders))
	var states [3][]relation
	for i, work := range []func() error{
		func() error { return nil },
		func() error { return w.requests(ctx, 8, placed, w.placeRequests(w.buyers)) },
		func() error { return w.requests(ctx, 8, pending, w.confirmRequests(p, &p.service)) },
	} {
		err := work()
		if err != nil {
			return err
		}
		time.Sleep(countsAfter)
		if states[i], err = w.relations(ctx); err != nil {
			return err
		}
	}
	each := func(n int64, of int) string { return strconv.FormatFloat(float64(n)/float64(of), 'f', 0, 64) }
	var rows [][]string
	for _, r := range states[2] {
		grown := r.since(states[1])
		r.Bytes -= grown.Bytes
		fresh := r.since(states[0])
		r.Bytes -= fresh.Bytes
		if 2*r.Bytes < orders && 2*fresh.Bytes < placed && 2*grown.Bytes < int64(pending) {
			continue
		}
		updates := ""
		if n := int64(pending); grown.Updated*100 > n {
			updates = fmt.Sprintf("%.1f, %.0f %%", float64(grown.Updated)/float64(n), 100*float64(grown.HOT)/float64(grown.Updated))
		}
		rows = append(rows, []string{r.Table, r.Name, each(r.Bytes, int(orders)), each(fresh.Bytes, placed), each(grown.Bytes, pending), updates})
	}
	fmt.Fprintf(s.out, "Bytes an order: of %s that were seeded, of %s with 5 lines that requests placed after that, and what confirming %s added. The last column has the "+
		"updates of rows for a confirmation, and how many of them are HOT.\n\n", thousands(orders), thousands(placed), thousands(int64(pending)))
	table(s.out, []string{"table", "rows or index", "seeded", "placed", "confirmed", "updates, HOT"}, rows)
	return s.reindexed(ctx, w, states)
}

// reindexed shows how much smaller REINDEX makes the indexes of orders that requests placed.
func (s settings) reindexed(ctx context.Context, w *world, states [3][]relation) error {
	if _, err := w.serviceDB.Exec(ctx, "REINDEX SCHEMA public"); err != nil {
		return err
	}
	after, err := w.relations(ctx)
	if err != nil {
		return err
	}
	indexes := func(all []relation) (n int64) {
		for _, r := range all {
			if r.Name != "rows" {
				n += r.Bytes
			}
		}
		return n
	}
	seeded := indexes(states[0])
	fmt.Fprintf(s.out, "The indexes grew by %s MB. After REINDEX it is %s MB.\n\n", megabytes(indexes(states[2])-seeded), megabytes(indexes(after)-seeded))
	return nil
}

// requests sends so many requests to the service, and fails if one of them does.
func (w *world) requests(ctx context.Context, conns, n int, next load.Source) error {
	return requestsTo(ctx, w.ours, conns, n, next)
}

func requestsTo(ctx context.Context, p *process, conns, n int, next load.Source) error {
	result, err := load.Run(ctx, p.address, conns, time.Hour, atMost(n, next))
	if err == nil && result.Failed > 0 {
		err = errors.New(result.Failure)
	}
	return err
}
