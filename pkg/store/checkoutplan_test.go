package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The lookup of a cart's reference uses its index and does not scan the company's checkouts. The plan is generic, made
// without knowing the value.
func TestPlanOfCheckoutByReference(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, address(t), store.Options{})
			newShop(t, s, 33, 5).add(t, s, 1_000)
			conn, err := s.DB(t).Conn(t.Context())
			require.NoError(t, err)
			defer conn.Close()
			if name == "sqlite" {
				plan := explain(t, conn, "EXPLAIN QUERY PLAN "+store.CheckoutByReference, "c", "c", "r")
				require.Contains(t, plan, "checkouts_reference")
				return
			}
			for _, text := range []string{"VACUUM ANALYZE", "SET plan_cache_mode = force_generic_plan", "PREPARE p AS " + store.Dollars(store.CheckoutByReference)} {
				_, err := conn.ExecContext(t.Context(), text)
				require.NoError(t, err, text)
			}
			require.Contains(t, explain(t, conn, "EXPLAIN EXECUTE p(NULL, NULL, NULL)"), "checkouts_reference")
		})
	}
}

// The sweep for old drafts finds them in an index of drafts, whatever else the company has. It ran 768 ms over 36,048 blocks in a company
// of a million orders. The plan is generic.
func TestPlanOfExpiredDrafts(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t, address(t), store.Options{})
			sh := newShop(t, s, 33, 5)
			sh.add(t, s, 5_000)
			conn, err := s.DB(t).Conn(t.Context())
			require.NoError(t, err)
			defer conn.Close()
			if name == "sqlite" {
				require.Contains(t, explain(t, conn, "EXPLAIN QUERY PLAN "+s.ExpiredDrafts(), "c", "2020-01-01", 200), "orders_open_drafts")
				return
			}
			for _, text := range []string{"VACUUM ANALYZE", "SET plan_cache_mode = force_generic_plan", "PREPARE p (uuid, timestamptz, int) AS " + store.Dollars(s.ExpiredDrafts())} {
				_, err := conn.ExecContext(t.Context(), text)
				require.NoError(t, err, text)
			}
			require.Contains(t, explain(t, conn, "EXPLAIN EXECUTE p(NULL, NULL, NULL)"), "orders_open_drafts")
			require.LessOrEqual(t, blocksOf(t.Context(), t, conn, "EXECUTE p('"+sh.id+"', '2020-01-01', 200)"), 10)
		})
	}
}

// blocksOf is the number of blocks that a statement reads on PostgreSQL.
func blocksOf(ctx context.Context, t *testing.T, conn *sql.Conn, statement string) int {
	t.Helper()
	var raw []byte
	require.NoError(t, conn.QueryRowContext(ctx, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+statement).Scan(&raw))
	var plans []struct {
		Plan struct {
			Hit  int `json:"Shared Hit Blocks"`
			Read int `json:"Shared Read Blocks"`
		}
	}
	require.NoError(t, json.Unmarshal(raw, &plans))
	return plans[0].Plan.Hit + plans[0].Plan.Read
}
