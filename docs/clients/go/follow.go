package orderdesk

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// FollowOptions say what Follow reads.
type FollowOptions struct {
	After string   // the cursor of the last event that was handled; empty: only events from now on
	Types []string // names, or groups such as order.*; empty: all
}

// How Follow treats a connection.
const (
	silence      = 45 * time.Second // three heartbeats are missing
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// Follow streams the company's events to handle, each with its cursor, until ctx ends, handle returns an error, or the service
// refuses, for example with cursor_gone. It opens the stream again when it ends, and then calls the token's function again. An
// event comes again if handle had not returned when the connection broke, so keep the cursor with what handle stored.
func (c *Client) Follow(ctx context.Context, o FollowOptions, handle func(cursor string, e Event) error) error {
	pause := firstPause
	for {
		before := o.After
		again, err := c.stream(ctx, &o, handle)
		if err != nil && !again {
			return err
		}
		if o.After != before || err == nil {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// stream reads one stream to its end. It moves o.After on, and reports whether the stream can be opened again after an error.
func (c *Client) stream(ctx context.Context, o *FollowOptions, handle func(string, Event) error) (again bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	params := &ListEventsParams{Types: &o.Types}
	if len(o.Types) == 0 {
		params.Types = nil
	}
	if o.After != "" {
		params.After = &o.After
	}
	res, err := c.ListEvents(ctx, params, func(_ context.Context, req *http.Request) error {
		req.Header.Set("Accept", "text/event-stream")
		return nil
	})
	if err != nil {
		return ctx.Err() == nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		raw, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests, fmt.Errorf("follow: %s: %s", res.Status, raw)
	}
	silent := time.AfterFunc(silence, cancel)
	defer silent.Stop()
	lines := bufio.NewReader(res.Body)
	var id, data string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return true, nil // the end, or a broken connection
		}
		silent.Reset(silence)
		switch name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ": "); {
		case name == "id":
			id = value
		case name == "data":
			data = value
		case strings.TrimSpace(line) == "" && id != "":
			if data != "" {
				var e Event
				if err := json.Unmarshal([]byte(data), &e); err != nil {
					return false, fmt.Errorf("follow: read an event: %w", err)
				}
				if err := handle(id, e); err != nil {
					return false, err
				}
			}
			o.After, data = id, ""
		}
	}
}
