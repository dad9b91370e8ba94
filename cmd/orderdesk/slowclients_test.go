package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// Clients that read a large export at 2 kB a second, clients that stop reading, and clients that send their bodies slowly hold no
// connection to the database and slow nobody down. A process answers a limited number of exports at once and refuses more. A client
// that stops reading is cut off, and then others can export. A request whose body does not arrive in time is refused.
func TestLong_SlowClients(t *testing.T) {
	testkit.Long(t)
	each(t, func(t *testing.T, database string) {
		t.Parallel() // it waits most of the time
		env := serving(t, database)
		companyID := databaseWithCompany(t, database)
		ok(t, env, "seed", "--company", companyID, "--orders", "2000")
		p := begin(t, env, "serve", "--drain", "0s")
		url, metrics := addresses(t, &p.stderr)
		c := caller{url, ok(t, env, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "10h")}
		host := strings.TrimPrefix(url, "http://")
		dial := func(request string) net.Conn {
			conn, err := net.Dial("tcp", host)
			require.NoError(t, err)
			t.Cleanup(func() { _ = conn.Close() })
			require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096)) //nolint:errcheck // it is one
			_, err = io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n"))
			require.NoError(t, err)
			return conn
		}
		const slow, stalled = 12, 40
		stop := make(chan struct{})
		var clients sync.WaitGroup
		var mu sync.Mutex
		var cut []error
		export := func() (conn net.Conn, begins string) {
			conn = dial("GET /v1/orders/export?format=ndjson&include=lines HTTP/1.1\nHost: x\nConnection: close\nAuthorization: Bearer " + c.token + "\n\n")
			first := make([]byte, 1100) // shorter than any export
			n, err := io.ReadFull(conn, first)
			if !errors.Is(err, io.ErrUnexpectedEOF) { // a refusal is shorter
				require.NoError(t, err)
			}
			return conn, string(first[:n])
		}
		for range slow { // one after the other, so that none is refused for its share of the connections to the database
			conn, begins := export()
			require.True(t, strings.HasPrefix(begins, "HTTP/1.1 200"), begins)
			clients.Go(func() {
				begun, got := time.Now(), int64(0)
				for {
					select {
					case <-stop:
						return
					case <-time.After(250 * time.Millisecond):
					}
					due := int64(time.Since(begun).Seconds()*2048) - got // a busy machine makes no reader slower
					n, err := io.CopyN(io.Discard, conn, due)
					if got += n; err != nil {
						mu.Lock()
						cut = append(cut, err)
						mu.Unlock()
						return
					}
				}
			})
		}
		var refused atomic.Int32
		var many sync.WaitGroup
		for range stalled {
			many.Go(func() {
				if _, begins := export(); strings.Contains(begins, "Too many exports are being downloaded") {
					refused.Add(1)
				}
			})
		}
		many.Wait()
		require.Positive(t, refused.Load(), "a process limits how many exports of a company it answers at once")
		answers := make(chan string, slow)
		began := time.Now()
		for range slow {
			conn := dial(fmt.Sprintf("POST /v1/orders HTTP/1.1\nHost: x\nAuthorization: Bearer %s\nContent-Type: application/json\nIdempotency-Key: slow\nContent-Length: 60000\n\n{", c.token))
			clients.Go(func() {
				sending := make(chan struct{})
				go func() {
					defer close(sending)
					for time.Since(began) < time.Minute {
						if _, err := conn.Write([]byte(" ")); err != nil {
							return
						}
						time.Sleep(100 * time.Millisecond)
					}
				}()
				_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
				line, err := bufio.NewReader(conn).ReadString('\n')
				if err != nil {
					line = err.Error()
				}
				answers <- fmt.Sprintf("%s after %.0f s", strings.TrimSpace(line), time.Since(began).Seconds())
				_ = conn.Close()
				<-sending
			})
		}
		inUse := func() string {
			_, text, err := caller{metrics, ""}.ask("GET", "/metrics", nil)
			require.NoError(t, err)
			for line := range strings.Lines(string(text)) {
				if value, found := strings.CutPrefix(line, "orderdesk_db_connections_in_use "); found {
					return strings.TrimSpace(value)
				}
			}
			return "unknown"
		}
		for time.Since(began) < 8*time.Second {
			at := time.Now()
			_, err := c.place()
			require.NoError(t, err)
			require.Less(t, time.Since(at), 5*time.Second)
			time.Sleep(100 * time.Millisecond)
		}
		require.Eventually(t, func() bool { return inUse() == "0" }, 10*time.Second, 20*time.Millisecond, "slow clients hold no connection")
		for range slow {
			answer := <-answers
			require.Contains(t, answer, fmt.Sprint(http.StatusBadRequest), "a body that does not come")
		}
		require.Less(t, time.Since(began), 40*time.Second)
		time.Sleep(time.Until(began.Add(26 * time.Second))) // longer than the deadline of an answer's piece
		require.Eventually(t, func() bool {
			conn, begins := export()
			_ = conn.Close()
			return strings.HasPrefix(begins, "HTTP/1.1 200")
		}, time.Minute, 500*time.Millisecond, "who stops to read is cut off, and others can export")
		close(stop)
		clients.Wait()
		require.Less(t, peakMemory(t, p.Process.Pid), 300, "MB")
		require.Empty(t, cut, "readers that are slow and steady are served")
	})
}

// peakMemory is the most memory in MB that a process has had, or 0 if the system does not tell.
func peakMemory(t *testing.T, pid int) (n int) {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	require.NoError(t, err)
	_, peak, _ := strings.Cut(string(raw), "VmHWM:")
	_, err = fmt.Sscan(peak, &n)
	require.NoError(t, err)
	return n >> 10
}
