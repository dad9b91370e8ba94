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

// A completed job is deleted, unless somebody else has taken it meanwhile. Others of the same batch get their state.
func TestCompletedJobsAreDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for id, state := range []string{"", "running", "running", "available", "running", "running"} {
			if state != "" {
				s.Write(t, fmt.Sprintf(`INSERT INTO river_job (id, state, attempt, max_attempts, args, kind) VALUES (%d, '%s', 1, 3, '{}', 'mail')`, id, state))
			}
		}
		of := func(jobs ...*riverdriver.JobSetStateIfRunningParams) *riverdriver.JobSetStateIfRunningManyParams {
			var many riverdriver.JobSetStateIfRunningManyParams
			for _, j := range jobs {
				many.ID, many.State, many.Attempt = append(many.ID, j.ID), append(many.State, j.State), append(many.Attempt, j.Attempt)
				many.ErrData, many.FinalizedAt, many.ScheduledAt = append(many.ErrData, j.ErrData), append(many.FinalizedAt, j.FinalizedAt), append(many.ScheduledAt, j.ScheduledAt)
				many.MetadataDoMerge, many.MetadataUpdates = append(many.MetadataDoMerge, j.MetadataDoMerge), append(many.MetadataUpdates, j.MetadataUpdates)
			}
			return &many
		}
		now := time.Now()
		set := s.River().GetExecutor().JobSetStateIfRunningMany
		states := func() []string {
			return texts(t, s.DB(t), "SELECT CAST(id AS text) || ' ' || CAST(state AS text) FROM river_job ORDER BY id")
		}
		rest, err := set(t.Context(), of(riverdriver.JobSetStateCompleted(1, now, nil), riverdriver.JobSetStateSnoozed(2, now.Add(time.Hour), 0, nil), riverdriver.JobSetStateCompleted(3, now, nil)))
		require.NoError(t, err)
		require.Len(t, rest, 1)
		require.Equal(t, int64(2), rest[0].ID)
		require.Equal(t, []string{"2 scheduled", "3 available", "4 running", "5 running"}, states())
		_, err = set(t.Context(), of(riverdriver.JobSetStateCompleted(4, now, nil), riverdriver.JobSetStateCompleted(5, now, nil)))
		require.NoError(t, err)
		require.Equal(t, []string{"2 scheduled", "3 available"}, states())
	})
}

// On PostgreSQL, the job that the store inserts with its other writes is the one that River inserts.
func TestMailJobIsLikeRivers(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	const id = "00000000-0000-7000-8000-000000000001"
	storetest.Company(t, s, id, "Shop", "USD")
	job := func(insert func(tx *store.Tx) error) map[string]any {
		_, err := store.InTx(t.Context(), s.For(id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, insert(tx) })
		require.NoError(t, err)
		var rows []map[string]any
		require.NoError(t, s.Readers().WithContext(t.Context()).Raw("SELECT * FROM river_job").Scan(&rows).Error)
		require.Len(t, rows, 1)
		for _, changing := range []string{"id", "created_at", "scheduled_at"} {
			require.NotEmpty(t, rows[0][changing])
			delete(rows[0], changing)
		}
		s.Write(t, "DELETE FROM river_job")
		return rows[0]
	}
	want := job(func(tx *store.Tx) error { return tx.WakeMailByRiver(t.Context()) })
	require.Equal(t, want, job(func(tx *store.Tx) error { return tx.WakeMail(t.Context(), time.Time{}) }))
}

// River rebuilds the indexes that exist.
func TestJobIndexesExist(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	require.ElementsMatch(t, store.JobIndexes(), texts(t, s.DB(t), "SELECT indexname FROM pg_indexes WHERE tablename = 'river_job'"))
}
