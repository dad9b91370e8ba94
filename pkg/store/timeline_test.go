package store_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"path"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A server may refuse the functions that tell its timeline, or lack them as a distributed database does. Writes, order numbers and the
// feed go on without them, also if they go while the service runs, and the log says once what is lost.
func TestAServerThatDoesNotTellItsTimeline(t *testing.T) {
	const id = "0197a3c4-0000-7000-8000-000000000001"
	ctx := t.Context()
	for name, hide := range map[string][]string{
		"refused": {"REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn), pg_current_wal_lsn(), pg_control_system() FROM PUBLIC"},
		"missing": {"ALTER FUNCTION pg_walfile_name(pg_lsn) RENAME TO no_walfile_name", "ALTER FUNCTION pg_control_system() RENAME TO no_control_system"},
	} {
		t.Run(name, func(t *testing.T) {
			address := storetest.Postgres(t)
			at, err := url.Parse(address)
			require.NoError(t, err)
			owner, err := pgx.Connect(ctx, address)
			require.NoError(t, err)
			run := func(statements ...string) {
				t.Helper()
				for _, s := range statements {
					_, err := owner.Exec(t.Context(), s)
					require.NoError(t, err, s)
				}
			}
			role := "timeline_" + path.Base(at.Path) // roles belong to the server
			run("CREATE ROLE "+role+" LOGIN PASSWORD 'secret'", "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+role, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "+role)
			defer func() {
				run("DROP OWNED BY "+role, "DROP ROLE "+role)
				require.NoError(t, owner.Close(ctx))
			}()
			at.User = url.UserPassword(role, "secret")

			var log bytes.Buffer
			open := func() *store.Store {
				s, err := store.Open(ctx, at.String(), store.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
				require.NoError(t, err)
				return s
			}
			taken := map[int64]bool{}
			work := func(s *store.Store) {
				t.Helper()
				_, err := s.System().RenewFeed(ctx)
				require.NoError(t, err)
				tenant := s.For(id)
				for range 3 { // more than a block
					numbers, err := tenant.TakeNumbers(ctx, 9)
					require.NoError(t, err)
					for _, n := range numbers.Values {
						require.False(t, taken[n], "number %d is given out twice", n)
						taken[n] = true
					}
					_, err = store.InTx(ctx, tenant, func(tx *store.Tx) (int, error) { return 0, tx.Holds(numbers) })
					if err != nil {
						require.ErrorIs(t, err, store.ErrNumbersLost)
						tenant.ForgetNumbers(numbers)
					}
				}
				numbers, err := tenant.TakeNumbers(ctx, 1)
				require.NoError(t, err)
				_, err = store.InTx(ctx, tenant, func(tx *store.Tx) (int, error) { return 0, tx.Holds(numbers) })
				require.NoError(t, err)
			}

			s := open()
			defer s.Close()
			storetest.Company(t, s, id, "Rosefields", "USD")
			work(s)
			require.Empty(t, log.String())
			run(hide...)
			if name == "missing" { // a session keeps what it has planned
				run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'")
				require.Eventually(t, func() bool { return s.Ping(ctx) == nil }, 10*time.Second, 10*time.Millisecond)
			}
			work(s)
			work(s)
			require.Equal(t, 1, bytes.Count(log.Bytes(), []byte("does not tell its timeline")), log.String())
			later := open()
			defer later.Close()
			work(later)
			require.Equal(t, 2, bytes.Count(log.Bytes(), []byte("does not tell its timeline")), log.String())
		})
	}
}
