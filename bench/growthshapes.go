package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/bench/load"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

// sized is a company of one size in a database of its own, with a service.
type sized struct {
	size    int
	seeding seeding
	world   *world
}

// openSize starts a service on the database of a size.
func (s settings) openSize(ctx context.Context, f *farm, size int) (*sized, error) {
	database := f.address(databaseOf(size))
	w := &world{pools: map[string]*pool{}}
	c := &sized{size: size, world: w}
	var err error
	if w.sendgrid, err = sendgridtest.Start(apiKey, time.Now); err != nil {
		return c, err
	}
	if err := s.migrate(ctx, w, database); err != nil {
		return c, err
	}
	if w.serviceDB, err = pgx.Connect(ctx, database); err != nil {
		return c, err
	}
	if err := w.serviceDB.QueryRow(ctx, "SELECT company, took, bytes FROM "+seedingTable).Scan(&w.big, &c.seeding.Took, &c.seeding.Bytes); err != nil {
		return c, err
	}
	// A sample of blocks, because a sample of rows would read the whole table.
	if _, err := w.serviceDB.Exec(ctx, fmt.Sprintf("CREATE TEMPORARY TABLE sample AS SELECT * FROM orders TABLESAMPLE SYSTEM (%f) WHERE company_id = '%s' ORDER BY random()",
		min(100, 100*40_000/float64(size)), w.big)); err != nil {
		return c, err
	}
	if err := w.issueTokens(); err != nil {
		return c, err
	}
	w.ours, w.postgres = w.service(s.program, database), f.server.PID()
	if err := w.ours.start(ctx); err != nil {
		return c, err
	}
	return c, w.pauseMail(ctx) // a service that starts ends a pause
}

// growthShape is one kind of request.
type growthShape struct {
	name   string
	most   int  // requests in a round; 0: as many as there is time for
	rows   bool // it is measured by rows: a thousand of them
	source func(context.Context, *sized) (load.Source, error)
}

// writes is how many orders one round places, or confirms: the same in all companies.
const writes = 400

// growthShapes are the kinds of requests that are to be measured.
func (s settings) growthShapes() []growthShape {
	return slices.DeleteFunc(slices.Clone(allGrowthShapes), func(g growthShape) bool { return !strings.Contains(g.name, s.only) })
}

var allGrowthShapes = []growthShape{
	{name: "list", source: listFrom("/v1/orders", "true")},
	{name: "list, W pending", source: listFrom(listFilter, "origin = 'W' AND status = 'pending'")},
	{name: "list, q, a frequent word", source: paths("SELECT unnest(ARRAY['bloom', 'armellini', 'dahlia', 'florist'])", "/v1/orders?q=%s")},
	{name: "list, q, a number", source: paths("SELECT number FROM sample", "/v1/orders?q=%s")},
	{name: "list, one customer", source: paths("SELECT customer_id::text FROM sample", "/v1/orders?customer_id=%s")},
	{name: "list, a week of ship dates", source: func(_ context.Context, c *sized) (load.Source, error) {
		var prepared [][]byte
		for week := 2; week < 50; week++ {
			day := time.Now().AddDate(0, 0, -7*week)
			prepared = append(prepared, c.get(fmt.Sprintf("/v1/orders?ship_date_from=%s&ship_date_to=%s", day.Format(time.DateOnly), day.AddDate(0, 0, 6).Format(time.DateOnly))))
		}
		return anyOf(prepared), nil
	}},
	{name: "list, by total", source: paths("SELECT unnest(ARRAY['total', '-total'])", "/v1/orders?sort=%s")},
	{name: "count, W pending", source: paths("SELECT '1'", listFilter+"&include=count&limit=%s")},
	{name: "facets, all", source: paths("SELECT '1'", "/v1/orders?include=facets&limit=%s")},
	{name: "details, 3 lines", source: paths("SELECT id::text FROM sample WHERE line_count = 3", "/v1/orders/%s")},
	{name: "place, 5 lines", most: writes, source: func(ctx context.Context, c *sized) (load.Source, error) {
		buyers, err := rows[pair](ctx, c.world.serviceDB, fmt.Sprintf(`SELECT company_id::text, id::text FROM customers
			WHERE company_id = '%s' AND NOT require_credit_card_payment ORDER BY random() LIMIT %d`, c.world.big, samples))
		return c.world.placeRequests(buyers), err
	}},
	{name: "confirm, 3 lines", most: writes, source: func(ctx context.Context, c *sized) (load.Source, error) {
		orders, err := rows[pair](ctx, c.world.serviceDB, "SELECT company_id::text, id::text FROM sample WHERE line_count = 3 AND "+plain)
		p := &pool{orders: orders}
		return c.world.confirmRequests(p, &p.service), err
	}},
	{name: "export as CSV, 1,000 rows", rows: true, source: paths("SELECT 'csv'", "/v1/orders/export?format=%s")},
}

func (c *sized) get(path string) []byte { return c.world.request(c.world.big, "GET", path, "", "") }

// paths makes requests with values that the database selects.
func paths(sql, format string) func(context.Context, *sized) (load.Source, error) {
	return func(ctx context.Context, c *sized) (load.Source, error) {
		values, err := rows[string](ctx, c.world.serviceDB, fmt.Sprintf("%s LIMIT %d", sql, samples))
		if err != nil {
			return nil, err
		}
		if len(values) == 0 {
			return nil, fmt.Errorf("no rows: %s", sql)
		}
		prepared := make([][]byte, len(values))
		for i, v := range values {
			prepared[i] = c.get(fmt.Sprintf(format, url.QueryEscape(v)))
		}
		return anyOf(prepared), nil
	}
}

// listFrom makes requests for pages anywhere in a list by placed_at. The condition is the list's filter in SQL.
func listFrom(filter, condition string) func(context.Context, *sized) (load.Source, error) {
	return func(ctx context.Context, c *sized) (load.Source, error) {
		places, err := rows[place](ctx, c.world.serviceDB, fmt.Sprintf("SELECT placed_at, id::text FROM sample WHERE %s LIMIT %d", condition, samples))
		if err != nil {
			return nil, err
		}
		cursors, err := c.world.cursors(ctx, c.world.big, filter, places)
		if err != nil {
			return nil, err
		}
		prepared := make([][]byte, len(cursors))
		for i, cursor := range cursors {
			u, err := url.Parse(filter)
			if err != nil {
				return nil, err
			}
			query := u.Query()
			query.Set("cursor", cursor)
			u.RawQuery = query.Encode()
			prepared[i] = c.get(u.String())
		}
		return anyOf(prepared), nil
	}
}
