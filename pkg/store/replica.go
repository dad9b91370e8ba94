package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Limits of a read that may go to the replica. Beyond them it goes to the primary.
const (
	replayWait = 50 * time.Millisecond  // for the replica to replay what the primary had written when the request began
	answerWait = 250 * time.Millisecond // for a connection to the replica, and for its answer how far it is
	markWait   = time.Second            // for the primary's answer how far it has written
	readWait   = 5 * time.Second        // for a statement
)

// ReadReason says why a read went to the replica or to the primary.
type ReadReason string

// The reasons. A read for ReadCurrent went to the replica, all others to the primary.
const (
	ReadCurrent  ReadReason = "current"  // the replica had replayed all that was committed before the request
	ReadBehind   ReadReason = "behind"   // it had not replayed that in time
	ReadAway     ReadReason = "away"     // no connection to it, or the connection broke
	ReadBusy     ReadReason = "busy"     // its connections, or those of the company, were all in use
	ReadConflict ReadReason = "conflict" // it cancelled the read, to replay what the read hindered
	ReadRefused  ReadReason = "refused"  // it refused the statement
	ReadForeign  ReadReason = "foreign"  // it is not a standby of this database, or follows another timeline
	ReadUnknown  ReadReason = "unknown"  // the primary did not say how far it has written
)

// ReadReasons is every reason.
var ReadReasons = []ReadReason{ReadCurrent, ReadBehind, ReadAway, ReadBusy, ReadConflict, ReadRefused, ReadForeign, ReadUnknown}

// Reading marks the context of a request that only reads. Its reads may then go to the read replica, and still see everything
// that was committed before the request began. Transactions, and reads without the mark, stay on the primary.
func (s *Store) Reading(ctx context.Context) context.Context {
	if s.replica == nil {
		return ctx
	}
	return context.WithValue(ctx, routeKey{}, &route{})
}

// routeKey is the key of a *route in a context.
type routeKey struct{}

// route is where the reads of one request go.
type route struct {
	mu   sync.Mutex
	mark *mark      // what the replica must have replayed; nil: not known yet
	left ReadReason // why the reads no longer go to the replica; empty: they may
}

func routeOf(ctx context.Context) *route {
	r, _ := ctx.Value(routeKey{}).(*route)
	return r
}

// onPrimary makes the reads of a context go to the primary.
func onPrimary(ctx context.Context) context.Context {
	if routeOf(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, routeKey{}, (*route)(nil))
}

// readAfresh makes the later reads of a request see everything that is committed by now.
func readAfresh(ctx context.Context) {
	if r := routeOf(ctx); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.mark = nil
	}
}

// leave makes the later reads of the request go to the primary.
func (r *route) leave(reason ReadReason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = reason
}

func (r *route) leftFor() ReadReason {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left
}

// markFrom returns what the replica must have replayed.
func (r *route) markFrom(ctx context.Context, marks *marker) (mark, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mark == nil {
		m, err := marks.next(ctx)
		if err != nil {
			return mark{}, err
		}
		r.mark = &m
	}
	return *r.mark, nil
}

// routedConnector gives a read a connection to the replica if its context permits that and the replica is current, and
// otherwise one to the primary. No other code decides between the two.
type routedConnector struct {
	sharedConnector
	replica *replica
}

// Connect takes a connection from one of the pools.
func (c routedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if on := routeOf(ctx); on != nil {
		if conn := c.replica.connect(ctx, on); conn != nil {
			return conn, nil
		}
	}
	return c.sharedConnector.Connect(ctx)
}

// replica is a standby of the primary that answers reads.
type replica struct {
	connector sharedConnector
	pool      *pgxpool.Pool
	share     *bulkhead
	marks     *marker
	patience  time.Duration // how long a read waits until the replica has replayed
	log       *slog.Logger

	lifetime context.Context //nolint:containedctx // until close; the watch belongs to no request
	end      context.CancelFunc
	watching sync.WaitGroup
	state    replicaState
}

// openReplica opens the pool of the replica. The replica is out of use until the watch has found it current.
func openReplica(ctx context.Context, address string, o Options, marks *marker, plans func(context.Context, *pgx.Conn) (bool, error)) (*replica, error) {
	c, err := readAddress("DATABASE_READ_URL", address, o)
	if err != nil {
		return nil, err
	}
	if c.pooled {
		return nil, fmt.Errorf("DATABASE_READ_URL leads through a pooler: a read must know which server answers it, so give the address of the replica itself, without %s", poolerMode)
	}
	if c.pool.ConnConfig.ValidateConnect == nil && !strings.Contains(address, "target_session_attrs=") {
		c.pool.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsStandby
	}
	c.pool.PrepareConn = plans
	pool, err := c.open(ctx, nil)
	if err != nil {
		return nil, err
	}
	share := newBulkhead(int(c.pool.MaxConns))
	share.reserved = nil // all of them are for reads
	wait := max(answerWait, o.ReplayWait)
	r := &replica{
		connector: sharedConnector{boundedConnector{stdlib.GetPoolConnector(pool), wait}, share, UseReads, o.ReplayWait},
		pool:      pool, share: share, marks: marks, patience: o.ReplayWait, log: o.Log,
		state: replicaState{out: ReadAway, logged: true, reads: map[ReadReason]int64{}},
	}
	r.lifetime, r.end = context.WithCancel(context.WithoutCancel(ctx))
	r.watching.Go(r.watch)
	return r, nil
}

func (r *replica) close() {
	r.end()
	r.watching.Wait()
	r.pool.Close()
}

// connect returns a connection to the replica, or nil if the read goes to the primary.
func (r *replica) connect(ctx context.Context, on *route) driver.Conn {
	reason := on.leftFor()
	if reason == "" {
		reason = r.state.outFor()
	}
	if reason != "" {
		r.state.count(reason)
		return nil
	}
	conn, reason, err := r.take(ctx, on)
	r.state.count(reason)
	if conn == nil {
		on.leave(reason)
		if ctx.Err() == nil {
			r.failed(reason, err)
		}
		return nil
	}
	return newReplicaConn(ctx, conn, on, r)
}

// take takes a connection on which the replica has replayed what the route asks for.
func (r *replica) take(ctx context.Context, on *route) (*sharedConn, ReadReason, error) {
	wanted, err := on.markFrom(ctx, r.marks)
	if err != nil {
		return nil, ReadUnknown, err
	}
	taken, err := r.connector.Connect(ctx)
	switch {
	case fault.Is(err, fault.CapacityReached):
		return nil, ReadBusy, err
	case err != nil:
		return nil, ReadAway, err
	}
	conn := taken.(*sharedConn) //nolint:errcheck // the connector's own type
	if reason, err := r.replayed(ctx, conn.PGX(), wanted); reason != ReadCurrent {
		_ = conn.Close()
		return nil, reason, err
	}
	return conn, ReadCurrent, nil
}

// failed takes the replica out of use if the next read would meet the same.
func (r *replica) failed(reason ReadReason, cause error) {
	switch reason {
	case ReadBehind, ReadForeign:
	case ReadAway:
		r.pool.Reset() // the other connections may be broken too
	case ReadRefused:
		var pg *pgconn.PgError
		if !errors.As(cause, &pg) || !strings.HasPrefix(pg.Code, "42") { // a column or a right that it does not have
			return
		}
	case ReadCurrent, ReadBusy, ReadConflict, ReadUnknown:
		return
	}
	if r.lifetime.Err() == nil && r.state.leave(reason) {
		r.report(reason, cause)
		r.watching.Go(r.watch)
	}
}
