package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// mark is how far the primary had written its write-ahead log at some moment. Whatever a session could see then is before it.
type mark struct {
	home     string // the server, its timeline, the database and the table, as for the feed
	position int64
}

// PostgreSQL shows a commit after it has flushed the commit's record. With synchronous_commit=off it shows it before.
const positionOfPrimary = `SELECT (CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint`

// marker asks the primary how far it has written. Requests that come while it is asked share the next answer: the statement must
// begin after the request.
type marker struct {
	db     *sql.DB
	pooled bool // a session may reach another server the next time

	mu      sync.Mutex
	waiting *answer // of the statement after the one that runs
	running bool
}

type answer struct {
	done chan struct{}
	mark mark
	err  error
}

// next returns a mark from after the call.
func (m *marker) next(ctx context.Context) (mark, error) {
	m.mu.Lock()
	if m.waiting == nil {
		m.waiting = &answer{done: make(chan struct{})}
	}
	a := m.waiting
	if !m.running {
		m.running = true
		go m.run()
	}
	m.mu.Unlock()
	select {
	case <-a.done:
		return a.mark, a.err
	case <-ctx.Done():
		return mark{}, ctx.Err()
	}
}

func (m *marker) run() {
	for {
		m.mu.Lock()
		a := m.waiting
		m.waiting, m.running = nil, a != nil
		m.mu.Unlock()
		if a == nil {
			return
		}
		a.mark, a.err = m.ask()
		close(a.done)
	}
}

func (m *marker) ask() (found mark, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), markWait)
	defer cancel()
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return mark{}, err
	}
	defer func() { _ = conn.Close() }()
	err = conn.Raw(func(driverConn any) error {
		session, _ := pgxConn(driverConn) // the driver we opened
		known := session.PgConn().CustomData()
		home, ok := known[homeKey].(string)
		if !ok || m.pooled {
			if err := session.QueryRow(ctx, "SELECT "+postgresFeed.home).Scan(&home); err != nil {
				return err
			}
			known[homeKey] = home
		}
		found.home = home
		return session.QueryRow(ctx, positionOfPrimary).Scan(&found.position)
	})
	return found, err
}

// homeKey is the key of the home among the data of a connection to the primary. A primary does not change its timeline.
const homeKey = "home"

// progressKey is the key of the progress among the data of a connection to the replica.
const progressKey = "progress"

// progress is what a session with the replica has learned of its server.
type progress struct {
	home     string
	replayed int64
}

// A standby learns its timeline from the log that it receives and replays. A role without the right to see what it receives gets
// NULL.
const (
	homeOfStandby = `SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || lpad(upper(to_hex(greatest(
			(SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
			(SELECT received_tli FROM pg_stat_wal_receiver)))), 8, '0') || '/' ||
		(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'events'::regclass::oid`

	positionOfStandby = `SELECT pg_is_in_recovery(), coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0)`
)

// replayed waits until the server of the session has replayed the mark. A session stays with one server, which only moves forward,
// so a later read on it need not ask again.
func (r *replica) replayed(ctx context.Context, session *pgx.Conn, wanted mark) (ReadReason, error) {
	ctx, cancel := context.WithTimeout(ctx, max(answerWait, 2*r.patience))
	defer cancel()
	known := session.PgConn().CustomData()
	is, _ := known[progressKey].(progress)
	if is.home != wanted.home { // unknown yet, or one of the servers has a new timeline
		is = progress{}
		if err := session.QueryRow(ctx, homeOfStandby).Scan(&is.home); err != nil {
			return reasonOf(err), err
		}
		if is.home != wanted.home {
			return ReadForeign, nil
		}
	}
	began := time.Now() //nolint:forbidigo // how long a wait takes is the machine's time
	for pause := time.Millisecond; is.replayed < wanted.position; pause = min(2*pause, 8*time.Millisecond) {
		var recovers bool
		if err := session.QueryRow(ctx, positionOfStandby).Scan(&recovers, &is.replayed); err != nil {
			return reasonOf(err), err
		}
		waited := time.Since(began) //nolint:forbidigo // as above
		switch {
		case !recovers: // it was promoted, and is a primary now
			return ReadForeign, nil
		case is.replayed >= wanted.position:
			r.state.noteProgress(0, waited)
		case waited+pause > r.patience:
			r.state.noteProgress(wanted.position-is.replayed, waited)
			return ReadBehind, nil
		default:
			time.Sleep(pause)
		}
	}
	known[progressKey] = is
	return ReadCurrent, nil
}
