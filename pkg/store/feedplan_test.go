package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sqlcount"
	"github.com/stretchr/testify/require"
)

// feedRead is a read of the feed, of the timeline or of the webhooks: the indexes that find its rows, and how many statements it is.
type feedRead struct {
	indexes    string
	statements int
	run        func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error
}

// list is the read of one page of deliveries.
func list(f store.DeliveryFilter) func(context.Context, *store.Store, *shop, hook.Endpoint) error {
	return func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		f.EndpointID, f.Limit = e.ID, 50
		_, err := s.For(sh.id).Deliveries(ctx, f)
		return err
	}
}

func inTx(ctx context.Context, s *store.Store, sh *shop, do func(tx *store.Tx) error) error {
	_, err := store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (none struct{}, err error) { return none, do(tx) })
	return err
}

var feedReads = map[string]feedRead{
	"how far it goes": {"", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().Feed(ctx)
		return err
	}},
	"a page": {"events_feed", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.For(sh.id).Feed(ctx, store.FeedQuery{After: store.FeedPosition{Pos: e.Pos, Seq: e.Seq}, Until: 1 << 40, Limit: 100})
		return err
	}},
	"a page of a document": {"events_of_order", 1, func(ctx context.Context, s *store.Store, sh *shop, _ hook.Endpoint) error {
		_, err := s.For(sh.id).Feed(ctx, store.FeedQuery{Until: 1 << 40, OrderID: sh.docs[0].ID, Limit: 100})
		return err
	}},
	"who has news": {"events_feed", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.System().FeedNews(ctx, []store.FeedMark{{CompanyID: sh.id, Pos: e.Pos, Seq: e.Seq}})
		return err
	}},
	"whether it continues": {"events_feed", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().RenewFeed(ctx)
		return err
	}},
	"a timeline": {"events_of_order", 1, func(ctx context.Context, s *store.Store, sh *shop, _ hook.Endpoint) error {
		_, err := s.For(sh.id).Events(ctx, store.EventFilter{OrderID: sh.docs[0].ID, Limit: 50})
		return err
	}},
	"events by id": {"events_pkey", 1, func(ctx context.Context, s *store.Store, sh *shop, _ hook.Endpoint) error {
		_, err := s.For(sh.id).FeedEvents(ctx, []string{sh.uuid(), sh.uuid()})
		return err
	}},
	"whether there are endpoints": {"", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().HasEndpoints(ctx)
		return err
	}},
	"endpoints with work": {"webhook_deliveries_due, events_feed", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().EndpointsWithWork(ctx, storetest.Noon)
		return err
	}},
	"first attempts": {"webhook_deliveries_first", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.For(sh.id).FirstAttempts(ctx, e.ID, 16)
		return err
	}},
	"retries": {"webhook_deliveries_due", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.For(sh.id).DueRetries(ctx, e.ID, storetest.Noon, 8)
		return err
	}},
	"attempts under way": {"webhook_deliveries_busy", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.For(sh.id).Underway(ctx, e.ID)
		return err
	}},
	"lost attempts": {"webhook_deliveries_sent", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().OverdueDeliveries(ctx, storetest.Noon)
		return err
	}},
	"old deliveries": {"webhook_deliveries_old", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().PurgeDeliveries(ctx, storetest.Noon.AddDate(0, 0, -60), 1000)
		return err
	}},
	"the backlog": {"webhook_deliveries_due, events_feed", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().WebhookBacklog(ctx, storetest.Noon)
		return err
	}},
	"whom to tell": {"", 1, func(ctx context.Context, s *store.Store, _ *shop, _ hook.Endpoint) error {
		_, err := s.System().EndpointsToNotify(ctx, storetest.Noon)
		return err
	}},
	"the health of an endpoint": {"events_feed, webhook_deliveries_first, webhook_deliveries_state", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, err := s.For(sh.id).Lag(ctx, &e, storetest.Noon)
		return err
	}},
	"a delivery": {"webhook_deliveries_pkey", 1, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		_, _, err := s.For(sh.id).Delivery(ctx, e.ID, sh.uuid())
		return err
	}},
	"a replay": {"events_feed", 2, func(ctx context.Context, s *store.Store, sh *shop, e hook.Endpoint) error {
		return inTx(ctx, s, sh, func(tx *store.Tx) error {
			_, _, err := tx.ReplayEvents(ctx, store.ReplayQuery{EndpointID: e.ID, Until: store.FeedPosition{Pos: e.Pos, Seq: e.Seq}, Types: []string{"order.edited"}, OnlyFailed: true, Limit: 100}, storetest.Noon)
			return err
		})
	}},
	"a page of deliveries":              {"webhook_deliveries_list", 1, list(store.DeliveryFilter{})},
	"a page of deliveries of a state":   {"webhook_deliveries_state", 1, list(store.DeliveryFilter{States: []string{"failed", "skipped"}})},
	"the delivery of an event":          {"webhook_deliveries_pkey", 1, list(store.DeliveryFilter{EventID: "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"})},
	"a page of deliveries of a type":    {"webhook_deliveries_list", 1, list(store.DeliveryFilter{Types: []string{"order.edited"}})},
	"a page of deliveries further down": {"webhook_deliveries_list", 1, list(store.DeliveryFilter{Window: store.Window{After: &store.Position{Value: "2026-11-24T10:00:00Z", ID: "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"}}})},
}

// hooked adds endpoints to the shop, and many events and deliveries. Few of the deliveries are due, on their way or failed.
func (sh *shop) hooked(t *testing.T, s *store.Store, events int) hook.Endpoint {
	t.Helper()
	var endpoints []hook.Endpoint
	for range 3 {
		endpoints = append(endpoints, hook.Endpoint{CompanyID: sh.id, ID: sh.uuid(), URL: "https://erp.example/", Types: []string{}, Status: hook.Enabled, Secret: hook.Secret{KeyID: "k", Generation: 1},
			Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon})
	}
	sh.write(t, s, func(tx *store.Tx) error {
		for _, e := range endpoints {
			if err := tx.CreateEndpoint(e); err != nil {
				return err
			}
		}
		return nil
	})
	for i := 0; i < events; i += 1000 {
		sh.write(t, s, func(tx *store.Tx) error {
			list := make([]order.Event, 1000)
			for j := range list {
				list[j] = order.Event{CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[(i+j)%len(sh.docs)].ID, Type: order.EventEdited, At: storetest.Noon.Add(time.Duration(i+j) * time.Second)}
			}
			return tx.Record(list)
		})
	}
	s.Write(t, `INSERT INTO webhook_deliveries (company_id, endpoint_id, id, event_type, order_id, pos, seq, state, tried, attempts, next_attempt_at, sending_since, created_at, updated_at)
		SELECT v.company_id, e.id, v.id, v.type, v.order_id, v.pos, v.seq,
			CASE v.seq % 100 WHEN 1 THEN 'pending' WHEN 2 THEN 'pending' WHEN 3 THEN 'sending' WHEN 4 THEN 'failed' WHEN 5 THEN 'skipped' ELSE 'delivered' END,
			CASE v.seq % 100 WHEN 1 THEN 0 ELSE 1 END, '[]', v.at, CASE v.seq % 100 WHEN 3 THEN v.at ELSE NULL END, v.at, v.at
		FROM events v JOIN webhook_endpoints e ON e.company_id = v.company_id`)
	s.Write(t, `UPDATE webhook_endpoints SET (pos, seq) = (SELECT pos, seq FROM events WHERE seq = (SELECT max(seq) - 20 FROM events))`)
	e := endpoints[1]
	require.NoError(t, s.DB(t).QueryRow("SELECT pos, seq FROM webhook_endpoints WHERE id = '"+e.ID+"'").Scan(&e.Pos, &e.Seq))
	return e
}

// Each read of the feed and of those who consume it is as many statements as it was, and finds its rows by an index. PostgreSQL's
// plan is generic, made without knowing the values.
func TestPlansOfTheFeedAndItsConsumers(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counter, options := sqlcount.New()
			s := storetest.Open(t, address(t), options)
			events := 5_000
			if name == "sqlite" {
				events = 1_000 // its plans ignore the number of rows
			}
			sh := newShop(t, s, 34, 5)
			sh.add(t, s, 200)
			e := sh.hooked(t, s, events)
			conn, err := s.DB(t).Conn(t.Context())
			require.NoError(t, err)
			defer conn.Close()
			if name == "postgres" {
				for _, text := range []string{"VACUUM ANALYZE", "SET plan_cache_mode = force_generic_plan"} {
					_, err := conn.ExecContext(t.Context(), text)
					require.NoError(t, err)
				}
			}
			_, err = s.System().RenewFeed(t.Context())
			require.NoError(t, err)
			for what, read := range feedReads {
				counter.Statements()
				require.NoError(t, read.run(t.Context(), s, sh, e), what)
				seen := counter.Statements()
				require.Len(t, seen, read.statements, what)
				var plans []string
				for i, text := range seen {
					plans = append(plans, planOf(t, conn, name, fmt.Sprintf("%s %d", what, i), text))
				}
				requireFeedIndexes(t, what, read.indexes, strings.Join(plans, "\n"))
			}
		})
	}
}

var (
	numbered   = regexp.MustCompile(`\$(\d+)`)
	feedTables = regexp.MustCompile(`(?m)Seq Scan on (events|orders|webhook_deliveries)|SCAN (events|orders|webhook_deliveries|[vo])( |$)`)
)

// planOf is the plan of a statement of which the arguments are not known.
func planOf(t *testing.T, conn *sql.Conn, database, name, text string) string {
	t.Helper()
	if database == "sqlite" {
		return explain(t, conn, "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
	}
	arguments := 0
	for _, n := range numbered.FindAllStringSubmatch(text, -1) {
		number, err := strconv.Atoi(n[1])
		require.NoError(t, err)
		arguments = max(arguments, number)
	}
	_, err := conn.ExecContext(t.Context(), fmt.Sprintf("PREPARE %q AS %s", name, text))
	require.NoError(t, err, text)
	execute := fmt.Sprintf("EXPLAIN EXECUTE %q", name)
	if arguments > 0 {
		execute += "(" + strings.TrimSuffix(strings.Repeat("NULL, ", arguments), ", ") + ")"
	}
	return explain(t, conn, execute)
}

func requireFeedIndexes(t *testing.T, what, indexes, plan string) {
	t.Helper()
	for index := range strings.SplitSeq(indexes, ", ") {
		if strings.HasSuffix(index, "_pkey") && !strings.Contains(plan, index) {
			index = "sqlite_autoindex_" + strings.TrimSuffix(index, "_pkey") + "_1"
		}
		if !strings.Contains(plan, index) {
			t.Errorf("%s: without %s\n%s", what, index, plan)
		}
	}
	if found := feedTables.FindString(plan); found != "" {
		t.Errorf("%s: %s\n%s", what, found, plan)
	}
}

// The backlog counts what is due and what enabled endpoints have still to read. Its oldest is the time of the oldest of both.
func TestWebhookBacklog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 35, 1)
		sh.add(t, s, 1)
		backlog := func(at time.Time) (int, *time.Time) {
			t.Helper()
			b, err := s.System().WebhookBacklog(t.Context(), at)
			require.NoError(t, err)
			return b.Due, b.Oldest
		}
		due, oldest := backlog(storetest.Noon)
		require.Zero(t, due)
		require.Nil(t, oldest)
		e := sh.hooked(t, s, 1000) // of each endpoint, 10 deliveries are due for the first time and 10 again, and 20 events are not read
		due, oldest = backlog(storetest.Noon.AddDate(1, 0, 0))
		require.Equal(t, 3*(10+10+20), due)
		require.NotNil(t, oldest)
		require.True(t, oldest.Before(storetest.Noon.Add(100*time.Second)), "%s", oldest)
		_, oldest = backlog(storetest.Noon.Add(-time.Hour))
		require.Equal(t, storetest.Noon.Add(980*time.Second), oldest.UTC(), "no delivery is due, but events wait to be read")
		s.Write(t, "UPDATE webhook_endpoints SET status = 'paused' WHERE id <> '"+e.ID+"'")
		due, _ = backlog(storetest.Noon.AddDate(1, 0, 0))
		require.Equal(t, 10+10+20, due)
	})
}
