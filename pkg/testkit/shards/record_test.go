package shards_test

import (
	"context"
	"net/http"
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

// recorder keeps each statement that a store sends to PostgreSQL, with the arguments of its first run.
type recorder struct {
	mu   sync.Mutex
	seen map[string][]any
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
	case "begin", "commit", "rollback", "--", "", "discard", "savepoint", "release", "set":
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
	if _, known := r.seen[text]; !known {
		r.seen[text] = kept
	}
}

// lists is requests that read lists in every way: by each index, sorted, counted, searched, and with every part.
var lists = []string{
	"/v1/orders?include=count,facets,totals,lines,allowed_actions,synced_until", "/v1/orders?q=bloom&include=count,facets", "/v1/orders?q=rose+bloom&sort=ship_date",
	"/v1/orders?status=pending,draft&sort=-total&include=count", "/v1/orders?customer_code=BLOOM,STAFF&include=facets", "/v1/orders?number=W000001&include=totals",
	"/v1/orders?ship_date_from=2020-01-01&ship_date_to=2040-01-01", "/v1/orders?ship_date_from=2026-01-01&ship_date_to=2026-01-20&include=count", "/v1/orders?updated_since=2020-01-01T00:00:00Z&include=synced_until",
	"/v1/orders?email_status=sent&payment_status=unpaid&origin=W&kind=order", "/v1/orders?external_reference=x", "/v1/orders?total_min=1.00&balance_min=1.00&sort=balance",
	"/v1/order-lines?include=count&sku=ROSE", "/v1/payments?include=count&method=card&kind=payment", "/v1/payments?customer_code=BLOOM", "/v1/payments?number=W000001", "/v1/payments?paid_from=2020-01-01T00:00:00Z",
	"/v1/invoices?due_from=2020-01-01", "/v1/invoices?issued_from=2020-01-01&issued_to=2040-01-01", "/v1/customers?q=bloom", "/v1/customers?email=buyer@bloom.example", "/v1/customers?updated_since=2020-01-01T00:00:00Z",
	"/v1/events?after=latest", "/v1/events?types=order.*",
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
		for _, path := range lists {
			who.Get(path) // a refused request sends no statement
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
	now := s.Clock.Now()
	system := s.Store.System()
	for what, read := range map[string]func() error{
		"backlog":  func() error { _, _, err := system.MailBacklog(ctx, now); return err },
		"webhooks": func() error { _, err := system.WebhookBacklog(ctx, now); return err },
		"jobs":     func() error { _, err := system.JobCounts(ctx); return err },
		"held":     func() error { _, err := system.FeedHeld(ctx); return err },
		"keys":     func() error { _, err := system.PurgeKeys(ctx, now, 10); return err },
		"check":    func() error { _, err := audit.Check(ctx, s.Store); return err },
	} {
		require.NoError(t, read(), what)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen, address
}
