package main

import (
	"context"
	"io"
	"math"
	"net/http"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

func TestServeNamesEveryFaultOfItsConfiguration(t *testing.T) {
	code, stdout, stderr := do(t, environ{
		"DATABASE_URL": "mysql://x", "JWT_SECRET": "short", "CORS_ORIGINS": "*", "MAIL_DIR": "/tmp/m", "SENDGRID_API_KEY": "SG.x", "LOG_LEVEL": "loud",
	}, "serve")
	require.Equal(t, exitUsage, code)
	require.Empty(t, stdout)
	for _, name := range []string{"DATABASE_URL", "JWT_SECRET", "JWT_ISSUER", "JWT_AUDIENCE", "SENDGRID_API_KEY", "MAIL_FROM", "CORS_ORIGINS", "LOG_LEVEL"} {
		require.Contains(t, stderr, "\n  "+name+" ")
	}
	require.Contains(t, stderr, "8 problems")
}

func TestServeNamesAPortThatIsTaken(t *testing.T) {
	env := serving(t, storetest.SQLite(t))
	l, err := listen(t.Context(), "", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	for _, name := range []string{"ADDR", "METRICS_ADDR"} {
		code, _, stderr := do(t, env.with(name, l.Addr().String()), "serve")
		require.Equal(t, exitFailed, code)
		require.Contains(t, stderr, "Change "+name)
	}
}

func TestServe(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		env := serving(t, database)
		companyID := databaseWithCompany(t, database)
		http.DefaultClient.CloseIdleConnections()
		before := runtime.NumGoroutine()

		ctx, stop := context.WithCancel(t.Context())
		var log output
		code := make(chan int)
		go func() { code <- run(ctx, env.get, []string{"serve", "--drain", "0s"}, io.Discard, &log) }()
		api, metrics := addresses(t, &log)

		token := ok(t, env, "token", "--company", companyID, "--role", "Sales", "--role", "Cashier", "--sub", "anna", "--name", "Anna Keller", "--email", "anna@rosefields.example", "--ttl", "30m")
		c := caller{api, token}
		status, me, err := c.ask("GET", "/v1/me", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		for _, part := range []string{"anna", "Anna Keller", "Cashier", companyID} {
			require.Contains(t, string(me), part)
		}
		id, err := c.place()
		require.NoError(t, err)
		status, raw, err := c.ask("POST", "/v1/orders/"+id+"/confirm", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		scraped(t, metrics, id, companyID)
		ready, raw, err := caller{url: api}.ask("GET", "/readyz", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, ready, "%s", raw)

		stop()
		require.Equal(t, exitOK, <-code, log.String())
		require.NotContains(t, log.String(), env["JWT_SECRET"])
		http.DefaultClient.CloseIdleConnections()
		for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("goroutines still run:\n%s", stacks[:runtime.Stack(stacks, true)])
			}
		}
	})
}

// The console is off unless CONSOLE turns it on, and never has tokens to offer.
func TestConsoleOfServe(t *testing.T) {
	for setting, is := range map[string]struct {
		status int
		home   string
	}{"": {http.StatusNotFound, "/docs/"}, "on": {http.StatusOK, "/console/"}} {
		p := begin(t, serving(t, storetest.SQLite(t)).with("CONSOLE", setting), "serve", "--drain", "0s")
		api, _ := addresses(t, &p.stderr)
		home, err := http.Get(api)
		require.NoError(t, err)
		require.NoError(t, home.Body.Close())
		require.Equal(t, is.home, home.Request.URL.Path)
		for path, status := range map[string]int{"/console/": is.status, "/console/console.js": is.status, "/console/demo/tokens": http.StatusNotFound} {
			got, raw, err := caller{url: api}.ask("GET", path, nil)
			require.NoError(t, err)
			require.Equal(t, status, got, "CONSOLE=%s %s: %s", setting, path, raw)
		}
		p.signal(t)
		require.NoError(t, p.Wait())
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	database := storetest.SQLite(t)
	p := begin(t, serving(t, database), "serve", "--drain", "30s")
	addresses(t, &p.stderr)
	p.signal(t)
	require.Eventually(t, func() bool { return strings.Contains(p.stderr.String(), "readiness off") }, 5*time.Second, 5*time.Millisecond)
	p.signal(t)
	began := time.Now()
	require.Error(t, p.Wait())
	require.Less(t, time.Since(began), 5*time.Second)
	status, _ := p.ProcessState.Sys().(syscall.WaitStatus)
	require.Equal(t, syscall.SIGTERM, status.Signal())
}

// What the start allocates is most of its time: memory that is touched for the first time, and a garbage collection before the first
// request. Templates, the API document and other things that not each request needs are made when they are needed. It is a long test
// because those run without the race detector, which allocates three times as much.
func TestLong_StartAllocatesLittle(t *testing.T) {
	testkit.Long(t)
	each(t, func(t *testing.T, database string) {
		databaseWithCompany(t, database)
		least := math.Inf(1)
		for range 5 { // on a busy machine jobs have begun before the metrics are read
			p := begin(t, serving(t, database), "serve", "--drain", "0s")
			_, metrics := addresses(t, &p.stderr)
			_, raw, err := caller{url: metrics}.ask("GET", "/metrics", nil)
			require.NoError(t, err)
			found := regexp.MustCompile(`(?m)^go_memstats_alloc_bytes_total (\S+)$`).FindSubmatch(raw)
			require.NotNil(t, found)
			allocated, err := strconv.ParseFloat(string(found[1]), 64)
			require.NoError(t, err)
			least = min(least, allocated)
			p.signal(t)
			require.NoError(t, p.Wait())
		}
		t.Logf("%.2f MB", least/(1<<20))
		require.Less(t, least, float64(startMemory))
	})
}

// startMemory is a third more than what the start allocated when this was written, 3 MB. It was 10 MB before.
const startMemory = 4 << 20

// E-mails lead to the console where there is one, and never to the API.
func TestWhereEmailsLead(t *testing.T) {
	require.Equal(t, "https://orders.example/console/?order={id}", orderURL(config.Config{Console: true, PublicURL: "https://orders.example"}))
	require.Empty(t, orderURL(config.Config{PublicURL: "https://orders.example"}))
	require.Empty(t, orderURL(config.Config{Console: true}), "nobody outside knows its address")
}
