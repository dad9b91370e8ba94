package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Use is what a PostgreSQL connection is used for. Each use has a part of the pool that no other use can take.
type Use string

// The uses.
const (
	UseWrites Use = "writes" // transactions of requests
	UseReads  Use = "reads"  // reads of requests outside transactions
	UseJobs   Use = "jobs"   // e-mails, periodic work and the job queue
	UseProbes Use = "probes" // readiness
)

// Uses is every use.
var Uses = []Use{UseWrites, UseReads, UseJobs, UseProbes}

// reservedOf returns how many connections of a pool are reserved for each use. The others serve any use, in the order of arrival. A pool
// of fewer than four connections reserves none.
func reservedOf(size int) map[Use]int {
	return map[Use]int{UseWrites: size / 4, UseReads: size / 4, UseJobs: (size + 4) / 8, UseProbes: min(size/4, 1)}
}

// bulkhead shares the connections of a pool, so that transactions that hang do not stop reads, and one company does not stop
// the others. Within the connections that a use can have, a company takes one only while it holds fewer than are free: one
// company has at most half of them, the second one half of the rest, and so on.
type bulkhead struct {
	size     int
	reserved map[Use]int

	mu      sync.Mutex
	used    map[Use]int
	holders map[holder]int
	waiting []*waiter // in the order of their arrival
	waits   int64
	waited  time.Duration
	shed    map[Use]int64
}

// holder is who uses a connection. The company is empty if the connection serves all of them.
type holder struct {
	use     Use
	company string
}

type waiter struct {
	holder
	admitted chan struct{}
}

func newBulkhead(size int) *bulkhead {
	return &bulkhead{size: size, reserved: reservedOf(size), used: map[Use]int{}, holders: map[holder]int{}, shed: map[Use]int64{}}
}

// enter waits until the holder may take a connection, but no longer than patience. It returns a function that gives the
// connection's place back, which must be called once.
func (b *bulkhead) enter(ctx context.Context, h holder, patience time.Duration) (leave func(), err error) {
	b.mu.Lock()
	if b.admits(h) {
		b.take(h)
		b.mu.Unlock()
		return func() { b.leave(h) }, nil
	}
	w := &waiter{h, make(chan struct{})}
	b.waiting = append(b.waiting, w)
	b.waits++
	b.mu.Unlock()
	began := time.Now() //nolint:forbidigo // how long a wait takes is the machine's time
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.waited += time.Since(began) //nolint:forbidigo // as above
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-w.admitted:
		return func() { b.leave(h) }, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = capacityReached(h)
	}
	if b.giveUp(w, ctx.Err() == nil) {
		return nil, err
	}
	return func() { b.leave(h) }, nil
}

// giveUp ends a wait. It returns false if the waiter was admitted at the same moment.
func (b *bulkhead) giveUp(w *waiter, shed bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-w.admitted:
		return false
	default:
	}
	b.waiting = slices.DeleteFunc(b.waiting, func(other *waiter) bool { return other == w })
	if shed {
		b.shed[w.use]++
	}
	return true
}

// free returns how many more connections the use can have now.
func (b *bulkhead) free(use Use) int {
	free := b.size
	for _, other := range Uses {
		if other == use {
			free -= b.used[other]
		} else {
			free -= max(b.used[other], b.reserved[other])
		}
	}
	return free
}

func (b *bulkhead) admits(h holder) bool {
	free := b.free(h.use)
	return free > 0 && (h.company == "" || b.holders[h] < free)
}

func (b *bulkhead) take(h holder) {
	b.used[h.use]++
	b.holders[h]++
}

func (b *bulkhead) leave(h holder) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used[h.use]--
	if b.holders[h]--; b.holders[h] == 0 {
		delete(b.holders, h)
	}
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool {
		if !b.admits(w.holder) {
			return false
		}
		b.take(w.holder)
		close(w.admitted)
		return true
	})
}

// count adds the bulkhead's statistics to those of its pool.
func (b *bulkhead) count(stats PoolStats) PoolStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	stats.Waits += b.waits
	stats.Waited += b.waited
	stats.Shed = make(map[Use]int64, len(Uses))
	for _, use := range Uses {
		stats.Shed[use] = b.shed[use]
	}
	return stats
}

func capacityReached(h holder) error {
	return fault.New(fault.CapacityReached, "Too many requests wait for the database. Nothing was written; try again in a moment.").
		Because(fmt.Errorf("the share of %s is in use", h.use))
}

type (
	companyKey struct{}
	useKey     struct{}
)

// forCompany marks what a connection is taken for.
func forCompany(ctx context.Context, company string) context.Context {
	return context.WithValue(ctx, companyKey{}, company)
}

// ForJobs marks a context of background work. Its reads and transactions use the connections of jobs, for any company.
func ForJobs(ctx context.Context) context.Context { return context.WithValue(ctx, useKey{}, UseJobs) }

// sharedConnector takes connections from a pool within the shares of a bulkhead.
type sharedConnector struct {
	boundedConnector
	bulkhead *bulkhead
	use      Use
	patience time.Duration // of requests; jobs wait as long as for a connection
}

// Connect takes a connection from the pool. database/sql keeps none, so each use of a connection comes here.
func (c sharedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	h, patience := holder{use: c.use}, c.patience
	if use, ok := ctx.Value(useKey{}).(Use); ok {
		h.use = use
	}
	if h.use == UseJobs {
		patience = c.wait
	} else if company, ok := ctx.Value(companyKey{}).(string); ok {
		h.company = company
	}
	leave, err := c.bulkhead.enter(ctx, h, patience)
	if err != nil {
		return nil, err
	}
	conn, err := c.boundedConnector.Connect(ctx)
	if err != nil {
		leave()
		return nil, err
	}
	return &sharedConn{conn.(openingConn), leave}, nil //nolint:errcheck // boundedConnector's own type
}

// sharedConn gives its place back when it is closed.
type sharedConn struct {
	openingConn
	leave func()
}

// Close returns the connection to the pool.
func (c *sharedConn) Close() error {
	defer c.leave()
	return c.openingConn.Close()
}
