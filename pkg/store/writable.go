package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrReadOnly means that the database only reads: a standby, a server that was switched to read-only, or a file without the
// right to write.
var ErrReadOnly = errors.New("the database only reads")

// How long a result of Writable counts, and how long a probe may take. Nobody waits for a probe for longer than probeWait.
const (
	writableFor   = 10 * time.Second
	unwritableFor = 2 * time.Second
	probeLimit    = 5 * time.Second
	probeWait     = 1500 * time.Millisecond
)

// writability is the latest knowledge of whether the database takes writes.
type writability struct {
	mu      sync.Mutex
	at      time.Time
	err     error
	probing chan struct{} // closed when the running probe ends; nil if none runs
}

// Writable returns an error if the database does not take writes: ErrReadOnly if it only reads, and another one if writes fail,
// as on a full disk, or hang, as while a synchronous standby is away. What transactions of this process met within the last
// seconds counts. Otherwise it writes a row, which is never done twice at the same time.
func (s *Store) Writable(ctx context.Context) error {
	w := &s.writable
	w.mu.Lock()
	if age := time.Since(w.at); !w.at.IsZero() && (w.err == nil && age < writableFor || w.err != nil && age < unwritableFor) { //nolint:forbidigo // the age of what is known
		defer w.mu.Unlock()
		return w.err
	}
	probing := w.probing
	if probing == nil {
		probing = make(chan struct{})
		w.probing = probing
		go s.probe(context.WithoutCancel(ctx), probing)
	}
	w.mu.Unlock()
	patience := time.NewTimer(probeWait)
	defer patience.Stop()
	select {
	case <-probing:
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.err
	case <-patience.C:
		return errors.New("a write hangs")
	case <-ctx.Done():
		return fmt.Errorf("a write hangs: %w", ctx.Err())
	}
}

func (s *Store) probe(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	res := s.write.WithContext(ctx).Exec("INSERT INTO write_probes (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
		time.Now().UTC().Truncate(time.Microsecond)) //nolint:forbidigo // nobody reads it
	s.writable.learn(res.Error, true)
	s.writable.mu.Lock()
	defer s.writable.mu.Unlock()
	s.writable.probing = nil
	close(done)
}

// learn keeps the outcome of a write. An error of a transaction counts only if every other write would fail in the same way.
func (w *writability) learn(err error, probe bool) {
	switch {
	case readOnly(err):
		err = fmt.Errorf("%w: %w", ErrReadOnly, err)
	case err != nil && !probe && !refusesWrites(err):
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.err = time.Now(), err //nolint:forbidigo // the age of what is known
}

// readOnly reports whether a write failed because the database only reads.
func readOnly(err error) bool {
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case errors.As(err, &pg):
		return pg.Code == readOnlyTransaction
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqliteReadOnly
	}
	return errors.Is(err, pgconn.ErrReadOnlyConnection)
}

// refusesWrites reports whether an error concerns every write: the disk is full or broken.
func refusesWrites(err error) bool {
	var pg *pgconn.PgError
	var lite *gosqlite.Error
	switch {
	case errors.As(err, &pg):
		return pg.Code == "53100" || pg.Code == "58030" // disk_full, io_error
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqliteFull || lite.Code()&0xff == sqliteIOErr
	}
	return false
}
