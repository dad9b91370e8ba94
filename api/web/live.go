package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// MediaEventStream is the media type of server-sent events.
const MediaEventStream = "text/event-stream"

// LongestWait is the longest time that a caller can make its request wait by Prefer: wait.
const LongestWait = time.Minute

// PreferredWait is the wait of the header Prefer (RFC 7240). It is 0 if there is none or if it is malformed. If there is one, the
// answer says in Preference-Applied how long the request waits.
func PreferredWait(c Request) time.Duration {
	for _, preference := range strings.Split(strings.Join(c.Request().Header.Values("Prefer"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(preference), "=")
		seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`))
		if !strings.EqualFold(strings.TrimSpace(name), "wait") || err != nil || seconds < 0 {
			continue
		}
		wait := min(time.Duration(min(seconds, 3600))*time.Second, LongestWait)
		c.Response().Header().Set("Preference-Applied", fmt.Sprintf("wait=%d", int(wait.Seconds())))
		return wait
	}
	return 0
}

// Live is the context of a request that may take long: it ends when the caller leaves or the token expires. The route must be
// Unlimited. Live also removes the server's read deadline, because when that passes, net/http ends the context as if the
// connection were closed.
func Live(c Request, now time.Time) (context.Context, context.CancelFunc, error) {
	exchangeOf(c).live = true
	err := http.NewResponseController(c.Response()).SetReadDeadline(time.Time{})
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder in a test has no deadline
		return nil, nil, fmt.Errorf("lift the read deadline: %w", err)
	}
	ctx := c.Request().Context()
	if expires := Actor(c).TokenExpires; !expires.IsZero() {
		ctx, cancel := context.WithTimeout(ctx, expires.Sub(now))
		return ctx, cancel, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	return ctx, cancel, nil
}

// Step limits one step of a live request, such as a read of the database, to the time that a whole request has otherwise.
func Step[T any](ctx context.Context, c Request, step func(context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, exchangeOf(c).step)
	defer cancel()
	return step(limited)
}

// EventStream is an open answer of server-sent events.
type EventStream struct {
	c       Request
	control *http.ResponseController
	pending strings.Builder
}

// reconnectAfter is how long the stream asks a client to wait before it connects again.
const reconnectAfter = time.Second

// OpenEventStream begins the answer. Its headers ask proxies not to buffer or change it.
func OpenEventStream(c Request) (*EventStream, error) {
	s := &EventStream{c: c, control: http.NewResponseController(c.Response())}
	header := c.Response().Header()
	header.Set("Content-Type", MediaEventStream)
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no") // for nginx
	c.Response().WriteHeader(http.StatusOK)
	fmt.Fprintf(&s.pending, "retry: %d\n\n", reconnectAfter.Milliseconds())
	if c.Request().Method == http.MethodHead {
		return s, nil
	}
	return s, s.Flush()
}

// Send adds an event: its id, from which a client resumes, and its data, which has no line break.
func (s *EventStream) Send(id string, data []byte) {
	s.pending.WriteString("id: ")
	s.pending.WriteString(id)
	s.pending.WriteString("\ndata: ")
	s.pending.Write(data)
	s.pending.WriteString("\n\n")
}

// Beat adds a comment that keeps the connection open, and the id from which a client resumes now.
func (s *EventStream) Beat(id string) {
	s.pending.WriteString(": \nid: ")
	s.pending.WriteString(id)
	s.pending.WriteString("\n\n")
}

// Flush sends what was added. A client that does not take it in time is an error.
func (s *EventStream) Flush() error {
	if _, err := s.c.Response().Write([]byte(s.pending.String())); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	s.pending.Reset()
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("flush events: %w", err)
	}
	return nil
}

// MaxStreams is the most streams that may be open at once with one token.
const MaxStreams = 5

// Streams counts the open streams of each token. The zero Streams is ready.
type Streams struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]int
}

// Begin counts a stream of the caller until end is called. One too many is refused with stream_limit_reached.
func (s *Streams) Begin(c Request) (end func(), err error) {
	token := sha256.Sum256([]byte(c.Request().Header.Get("Authorization")))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[token] == MaxStreams {
		return nil, fault.New(fault.StreamLimitReached, "%d streams are open with this token. Close one first.", MaxStreams)
	}
	if s.open == nil {
		s.open = map[[sha256.Size]byte]int{}
	}
	s.open[token]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[token]--; s.open[token] == 0 {
			delete(s.open, token)
		}
	}, nil
}

// Open is the number of open streams.
func (s *Streams) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, open := range s.open {
		n += open
	}
	return n
}
