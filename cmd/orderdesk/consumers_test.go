package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
)

// hooked is what a receiver of webhooks has got. It verifies all requests, and refuses some at times.
type hooked struct {
	received
	server   *httptest.Server
	verify   *standardwebhooks.Webhook
	first    []feedEvent // in the order in which each was taken for the first time
	refusing bool        // one event in twenty, the first time; a second failure would cost five minutes
	refused  map[string]bool
	offered  int
}

func (h *hooked) refuse(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refusing = on
}

func receiveWebhooks(t *testing.T) *hooked {
	h := &hooked{received: received{ids: map[string]int{}}, refused: map[string]bool{}, refusing: true}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

// ServeHTTP takes or refuses an event.
func (h *hooked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var e feedEvent
	if err != nil || json.Unmarshal(body, &e) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refusing && h.ids[e.ID] == 0 && !h.refused[e.ID] {
		if h.offered++; h.offered%20 == 1 {
			h.refused[e.ID] = true
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
	}
	if err := h.verify.Verify(body, r.Header); err != nil || r.Header.Get("webhook-id") != e.ID {
		h.problems = append(h.problems, fmt.Sprintf("%s: %v", e.ID, err))
	}
	if h.ids[e.ID]++; h.ids[e.ID] == 1 {
		h.first = append(h.first, e)
	}
}

// late returns the events that came behind a later version of their document.
func (h *hooked) late() []string {
	var late []string
	newest := map[string]int{}
	for _, e := range h.first {
		switch {
		case e.Version == nil:
		case *e.Version < newest[e.Order.ID]:
			late = append(late, e.ID)
		default:
			newest[e.Order.ID] = *e.Version
		}
	}
	return late
}

// desks is the running processes of a service.
type desks struct {
	t     *testing.T
	env   environ
	token string
	mu    sync.Mutex
	urls  []string
	procs []*process
}

func (d *desks) start() {
	d.t.Helper()
	p := begin(d.t, d.env, "serve", "--drain", "0s")
	url, _ := addresses(d.t, &p.stderr)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.urls, d.procs = append(d.urls, url), append(d.procs, p)
}

// any returns the address of one of the processes.
func (d *desks) any() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.urls) == 0 {
		return "http://127.0.0.1:1"
	}
	return d.urls[rand.IntN(len(d.urls))] //nolint:gosec // no secret
}

// takeFirst removes the first process from those that are asked.
func (d *desks) takeFirst() *process {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.procs[0]
	d.urls, d.procs = d.urls[1:], d.procs[1:]
	return p
}

// work has eight writers write for a while, and until some writes have succeeded, beside slow transactions of another program where
// there may be one. It returns why slow transactions failed.
func (d *desks) work(database, companyID string, shared []string, during time.Duration, meanwhile func()) (slow []error) {
	var writers sync.WaitGroup
	var written atomic.Int64
	began := time.Now()
	working := func() bool {
		return time.Since(began) < during || written.Load() < 30 && time.Since(began) < time.Minute
	}
	for w := range 8 {
		writers.Go(func() {
			for n := 0; working(); n++ {
				if n%5 == 0 {
					_, _ = caller{d.any(), d.token}.place()
				}
				status, _, _ := patch(d.any(), d.token, "/v1/orders/"+shared[(w+n)%len(shared)], fmt.Sprintf(`{"carrier":"Truck %d %d"}`, w, n))
				if status == http.StatusOK {
					written.Add(1)
				}
			}
		})
	}
	st := storetest.Open(d.t, database, store.Options{})
	if st.Name() == "postgres" { // on SQLite nobody else could write meanwhile
		writers.Go(func() {
			for n := 0; working(); n++ {
				_, err := store.InTx(context.Background(), st.For(companyID), func(tx *store.Tx) (none struct{}, err error) {
					_, err = tx.ClaimKey(context.Background(), store.Key{Subject: "slow", Operation: fmt.Sprint(began), Key: fmt.Sprint(n)}, []byte{}, time.Now(), time.Now())
					time.Sleep(150 * time.Millisecond)
					return none, err
				})
				if err != nil {
					slow = append(slow, err)
				}
			}
		})
	}
	meanwhile()
	writers.Wait()
	return slow
}

// Eight writers work, some transactions are slow, a process is killed, the database restarts, and then it is dumped and restored
// elsewhere. Whoever follows by pages, by streams or by webhooks has every event, once after removing duplicates by id, and the
// versions of each document in their order. Until the restore, pages have no duplicates. A webhook may be late if its first attempt
// failed.
func TestLong_ConsumersMissNothing(t *testing.T) {
	testkit.Long(t)
	for name, database := range map[string]func(*testing.T) (address string, restart func(), move func() string){"sqlite": onSQLite, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, restart, move := database(t)
			env := serving(t, address).with("WEBHOOK_KEY", strings.Repeat("0f", 32)).with("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8")
			ok(t, env, "migrate", "up")
			companyID := databaseWithCompany(t, address)
			d := &desks{t: t, env: env, token: ok(t, env, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "30m")}
			d.start()
			d.start()
			_, raw, err := caller{d.any(), d.token}.ask("GET", "/v1/events", nil)
			require.NoError(t, err)
			_, rest, _ := strings.Cut(string(raw), `"next_cursor":"`)
			start, _, _ := strings.Cut(rest, `"`)
			hooks := receiveWebhooks(t)
			endpoint := hooks.subscribe(t, d)

			ctx, end := context.WithCancel(t.Context())
			var followers sync.WaitGroup
			var pages, streams received
			followers.Go(func() { pages.byPages(ctx, d.token, d.any) })
			followers.Go(func() { streams.byStream(ctx, d.token, d.any, start) })
			var shared []string
			for range 3 {
				id, err := caller{d.any(), d.token}.place()
				require.NoError(t, err)
				shared = append(shared, id)
			}

			second := testkit.Sized(time.Second, 300*time.Millisecond)
			slow := d.work(address, companyID, shared, 3*second, func() {
				time.Sleep(3 * second / 2)
				hooks.refuse(false)
				killed := d.takeFirst()
				require.NoError(t, killed.Process.Kill())
				_ = killed.Wait()
				d.start()
			})
			require.Empty(t, slow)
			d.work(address, companyID, shared, 3*second, func() {
				time.Sleep(second)
				restart()
			})
			require.Empty(t, pages.repeated(), "the cursor was kept")
			for range 2 {
				p := d.takeFirst()
				p.signal(t)
				require.NoError(t, p.Wait())
			}
			d.env = d.env.with("DATABASE_URL", move())
			d.start()
			d.start()
			hooks.refuse(true)
			require.Empty(t, d.work(d.env["DATABASE_URL"], companyID, shared, 2*second, func() {}))
			hooks.refuse(false)

			written := eventIDs(t, d.env["DATABASE_URL"])
			require.Greater(t, len(written), 50)
			require.Eventually(t, func() bool { return pages.has(written) && streams.has(written) }, time.Minute, 50*time.Millisecond)
			for deadline := time.Now().Add(3 * time.Minute); !hooks.has(written); time.Sleep(100 * time.Millisecond) { // lost attempts are made again after 45 s
				require.True(t, time.Now().Before(deadline), "%s", hooks.missing(d, endpoint, written))
			}
			end()
			followers.Wait()
			for how, got := range map[string]*received{"pages": &pages, "streams": &streams, "webhooks": &hooks.received} {
				require.Empty(t, got.problems, how)
				require.Len(t, got.ids, len(written), how)
			}
			late := hooks.late()
			for _, id := range late {
				require.Greater(t, attempts(t, d, endpoint, id), 1, "%s was late, although its first attempt was the only one", id)
			}
			require.NotEmpty(t, hooks.refused)
			t.Logf("%d events; by webhook %d were refused once, %d came late and %d more than once", len(written), len(hooks.refused), len(late), len(hooks.repeated()))
		})
	}
}

// subscribe adds an endpoint for all events to come, and returns its path.
func (h *hooked) subscribe(t *testing.T, d *desks) string {
	t.Helper()
	status, raw, err := caller{d.any(), d.token}.ask("POST", "/v1/webhook-endpoints", strings.NewReader(`{"url":"`+h.server.URL+`/hooks"}`))
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, status, "%s", raw)
	var made struct{ ID, Secret string }
	require.NoError(t, json.Unmarshal(raw, &made))
	h.verify, err = standardwebhooks.NewWebhook(made.Secret)
	require.NoError(t, err)
	return "/v1/webhook-endpoints/" + made.ID
}

// missing says what became of events that did not come.
func (h *hooked) missing(d *desks, endpoint string, written []string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d events came\n", len(h.ids), len(written))
	shown := 0
	for _, id := range written {
		if h.ids[id] == 0 && shown < 3 {
			shown++
			_, raw, err := caller{d.any(), d.token}.ask("GET", endpoint+"/deliveries?event_id="+id, nil)
			fmt.Fprintf(&b, "%s: %s %v\n", id, raw, err)
		}
	}
	_, raw, err := caller{d.any(), d.token}.ask("GET", endpoint, nil)
	fmt.Fprintf(&b, "%s %v\n", raw, err)
	for _, p := range d.procs {
		fmt.Fprintln(&b, p.stderr.String())
	}
	return b.String()
}

// attempts is the number of attempts of the delivery of an event.
func attempts(t *testing.T, d *desks, endpoint, eventID string) int {
	t.Helper()
	_, raw, err := caller{d.any(), d.token}.ask("GET", endpoint+"/deliveries?event_id="+eventID, nil)
	require.NoError(t, err)
	var page struct {
		Data []struct{ Attempts []struct{ Status *int } }
	}
	require.NoError(t, json.Unmarshal(raw, &page))
	require.Len(t, page.Data, 1)
	return len(page.Data[0].Attempts)
}

// onSQLite is a file, which is moved by a copy. It has no server that could restart.
func onSQLite(t *testing.T) (address string, restart func(), move func() string) {
	address = storetest.SQLite(t)
	return address, func() {}, func() string {
		path := filepath.Join(t.TempDir(), "copy.db")
		db, err := sql.Open("sqlite", strings.TrimPrefix(address, "sqlite:"))
		require.NoError(t, err)
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(t.Context(), "VACUUM INTO ?", path)
		require.NoError(t, err)
		return "sqlite:" + path
	}
}

// onPostgres is a server of the test's own, which is moved by a dump to another one.
func onPostgres(t *testing.T) (address string, restart func(), move func() string) {
	pgtest.Need(t)
	server := func() *pgtest.Server {
		s, err := pgtest.Start(t.Context(), slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Stop() })
		return s
	}
	first := server()
	restart = func() {
		require.NoError(t, first.Shut())
		require.NoError(t, first.Restart(t.Context()))
	}
	return first.URL, restart, func() string {
		second := server()
		file := filepath.Join(t.TempDir(), "dump")
		for _, command := range [][]string{
			{"pg_dump", "--format=custom", "--no-owner", "--file=" + file, first.URL},
			{"pg_restore", "--no-owner", "--dbname=" + second.URL, file},
		} {
			path, err := pgtest.Program(t.Context(), command[0])
			require.NoError(t, err)
			out, err := exec.CommandContext(t.Context(), path, command[1:]...).CombinedOutput() //nolint:gosec // PostgreSQL's own programs
			require.NoError(t, err, "%s", out)
		}
		return second.URL
	}
}
