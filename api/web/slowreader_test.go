package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A reader that is slow and steady gets the whole answer, of one chunk or of one JSON value, although that takes far longer than
// the time limit of a write. A reader that stops is cut off.
func TestSlowReaders(t *testing.T) {
	const limit = 700 * time.Millisecond
	text := strings.Repeat("0123456789abcdef", 64<<10) // 1 MiB
	ended := make(chan error, 10)
	small := func(server *http.Server) {
		server.WriteTimeout = limit
		server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
			require.NoError(t, c.(*net.TCPConn).SetWriteBuffer(32<<10))
			return ctx
		}
	}
	s := serveTuned(t, func(o *Options) { o.WriteTimeout = limit }, small,
		Endpoint{Route{Method: "GET", Path: "/v1/chunk", Auth: Public, Spec: Spec{Produces: []string{MediaNDJSON}}}, func(c Request) error {
			err := streamNDJSON(c, "n.ndjson", func(yield func(any) error) (bool, error) { return false, yield(text) })
			ended <- err
			return err
		}},
		Endpoint{Route{Method: "GET", Path: "/v1/value", Auth: Public}, func(c Request) error { return WriteJSON(c, http.StatusOK, text) }},
	)
	get := func(path string) io.Reader {
		dialer := net.Dialer{}
		conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(32<<10))
		_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		return conn
	}
	for _, path := range []string{"/v1/chunk", "/v1/value"} {
		answer, began := get(path), time.Now()
		buffer := make([]byte, 16<<10)
		got := 0
		for {
			n, err := io.ReadFull(answer, buffer)
			if got += n; err != nil {
				require.Contains(t, []error{io.EOF, io.ErrUnexpectedEOF}, err)
				break
			}
			time.Sleep(40 * time.Millisecond) // 400 kB/s
		}
		require.Greater(t, got, len(text), "%s was cut after %s", path, time.Since(began))
		require.Greater(t, time.Since(began), 2*limit)
	}
	require.NoError(t, <-ended)
	get("/v1/chunk")
	require.Error(t, <-ended, "nobody reads")
}
