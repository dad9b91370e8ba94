package pgtest

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Wire is a TCP connection to the PostgreSQL server of a test. It can break as a network does.
type Wire struct {
	t        testing.TB
	network  string // of the server
	server   string
	mu       sync.Mutex
	address  string
	listener net.Listener
	open     map[net.Conn]bool
	stalled  bool
	at       []byte // a client that sends these bytes loses its connection
	after    bool   // lose it after the server has answered
}

// NewWire returns a wire to the database at the address, and the address that leads through the wire.
func NewWire(t testing.TB, address string) (*Wire, string) {
	t.Helper()
	config, err := pgconn.ParseConfig(address)
	require.NoError(t, err)
	w := &Wire{t: t, address: "127.0.0.1:0", open: map[net.Conn]bool{}}
	w.network, w.server = pgconn.NetworkAddress(config.Host, config.Port)
	w.Mend()
	t.Cleanup(w.Cut)
	u := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: w.address, Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return w, u.String()
}

// Mend accepts connections again, at the same address.
func (w *Wire) Mend() {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", w.address)
	require.NoError(w.t, err)
	w.mu.Lock()
	w.listener, w.address, w.stalled = l, l.Addr().String(), false
	w.mu.Unlock()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(c)
		}
	}()
}

// Cut closes every connection and refuses new ones.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for c := range w.open {
		_ = c.Close()
	}
	clear(w.open)
}

// Stall drops all bytes without closing a connection.
func (w *Wire) Stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalled = true
}

// CutAt closes the next connection on which a client sends the words: before the server gets them, or after the server
// has answered.
func (w *Wire) CutAt(words string, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.after = []byte(words), after
}

func (w *Wire) serve(client net.Conn) {
	server, err := net.Dial(w.network, w.server)
	if err != nil {
		_ = client.Close()
		return
	}
	w.mu.Lock()
	w.open[client], w.open[server] = true, true
	w.mu.Unlock()
	var deaf sync.Once
	silent := make(chan struct{}) // closed when the client must get no more answers
	go w.carry(client, server, func(said []byte) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.at) == 0 || !bytes.Contains(said, w.at) {
			return true
		}
		w.at = nil
		if w.after {
			deaf.Do(func() { close(silent) })
		}
		return w.after
	})
	w.carry(server, client, func([]byte) bool {
		select {
		case <-silent:
			return false
		default:
			return true
		}
	})
}

// carry copies bytes from one connection to the other until pass returns false.
func (w *Wire) carry(from, to net.Conn, pass func([]byte) bool) {
	defer func() { _, _ = from.Close(), to.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			w.mu.Lock()
			stalled := w.stalled
			w.mu.Unlock()
			if stalled {
				continue
			}
			if !pass(buf[:n]) {
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
