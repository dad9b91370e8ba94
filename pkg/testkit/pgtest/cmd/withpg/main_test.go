package main

import (
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// elsewhere is the URL of the caller's server, which the test never contacts.
const elsewhere = "postgres://elsewhere/db"

// shell runs a script under withpg, with the URL in TEST_DATABASE_URL.
func shell(t *testing.T, url, script string) (code int, stdout string) {
	t.Helper()
	t.Setenv("TEST_DATABASE_URL", url)
	var out bytes.Buffer
	code = run([]string{"--", "/bin/sh", "-c", script}, os.Environ(), nil, &out, os.Stderr)
	return code, out.String()
}

func TestCommandFindsAServerThatIsGoneAfterIt(t *testing.T) {
	pgtest.Need(t)
	code, out := shell(t, "", `
		dir=$(echo "$TEST_DATABASE_URL" | sed 's/.*host=\([^&]*\).*/\1/; s/%2F/\//g')
		[ -S "$dir/.s.PGSQL.5432" ] && echo "$dir"`)
	require.Zero(t, code)
	dir := strings.TrimSpace(out)
	require.NotEmpty(t, dir)
	require.NoDirExists(t, dir)
}

func TestExitCodeIsTheCommandsOwn(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -KILL $$": 128 + 9} {
		code, _ := shell(t, elsewhere, script)
		require.Equal(t, want, code, script)
	}
}

// onWrite calls a function with everything that the command prints.
type onWrite func(string)

func (f onWrite) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

func TestSignalReachesTheCommand(t *testing.T) {
	t.Setenv("TEST_DATABASE_URL", elsewhere)
	signals := make(chan os.Signal, 1)
	var said string
	out := onWrite(func(s string) {
		if said += s; s == "ready\n" {
			signals <- syscall.SIGTERM
		}
	})
	code := run([]string{"/bin/sh", "-c", `
		trap 'echo told; exit 7' TERM
		echo ready
		n=0; while [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done`}, os.Environ(), signals, out, os.Stderr)
	require.Equal(t, 7, code)
	require.Equal(t, "ready\ntold\n", said)
}

func TestServerOfTheEnvironmentIsUsedAsItIs(t *testing.T) {
	code, out := shell(t, elsewhere, `echo "$TEST_DATABASE_URL"`)
	require.Zero(t, code)
	require.Equal(t, elsewhere+"\n", out)
}

func TestCommandThatIsMissing(t *testing.T) {
	t.Setenv("TEST_DATABASE_URL", elsewhere)
	for _, args := range [][]string{nil, {"--"}, {"--", "no-such-command"}} {
		var stderr bytes.Buffer
		require.Equal(t, exitNoCommand, run(args, os.Environ(), nil, os.Stdout, &stderr))
		require.NotEmpty(t, stderr.String())
	}
}
