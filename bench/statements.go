package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/load"
)

// statementsName is the name of the table.
const statementsName = "statements"

// countingSettings are the settings of a server that counts what statements cost.
var countingSettings = []string{"shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track_planning=on"}

// statementRow is what PostgreSQL spends on a statement, for each request.
type statementRow struct {
	Text          string
	Calls         float64
	Run, Plan     float64 // µs
	Blocks, Bytes float64 // of 8 KB; of the write-ahead log
}

// statementsTable shows what PostgreSQL spends on each statement of an operation, beside the floor. The times are durations, so one
// connection on a quiet machine says most. That of commit has the wait for the disk.
func (s settings) statementsTable(ctx context.Context, w *world) (err error) {
	conn, err := pgx.Connect(ctx, w.server.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, "CREATE EXTENSION pg_stat_statements"); err != nil {
		return err
	}
	for _, o := range s.chosen() {
		ours, err := o.ours(ctx, w)
		if err != nil {
			return err
		}
		for _, of := range []struct {
			process  *process
			source   load.Source
			database string
		}{{w.ours, ours, oursName}, {w.floor, o.floor(w), floorName}} {
			counted, requests, err := s.countStatements(ctx, conn, of.process, of.source, of.database)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", o.name, of.process.name, err)
			}
			s.printStatements(fmt.Sprintf("%s, %s, %s requests", o.title, of.process.name, thousands(requests)), counted)
		}
	}
	return nil
}

// countStatements measures the statements of a load after the first requests, which open connections and prepare statements.
func (s settings) countStatements(ctx context.Context, conn *pgx.Conn, p *process, source load.Source, database string) ([]statementRow, int64, error) {
	if _, err := load.Run(ctx, p.address, s.conns[0], s.time/2, source); err != nil {
		return nil, 0, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_stat_statements_reset()"); err != nil {
		return nil, 0, err
	}
	if err := track(ctx, conn, "top"); err != nil {
		return nil, 0, err
	}
	result, err := load.Run(ctx, p.address, s.conns[0], s.time, source)
	if err := errors.Join(err, track(ctx, conn, "none")); err != nil {
		return nil, 0, err
	}
	if result.Failed > 0 || result.Requests == 0 {
		return nil, 0, fmt.Errorf("%d of %d requests failed: %.500s", result.Failed, result.Requests, result.Failure)
	}
	rows, err := conn.Query(ctx, `SELECT query, calls / $2::float8, 1000 * total_exec_time / $2, 1000 * total_plan_time / $2,
			(shared_blks_hit + shared_blks_read) / $2, wal_bytes::float8 / $2
		FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1) ORDER BY total_exec_time + total_plan_time DESC`, database, float64(result.Requests))
	if err != nil {
		return nil, 0, err
	}
	counted, err := pgx.CollectRows(rows, pgx.RowToStructByPos[statementRow])
	return counted, result.Requests, err
}

// rare is the part of the calls below which a statement is not shown. Jobs of the background run now and then.
const rare = 0.02

func (s settings) printStatements(title string, counted []statementRow) {
	var all statementRow
	var rows [][]string
	add := func(r statementRow) {
		rows = append(rows, []string{r.Text, strconv.FormatFloat(r.Calls, 'f', 2, 64), strconv.FormatFloat(r.Run, 'f', 1, 64), strconv.FormatFloat(r.Plan, 'f', 1, 64),
			strconv.FormatFloat(r.Blocks, 'f', 1, 64), thousands(int64(r.Bytes))})
	}
	for _, r := range counted {
		all.Calls, all.Run, all.Plan, all.Blocks, all.Bytes = all.Calls+r.Calls, all.Run+r.Run, all.Plan+r.Plan, all.Blocks+r.Blocks, all.Bytes+r.Bytes
		if r.Calls < rare {
			continue
		}
		r.Text = beginning(r.Text)
		add(r)
	}
	all.Text = "all"
	add(all)
	fmt.Fprintf(s.out, "%s:\n\n", title)
	table(s.out, []string{"statement", "calls", "µs", "µs of planning", "blocks", "bytes of log"}, rows)
}

// beginning is the beginning of a statement, as a cell of a table.
func beginning(text string) string {
	const most = 100
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return "`" + text + "`"
}
