// Package seed fills a PostgreSQL database with companies and millions of orders, several million rows a minute.
//
// A small template company gets documents from package demo, which follows every rule of the trade. The database then copies
// its rows with other ids, numbers and times into the other companies. Indexes are dropped before and built again at the end.
//
// The copies keep the digests of the template's events, so `orderdesk check` refuses them.
package seed

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Group is companies of one size.
type Group struct {
	Name      string
	Companies int
	Orders    int // of each company
}

// Plan is what a database gets.
type Plan struct {
	Groups   []Group
	Template int                              // the most documents of the template company; 4000 if it is 0
	Progress func(share float64, what string) // called from time to time, never twice at once
}

// template is the usual size of the template company, of which one document in lineShare has TenLines lines.
const (
	template  = 4000
	lineShare = 50
)

// TenLines is the number of lines of one order in fifty. The others have three.
const TenLines = 10

// Fill migrates an empty database and fills it. It returns the ids of the companies of each group.
func Fill(ctx context.Context, address string, plan Plan) ([][]string, error) {
	plan.Progress = oneAtATime(plan.Progress)
	f := filler{address: address, plan: plan, now: time.Now().UTC().Truncate(time.Microsecond)}
	source, err := f.makeTemplate(ctx)
	if err != nil {
		return nil, fmt.Errorf("template company: %w", err)
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(max(2, runtime.NumCPU()))
	for name, value := range map[string]string{
		"session_replication_role": "replica", "synchronous_commit": "off", "work_mem": "128MB",
		"maintenance_work_mem": "1GB", "max_parallel_maintenance_workers": "0", // each connection builds an index of its own meanwhile
	} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	if f.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	defer f.pool.Close()
	ids, err := f.copyAll(ctx, source)
	if err != nil {
		return nil, err
	}
	plan.Progress(1, "done")
	return ids, nil
}

// oneAtATime lets only one copy at a time call the function, because the copies run concurrently.
func oneAtATime(progress func(float64, string)) func(float64, string) {
	var mu sync.Mutex
	return func(share float64, what string) {
		mu.Lock()
		defer mu.Unlock()
		if progress != nil {
			progress(share, what)
		}
	}
}

type filler struct {
	address string
	plan    Plan
	now     time.Time
	pool    *pgxpool.Pool
	done    atomic.Int64 // documents copied
}

// makeTemplate adds a company with documents that follow the rules. Its customers have e-mail addresses.
func (f *filler) makeTemplate(ctx context.Context) (string, error) {
	st, err := store.Open(ctx, f.address, store.Options{})
	if err != nil {
		return "", err
	}
	defer st.Close()
	if _, err := st.Migrate(ctx); err != nil {
		return "", err
	}
	c := f.company("Template")
	if err := st.System().AddCompany(ctx, c); err != nil {
		return "", err
	}
	size := f.plan.templateSize()
	d := desk.New(desk.Options{Store: st, Now: time.Now})
	for _, b := range []demo.Bulk{
		{Orders: size - max(1, size/lineShare), Customers: max(1, size/40), Lines: 3, Confirmed: 1, Rand: 1},
		{Orders: max(1, size/lineShare), Customers: 1, Lines: TenLines, Rand: 2},
	} {
		b.Store, b.Desk, b.Company, b.Now = st, d, c.ID, f.now
		b.Progress = func(done, of int) { f.plan.Progress(templateShare*float64(done)/float64(of), "template company") }
		if err := b.Run(ctx); err != nil {
			return "", err
		}
	}
	return c.ID, nil
}

// company is a new company with the default settings.
func (f *filler) company(name string) company.Company {
	return company.Company{
		ID: uuid.Must(uuid.NewV7()).String(), Name: name, Currency: "USD",
		CreatedAt: f.now, UpdatedAt: f.now, Version: 1, Settings: company.Defaults(),
	}
}

// templateSize divides the largest company's documents.
func (p Plan) templateSize() int {
	largest := 1
	for _, g := range p.Groups {
		largest = max(largest, g.Orders)
	}
	most := template
	if p.Template > 0 {
		most = p.Template
	}
	return max(1, largest/((largest+most-1)/most))
}

// Counts is how many documents each company of a group gets: about what the group wants, because every document of the template is
// copied equally often, or every second one once, and so on. The template company itself keeps its documents.
func (p Plan) Counts() (of []int, template int) {
	template = p.templateSize()
	for _, g := range p.Groups {
		of = append(of, targetOf(nil, g.Orders, template, 0).each(template))
	}
	return of, template
}

func (f *filler) documents() int {
	n := 0
	of, _ := f.plan.Counts()
	for i, g := range f.plan.Groups {
		n += g.Companies * of[i]
	}
	return n
}

// Shares of the progress that the template and the copies have, and the progress when the indexes are built.
const (
	templateShare = 0.03
	copyShare     = 0.55
	indexShare    = 0.93
)

func (f *filler) copyAll(ctx context.Context, source string) ([][]string, error) {
	if _, err := f.pool.Exec(ctx, `UPDATE customers SET emails = jsonb_build_array('orders@' || split_part(code_key, '-', 2) || '.bloom.example')`); err != nil {
		return nil, err
	}
	var size int
	if err := f.pool.QueryRow(ctx, "SELECT count(*) FROM orders WHERE company_id = $1", source).Scan(&size); err != nil {
		return nil, err
	}
	if err := f.prepare(ctx, source); err != nil {
		return nil, err
	}
	ids, targets, err := f.addCompanies(ctx, size)
	if err != nil {
		return nil, err
	}
	indexes, err := f.dropIndexes(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.copyWork(ctx, targets, size); err != nil {
		return nil, err
	}
	if err := f.tidy(ctx); err != nil {
		return nil, err
	}
	if err := f.buildIndexes(ctx, indexes); err != nil {
		return nil, err
	}
	return ids, f.vacuum(ctx)
}

// vacuum marks the pages whose rows all can see, and makes the statistics.
func (f *filler) vacuum(ctx context.Context) error {
	f.plan.Progress(indexShare, "statistics")
	rows, err := f.pool.Query(ctx, `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY pg_relation_size(oid) DESC`)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	return each(ctx, f.pool, tables, func(ctx context.Context, c *pgx.Conn, table string) error {
		_, err := c.Exec(ctx, "VACUUM (ANALYZE) "+pgx.Identifier{table}.Sanitize())
		return err
	})
}

// addCompanies adds the companies, and returns their ids and what each gets.
func (f *filler) addCompanies(ctx context.Context, template int) ([][]string, []target, error) {
	st, err := store.Open(ctx, f.address, store.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer st.Close()
	var ids [][]string
	var targets []target
	serial := 0
	for _, g := range f.plan.Groups {
		var of []string
		for i := range g.Companies {
			c := f.company(fmt.Sprintf("%s %d", g.Name, i+1))
			if err := st.System().AddCompany(ctx, c); err != nil {
				return nil, nil, err
			}
			of = append(of, c.ID)
		}
		t := targetOf(of, g.Orders, template, serial)
		serial += t.copies * len(of)
		ids, targets = append(ids, of), append(targets, t)
	}
	return ids, targets, nil
}

// span is the time over which package demo spreads its documents.
const span = 365 * 24 * time.Hour

// each runs the work on every connection and returns the first errors.
func each[T any](ctx context.Context, pool *pgxpool.Pool, work []T, do func(context.Context, *pgx.Conn, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range pool.Config().MaxConns {
		wait.Go(func() {
			err := pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
				for {
					i := int(next.Add(1)) - 1
					if i >= len(work) || ctx.Err() != nil {
						return nil
					}
					if err := do(ctx, c.Conn(), work[i]); err != nil {
						return err
					}
				}
			})
			if err != nil {
				cancel(err)
			}
		})
	}
	wait.Wait()
	return errors.Join(context.Cause(ctx))
}

// quoted lists names for a statement.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = pgx.Identifier{n}.Sanitize()
	}
	return strings.Join(out, ", ")
}
