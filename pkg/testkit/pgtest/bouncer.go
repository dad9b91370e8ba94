package pgtest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Bouncer starts a PgBouncer in front of the database at the address until the test ends, and returns the address through it. The
// settings are lines for its section [pgbouncer], such as "pool_mode = transaction".
func Bouncer(t testing.TB, address string, settings ...string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	require.NoError(t, err, "install PgBouncer (Debian: apt-get install pgbouncer)")
	to, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	dir, err := os.MkdirTemp(baseDir(), "bouncer") // see baseDir
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })

	password := ""
	if to.Password != "" {
		password = " password='" + to.Password + "'"
	}
	config := fmt.Sprintf("[databases]\n%[1]s = host=%[2]s port=%[3]d dbname=%[1]s user=%[4]s%[5]s\n[pgbouncer]\nunix_socket_dir = %[6]s\n"+
		"listen_port = 6432\nauth_type = any\nadmin_users = postgres\nlogfile = %[6]s/log\n", to.Database, to.Host, to.Port, to.User, password, dir)
	for _, line := range settings {
		config += line + "\n"
	}
	file := filepath.Join(dir, "pgbouncer.ini")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	account, err := serverAccount()
	require.NoError(t, err)
	if account != nil {
		require.NoError(t, os.Chown(dir, int(account.Uid), int(account.Gid)))
		require.NoError(t, os.Chown(file, int(account.Uid), int(account.Gid)))
	}
	bouncer := exec.CommandContext(context.WithoutCancel(t.Context()), program, "-q", file)
	bouncer.Dir = dir
	bouncer.SysProcAttr = &syscall.SysProcAttr{Credential: account, Pdeathsig: syscall.SIGKILL}
	require.NoError(t, bouncer.Start())
	t.Cleanup(func() {
		_ = bouncer.Process.Kill()
		_ = bouncer.Wait()
	})

	u := url.URL{Scheme: "postgres", User: url.User(cmp.Or(to.User, "postgres")), Path: "/" + to.Database}
	u.RawQuery = url.Values{"host": {dir}, "port": {"6432"}}.Encode()
	require.Eventually(t, func() bool {
		conn, err := pgx.Connect(t.Context(), u.String())
		if err == nil {
			_ = conn.Close(t.Context())
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond, "PgBouncer does not answer")
	return u.String()
}
