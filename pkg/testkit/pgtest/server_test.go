package pgtest

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestServerIsQuickAndLeavesNothing(t *testing.T) {
	Need(t)
	t.Parallel()
	s, err := Start(t.Context(), slog.New(slog.DiscardHandler), "work_mem=7MB")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })

	require.Equal(t, "off", show(t, s.URL, "fsync"))
	require.Equal(t, "200", show(t, s.URL, "max_connections"))
	require.Equal(t, "7MB", show(t, s.URL, "work_mem"), "a setting of the caller")
	require.Equal(t, "UTF8", show(t, s.URL, "server_encoding"))

	require.NoError(t, s.Stop())
	require.NoDirExists(t, s.home.dir)
	require.Eventually(t, func() bool { return ended(s.exited) }, 5*time.Second, 10*time.Millisecond)
	require.NoError(t, s.Stop(), "a second stop does nothing")
}

func TestFilesAreInTheDirectoryOfTheEnvironment(t *testing.T) {
	Need(t)
	dir, err := os.MkdirTemp(baseDir(), "pgtestparent")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755), "the server's account must reach it")
	t.Setenv("TEST_DATABASE_DIR", dir)
	s, err := Start(t.Context(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(s.home.dir, "data"), show(t, s.URL, "data_directory"))
	require.Equal(t, dir, filepath.Dir(s.home.dir))
	require.NoError(t, s.Stop())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestDataInADirectoryOfTheCallerStay(t *testing.T) {
	Need(t)
	t.Parallel()
	dir, err := os.MkdirTemp(baseDir(), "pgtestdata")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, statement := range []string{"CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)"} {
		s, err := StartIn(t.Context(), slog.New(slog.DiscardHandler), Layout{Data: dir})
		require.NoError(t, err)
		conn, err := pgx.Connect(t.Context(), s.URL)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), statement)
		require.NoError(t, err, "the second server has the first one's table")
		require.NoError(t, conn.Close(t.Context()))
		require.NoError(t, s.Shut())
		require.NoError(t, s.Stop())
	}
}

func TestServerThatCannotStartSaysWhyAndLeavesNothing(t *testing.T) {
	Need(t)
	t.Parallel()
	_, err := Start(t.Context(), slog.New(slog.DiscardHandler), "no_such_setting=1")
	require.ErrorContains(t, err, "no_such_setting", "the server's own message")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Start(ctx, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, context.Canceled)
}

func TestServerRunsOnWithoutItsContextAndItsHolder(t *testing.T) {
	Need(t)
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	exited, url := s.exited, s.URL // the test keeps only these; the server ends with the test process
	cancel()
	for range 3 {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
	}
	require.False(t, ended(exited))
	require.Equal(t, "off", show(t, url, "fsync"))
}

// ownerEnv makes TestServerOwner, in its own process, start a server and wait for its end.
const ownerEnv = "PGTEST_OWNER"

func TestServerOwner(t *testing.T) {
	if os.Getenv(ownerEnv) == "" {
		return // it runs only as a part of the next test
	}
	s, err := Start(t.Context(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	fmt.Println(s.home.dir)
	time.Sleep(time.Minute)
}

func TestServerEndsWithAProcessThatIsKilled(t *testing.T) {
	Need(t)
	t.Parallel()
	owner := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerOwner$")
	owner.Env = append(os.Environ(), ownerEnv+"=1")
	out, err := owner.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, owner.Start())
	line := bufio.NewScanner(out)
	require.True(t, line.Scan(), "the owner prints where its server is")
	dir := line.Text()
	require.FileExists(t, filepath.Join(dir, "data", "postmaster.pid"))
	require.Equal(t, "off", show(t, socketURL(dir), "fsync"))

	require.NoError(t, owner.Process.Kill()) // SIGKILL: no deferred call and no cleanup runs
	require.Error(t, owner.Wait())
	require.Eventually(t, func() bool { return gone(dir) }, 10*time.Second, 20*time.Millisecond)
	require.Empty(t, processesIn(t, dir))
}

// processesIn returns the command lines that name the directory: those of PostgreSQL and its keeper.
func processesIn(t *testing.T, dir string) string {
	t.Helper()
	time.Sleep(100 * time.Millisecond) // the keeper checks once more before it ends
	out, err := exec.CommandContext(t.Context(), "pgrep", "-af", dir).Output()
	if exit := (*exec.ExitError)(nil); err != nil {
		require.ErrorAs(t, err, &exit)
		require.Equal(t, 1, exit.ExitCode(), "pgrep finds nothing")
	}
	return string(out)
}

func gone(dir string) bool {
	_, err := os.Stat(dir)
	return os.IsNotExist(err)
}

func ended(exited <-chan struct{}) bool {
	select {
	case <-exited:
		return true
	default:
		return false
	}
}

func show(t *testing.T, url, setting string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var value string
	require.NoError(t, conn.QueryRow(t.Context(), "SHOW "+setting).Scan(&value))
	return value
}
