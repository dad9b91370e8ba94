package web

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// gatheringServer serves the handler on connections that gather, and returns one of them to write requests to.
func gatheringServer(t testing.TB, handle func(w renewing, r *http.Request)) (net.Conn, *bufio.Reader) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := Server{&http.Server{ReadHeaderTimeout: time.Minute, ConnContext: withGathering, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handle(renewing{w, time.Minute, connOf(r.Context())}, r)
	})}}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn, bufio.NewReaderSize(conn, 1<<17)
}

// An answer that does not fit into net/http's buffer is kept until it is complete, and every answer arrives whole, whatever its size.
func TestAnswersAreGathered(t *testing.T) {
	var kept bool
	var body string
	conn, answers := gatheringServer(t, func(w renewing, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, err := io.WriteString(w, body)
		kept = w.conn.kept != nil
		require.NoError(t, err)
		require.False(t, w.conn.gather, "only what this piece makes net/http write may wait")
	})
	text := strings.Repeat("0123456789abcdef", 8<<10)
	get := func(method string, size int) {
		body = text[:size]
		_, err := io.WriteString(conn, method+" / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		answer, err := http.ReadResponse(answers, &http.Request{Method: method})
		require.NoError(t, err)
		got, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		if method == http.MethodHead {
			require.Empty(t, got)
			return
		}
		require.Equal(t, body, string(got), size)
	}
	for size := 3800; size < 4300; size += 7 {
		get(http.MethodGet, size)
	}
	for _, size := range []int{0, 1, 2048, 2049, 4095, 4096, 4097, 8192, 16 << 10, 16<<10 + 1, 100_000} {
		get(http.MethodGet, size)
		get(http.MethodHead, size)
	}
	get(http.MethodGet, 100)
	require.False(t, kept, "a small answer is one write")
	get(http.MethodHead, 6100)
	require.False(t, kept, "HEAD has no body that follows")
	get(http.MethodGet, 6100)
	require.True(t, kept, "the first 4 KB did not wait for the rest")
}

// What a stream flushes arrives at once.
func TestStreamsAreNotKept(t *testing.T) {
	read := make(chan struct{})
	conn, answers := gatheringServer(t, func(w renewing, r *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, strings.Repeat("x", 6000))
			_ = http.NewResponseController(w).Flush()
			select {
			case <-read:
			case <-r.Context().Done():
				return
			}
		}
	})
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	answer, err := http.ReadResponse(answers, nil)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	for range 3 {
		_, err := io.ReadFull(answer.Body, make([]byte, 6000))
		require.NoError(t, err)
		read <- struct{}{}
	}
}

// The service's server gathers.
func TestServerGathers(t *testing.T) {
	server := NewServer("", http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	g := &gathering{}
	require.Same(t, g, connOf(server.ConnContext(context.Background(), g)))
}

// short is a listener that has no file for the first connection.
type short struct {
	net.Listener
	refused bool
}

func (s *short) Accept() (net.Conn, error) {
	if !s.refused {
		s.refused = true
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return s.Listener.Accept()
}

// A server that has no file for a connection accepts the next one.
func TestServeOutlivesAShortageOfFiles(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := NewServer("", http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(&short{Listener: l}) }()
	t.Cleanup(func() {
		_ = server.Close()
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get("http://" + l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}

func BenchmarkAnswersOverTCP(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"details", 6_100}, {"list", 61_900}} {
		for _, gather := range []bool{false, true} {
			name := size.name
			if gather {
				name += "/gathered"
			}
			b.Run(name, func(b *testing.B) {
				body := []byte(strings.Repeat("x", size.bytes))
				conn, answers := gatheringServer(b, func(w renewing, _ *http.Request) {
					if !gather {
						w.conn = nil
					}
					w.WriteHeader(http.StatusOK)
					_, _ = w.Write(body)
				})
				began := cpu(b)
				for b.Loop() {
					_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
					require.NoError(b, err)
					answer, err := http.ReadResponse(answers, nil)
					require.NoError(b, err)
					_, err = io.Copy(io.Discard, answer.Body)
					require.NoError(b, err)
				}
				b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "µs-cpu/op")
			})
		}
	}
}

// cpu is the processor time of this process, of client and server.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
