package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

type feedEvent struct {
	ID      string
	Type    string
	Order   struct{ ID string }
	Version *int
}

type feedPage struct {
	Data []feedEvent
	Page struct {
		NextCursor string `json:"next_cursor"`
		HasMore    bool   `json:"has_more"`
	}
}

// received is what somebody who follows the feed has got.
type received struct {
	mu       sync.Mutex
	ids      map[string]int
	versions map[string]int // the newest of each document
	problems []string
}

func (r *received) take(e feedEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids, r.versions = map[string]int{}, map[string]int{}
	}
	if r.ids[e.ID]++; r.ids[e.ID] > 1 || e.Version == nil {
		return
	}
	if last := r.versions[e.Order.ID]; *e.Version != last+1 {
		r.problems = append(r.problems, fmt.Sprintf("version %d of %s after %d", *e.Version, e.Order.ID, last))
	}
	r.versions[e.Order.ID] = *e.Version
}

func (r *received) has(ids []string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if r.ids[id] == 0 {
			return false
		}
	}
	return true
}

// repeated returns the ids that came more than once.
func (r *received) repeated() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for id, n := range r.ids {
		if n > 1 {
			ids = append(ids, id)
		}
	}
	return ids
}

// byPages follows the feed by pages, from service to service.
func (r *received) byPages(ctx context.Context, token string, urls func() string) {
	cursor := ""
	for ctx.Err() == nil {
		status, more := r.page(caller{urls(), token}, 7, &cursor)
		switch {
		case status == http.StatusGone: // the database was restored
			cursor = ""
			time.Sleep(20 * time.Millisecond)
		case status != http.StatusOK:
			time.Sleep(20 * time.Millisecond)
		case !more:
			time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond) //nolint:gosec // no secret
		}
	}
}

// fromTheBeginning reads the feed up to its end, and returns the cursor there. It returns an empty text if the service does not answer.
func (r *received) fromTheBeginning(token, url string) (cursor string) {
	for {
		if status, more := r.page(caller{url, token}, 200, &cursor); status != http.StatusOK || !more {
			return cursor
		}
	}
}

// page reads the page behind the cursor, which it moves to the end of the page. The status is 0 if there was no answer.
func (r *received) page(c caller, limit int, cursor *string) (status int, more bool) {
	status, raw, err := c.ask("GET", fmt.Sprintf("/v1/events?limit=%d&after=%s", limit, *cursor), nil)
	if err != nil {
		return 0, false
	}
	if status != http.StatusOK {
		return status, false
	}
	var page feedPage
	if err := json.Unmarshal(raw, &page); err != nil {
		panic(err)
	}
	for _, e := range page.Data {
		r.take(e)
	}
	*cursor = page.Page.NextCursor
	return status, page.Page.HasMore
}

// byStream follows the feed by streams, and leaves each after a while.
func (r *received) byStream(ctx context.Context, token string, urls func() string, begin string) {
	last := begin
	for ctx.Err() == nil {
		living, leave := context.WithTimeout(ctx, time.Duration(100+rand.IntN(400))*time.Millisecond) //nolint:gosec // no secret
		req, err := http.NewRequestWithContext(living, "GET", urls()+"/v1/events", nil)
		if err != nil {
			panic(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept", "text/event-stream")
		req.Header.Set("Last-Event-ID", last)
		res, err := http.DefaultClient.Do(req)
		if err == nil && res.StatusCode == http.StatusGone { // the database was restored
			last = r.fromTheBeginning(token, urls())
		}
		if err == nil {
			var all bytes.Buffer
			_, _ = all.ReadFrom(res.Body)
			_ = res.Body.Close()
			for message := range strings.SplitSeq(all.String(), "\n\n") {
				var id, data string
				for line := range strings.Lines(message) {
					name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
					switch name {
					case "id":
						id = value
					case "data":
						data = value
					}
				}
				var e feedEvent
				if data != "" && json.Unmarshal([]byte(data), &e) != nil || id == "" {
					continue // it was cut off
				}
				if data != "" {
					r.take(e)
				}
				last = id
			}
		}
		leave()
	}
}

// beside opens the database beside the service.
func beside(t *testing.T, database string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, dsn = "sqlite", path
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// eventIDs reads all events.
func eventIDs(t *testing.T, database string) []string {
	t.Helper()
	db := beside(t, database)
	rows, err := db.QueryContext(t.Context(), "SELECT CAST(id AS text) FROM events")
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

func patch(url, token, path, body string) (int, []byte, error) {
	req, err := http.NewRequest("PATCH", url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", "*")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	var raw bytes.Buffer
	_, err = raw.ReadFrom(res.Body)
	return res.StatusCode, raw.Bytes(), err
}

// Events that were copied into the database with higher positions than new ones get make the feed begin anew, also where the server
// says that it is at home.
func TestEventsFromElsewhere(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		env := serving(t, database)
		companyID := databaseWithCompany(t, database)
		token := ok(t, env, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "30m")
		run := func(use func(c caller)) {
			p := begin(t, env, "serve", "--drain", "0s")
			url, _ := addresses(t, &p.stderr)
			use(caller{url, token})
			p.signal(t)
			require.NoError(t, p.Wait())
		}
		var cursor string
		run(func(c caller) {
			_, err := c.place()
			require.NoError(t, err)
			require.Eventually(t, func() bool {
				_, raw, err := c.ask("GET", "/v1/events", nil)
				require.NoError(t, err)
				var got feedPage
				require.NoError(t, json.Unmarshal(raw, &got))
				cursor = got.Page.NextCursor
				return len(got.Data) == 1
			}, 10*time.Second, 20*time.Millisecond)
		})
		_, err := beside(t, database).ExecContext(t.Context(), "UPDATE events SET pos = pos + 1000000")
		require.NoError(t, err)
		run(func(c caller) {
			require.Eventually(t, func() bool {
				status, _, err := c.ask("GET", "/v1/events?after="+cursor, nil)
				require.NoError(t, err)
				return status == http.StatusGone
			}, 10*time.Second, 20*time.Millisecond)
		})
	})
}

// After a dump is restored on a new server, whose transactions have lower ids, old cursors are gone and new events come behind
// the old ones.
func TestLong_RestoredDump(t *testing.T) {
	testkit.Long(t)
	pgtest.Need(t)
	database := storetest.Postgres(t)
	db, err := sql.Open("pgx", database)
	require.NoError(t, err)
	for range 200 { // the ids are ahead of those of a new server
		_, err := db.ExecContext(t.Context(), "SELECT pg_current_xact_id()")
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	env := serving(t, database)
	companyID := databaseWithCompany(t, database)
	token := ok(t, env, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "30m")
	type page struct {
		Data []feedEvent
		Page struct {
			NextCursor string `json:"next_cursor"`
		}
	}
	serve := func(env environ, use func(c caller)) {
		p := begin(t, env, "serve", "--drain", "0s")
		url, _ := addresses(t, &p.stderr)
		use(caller{url, token})
		p.signal(t)
		require.NoError(t, p.Wait())
	}
	read := func(c caller, after string) (int, page) {
		status, raw, err := c.ask("GET", "/v1/events?limit=200&after="+after, nil)
		require.NoError(t, err)
		var got page
		require.NoError(t, json.Unmarshal(raw, &got))
		return status, got
	}
	// readAll reads the feed from its beginning. Transactions in other databases of the server hold a feed back for a moment.
	readAll := func(c caller, events int) page {
		var all page
		require.Eventually(t, func() bool {
			_, all = read(c, "")
			return len(all.Data) == events
		}, 10*time.Second, 20*time.Millisecond)
		return all
	}
	var old page
	var orderID string
	serve(env, func(c caller) {
		var err error
		orderID, err = c.place()
		require.NoError(t, err)
		for i := range 5 {
			status, raw, err := patch(c.url, token, "/v1/orders/"+orderID, fmt.Sprintf(`{"carrier":"Truck %d"}`, i))
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status, "%s", raw)
		}
		old = readAll(c, 6)
	})

	server, err := pgtest.Start(t.Context(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	file := filepath.Join(t.TempDir(), "dump")
	run := func(program string, args ...string) {
		path, err := pgtest.Program(t.Context(), program)
		require.NoError(t, err)
		out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput() //nolint:gosec // PostgreSQL's own programs
		require.NoError(t, err, "%s", out)
	}
	run("pg_dump", "--format=custom", "--no-owner", "--file="+file, database)
	run("pg_restore", "--no-owner", "--dbname="+server.URL, file)

	restored := serving(t, server.URL)
	serve(restored, func(c caller) {
		status, _ := read(c, old.Page.NextCursor)
		require.Equal(t, http.StatusGone, status)
		before := len(old.Data)
		status, raw, err := patch(c.url, token, "/v1/orders/"+orderID, `{"carrier":"Restored"}`)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		all := readAll(c, before+1)
		require.Equal(t, old.Data, all.Data[:before], "the old events are still there, in their order")
		require.Equal(t, 7, *all.Data[before].Version)
	})
	serve(restored, func(c caller) { // the feed begins anew only once
		_, all := read(c, "")
		status, _ := read(c, all.Page.NextCursor)
		require.Equal(t, http.StatusOK, status)
	})
}
