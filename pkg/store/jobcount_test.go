package store_test

import (
	"strconv"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Jobs are counted by state along an index, and completed jobs are not read.
func TestJobCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		counts, err := s.System().JobCounts(t.Context())
		require.NoError(t, err)
		none := map[string]int{"available": 0, "running": 0, "retryable": 0, "scheduled": 0, "discarded": 0}
		require.Equal(t, none, counts)

		add := func(state, finalized string, n int) {
			s.Write(t, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(n)+`)
				INSERT INTO river_job (state, finalized_at, kind, max_attempts, args, queue, priority, scheduled_at)
				SELECT '`+state+`', `+finalized+`, 'mail', 3, '{}', 'default', 1, CURRENT_TIMESTAMP FROM n`)
		}
		add("available", "NULL", 1)
		add("scheduled", "NULL", 2)
		add("discarded", "CURRENT_TIMESTAMP", 3)
		add("cancelled", "CURRENT_TIMESTAMP", 1)
		add("completed", "CURRENT_TIMESTAMP", 20_000)
		counts, err = s.System().JobCounts(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int{"available": 1, "running": 0, "retryable": 0, "scheduled": 2, "discarded": 3}, counts)

		conn, err := s.DB(t).Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		how, whole := "EXPLAIN QUERY PLAN ", "SCAN river_job"
		if s.Name() == "postgres" {
			how, whole = "EXPLAIN ", "Seq Scan"
			_, err := conn.ExecContext(t.Context(), "VACUUM ANALYZE river_job")
			require.NoError(t, err)
		}
		plan := explain(t, conn, how+store.JobCountsStatement)
		require.Contains(t, plan, "river_job_prioritized_fetching_index")
		require.NotContains(t, plan, whole)
	})
}
