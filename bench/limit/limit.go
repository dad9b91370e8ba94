// Package limit measures what PostgreSQL itself can do: pgbench, which comes with its server, sends the floor's statements in the
// fewest round trips, and decodes no answer. A Go service cannot be faster than that.
//
// The scripts are made of the floor's statements, so they keep step with them.
package limit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/floor"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
)

// The tables that the scripts take their rows from. Each has a number k from 1 on.
const (
	Cursors  = "limit_cursors"  // k, at, id: places in the list of pending web orders
	Orders   = "limit_orders"   // k, id: orders for details
	Buyers   = "limit_buyers"   // k, company, customer
	Pendings = "limit_pending_" // k, company, id: orders to confirm; the name of the operation follows
	texts    = "limit_texts"    // place, confirm, snapshot: kept answers and a frozen invoice
	numbers  = "limit_numbers"  // a sequence
	first    = 50_000_000       // its first number
)

// Prepare takes kept answers and a frozen invoice that the floor has written as the ones that the limit writes.
func Prepare(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %s AS SELECT
			(SELECT body FROM idempotency_keys WHERE operation = 'placeOrder' LIMIT 1) AS place,
			(SELECT body FROM idempotency_keys WHERE operation = 'confirmOrder' LIMIT 1) AS confirm,
			(SELECT snapshot FROM invoices ORDER BY issued_at DESC LIMIT 1) AS snapshot;
		CREATE SEQUENCE IF NOT EXISTS %s START %d`, texts, numbers, first))
	return err
}

// Run is one run of pgbench.
type Run struct {
	Operation string // list, details, place, or a name that Pendings has a table for
	Company   string // of list and details
	Rows      int    // of the table
	From      int    // the first order to confirm
	Conns     int
	Time      time.Duration
	Requests  int // of each connection; instead of a time
}

// Result is what pgbench prints.
type Result struct {
	Requests int64
	Rate     float64
	Average  time.Duration
}

// Do runs pgbench on the database.
func (r Run) Do(ctx context.Context, address string) (Result, error) {
	program, err := pgtest.Program(ctx, "pgbench")
	if err != nil {
		return Result{}, err
	}
	file, err := os.CreateTemp("", "limit*.sql")
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.WriteString(r.script()); err != nil {
		return Result{}, err
	}
	if err := file.Close(); err != nil {
		return Result{}, err
	}
	u, err := pgx.ParseConfig(address)
	if err != nil {
		return Result{}, err
	}
	cmd := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", strconv.Itoa(r.Conns), "-j", strconv.Itoa(min(2, r.Conns)),
		"-D", fmt.Sprintf("from=%d", r.From), "-D", "n=0", "-D", fmt.Sprintf("conns=%d", r.Conns),
		"-f", file.Name(), "-h", u.Host, "-p", strconv.Itoa(int(u.Port)), "-U", u.User, u.Database)
	if r.Requests > 0 {
		cmd.Args = slices.Insert(cmd.Args, 1, "-t", strconv.Itoa(r.Requests))
	} else {
		cmd.Args = slices.Insert(cmd.Args, 1, "-T", strconv.Itoa(max(1, int(r.Time.Seconds()))))
	}
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c jit=off -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return Result{}, fmt.Errorf("pgbench %s: %w: %s", filepath.Base(r.Operation), err, out)
	}
	return parse(out)
}

var (
	processed = regexp.MustCompile(`transactions actually processed: (\d+)`)
	average   = regexp.MustCompile(`latency average = ([\d.]+) ms`)
	rate      = regexp.MustCompile(`tps = ([\d.]+)`)
)

func parse(out []byte) (r Result, err error) {
	found := func(p *regexp.Regexp) float64 {
		m := p.FindSubmatch(out)
		if m == nil {
			err = fmt.Errorf("pgbench printed %s", bytes.TrimSpace(out))
			return 0
		}
		v, parseErr := strconv.ParseFloat(string(m[1]), 64)
		if parseErr != nil {
			err = parseErr
		}
		return v
	}
	r.Requests, r.Rate = int64(found(processed)), found(rate)
	r.Average = time.Duration(found(average) * float64(time.Millisecond))
	return r, err
}

func (r Run) script() string {
	random := fmt.Sprintf("\\set k random(1, %d)\n", r.Rows)
	switch r.Operation {
	case "list":
		return random + floor.ListSQL.Text(textOf(map[string]string{
			"company": "'" + r.Company + "'", "origin": "'W'", "status": "'pending'",
			"at": "(SELECT at FROM " + Cursors + " WHERE k = :k)", "id": "(SELECT id FROM " + Cursors + " WHERE k = :k)",
		})) + ";\n"
	case "details":
		of := textOf(map[string]string{"company": "'" + r.Company + "'", "order": "(SELECT id FROM " + Orders + " WHERE k = :k)"})
		return random + "\\startpipeline\n" + floor.OrderSQL.Text(of) + ";\n" + floor.LinesSQL.Text(of) + ";\n\\endpipeline\n"
	case "place":
		return random + after(placeValues, ofRow(floor.PlaceSQL)) + ";\n"
	}
	p := func(name string) string { return "(SELECT " + name + " FROM p)" }
	counter := floor.CounterSQL.Text(textOf(map[string]string{"company": p("company")}))
	reads := fmt.Sprintf(confirmReads, Pendings+r.Operation, counter)
	return "\\set k :from + :n * :conns + :client_id\n\\set n :n + 1\n" + after(reads, ofRow(floor.ConfirmSQL)) + ", l;\n"
}

// after puts further parts before the first part of a statement's WITH.
func after(parts, statement string) string {
	return "WITH " + parts + ", " + strings.TrimPrefix(statement, "WITH ")
}

// textOf returns a function that returns the text of a parameter.
func textOf(texts map[string]string) func(string) string {
	return func(name string) string {
		text, known := texts[name]
		if !known {
			panic("limit: no text for {" + name + "}") // a defect that the test meets
		}
		return text
	}
}

// ofRow makes a statement take its parameters from the only row of b. It puts b into FROM. With a subquery for each parameter,
// PostgreSQL would take longer to plan the statement than to run it.
func ofRow(s floor.Statement) string {
	text := s.Text(func(name string) string { return `b."` + name + `"` })
	text = strings.NewReplacer("FROM unnest(", "FROM b, unnest(", " FROM confirmed c)", " FROM b, confirmed c)", "WHERE o.company_id", "FROM b WHERE o.company_id").Replace(text)
	for {
		before, rest, found := strings.Cut(text, "VALUES (")
		if !found {
			return text
		}
		var rows []string
		for {
			end := closing(rest)
			rows = append(rows, "SELECT "+rest[:end]+" FROM b")
			next := strings.TrimLeft(rest[end+1:], ",\n\t ")
			if rest = rest[end+1:]; !strings.HasPrefix(rest, ",") || !strings.HasPrefix(next, "(") {
				break
			}
			rest = next[1:]
		}
		text = before + strings.Join(rows, " UNION ALL ") + rest
	}
}

// closing is the place of the parenthesis that ends the text's first level.
func closing(text string) int {
	depth, quoted := 0, false
	for i, c := range text {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return i
		case c == ')':
			depth--
		}
	}
	panic("limit: an open parenthesis") // a defect that the test meets
}
