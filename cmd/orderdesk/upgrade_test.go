package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/successor"
	"github.com/stretchr/testify/require"
)

// release is a version of the program.
type release struct {
	path string // empty: this version
	env  environ
}

func (r release) begin(t *testing.T, args ...string) *process {
	t.Helper()
	if r.path == "" {
		return begin(t, r.env, args...)
	}
	p := &process{Cmd: exec.Command(r.path, args...)} //nolint:gosec // the program that the test built
	for n, v := range r.env {
		p.Env = append(p.Env, n+"="+v)
	}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	require.NoError(t, p.Start())
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// ok runs a command that must succeed and returns what it printed.
func (r release) ok(t *testing.T, args ...string) string {
	t.Helper()
	p := r.begin(t, args...)
	require.NoError(t, p.Wait(), "%v: %s%s", args, &p.stdout, &p.stderr)
	return strings.TrimSpace(p.stdout.String())
}

// instance is a running process of the service.
type instance struct {
	*process
	url string
}

func (r release) serve(t *testing.T) instance {
	t.Helper()
	p := r.begin(t, "serve", "--drain", "300ms")
	url, _ := addresses(t, &p.stderr)
	return instance{p, url}
}

func (i instance) ready(t *testing.T) {
	t.Helper()
	status, raw, err := caller{url: i.url}.ask("GET", "/readyz", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, "%s", raw)
}

// upgradeLoad is clients that place, confirm, edit and read orders through whatever instances are behind their balancer.
type upgradeLoad struct {
	token string

	mu        sync.Mutex
	live      []instance
	next      int
	open      map[string]int    // requests that an instance is answering
	placed    map[string]string // id by external reference
	confirmed []string
	failed    []string
	answers   int
	stop      chan struct{}
	clients   sync.WaitGroup
}

func beginUpgradeLoad(token string, live ...instance) *upgradeLoad {
	l := &upgradeLoad{token: token, live: live, open: map[string]int{}, placed: map[string]string{}, stop: make(chan struct{})}
	for range 6 {
		l.clients.Go(l.work)
	}
	return l
}

// ask sends a request and notes every answer that is not the wanted one.
func (l *upgradeLoad) ask(method, path, body string, want int) ([]byte, bool) {
	l.mu.Lock()
	to := l.live[l.next%len(l.live)].url
	l.next++
	l.open[to]++
	l.mu.Unlock()
	req, err := http.NewRequest(method, to+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+l.token)
	req.Header.Set("Idempotency-Key", uuid.NewString())
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPatch {
		req.Header.Set("If-Match", "*")
	}
	res, err := http.DefaultClient.Do(req)
	var raw []byte
	status := 0
	if err == nil {
		status = res.StatusCode
		raw, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[to]--
	l.answers++
	if err != nil || status != want {
		l.failed = append(l.failed, fmt.Sprintf("%s %s: %d %s %v", method, path, status, raw, err))
	}
	return raw, err == nil && status == want
}

func (l *upgradeLoad) work() {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		reference := uuid.NewString()
		raw, ok := l.ask("POST", "/v1/orders", strings.Replace(cart, `{`, `{"external_reference":"`+reference+`",`, 1), http.StatusCreated)
		id, err := placedID(http.StatusCreated, raw)
		if !ok || err != nil {
			continue
		}
		l.mu.Lock()
		l.placed[reference] = id
		l.mu.Unlock()
		l.ask("PATCH", "/v1/orders/"+id, fmt.Sprintf(`{"carrier":"Truck %d"}`, n), http.StatusOK)
		if _, ok := l.ask("POST", "/v1/orders/"+id+"/confirm", "", http.StatusOK); ok {
			l.mu.Lock()
			l.confirmed = append(l.confirmed, id)
			l.mu.Unlock()
		}
		for _, path := range []string{"/v1/orders/" + id + "?include=events,emails", "/v1/orders?origin=W&include=facets", "/v1/invoices", "/v1/customers", "/v1/settings", "/v1/events?limit=20"} {
			l.ask("GET", path, "", http.StatusOK)
		}
	}
}

// goesOn waits until the clients have had some more answers, all of them good.
func (l *upgradeLoad) goesOn(t *testing.T, stage string) {
	t.Helper()
	count := func() int { l.mu.Lock(); defer l.mu.Unlock(); return l.answers }
	until := count() + testkit.Sized(150, 50)
	require.Eventually(t, func() bool { return count() >= until }, time.Minute, 20*time.Millisecond, stage)
	l.mu.Lock()
	defer l.mu.Unlock()
	require.Empty(t, l.failed[:min(3, len(l.failed))], stage)
}

// use makes the balancer use these instances alone, and returns once the others have answered everything.
func (l *upgradeLoad) use(t *testing.T, live ...instance) {
	t.Helper()
	l.mu.Lock()
	l.live = live
	l.mu.Unlock()
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		busy := 0
		for url, n := range l.open {
			if !holds(l.live, url) {
				busy += n
			}
		}
		return busy == 0
	}, time.Minute, 5*time.Millisecond)
}

func holds(live []instance, url string) bool {
	for _, i := range live {
		if i.url == url {
			return true
		}
	}
	return false
}

// built builds the successor of this version.
func built(t *testing.T) string {
	t.Helper()
	root, err := successor.Root(t.Context())
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "orderdesk")
	require.NoError(t, successor.Build(t.Context(), root, path, successor.Cuts(root)...))
	return path
}

// verify compares what the clients were told with what is there, and lets both versions check it.
func (l *upgradeLoad) verify(t *testing.T, database string, releases ...release) {
	t.Helper()
	close(l.stop)
	l.clients.Wait()
	require.Empty(t, l.failed[:min(3, len(l.failed))])
	driver, dsn := "pgx", database
	if path, lite := strings.CutPrefix(database, "sqlite:"); lite {
		driver, dsn = "sqlite", path
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	pairs := func(query string) (found map[string][]string) {
		rows, err := db.QueryContext(context.Background(), query)
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		found = map[string][]string{}
		for rows.Next() {
			var key, value string
			require.NoError(t, rows.Scan(&key, &value))
			found[key] = append(found[key], value)
		}
		require.NoError(t, rows.Err())
		return found
	}
	orders := pairs("SELECT external_reference, CAST(id AS text) FROM orders")
	require.Len(t, orders, len(l.placed), "nothing was doubled")
	for reference, id := range l.placed {
		require.Equal(t, []string{id}, orders[reference], "an acknowledged order is there once")
	}
	invoices := pairs("SELECT CAST(order_id AS text), number FROM invoices")
	require.Len(t, invoices, len(l.confirmed))
	for _, id := range l.confirmed {
		require.Len(t, invoices[id], 1, "a confirmed order has one invoice")
	}
	for _, r := range releases {
		require.Equal(t, "all invariants hold", r.ok(t, "check"))
	}
	t.Log(l.answers, "answers,", len(l.placed), "orders placed,", len(l.confirmed), "confirmed, none lost, none doubled, none failed")
}

// Two processes of this version serve under load while the next version migrates. They go on, the next version takes over one
// process at a time, and is rolled back while its schema stays, and then that too. Nobody sees an error.
func TestLong_UpgradeAndBackUnderLoad(t *testing.T) {
	testkit.Long(t)
	pgtest.Need(t)
	database := storetest.Postgres(t)
	companyID := databaseWithCompany(t, database)
	env := serving(t, database)
	old, next := release{env: env}, release{path: built(t), env: env}
	token := old.ok(t, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "10h")

	refused := next.begin(t, "serve")
	require.Error(t, refused.Wait())
	require.Contains(t, refused.stderr.String(), "run orderdesk migrate up", "a program newer than the schema says what to run")

	one, two := old.serve(t), old.serve(t)
	l := beginUpgradeLoad(token, one, two)
	l.goesOn(t, "before")
	require.Contains(t, next.ok(t, "migrate", "up"), "Applied 2 steps")
	one.ready(t)
	two.ready(t)
	l.goesOn(t, "the old version on the new schema")
	require.Contains(t, old.ok(t, "migrate", "up"), "older than the schema")
	require.Contains(t, old.ok(t, "migrate", "status"), "a step of a newer program")

	three := next.serve(t)
	three.ready(t)
	l.use(t, one, two, three)
	l.goesOn(t, "both versions")
	l.use(t, two, three)
	one.signal(t)
	require.NoError(t, one.Wait())
	four := next.serve(t)
	l.use(t, three, four)
	two.signal(t)
	require.NoError(t, two.Wait())
	l.goesOn(t, "the new version")

	five := old.serve(t)
	require.Contains(t, five.stderr.String(), "this program is older than the schema")
	five.ready(t)
	l.use(t, three, four, five)
	l.goesOn(t, "both versions, on the way back")
	l.use(t, five)
	three.signal(t)
	four.signal(t)
	require.NoError(t, three.Wait())
	require.NoError(t, four.Wait())
	l.goesOn(t, "the old version again")
	old.ok(t, "check")
	require.Equal(t, "all invariants hold", next.ok(t, "check"))
	for range 2 {
		next.ok(t, "migrate", "down")
	}
	five.ready(t)
	l.goesOn(t, "the old version on its own schema again")
	l.verify(t, database, old)
	five.signal(t)
	require.NoError(t, five.Wait())
}

// The same on SQLite, where one process serves at a time. The file can be migrated beside it.
func TestLong_UpgradeAndBackOnSQLite(t *testing.T) {
	testkit.Long(t)
	database := storetest.SQLite(t)
	companyID := databaseWithCompany(t, database)
	env := serving(t, database)
	old, next := release{env: env}, release{path: built(t), env: env}
	token := old.ok(t, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "10h")
	first := old.serve(t)
	l := beginUpgradeLoad(token, first)
	l.goesOn(t, "before")
	require.Contains(t, next.ok(t, "migrate", "up"), "Applied 2 steps")
	first.ready(t)
	l.goesOn(t, "the old version on the new schema")
	l.verify(t, database, old, next)
	first.signal(t)
	require.NoError(t, first.Wait())
	for _, r := range []release{next, old} { // the upgrade, and the way back: the older program opens the newer file
		p := r.serve(t)
		p.ready(t)
		more := beginUpgradeLoad(token, p)
		more.placed, more.confirmed = l.placed, l.confirmed
		more.goesOn(t, "one version after the other")
		l = more
		l.verify(t, database, r)
		p.signal(t)
		require.NoError(t, p.Wait())
	}
}
