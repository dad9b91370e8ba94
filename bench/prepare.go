package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/limit"
	"github.com/orderdesk/orderdesk/bench/seed"
)

// plain selects orders that the floor's answers describe fully: without charges and payments, and that may be confirmed.
const plain = "kind = 'order' AND status = 'pending' AND paid = 0 AND NOT payment_indicator AND charges_total = 0"

// prepare makes the requests of the operations. The limit takes the same rows from tables of the floor's database.
func (w *world) prepare(ctx context.Context) error {
	for _, s := range []string{
		fmt.Sprintf(`CREATE TABLE %s AS SELECT row_number() OVER () AS k, at, id FROM (SELECT placed_at AS at, id FROM orders
			WHERE company_id = '%s' AND origin = 'W' AND status = 'pending' ORDER BY random() LIMIT %d) o`, limit.Cursors, w.big, samples),
		fmt.Sprintf(`CREATE TABLE %s AS SELECT row_number() OVER () AS k, id FROM (SELECT id FROM orders WHERE company_id = '%s' AND line_count = %d AND %s
			ORDER BY random() LIMIT %d) o`, limit.Orders, w.big, seed.TenLines, plain, samples),
		fmt.Sprintf(`CREATE TABLE %s AS SELECT row_number() OVER () AS k, company_id AS company, id AS customer FROM customers
			WHERE company_id IN ('%s') AND NOT require_credit_card_payment`, limit.Buyers, strings.Join(w.busy, "', '")),
		pending("confirm", w.busy, w.small, 1_000_000),
		pending("confirm_one", []string{w.big}, nil, 60_000),
	} {
		if _, err := w.floorDB.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	for _, name := range []string{"confirm", "confirm_one"} {
		table := limit.Pendings + name
		if _, err := w.floorDB.Exec(ctx, "CREATE UNIQUE INDEX ON "+table+" (k)"); err != nil {
			return err
		}
		orders, err := rows[pair](ctx, w.floorDB, "SELECT company::text, id::text FROM "+table+" ORDER BY k")
		if err != nil {
			return err
		}
		w.pools[name] = &pool{orders: orders}
	}
	for _, table := range []string{limit.Cursors, limit.Orders, limit.Buyers} {
		if _, err := w.floorDB.Exec(ctx, "CREATE UNIQUE INDEX ON "+table+" (k)"); err != nil {
			return err
		}
	}
	var err error
	if w.places, err = rows[place](ctx, w.floorDB, "SELECT at, id::text FROM "+limit.Cursors+" ORDER BY k"); err != nil {
		return err
	}
	if w.ids, err = rows[string](ctx, w.floorDB, "SELECT id::text FROM "+limit.Orders+" ORDER BY k"); err != nil {
		return err
	}
	if w.buyers, err = rows[pair](ctx, w.floorDB, "SELECT company::text, customer::text FROM "+limit.Buyers+" ORDER BY k"); err != nil {
		return err
	}
	return w.model(ctx)
}

// model places and confirms an order on the floor, so that the limit can keep the same bytes. On the service's side, e-mails wait, so
// that sending them does not count as confirming.
func (w *world) model(ctx context.Context) error {
	if err := w.ask(ctx, w.floor, w.placeRequests(w.buyers)(0), nil); err != nil {
		return err
	}
	p := w.pools["confirm"]
	if err := w.ask(ctx, w.floor, w.confirmRequests(p, &p.floor)(0), nil); err != nil {
		return err
	}
	if err := limit.Prepare(ctx, w.floorDB); err != nil {
		return err
	}
	return w.pauseMail(ctx)
}

// pauseMail makes e-mails of the service wait.
func (w *world) pauseMail(ctx context.Context) error {
	_, err := w.serviceDB.Exec(ctx, "INSERT INTO mail_pauses (id, until, reason) VALUES (1, now() + interval '1 day', 'bench') ON CONFLICT (id) DO UPDATE SET until = excluded.until")
	return err
}

// pending is the statement that makes the table of orders to confirm, the companies in turn. The orders of those in reserve come last:
// many repeated runs on a fast machine take them too.
func pending(name string, companies, reserve []string, most int) string {
	return fmt.Sprintf(`CREATE TABLE %s AS SELECT row_number() OVER () AS k, company, id FROM (
		SELECT company_id AS company, id, company_id IN ('%s') AS first, row_number() OVER (PARTITION BY company_id ORDER BY placed_at) AS turn
		FROM orders WHERE company_id IN ('%s') AND line_count = 3 AND %s ORDER BY first DESC, turn, company_id LIMIT %d) o`,
		limit.Pendings+name, strings.Join(companies, "', '"), strings.Join(slices.Concat(companies, reserve), "', '"), plain, most)
}

// rows reads a table.
func rows[T any](ctx context.Context, conn *pgx.Conn, sql string) ([]T, error) {
	found, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(row pgx.CollectableRow) (v T, err error) {
		switch p := any(&v).(type) {
		case *string:
			err = row.Scan(p)
		case *pair:
			err = row.Scan(&p.Company, &p.ID)
		case *place:
			err = row.Scan(&p.At, &p.ID)
		}
		return v, err
	})
}
