package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/riverqueue/river/riverdriver"
	"github.com/stretchr/testify/require"
)

// River's rescuer sees the running jobs of this version that are old, however many of unknown kinds are older.
func TestUnknownJobsAreLeftAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		long := map[string]string{"sqlite": "datetime('now', '-1 hour')", "postgres": "now() - interval '1 hour'"}[s.Name()]
		for _, kind := range []string{"future", "future", "future", "mail", "future"} {
			s.Write(t, fmt.Sprintf(`INSERT INTO river_job (state, attempt, max_attempts, attempted_at, created_at, scheduled_at, args, kind)
				VALUES ('running', 1, 3, %[1]s, %[1]s, %[1]s, '{}', '%[2]s')`, long, kind))
		}
		for _, most := range []int{1, 2, 10} {
			stuck, err := s.River().GetExecutor().JobGetStuck(t.Context(), &riverdriver.JobGetStuckParams{Max: most, StuckHorizon: time.Now()})
			require.NoError(t, err)
			require.Len(t, stuck, 1, "pages of %d", most)
			require.Equal(t, "mail", stuck[0].Kind)
		}
	})
}
