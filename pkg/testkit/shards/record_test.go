package shards_test

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// recorder keeps each statement that a store sends to PostgreSQL, with the arguments of its first run, and every run.
type recorder struct {
	mu   sync.Mutex
	seen map[string][]any
	runs []sent
}

// sent is one run of a statement.
type sent struct {
	text string
	args []any
}

// during returns what is sent while do runs.
func (r *recorder) during(do func()) []sent {
	r.mu.Lock()
	from := len(r.runs)
	r.mu.Unlock()
	do()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs[from:]
}

// TraceQueryStart is part of pgx.QueryTracer.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	r.note(d.SQL, d.Args)
	return ctx
}

// TraceQueryEnd is part of pgx.QueryTracer.
func (*recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart is part of pgx.BatchTracer.
func (*recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

// TraceBatchQuery is part of pgx.BatchTracer.
func (r *recorder) TraceBatchQuery(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	r.note(d.SQL, d.Args)
}

// TraceBatchEnd is part of pgx.BatchTracer.
func (*recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (r *recorder) note(text string, args []any) {
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	switch strings.TrimRight(first, ";") {
	case "begin", "commit", "rollback", "--", "", "discard", "savepoint", "release", "set", "lock":
		return
	}
	kept := make([]any, 0, len(args))
	for _, a := range args {
		switch a.(type) {
		case pgx.QueryResultFormats, pgx.QueryResultFormatsByOID, pgx.QueryExecMode:
		default:
			kept = append(kept, a)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs = append(r.runs, sent{text, kept})
	if _, known := r.seen[text]; !known {
		r.seen[text] = kept
	}
}

// lists is requests that read lists in ways that several parameters make together. offered has each parameter alone.
var lists = []string{
	"/v1/orders?include=count,facets,totals,lines,allowed_actions", "/v1/orders?q=bloom&include=count,facets", "/v1/orders?q=rose+bloom&sort=ship_date",
	"/v1/orders?status=pending,draft&sort=-total&include=count", "/v1/orders?customer_code=BLOOM,STAFF&include=facets", "/v1/orders?number=W000001&include=totals",
	"/v1/orders?ship_date_from=2020-01-01&ship_date_to=2040-01-01", "/v1/orders?ship_date_from=2026-01-01&ship_date_to=2026-01-20&include=count", "/v1/orders?updated_since=2020-01-01T00:00:00Z&sort=updated_at",
	"/v1/orders?email_status=sent&payment_status=unpaid&origin=W&kind=order", "/v1/orders?total_min=1.00&total_max=900.00&sort=total",
	"/v1/order-lines?include=count&sku=ROSE", "/v1/payments?include=count&method=card&kind=payment", "/v1/payments?paid_from=2020-01-01T00:00:00Z",
	"/v1/invoices?due_from=2020-01-01", "/v1/invoices?issued_from=2020-01-01&issued_to=2040-01-01", "/v1/customers?updated_since=2020-01-01T00:00:00Z",
}

// given has a value for each format of a parameter that has no example.
var given = map[string]string{"uuid": apitest.UnknownID, "line": "BLOOM"}

// asked is a value of a parameter of a list or an export.
type asked struct {
	route       api.Route
	name, value string
}

// path is the request with this value, and with more parameters: a name and a value each.
func (a asked) path(more ...string) string {
	query := url.Values{a.name: {a.value}}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	if a.name == "include" && a.exports() {
		query.Set("format", "ndjson") // a CSV has no lines
	}
	return a.route.Path + "?" + query.Encode()
}

func (a asked) exports() bool { return strings.HasSuffix(a.route.Path, "/export") }

// everyValue is each value of each parameter of the lists and exports of a company. It is made from the routes, so a new filter, sort or
// part is among them.
func everyValue(t *testing.T) (all []asked) {
	t.Helper()
	for _, route := range api.Routes() {
		if route.Tokenless() || route.Query == nil || strings.Contains(route.Path, "{") {
			continue
		}
		for _, f := range api.Reader().QueryShape(reflect.TypeOf(route.Query)).Fields {
			if f.Name == "cursor" { // of a page of the same list
				continue
			}
			values := []string{cmp.Or(f.Go.Tag.Get("example"), given[f.Go.Tag.Get("format")])}
			if words := f.Go.Tag.Get("enums"); words != "" {
				values = strings.Split(words, ",")
			}
			for _, value := range values {
				require.NotEmpty(t, value, "%s of %s: give it an example, or its format a value in given", f.Name, route.Operation)
				all = append(all, asked{route, f.Name, value})
			}
		}
	}
	require.Greater(t, len(all), 100)
	return all
}

// offered is a request for each of them.
func offered(t *testing.T) (paths []string) {
	t.Helper()
	for _, a := range everyValue(t) {
		paths = append(paths, a.path())
	}
	return paths
}

// recorded runs every operation for staff and for a storefront, the lists, the background work and the check, and returns what they
// sent. It returns the address of the database too.
func recorded(t *testing.T) (statements map[string][]any, address string) {
	t.Helper()
	address = storetest.Postgres(t)
	r := &recorder{seen: map[string][]any{}}
	s := servicetest.Start(t, address, servicetest.Options{Store: store.Options{Tracer: r}})
	w := apitest.NewWorld(t, s)
	for _, role := range []auth.Role{auth.Admin, auth.Storefront} {
		who := s.As(t, role)
		for _, path := range append(offered(t), lists...) {
			if answer := who.Get(path); role == auth.Admin { // a storefront may not read every list
				require.Equal(t, http.StatusOK, answer.Status, "%s: %s", path, answer.Body) // a refused request sends no statement
			}
		}
		for _, route := range api.Routes() {
			if route.Tokenless() {
				continue
			}
			ask := apitest.Requests()[route.Operation]
			ids := []string{w.Issued[ask.Thing]["mine"]}
			if ask.Thing == "order" {
				ids = []string{w.Orders["mine draft"], w.Orders["mine pending"], w.Orders["mine prebook"], w.Orders["mine confirmed"]}
			}
			for _, id := range ids {
				w.Send(who, route, ask, id)
				route.DryRun = false // the same request again, now with its effect
				w.Send(who, route, ask, id)
			}
		}
	}
	admin := s.As(t, auth.Admin)
	admin.Get("/v1/events?after=latest", "Prefer", "wait=1")
	admin.Post("/v1/webhook-endpoints", apitest.Object{"url": "http://127.0.0.1:9/"}).Is(201) // nothing listens there, so attempts fail
	id := apitest.Placed(admin, apitest.Cart("BLOOM", apitest.Line("on_hand", 1)))
	apitest.Confirm(admin, id)
	require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) > 0 }, 30*time.Second, servicetest.Round)
	ctx := t.Context()
	status, err := s.SendGrid.Post(ctx, s.URL+"/v1/hooks/sendgrid", s.SendGrid.Events(s.SendGrid.Accepted()[0], "delivered")...)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, status)
	_, err = store.InTx(ctx, s.Store.For(servicetest.Company), func(tx *store.Tx) (struct{}, error) {
		tx.PauseMail(s.Clock.Now().Add(-time.Second), "for a second")
		return struct{}{}, nil
	})
	require.NoError(t, err)
	apitest.Confirm(admin, apitest.Placed(admin, apitest.Cart("BLOOM", apitest.Line("on_hand", 1)))) // its e-mail is the first one after the pause
	require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) > 1 }, 30*time.Second, servicetest.Round)
	_, err = audit.Check(ctx, s.Store)
	require.NoError(t, err)
	sweeps := sweepsOf(ctx, s.Store.System(), s.Clock.Now())
	methods := reflect.TypeFor[store.System]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		sweep, known := sweeps[name]
		require.True(t, known, "System.%s reads or writes across companies: run it here, so that docs/scaling.md tells of its statements", name)
		if sweep != nil {
			require.NoError(t, sweep(), name)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen, address
}

// sweepsOf runs each method of store.System, which names no company. nil: its statements belong to no shard.
func sweepsOf(ctx context.Context, system store.System, now time.Time) map[string]func() error {
	return map[string]func() error{
		"AddCompany": nil, "Seed": nil, // rows of one company
		"Analyze":              nil, // statistics of tables
		"Companies":            func() error { _, err := system.Companies(ctx, "", 10); return err },
		"ExpiredDrafts":        func() error { _, err := system.ExpiredDrafts(ctx, now, 10); return err },
		"PurgeKeys":            func() error { _, err := system.PurgeKeys(ctx, now, 10); return err },
		"JobCounts":            func() error { _, err := system.JobCounts(ctx); return err },
		"CompaniesWithDueMail": func() error { _, err := system.CompaniesWithDueMail(ctx, now, 10); return err },
		"OverdueEmails":        func() error { _, err := system.OverdueEmails(ctx, now); return err },
		"FindEmail":            func() error { _, _, err := system.FindEmail(ctx, apitest.UnknownID); return err },
		"MailPause":            func() error { _, err := system.MailPause(ctx); return err },
		"ResumeMail":           func() error { _, err := system.ResumeMail(ctx, now); return err },
		"MailBacklog":          func() error { _, _, err := system.MailBacklog(ctx, now); return err },
		"Feed":                 func() error { _, err := system.Feed(ctx); return err },
		"FeedHeld":             func() error { _, err := system.FeedHeld(ctx); return err },
		"FeedNews": func() error {
			_, err := system.FeedNews(ctx, []store.FeedMark{{CompanyID: servicetest.Company}})
			return err
		},
		"FeedAtHome":        func() error { _, err := system.FeedAtHome(ctx); return err },
		"RenewFeed":         func() error { _, err := system.RenewFeed(ctx); return err },
		"EndpointsWithWork": func() error { _, err := system.EndpointsWithWork(ctx, now); return err },
		"HasEndpoints":      func() error { _, err := system.HasEndpoints(ctx); return err },
		"EndpointsToNotify": func() error { _, err := system.EndpointsToNotify(ctx, now); return err },
		"OverdueDeliveries": func() error { _, err := system.OverdueDeliveries(ctx, now); return err },
		"PurgeDeliveries":   func() error { _, err := system.PurgeDeliveries(ctx, now.AddDate(-1, 0, 0), 10); return err },
		"WebhookBacklog":    func() error { _, err := system.WebhookBacklog(ctx, now); return err },
	}
}
