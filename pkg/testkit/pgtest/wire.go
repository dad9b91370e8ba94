package pgtest

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

// Wire is a TCP connection to a PostgreSQL server. It can break as a network does.
type Wire struct {
	network  string // of the server
	server   string
	mu       sync.Mutex
	address  string
	listener net.Listener
	open     map[net.Conn]bool
	stalled  bool
	delay    time.Duration
	commits  [][]byte // what a client sends to commit
	cut      bool     // the next client that commits loses its connection
	after    bool     // lose it after the server has answered
	words    []byte   // what the client gets in place of that answer
}

// NewWire returns a wire to the database at the address, and the address that leads through the wire.
func NewWire(t testing.TB, address string) (*Wire, string) {
	t.Helper()
	w, through, err := OpenWire(address)
	require.NoError(t, err)
	t.Cleanup(w.Cut)
	return w, through
}

// OpenWire is NewWire for a program. Cut ends the wire.
func OpenWire(address string) (*Wire, string, error) {
	config, err := pgconn.ParseConfig(address)
	if err != nil {
		return nil, "", err
	}
	w := &Wire{address: "127.0.0.1:0", open: map[net.Conn]bool{}, commits: [][]byte{[]byte("commit\x00")}}
	w.network, w.server = pgconn.NetworkAddress(config.Host, config.Port)
	if err := w.listen(); err != nil {
		return nil, "", err
	}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: w.address, Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return w, u.String(), nil
}

// Mend accepts connections again, at the same address.
func (w *Wire) Mend() {
	if err := w.listen(); err != nil {
		panic(err) // another program took the port
	}
}

func (w *Wire) listen() error {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", w.address)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.listener, w.address, w.stalled, w.delay = l, l.Addr().String(), false, 0
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
	return nil
}

// Delay makes every piece of data take this much longer, in both directions.
func (w *Wire) Delay(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay = by
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

// Lost reports whether the break that CutAtCommit asked for has happened.
func (w *Wire) Lost() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.cut
}

// Stall drops all bytes without closing a connection.
func (w *Wire) Stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalled = true
}

// CutAtCommit closes the next connection on which a client commits: before the server gets COMMIT, or after it has answered.
func (w *Wire) CutAtCommit(after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut, w.after, w.words = true, after, nil
}

// CrashAtCommit is CutAtCommit(true) as a pooler shows it to its client.
func (w *Wire) CrashAtCommit() {
	crashed := pgproto3.ErrorResponse{Severity: "FATAL", Code: "08P01", Message: "server conn crashed?"}
	words, err := crashed.Encode(nil)
	if err != nil {
		panic(err) // it always fits
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut, w.after, w.words = true, true, words
}

// preparedCommit finds a Parse message of COMMIT, and the name that it gives to the statement.
var preparedCommit = regexp.MustCompile(`P...[^\x00](\w+)\x00commit\x00`)

// committing reports whether a client commits. If it prepares COMMIT, its later Bind messages do.
func (w *Wire) committing(said []byte) bool {
	if found := preparedCommit.FindSubmatch(said); found != nil {
		bind := slices.Concat([]byte{0}, found[1], []byte{0}) // after the empty name of a portal
		if !slices.ContainsFunc(w.commits, func(known []byte) bool { return bytes.Equal(known, bind) }) {
			w.commits = append(w.commits, bind)
		}
		return false
	}
	return slices.ContainsFunc(w.commits, func(commit []byte) bool { return bytes.Contains(said, commit) })
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
		if !w.committing(said) || !w.cut {
			return true
		}
		w.cut = false
		if w.after {
			deaf.Do(func() { close(silent) })
		}
		return w.after
	})
	w.carry(server, client, func([]byte) bool {
		select {
		case <-silent:
			w.mu.Lock()
			defer w.mu.Unlock()
			_, _ = client.Write(w.words)
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
			stalled, delay := w.stalled, w.delay
			w.mu.Unlock()
			if stalled {
				continue
			}
			time.Sleep(delay)
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
