package store

import (
	"context"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// block is how many order numbers are reserved at once. A process that stops leaves the rest of its block as a gap,
// which order numbers may have. If each number came from the counter's row, all transactions that place orders for a
// company would wait for each other (ADR 3).
const block = 20

// numbers hands out order numbers from blocks reserved outside the transactions that use them.
type numbers struct {
	store     *Store
	mu        sync.Mutex            // never held during a database call
	free      map[string][]int64    // by company
	reserving map[string]*reserving // by company; one at a time
}

// reserving is a block that is being reserved.
type reserving struct {
	done chan struct{}
	err  error // set before done is closed
}

func newNumbers(s *Store) *numbers {
	return &numbers{store: s, free: map[string][]int64{}, reserving: map[string]*reserving{}}
}

// TakeNumbers returns n order numbers that nobody else gets.
func (t Tenant) TakeNumbers(ctx context.Context, n int) ([]int64, error) {
	return t.store.numbers.take(ctx, t.company, n)
}

// ReturnNumbers gives back the numbers of a transaction that was not committed.
func (t Tenant) ReturnNumbers(taken []int64) {
	b := t.store.numbers
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free[t.company] = append(append([]int64(nil), taken...), b.free[t.company]...)
}

// take waits for a block that another request reserves, but not beyond its own deadline. If that fails, all waiting
// requests get the error at once, unless only the other request has ended. Otherwise each would wait in turn for a row that
// somebody holds.
func (b *numbers) take(ctx context.Context, company string, n int) ([]int64, error) {
	for {
		b.mu.Lock()
		if free := b.free[company]; len(free) >= n {
			taken := append([]int64(nil), free[:n]...)
			b.free[company] = free[n:]
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
				return nil, other.err
			}
			continue
		}
		select {
		case <-other.done:
			if other.err != nil && !fault.Is(other.err, fault.RequestTimeout) {
				return nil, other.err
			}
		case <-ctx.Done():
			return nil, translate(ctx.Err())
		}
	}
}

func (b *numbers) reserve(ctx context.Context, company string, n int, r *reserving) {
	var end int64
	err := b.store.write.WithContext(forCompany(ctx, company)).Raw(
		"UPDATE counters SET value = value + ? WHERE company_id = ? AND series = 'order' RETURNING value", block+n, company).Scan(&end).Error
	if err == nil && end == 0 {
		err = unknownCompany()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		for v := end - int64(block+n) + 1; v <= end; v++ {
			b.free[company] = append(b.free[company], v)
		}
	}
	r.err = translate(err)
	delete(b.reserving, company)
	close(r.done)
}
