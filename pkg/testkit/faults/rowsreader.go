package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

var readerRows = []row{
	{
		name: "read-replica", what: "the read replica stops to replay for 3 s, replays in jerks, hangs for 4 s, is killed for 2 s, and is promoted; clients read at any process what they wrote",
		options: options{reader: true, clients: 6, flawless: true},
		run:     readerFails,
		twin: twin{name: "a replica that is behind is read", cuts: []overlay.Cut{
			{File: "pkg/store/replicamark.go", Old: "is.replayed < wanted.position;", New: "is.replayed < 0;"},
		}},
	},
}

// readerFails lets the read replica fail in every way. Between them it must be used again.
func readerFails(w *world) error {
	jerks := func() error {
		for range 15 {
			if err := w.onReader("SELECT pg_wal_replay_pause()"); err != nil {
				return err
			}
			w.rest(70 * time.Millisecond)
			if err := w.onReader("SELECT pg_wal_replay_resume()"); err != nil {
				return err
			}
			w.rest(70 * time.Millisecond)
		}
		return nil
	}
	for _, fail := range []func() error{
		func() error {
			err := w.onReader("SELECT pg_wal_replay_pause()")
			w.rest(3 * time.Second)
			return errors.Join(err, w.onReader("SELECT pg_wal_replay_resume()"))
		},
		jerks,
		func() error {
			w.standby.Freeze()
			w.rest(4 * time.Second)
			w.standby.Thaw()
			return nil
		},
		func() error {
			err := w.standby.Crash()
			w.rest(2 * time.Second)
			return errors.Join(err, w.standby.Restart(w.ctx))
		},
	} {
		if err := errors.Join(w.readerUsed(), fail()); err != nil {
			return err
		}
	}
	if err := errors.Join(w.readerUsed(), w.standby.Promote(w.ctx)); err != nil {
		return err
	}
	w.rest(time.Second) // requests that began before
	before, err := w.readsAtReader()
	if err != nil {
		return err
	}
	w.rest(3 * time.Second)
	after, err := w.readsAtReader()
	for i := range after {
		if after[i] != before[i] {
			w.breach("%s still reads from a replica that was promoted", w.replicas[i].name)
		}
	}
	return err
}

// openReader adds an asynchronous standby that answers reads.
func (w *world) openReader() (err error) {
	w.standby, err = w.server.Standby(w.ctx, append([]string{"hot_standby_feedback=on"}, durable...)...)
	if err != nil {
		return err
	}
	w.cleanup = append(w.cleanup, func() { _ = w.standby.Stop() })
	w.env = append(w.env, "DATABASE_READ_URL="+w.standby.URL)
	return nil
}

// onReader runs a statement on the read replica.
func (w *world) onReader(statement string) error {
	conn, err := pgx.Connect(w.ctx, w.standby.URL)
	if err != nil {
		return err
	}
	_, err = conn.Exec(w.ctx, statement)
	return errors.Join(err, conn.Close(w.ctx))
}

// readerUsed waits until each process reads from the replica.
func (w *world) readerUsed() error {
	before, err := w.readsAtReader()
	if err != nil {
		return err
	}
	return w.wait(30*time.Second, "each process reads from the replica", func() bool {
		is, err := w.readsAtReader()
		for i := range is {
			if is[i] <= before[i] {
				return false
			}
		}
		return err == nil
	})
}

// readsAtReader counts the reads that the replica answered, by process.
func (w *world) readsAtReader() (counts []float64, err error) {
	for _, r := range w.replicas {
		n, err := r.metric(`orderdesk_reads_total{reason="current",target="replica"}`)
		if err != nil {
			return nil, err
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// metric reads a metric of the process. One that is missing is 0.
func (r *replica) metric(name string) (value float64, err error) {
	r.mu.Lock()
	url := r.metrics
	r.mu.Unlock()
	client := http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	res, err := client.Get(url + "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		return 0, err
	}
	for line := range strings.Lines(b.String()) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			_, err = fmt.Sscan(rest, &value)
			return value, err
		}
	}
	return 0, nil
}
