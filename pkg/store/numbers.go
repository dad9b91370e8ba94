package store

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// block is how many order numbers are reserved at once. A process that stops leaves the rest of its block as a gap,
// which order numbers may have. If each number came from the counter's row, all transactions that place orders for a
// company would wait for each other (ADR 3).
const block = 20

// ErrNumbersLost means that numbers which this process reserved are not reserved any more, because the database lost the
// reservation. Forget them and take others.
var ErrNumbersLost = errors.New("the database lost the reservation of order numbers")

// Numbers are order numbers that nobody else gets, as long as the database keeps their reservation.
type Numbers struct {
	Values     []int64
	timeline   string // see reserved
	generation int
}

// numbers hands out order numbers from blocks reserved outside the transactions that use them.
type numbers struct {
	store     *Store
	mu        sync.Mutex            // never held during a database call
	of        map[string]*reserved  // by company
	reserving map[string]*reserving // by company; one at a time
}

// reserved is what is left of a company's blocks.
type reserved struct {
	free       []int64
	timeline   string // of the server when it reserved them. After a failover to an asynchronous standby it may not know of them
	generation int    // counts how often they were forgotten
}

// reserving is a block that is being reserved.
type reserving struct {
	done chan struct{}
	err  error // set before done is closed
}

func newNumbers(s *Store) *numbers {
	return &numbers{store: s, of: map[string]*reserved{}, reserving: map[string]*reserving{}}
}

// TakeNumbers returns n order numbers that nobody else gets.
func (t Tenant) TakeNumbers(ctx context.Context, n int) (Numbers, error) {
	return t.store.numbers.take(ctx, t.company, n)
}

// ReturnNumbers gives back the numbers of a transaction that was not committed.
func (t Tenant) ReturnNumbers(taken Numbers) {
	b := t.store.numbers
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.of[t.company]; r.generation == taken.generation {
		r.free = append(append([]int64(nil), taken.Values...), r.free...)
	}
}

// ForgetNumbers makes the company take other numbers than those, and than what was reserved together with them.
func (t Tenant) ForgetNumbers(taken Numbers) {
	b := t.store.numbers
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.of[t.company]; r.generation == taken.generation {
		r.forget()
	}
}

func (r *reserved) forget() {
	r.free = nil
	r.generation++
}

// Holds returns ErrNumbersLost if this transaction's server may not know that the numbers are reserved.
func (tx *Tx) Holds(n Numbers) error {
	if n.timeline != tx.opening.timeline {
		return ErrNumbersLost
	}
	return nil
}

// numberTaken turns the refusal of a number that another document has into ErrNumbersLost.
func numberTaken(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "orders_sequence" || strings.Contains(err.Error(), "orders.sequence") {
		return errors.Join(ErrNumbersLost, err)
	}
	return err
}

// take waits for a block that another request reserves, but not beyond its own deadline. If that fails, all waiting
// requests get the error at once, unless only the other request has ended. Otherwise each would wait in turn for a row that
// somebody holds.
func (b *numbers) take(ctx context.Context, company string, n int) (Numbers, error) {
	for {
		b.mu.Lock()
		r := b.of[company]
		if r == nil {
			r = &reserved{}
			b.of[company] = r
		}
		if len(r.free) >= n {
			taken := Numbers{append([]int64(nil), r.free[:n]...), r.timeline, r.generation}
			r.free = r.free[n:]
			b.mu.Unlock()
			return taken, nil
		}
		other, waits := b.reserving[company]
		if !waits {
			other = &reserving{done: make(chan struct{})}
			b.reserving[company] = other
		}
		b.mu.Unlock()
		if !waits {
			if b.reserve(ctx, company, n, other); other.err != nil {
				return Numbers{}, other.err
			}
			continue
		}
		select {
		case <-other.done:
			if other.err != nil && !fault.Is(other.err, fault.RequestTimeout) {
				return Numbers{}, other.err
			}
		case <-ctx.Done():
			return Numbers{}, translate(ctx.Err())
		}
	}
}

// reserve adds a block behind all numbers that documents have. The counter is behind them if a failover lost it.
func (b *numbers) reserve(ctx context.Context, company string, n int, r *reserving) {
	var got struct {
		Value    int64
		Timeline string
	}
	err := b.store.timelines.read(ctx, func(wanted bool) error {
		timeline := untold
		if wanted {
			timeline = b.store.timelineSQL
		}
		return b.store.write.WithContext(forCompany(ctx, company)).Raw(
			`UPDATE counters SET value = ? + (SELECT max(v) FROM (SELECT counters.value AS v UNION ALL SELECT max(sequence) FROM orders WHERE company_id = ?) known)
			WHERE company_id = ? AND series = 'order' RETURNING value, `+timeline+` AS timeline`, block+n, company, company).Scan(&got).Error
	})
	if err == nil && got.Value == 0 {
		err = unknownCompany()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		of := b.of[company]
		if of.timeline != got.Timeline {
			of.forget()
			of.timeline = got.Timeline
		}
		for v := got.Value - int64(block+n) + 1; v <= got.Value; v++ {
			of.free = append(of.free, v)
		}
	}
	r.err = translate(err)
	delete(b.reserving, company)
	close(r.done)
}
