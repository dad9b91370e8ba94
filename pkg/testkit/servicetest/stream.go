package servicetest

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Streamed is one event of a stream: its id and its data. A heartbeat has no data.
type Streamed struct{ ID, Data string }

// Stream is an open stream of events.
type Stream struct {
	Header http.Header
	Events chan Streamed // closed at the end of the stream
	leave  context.CancelFunc
	once   sync.Once
}

// Leave closes the connection.
func (s *Stream) Leave() { s.once.Do(s.leave) }

// Next returns the next event that has data. It fails the test if none comes in time.
func (s *Stream) Next(t testing.TB) Streamed {
	t.Helper()
	patience := time.After(30 * time.Second)
	for {
		select {
		case e, ok := <-s.Events:
			if !ok {
				t.Fatal("the stream has ended")
			}
			if e.Data != "" {
				return e
			}
		case <-patience:
			t.Fatal("the stream is silent")
		}
	}
}

// Stream opens a stream of events. It is closed after the test.
func (c *Client) Stream(path string, headers ...string) *Stream {
	c.t.Helper()
	s, err := c.TryStream(path, headers...)
	require.NoError(c.t, err)
	c.t.Cleanup(s.Leave)
	return s
}

// TryStream is Stream for callers that expect the connection to fail or run beside the test.
func (c *Client) TryStream(path string, headers ...string) (*Stream, error) {
	ctx, leave := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Service.URL+path, nil)
	if err != nil {
		leave()
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Accept", "text/event-stream")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		leave()
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer leave()
		defer func() { _ = res.Body.Close() }()
		return nil, &StatusError{res.StatusCode}
	}
	s := &Stream{Header: res.Header, Events: make(chan Streamed, 10_000), leave: leave}
	go func() {
		defer close(s.Events)
		defer func() { _ = res.Body.Close() }()
		lines := bufio.NewReader(res.Body)
		var e Streamed
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch {
			case name == "id":
				e.ID = value
			case name == "data":
				e.Data = value
			case line == "\n" && e != (Streamed{}):
				s.Events <- e
				e = Streamed{}
			}
		}
	}()
	return s, nil
}

// StatusError is the status of a stream that was refused.
type StatusError struct{ Status int }

func (e *StatusError) Error() string { return http.StatusText(e.Status) }
