package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

const replicated = "0197a3c4-0000-7000-8000-000000000001"

// replicaTest is two processes on one primary with one standby.
type replicaTest struct {
	t                *testing.T
	primary, standby *pgtest.Server
	writer, reader   *store.Store
}

func newReplicaTest(t *testing.T, wait time.Duration, settings ...string) *replicaTest {
	t.Helper()
	primary, standby := storetest.Replicated(t, settings...)
	r := &replicaTest{t: t, primary: primary, standby: standby}
	r.writer = r.open(primary.URL, standby.URL, wait)
	r.reader = r.open(primary.URL, standby.URL, wait)
	storetest.Company(t, r.writer, replicated, "0", "USD")
	r.used(r.reader)
	return r
}

func (r *replicaTest) open(primary, standby string, wait time.Duration) *store.Store {
	return storetest.Open(r.t, primary, store.Options{ReadURL: standby, ReplayWait: wait})
}

// used waits until the store uses its replica.
func (r *replicaTest) used(s *store.Store) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { stats, _ := s.ReadStats(); return stats.Used }, 30*time.Second, 10*time.Millisecond)
}

// rename writes a name and returns what a request of the other process reads next.
func (r *replicaTest) rename(n int) string {
	r.t.Helper()
	r.writer.Write(r.t, fmt.Sprintf("UPDATE companies SET name = '%d'", n))
	return r.read(r.reader)
}

func (r *replicaTest) read(s *store.Store) string {
	r.t.Helper()
	co, err := s.For(replicated).Company(s.Reading(r.t.Context()))
	require.NoError(r.t, err)
	return co.Name
}

// since returns how often each reason was counted since the last call.
func (r *replicaTest) since(was *map[store.ReadReason]int64) map[store.ReadReason]int64 {
	stats, ok := r.reader.ReadStats()
	require.True(r.t, ok)
	counted := map[store.ReadReason]int64{}
	for reason, n := range stats.Reads {
		if d := n - (*was)[reason]; d != 0 {
			counted[reason] = d
		}
	}
	*was = stats.Reads
	return counted
}

func (r *replicaTest) onStandby(statements ...string) {
	r.t.Helper()
	run(r.t, r.standby, statements...)
}

func run(t *testing.T, server *pgtest.Server, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, text := range statements {
		_, err := conn.Exec(t.Context(), text)
		require.NoError(t, err)
	}
}

// Whatever one process has committed, the next read of another one sees, however far the standby is behind.
func TestReplicaReadsSeeEveryCommit(t *testing.T) {
	t.Parallel()
	r := newReplicaTest(t, 10*time.Second)
	was := map[store.ReadReason]int64{}
	r.since(&was)
	n := 0
	next := func() { n++; require.Equal(t, fmt.Sprint(n), r.rename(n)) }

	t.Run("the replica answers", func(t *testing.T) {
		for range 20 {
			next()
		}
		require.Equal(t, map[store.ReadReason]int64{store.ReadCurrent: 20}, r.since(&was))
	})
	t.Run("a read waits for what is replayed late", func(t *testing.T) { // and so do those of the next subtests
		r.onStandby("ALTER SYSTEM SET recovery_min_apply_delay = '60ms'", "SELECT pg_reload_conf()")
		waited := func() time.Duration { stats, _ := r.reader.ReadStats(); return stats.Waited }
		require.Eventually(t, func() bool { was := waited(); next(); return waited()-was > 40*time.Millisecond }, 30*time.Second, time.Millisecond, "the setting has arrived")
		r.since(&was)
		before := waited()
		for range 10 {
			next()
		}
		require.Equal(t, map[store.ReadReason]int64{store.ReadCurrent: 10}, r.since(&was))
		require.Greater(t, waited()-before, 100*time.Millisecond)
	})
	t.Run("many at once share the answers of the primary", func(t *testing.T) {
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				for range 15 {
					var before, name int
					if err := r.writer.ReadRowForTest(t.Context(), "SELECT name::int FROM companies", &before); err != nil {
						t.Error(err)
					}
					if err := r.reader.ReadRowForTest(r.reader.Reading(t.Context()), "SELECT name::int FROM companies", &name); err != nil || name < before {
						t.Errorf("%d was committed, and then %d was read: %v", before, name, err)
					}
				}
			})
		}
		for range 15 {
			next()
		}
		readers.Wait()
		require.Equal(t, map[store.ReadReason]int64{store.ReadCurrent: 9 * 15}, r.since(&was))
	})
	t.Run("without the mark, and in a transaction, the primary answers", func(t *testing.T) {
		_, err := r.reader.For(replicated).Company(t.Context())
		require.NoError(t, err)
		_, err = store.InTx(r.reader.Reading(t.Context()), r.reader.For(replicated), func(tx *store.Tx) (struct{}, error) {
			_, err := tx.Company(r.reader.Reading(t.Context()))
			return struct{}{}, err
		})
		require.NoError(t, err)
		require.Empty(t, r.since(&was))
	})
	// moment changes the company while an older transaction is open, and returns the moment up to which a list is complete and the
	// company that is read after it.
	moment := func(ctx context.Context, t *testing.T, changed func()) (time.Time, company.Company) {
		t.Helper()
		storetest.Hold(t, r.writer, replicated, 1) // the replica does not see this transaction
		n++
		r.writer.Write(t, fmt.Sprintf("UPDATE companies SET name = '%d', updated_at = clock_timestamp()", n))
		changed()
		at, err := r.reader.For(replicated).SyncedUntil(ctx)
		require.NoError(t, err)
		co, err := r.reader.For(replicated).Company(ctx)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(n), co.Name)
		return at, co
	}
	t.Run("a list is not older than the moment up to which it is complete", func(t *testing.T) {
		ctx := r.reader.Reading(t.Context())
		_, err := r.reader.For(replicated).Company(ctx) // the request knows now how far the replica must be
		require.NoError(t, err)
		moment(ctx, t, func() {})
	})
	t.Run("the moment up to which a list is complete is the primary's", func(t *testing.T) {
		at, co := moment(r.reader.Reading(t.Context()), t, func() {
			conn, err := pgx.Connect(t.Context(), r.standby.URL)
			require.NoError(t, err)
			defer func() { _ = conn.Close(context.Background()) }()
			require.Eventually(t, func() bool {
				var name string
				return conn.QueryRow(t.Context(), "SELECT name FROM companies").Scan(&name) == nil && name == fmt.Sprint(n)
			}, 30*time.Second, 10*time.Millisecond, "the replica has the change")
		})
		require.True(t, at.Before(co.UpdatedAt), "%s, and an older transaction is open", at)
	})
}

// A request does not share the answer of a statement that the primary may have run before the request began.
func TestReplicaReadsShareOnlyLaterAnswers(t *testing.T) {
	t.Parallel()
	r := newReplicaTest(t, 200*time.Millisecond)
	wire, through := pgtest.NewWire(t, r.primary.URL)
	s := r.open(through, r.standby.URL, 200*time.Millisecond)
	r.used(s)
	r.read(s)
	r.onStandby("SELECT pg_wal_replay_pause()")
	wire.Delay(400 * time.Millisecond)
	first := make(chan string)
	go func() { first <- r.read(s) }()
	time.Sleep(500 * time.Millisecond) // the primary has told how far it is, and the answer is on its way
	r.writer.Write(t, "UPDATE companies SET name = '1'")
	require.Equal(t, "1", r.read(s))
	require.Contains(t, []string{"0", "1"}, <-first)
}

// A replica that cannot answer costs no read. The primary answers, and the replica is used again once it can.
func TestLong_ReplicaOutOfUse(t *testing.T) {
	testkit.Long(t)
	t.Parallel()
	const wait = 300 * time.Millisecond
	r := newReplicaTest(t, wait, "max_standby_streaming_delay=100ms", "hot_standby_feedback=off")
	was := map[store.ReadReason]int64{}
	n := 0
	next := func() { n++; require.Equal(r.t, fmt.Sprint(n), r.rename(n)) }
	// outFor writes and reads until the replica is out of use for the reason, and then expects no read to wait for it.
	outFor := func(t *testing.T, reason store.ReadReason) {
		t.Helper()
		require.Eventually(t, func() bool { next(); stats, _ := r.reader.ReadStats(); return !stats.Used }, 30*time.Second, time.Millisecond)
		r.since(&was)
		began := time.Now()
		for range 10 {
			next()
		}
		require.Less(t, time.Since(began), 10*wait, "no read waits for the replica")
		require.Positive(t, r.since(&was)[reason], "%v", was)
	}
	back := func(t *testing.T) {
		t.Helper()
		r.used(r.reader)
		require.Eventually(t, func() bool { next(); return r.since(&was)[store.ReadCurrent] > 0 }, 30*time.Second, 10*time.Millisecond)
	}

	t.Run("replay is paused", func(t *testing.T) {
		r.onStandby("SELECT pg_wal_replay_pause()")
		outFor(t, store.ReadBehind)
		r.writer.Write(t, "CREATE TABLE of_the_next_version (n int)")
		require.NoError(t, r.reader.ReadForTest(r.reader.Reading(t.Context()), "SELECT n FROM of_the_next_version"), "a schema that the replica does not have yet")
		stats, _ := r.reader.ReadStats()
		require.Positive(t, stats.Behind)
		r.onStandby("SELECT pg_wal_replay_resume()")
		back(t)
	})
	t.Run("the replica refuses a statement", func(t *testing.T) {
		var at string
		require.NoError(t, r.reader.ReadRowForTest(r.reader.Reading(t.Context()), "SELECT pg_current_wal_lsn()::text", &at), "recovery is in progress there")
		require.Equal(t, int64(1), r.since(&was)[store.ReadRefused])
		back(t)
	})
	t.Run("the replica cancels a read that hinders it", func(t *testing.T) {
		var slept int
		done := make(chan error)
		go func() {
			done <- r.reader.ReadRowForTest(r.reader.Reading(t.Context()), "SELECT count(*) FROM (SELECT pg_sleep(2), name FROM companies OFFSET 0) s", &slept)
		}()
		require.Eventually(t, func() bool {
			conn, err := pgx.Connect(t.Context(), r.standby.URL)
			require.NoError(t, err)
			defer func() { _ = conn.Close(context.Background()) }()
			var sleeping int
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").Scan(&sleeping))
			return sleeping > 0
		}, 10*time.Second, 10*time.Millisecond)
		r.writer.Write(t, "BEGIN; LOCK TABLE companies IN ACCESS EXCLUSIVE MODE; COMMIT")
		require.NoError(t, <-done)
		require.Equal(t, 1, slept)
		require.Equal(t, int64(1), r.since(&was)[store.ReadConflict])
		back(t)
	})
	t.Run("the replica hangs", func(t *testing.T) {
		r.standby.Freeze()
		defer r.standby.Thaw()
		outFor(t, store.ReadAway)
		r.standby.Thaw()
		back(t)
	})
	t.Run("the replica hangs in a statement", func(t *testing.T) {
		var slept int
		done := make(chan error)
		began := time.Now()
		go func() {
			done <- r.reader.ReadRowForTest(r.reader.Reading(t.Context()), "SELECT count(*) FROM (SELECT pg_sleep(1), name FROM companies OFFSET 0) s", &slept)
		}()
		time.Sleep(300 * time.Millisecond)
		r.standby.Freeze()
		defer r.standby.Thaw()
		require.NoError(t, <-done)
		require.Less(t, time.Since(began), 15*time.Second, "the time limit of a request")
		r.standby.Thaw()
		back(t)
	})
	t.Run("the replica crashes", func(t *testing.T) {
		require.NoError(t, r.standby.Crash())
		outFor(t, store.ReadAway)
		require.NoError(t, r.standby.Restart(t.Context()))
		back(t)
	})
	t.Run("the replica is promoted", func(t *testing.T) {
		require.NoError(t, r.standby.Promote(t.Context()))
		outFor(t, store.ReadForeign)
	})
	t.Run("a process begins without the replica", func(t *testing.T) {
		require.NoError(t, r.standby.Crash())
		alone := r.open(r.primary.URL, r.standby.URL, 0)
		require.Equal(t, fmt.Sprint(n), r.read(alone))
		require.NoError(t, alone.Ping(t.Context()))
		require.NoError(t, alone.Current(t.Context()))
	})
}

// Only a standby of the same database, on the same timeline, is read. The position in the log alone would not tell.
func TestReplicaMustBeOfThisDatabase(t *testing.T) {
	t.Parallel()
	r := newReplicaTest(t, 5*time.Second)
	neverUsed := func(t *testing.T, primary, standby string, reason store.ReadReason) {
		t.Helper()
		s := r.open(primary, standby, 0)
		for range 20 {
			r.read(s)
			time.Sleep(20 * time.Millisecond)
		}
		stats, _ := s.ReadStats()
		require.False(t, stats.Used)
		require.Zero(t, stats.Reads[store.ReadCurrent])
		require.Eventually(t, func() bool { r.read(s); stats, _ := s.ReadStats(); return stats.Reads[reason] > 0 }, 20*time.Second, 20*time.Millisecond)
	}
	t.Run("the primary itself", func(t *testing.T) {
		neverUsed(t, r.primary.URL, r.primary.URL+"&application_name=other", store.ReadAway)
	})
	t.Run("the primary itself, whatever it is", func(t *testing.T) {
		neverUsed(t, r.primary.URL, r.primary.URL+"&target_session_attrs=any", store.ReadForeign)
	})
	t.Run("another database of the server", func(t *testing.T) {
		r.writer.Write(t, "CREATE DATABASE other TEMPLATE template0")
		other, err := pgx.ParseConfig(r.primary.URL)
		require.NoError(t, err)
		address := fmt.Sprintf("postgres://%s@/other?host=%s&port=5432", other.User, r.primary.SocketDir())
		s := storetest.Open(t, address, store.Options{})
		_, err = s.Migrate(t.Context())
		require.NoError(t, err)
		neverUsed(t, r.primary.URL, fmt.Sprintf("postgres://%s@/other?host=%s&port=5432", other.User, r.standby.SocketDir()), store.ReadForeign)
	})
	t.Run("after a failover, a standby that followed and one that did not", func(t *testing.T) {
		second, err := r.primary.Standby(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = second.Stop() })
		follower, err := r.primary.Standby(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = follower.Stop() })
		require.NoError(t, second.Promote(t.Context()))
		run(t, follower, fmt.Sprintf("ALTER SYSTEM SET primary_conninfo = 'host=%s port=5432 user=postgres'", second.SocketDir()), "SELECT pg_reload_conf()")
		r.used(r.open(second.URL, follower.URL, 5*time.Second))
		r.writer.Write(t, "UPDATE companies SET name = 'lost'") // the old primary goes on, and the standby with it, ahead of the new one
		require.Equal(t, "lost", r.read(r.reader))
		s := r.open(second.URL, r.standby.URL, 0)
		require.Equal(t, "0", r.read(s))
		neverUsed(t, second.URL, r.standby.URL, store.ReadForeign)
	})
}

// Without PostgreSQL, or through a pooler, there is no replica to read.
func TestReplicaIsRefused(t *testing.T) {
	_, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{ReadURL: "postgres://db/desk"})
	require.ErrorContains(t, err, "DATABASE_READ_URL names a standby of PostgreSQL, and DATABASE_URL is SQLite")
	pgtest.Need(t)
	address := storetest.Postgres(t)
	_, err = store.Open(t.Context(), address, store.Options{ReadURL: address + "&default_query_exec_mode=cache_describe"})
	require.ErrorContains(t, err, "DATABASE_READ_URL leads through a pooler")
	_, err = store.Open(t.Context(), address, store.Options{ReadURL: address + "&default_query_exec_mode=exec"})
	require.ErrorContains(t, err, "read DATABASE_READ_URL: default_query_exec_mode=exec is not supported")
}
