package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// dropped makes PgBouncer take the settings of a session without setting them.
const dropped = "ignore_startup_parameters = lock_timeout, idle_in_transaction_session_timeout, jit, random_page_cost"

// needPooler skips the test unless make poolers runs it.
func needPooler(t *testing.T) {
	t.Helper()
	if os.Getenv("POOLERS") == "" {
		t.Skip("make poolers runs it: it needs PgBouncer")
	}
}

// refusal is what a command that must fail says.
func refusal(t *testing.T, database string, args ...string) string {
	t.Helper()
	code, _, stderr := do(t, serving(t, database), args...)
	require.Equal(t, exitFailed, code)
	return stderr
}

// follow runs the statements that a refusal advises.
func follow(t *testing.T, database, advice string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	ran := 0
	for line := range strings.Lines(advice) {
		if strings.HasPrefix(line, "ALTER ROLE ") {
			_, err := conn.Exec(t.Context(), line)
			require.NoError(t, err)
			ran++
		}
	}
	require.Positive(t, ran, advice)
}

// Through PgBouncer in transaction mode the service refuses to start until its advice is followed. Then it works as without.
func TestPgBouncerInTransactionMode(t *testing.T) {
	needPooler(t)
	database := storetest.Postgres(t)
	companyID := databaseWithCompany(t, database)
	mode := []string{"pool_mode = transaction", "default_pool_size = 5"}
	bounced := pgtest.Bouncer(t, database, mode...)
	require.Contains(t, refusal(t, bounced, "serve"), "default_query_exec_mode=cache_describe", "PgBouncer refuses a parameter")
	require.Contains(t, refusal(t, bounced+"&default_query_exec_mode=exec", "serve"), "default_query_exec_mode=exec is not supported")
	statement := pgtest.Bouncer(t, database, "pool_mode = statement")
	require.Contains(t, refusal(t, statement+"&default_query_exec_mode=cache_describe", "serve"), "a pooler in statement mode permits none")
	silent := pgtest.Bouncer(t, database, append(mode, dropped)...)
	advice := refusal(t, silent, "serve")
	require.Contains(t, advice, "lock_timeout is 0 and not 2s")
	require.Equal(t, advice, refusal(t, bounced+"&default_query_exec_mode=cache_describe", "serve"))
	follow(t, database, advice)
	for _, order := range []string{"server_round_robin = 0", "server_round_robin = 1"} {
		silent = pgtest.Bouncer(t, database, append(mode, dropped, order)...)
		require.Contains(t, refusal(t, silent, "serve"), "mixes up prepared statements: add default_query_exec_mode=cache_describe")
	}

	address := pgtest.Bouncer(t, database, append(mode, "server_round_robin = 1")...) + "&default_query_exec_mode=cache_describe"
	require.Contains(t, refusal(t, address, "migrate", "up"), "the address of the server itself")
	serves(t, address, database, companyID)
}

// In session mode only the settings have to come from elsewhere.
func TestPgBouncerInSessionMode(t *testing.T) {
	needPooler(t)
	database := storetest.Postgres(t)
	companyID := databaseWithCompany(t, database)
	mode := []string{"pool_mode = session", "default_pool_size = 60", dropped}
	follow(t, database, refusal(t, pgtest.Bouncer(t, database, mode...), "serve"))
	serves(t, pgtest.Bouncer(t, database, mode...), database, companyID)
}

// serves runs two processes through the pooler under load, sends the e-mails, and checks everything.
func serves(t *testing.T, address, database, companyID string) {
	t.Helper()
	env := serving(t, address)
	r := release{env: env}
	token := r.ok(t, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "10h")
	one, two := r.serve(t), r.serve(t)
	l := beginUpgradeLoad(token, one, two)
	l.goesOn(t, "through a pooler")
	l.goesOn(t, "through a pooler")
	one.ready(t)
	l.verify(t, database, r)
	require.Eventually(t, func() bool {
		files, err := os.ReadDir(env["MAIL_DIR"])
		return err == nil && len(files) >= len(l.confirmed)
	}, 30*time.Second, 50*time.Millisecond, "the e-mails are sent")
	require.Contains(t, r.ok(t, "migrate", "status"), "The schema is up to date.")
	for _, i := range []instance{one, two} {
		i.signal(t)
		require.NoError(t, i.Wait())
		require.NotContains(t, i.stderr.String(), `"level":"ERROR"`)
	}
}
