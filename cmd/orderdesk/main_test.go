package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets a test start this program as a process: the test binary runs the program if the variable is set.
func TestMain(m *testing.M) {
	if os.Getenv("ORDERDESK_TEST_IS_THE_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// output collects what a command has written so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// environ is a set of variables.
type environ map[string]string

func (e environ) get(name string) string { return e[name] }

// with returns a copy with one variable added or replaced.
func (e environ) with(name, value string) environ {
	more := environ{name: value}
	for n, v := range e {
		if n != name {
			more[n] = v
		}
	}
	return more
}

// do runs a command to its end.
func do(t *testing.T, env environ, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, errs output
	code = run(ctx, env.get, args, &out, &errs)
	return code, out.String(), errs.String()
}

// ok runs a command that must succeed and returns what it printed.
func ok(t *testing.T, env environ, args ...string) string {
	t.Helper()
	code, stdout, stderr := do(t, env, args...)
	require.Equal(t, exitOK, code, "%v: %s", args, stderr)
	return strings.TrimSpace(stdout)
}

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr output
}

// begin starts the program as a process, with only these variables.
func begin(t *testing.T, env environ, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &process{Cmd: exec.Command(self, args...)}
	p.Env = []string{"ORDERDESK_TEST_IS_THE_PROGRAM=1"}
	for n, v := range env {
		p.Env = append(p.Env, n+"="+v)
	}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// signal sends SIGTERM.
func (p *process) signal(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
}

// serving returns the environment of a service on this database, which listens on free ports.
func serving(t *testing.T, database string) environ {
	return environ{
		"DATABASE_URL": database, "ADDR": "127.0.0.1:0", "METRICS_ADDR": "localhost:0",
		"JWT_SECRET": "a secret of a test, which is long enough", "JWT_ISSUER": "https://id.test", "JWT_AUDIENCE": "orderdesk",
		"MAIL_DIR": filepath.Join(t.TempDir(), "mail"), "MAIL_FROM": "Orders <orders@rosefields.example>", "RATE_LIMIT": "1000000", "RATE_LIMIT_ADDRESS": "1000000",
	}
}

// addresses waits until the log says that the service is listening, and returns its addresses.
func addresses(t *testing.T, log *output) (api, metrics string) {
	t.Helper()
	require.Eventually(t, func() bool {
		for line := range strings.Lines(log.String()) {
			var l struct {
				Msg            string
				Address        string
				MetricsAddress string `json:"metrics_address"`
			}
			if json.Unmarshal([]byte(line), &l) == nil && l.Msg == "serving" {
				api, metrics = "http://"+l.Address, "http://"+l.MetricsAddress
				return true
			}
		}
		return false
	}, 20*time.Second, 10*time.Millisecond, "the service does not start: %s", log)
	return api, metrics
}
