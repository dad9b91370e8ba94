// Command listfigures measures the lists of a large company: the Order Summary with its sorts, counts, facets and totals, lines, payments
// and invoices, by the filters that can find many rows. It prints a table in Markdown: the CPU time of a call in this process and in PostgreSQL, the time of the fastest call, and
// the blocks of 8 KB that PostgreSQL reads for it.
//
//	make list-figures                a million orders on both databases
//	make list-figures ORDERS=100000  fewer
//
// The rows are those of `orderdesk seed`. One order in ten then gets an e-mail, and one in two thousand an e-mail that bounced. Half of
// the orders get an invoice, and each payment three more, some of them refunds, which are paid before they are recorded.
// The databases are removed at the end. With -database and -company it measures a database that exists, and changes nothing.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func main() {
	orders := flag.Int("orders", 1_000_000, "the `number` of orders")
	database := flag.String("database", "", "the `address` of a database that exists")
	companyID := flag.String("company", "", "the `UUID` of its company")
	only := flag.String("only", "", "measure only shapes with this `text` in their name")
	flag.Parse()
	if err := run(context.Background(), *orders, *database, *companyID, *only); err != nil {
		fmt.Fprintln(os.Stderr, "listfigures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, orders int, database, companyID, only string) error {
	if database != "" {
		return measureAll(ctx, database, companyID, only)
	}
	dir, err := os.MkdirTemp("", "listfigures")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	addresses := []string{"sqlite:" + filepath.Join(dir, "orderdesk.db")}
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		address, drop, err := createDatabase(ctx, server)
		if err != nil {
			return err
		}
		defer drop()
		addresses = append([]string{address}, addresses...)
	}
	for _, address := range addresses {
		companyID, err := fill(ctx, address, orders)
		if err != nil {
			return err
		}
		if err := measureAll(ctx, address, companyID, only); err != nil {
			return err
		}
	}
	return nil
}

// createDatabase creates a database on the server, and returns its address and a function that drops it.
func createDatabase(ctx context.Context, server string) (string, func(), error) {
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("listfigures_%d", os.Getpid())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(err, admin.Close(ctx))
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() {
		if _, err := admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			fmt.Fprintln(os.Stderr, "listfigures:", err)
		}
		_ = admin.Close(ctx)
	}, nil
}

// fill migrates a new database and adds a company with orders.
func fill(ctx context.Context, address string, orders int) (string, error) {
	st, err := store.Open(ctx, address, store.Options{})
	if err != nil {
		return "", err
	}
	defer st.Close()
	if _, err := st.Migrate(ctx); err != nil {
		return "", err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	c := company.Company{ID: uuid.NewString(), Name: "Figures", Currency: "USD", CreatedAt: now, UpdatedAt: now, Version: 1, Settings: company.Defaults()}
	if err := st.System().AddCompany(ctx, c); err != nil {
		return "", err
	}
	start := time.Now()
	bulk := demo.Bulk{
		Store: st, Desk: desk.New(desk.Options{Store: st, Now: time.Now}), Company: c.ID, Orders: orders, Customers: max(1, orders/100), Lines: 3, Rand: 1, Now: now,
		Progress: func(done, of int) { fmt.Fprintf(os.Stderr, "\r%d of %d orders", done, of) },
	}
	if err := bulk.Run(ctx); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "\radded %d orders in %s\n", orders, time.Since(start).Round(time.Second))
	return c.ID, complete(ctx, address)
}

// complete adds what the seed does not have: e-mail statuses, invoices and more payments. It updates the database's statistics.
func complete(ctx context.Context, address string) error {
	driver, name, tidy := "pgx", address, "VACUUM ANALYZE" // without VACUUM, no index alone answers a count
	id, issued, due := "gen_random_uuid()", "placed_at::date", "placed_at::date + 14 * (n % 3)::int"
	paid, recorded, others := "paid_at - g * interval '1 day'", "recorded_at + (amount % 10) * interval '1 day'", "generate_series(1, 3) AS s (g)"
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, name, tidy = "sqlite", path, "ANALYZE"
		const midnight = " || ' 00:00:00+00:00'"
		id = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
		issued, due = "substr(placed_at, 1, 10)"+midnight, "date(substr(placed_at, 1, 10), (14 * (n % 3)) || ' days')"+midnight
		paid, recorded = "date(substr(paid_at, 1, 10), -g || ' days') || substr(paid_at, 11)", "date(substr(recorded_at, 1, 10), (amount % 10) || ' days') || substr(recorded_at, 11)"
		others = "(SELECT 1 AS g UNION ALL SELECT 2 UNION ALL SELECT 3) s"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, text := range []string{
		"UPDATE orders SET email_status = CASE WHEN sequence % 2000 = 0 THEN 'bounced' WHEN sequence % 30 = 0 THEN 'sent' ELSE 'delivered' END WHERE sequence % 10 = 0",
		`INSERT INTO invoices (company_id, id, order_id, owner_sub, sequence, number, issued_at, issue_date, due_date, customer_id, customer_code, customer_name,
				currency, total, snapshot, hash, subtotal, charges_total, taxes_total, balance, payment_status)
			SELECT company_id, ` + id + `, id, owner_sub, n, 'INV-' || n, placed_at, ` + issued + `, ` + due + `, customer_id, customer_code, customer_name,
				currency, total, '{}', 'h', subtotal, charges_total, taxes_total, CASE n % 12 WHEN 0 THEN total ELSE 0 END, CASE n % 12 WHEN 0 THEN 'unpaid' ELSE 'paid' END
			FROM (SELECT o.*, row_number() OVER (ORDER BY placed_at, sequence) AS n FROM orders o WHERE kind = 'order' AND sequence % 9 < 5) o`,
		`INSERT INTO payments (company_id, id, order_id, kind, method, amount, currency, reference, paid_at, notes, recorded_by, recorded_at)
			SELECT company_id, ` + id + `, order_id, CASE WHEN g = 3 AND amount % 20 = 0 THEN 'refund' ELSE 'payment' END, CASE g WHEN 2 THEN 'check' ELSE 'wire' END,
				amount, currency, 'r' || g, ` + paid + `, notes, recorded_by, ` + recorded + ` FROM payments, ` + others,
		tidy,
	} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

// runs is how often each shape is measured, after one call that warms it up. A slow one is measured less often.
const runs = 15

func measureAll(ctx context.Context, address, companyID, only string) error {
	seen := &statements{}
	st, err := store.Open(ctx, address, store.Options{Tracer: seen})
	if err != nil {
		return err
	}
	defer st.Close()
	tenant := st.For(companyID)
	examples, err := examplesOf(ctx, tenant)
	if err != nil {
		return err
	}
	var explainer *pgx.Conn
	name := "SQLite"
	if !strings.HasPrefix(address, "sqlite:") {
		name = "PostgreSQL"
		if explainer, err = pgx.Connect(ctx, address); err != nil {
			return err
		}
		defer func() { _ = explainer.Close(ctx) }()
	}
	fmt.Printf("%s, %d CPUs, %d orders\n\n| list | answer | CPU ms | fastest ms | blocks |\n|---|---|---|---|---|\n", name, runtime.NumCPU(), examples.orders)
	for _, s := range append(shapes(examples), otherShapes(examples)...) {
		if !strings.Contains(s.name, only) {
			continue
		}
		seen.reset()
		answer, err := s.call(ctx, tenant)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		blocks := "-"
		if explainer != nil {
			n, err := seen.blocks(ctx, explainer)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			blocks = fmt.Sprint(n)
		}
		var took []time.Duration
		before, err := cpu(ctx, explainer)
		used := "-"
		for begun := time.Now(); len(took) < runs && (len(took) < 3 || time.Since(begun) < 2*time.Second); {
			start := time.Now()
			if _, err := s.call(ctx, tenant); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			took = append(took, time.Since(start))
		}
		if after, afterErr := cpu(ctx, explainer); err == nil && afterErr == nil {
			used = milliseconds((after - before) / time.Duration(len(took)))
		}
		fmt.Printf("| %s | %s | %s | %s | %s |\n", s.name, answer, used, milliseconds(slices.Min(took)), blocks)
	}
	fmt.Println()
	return nil
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
