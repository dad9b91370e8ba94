package desk

import (
	"context"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// keyPatience is how long a repeated request waits for the first one.
const keyPatience = 2 * time.Second

func inProgress() *fault.Error {
	return fault.New(fault.IdempotencyInProgress, "The first request with this Idempotency-Key has not ended yet. Repeat this one in a moment.")
}

// running holds the keys that requests of this process are using. A repeated request waits here instead of in the
// database. Between processes it waits for the key's row.
type running struct {
	mu   sync.Mutex
	keys map[runningKey]chan struct{}
}

type runningKey struct {
	company string
	store.Key
}

// enter waits until the key is free, then holds it until release is called.
func (r *running) enter(ctx context.Context, company string, key store.Key) (release func(), err error) {
	if key.Key == "" {
		return func() {}, nil
	}
	var patience *time.Timer // once it waits
	k := runningKey{company, key}
	for {
		r.mu.Lock()
		if r.keys == nil {
			r.keys = map[runningKey]chan struct{}{}
		}
		held, busy := r.keys[k]
		if !busy {
			done := make(chan struct{})
			r.keys[k] = done
			r.mu.Unlock()
			return func() {
				r.mu.Lock()
				delete(r.keys, k)
				r.mu.Unlock()
				close(done)
			}, nil
		}
		r.mu.Unlock()
		if patience == nil {
			patience = time.NewTimer(keyPatience)
			defer patience.Stop()
		}
		select {
		case <-held:
		case <-patience.C:
			return nil, inProgress()
		case <-ctx.Done():
			return nil, inProgress().Because(ctx.Err())
		}
	}
}
