package jobs

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// How webhooks are dispatched.
const (
	webhookInterval = time.Second     // between two looks for work
	webhookIdle     = 5 * time.Second // between two looks whether there is an endpoint, while there is none and nothing happens
	webhookGap      = 20 * time.Millisecond
	webhookTurns    = 32 // endpoints that have their turn at once; each holds a few events in memory
	turnsOfCompany  = 4  // of them, so that slow receivers of one company leave room for others
)

// webhooks gives the endpoints of all companies their turns. Every process does it.
type webhooks struct {
	desk    *desk.Service
	log     *slog.Logger
	poke    chan struct{}
	resting chan struct{}
	rest    func()
	done    chan struct{}

	mu     sync.Mutex
	served uint64                      // counts turns
	last   map[string]uint64           // by company: its last turn
	of     map[desk.EndpointRef]uint64 // by endpoint: the same
	busy   map[desk.EndpointRef]bool
	turns  sync.WaitGroup
}

func newWebhooks(d *desk.Service, log *slog.Logger) *webhooks {
	w := &webhooks{desk: d, log: log, poke: make(chan struct{}, 1), resting: make(chan struct{}), done: make(chan struct{}),
		last: map[string]uint64{}, of: map[desk.EndpointRef]uint64{}, busy: map[desk.EndpointRef]bool{}}
	w.rest = sync.OnceFunc(func() { close(w.resting) })
	return w
}

// wake makes run look now. It does not block.
func (w *webhooks) wake() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

// run looks for work once a second, after each commit of this process that added events, and after each turn that did something. While
// no company has an endpoint, it looks for that alone: at most once a second after such commits, and otherwise every five seconds.
func (w *webhooks) run(ctx context.Context) {
	defer close(w.done)
	w.desk.OnRecord(w.wake)
	failing := false
	for {
		any, err := w.look(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			w.log.WarnContext(ctx, "webhooks are not dispatched", "error", err)
		}
		failing = err != nil
		least, most := webhookGap, webhookInterval
		if !any && err == nil {
			least, most = webhookInterval, webhookIdle
		}
		if !w.pause(ctx, least, nil) || !w.pause(ctx, most-least, w.poke) {
			w.turns.Wait()
			return
		}
	}
}

// pause returns false once the process is stopping.
func (w *webhooks) pause(ctx context.Context, d time.Duration, poke <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-poke:
	case <-ctx.Done():
		return false
	case <-w.resting:
		return false
	}
	return true
}

// look begins the turns of endpoints that have work. It reports whether any company has an endpoint.
func (w *webhooks) look(ctx context.Context) (any bool, err error) {
	defer fault.CatchPanic("look for webhooks", &err)
	if any, err = w.desk.HasEndpoints(ctx); err != nil || !any {
		return any, err
	}
	refs, err := w.desk.EndpointsWithWork(ctx)
	if err != nil {
		return any, err
	}
	for _, ref := range w.choose(refs) {
		w.turns.Go(func() { w.turn(ctx, ref) })
	}
	return any, nil
}

// choose returns the endpoints that begin a turn: in rounds, one of each company. The company and the endpoint come first whose last
// turn is longest ago.
func (w *webhooks) choose(refs []desk.EndpointRef) []desk.EndpointRef {
	w.mu.Lock()
	defer w.mu.Unlock()
	busy, waiting := map[string]int{}, map[string][]desk.EndpointRef{}
	for ref := range w.busy {
		busy[ref.CompanyID]++
	}
	for _, ref := range refs {
		if !w.busy[ref] {
			waiting[ref.CompanyID] = append(waiting[ref.CompanyID], ref)
		}
	}
	// They hold no more than there is to choose from.
	maps.DeleteFunc(w.last, func(company string, _ uint64) bool { return len(waiting[company]) == 0 && busy[company] == 0 })
	maps.DeleteFunc(w.of, func(ref desk.EndpointRef, _ uint64) bool {
		return !w.busy[ref] && !slices.Contains(waiting[ref.CompanyID], ref)
	})
	for _, of := range waiting {
		slices.SortStableFunc(of, func(a, b desk.EndpointRef) int { return cmp.Compare(w.of[a], w.of[b]) })
	}
	var chosen []desk.EndpointRef
	for len(w.busy) < webhookTurns {
		next := ""
		for company := range waiting {
			if busy[company] < turnsOfCompany && (next == "" || w.last[company] < w.last[next]) {
				next = company
			}
		}
		if next == "" {
			break
		}
		ref := waiting[next][0]
		if waiting[next] = waiting[next][1:]; len(waiting[next]) == 0 {
			delete(waiting, next)
		}
		w.served++
		w.last[next], w.of[ref], w.busy[ref] = w.served, w.served, true
		busy[next]++
		chosen = append(chosen, ref)
	}
	return chosen
}

func (w *webhooks) turn(ctx context.Context, ref desk.EndpointRef) {
	done, err := w.desk.Dispatch(ctx, ref)
	if err != nil && ctx.Err() == nil {
		w.log.ErrorContext(ctx, "webhooks failed", "company_id", ref.CompanyID, "endpoint_id", ref.ID, "error", err)
	}
	w.mu.Lock()
	delete(w.busy, ref)
	w.mu.Unlock()
	if done > 0 {
		w.wake()
	}
}

// wait returns when all turns have ended, or the context has.
func (w *webhooks) wait(ctx context.Context) {
	select {
	case <-w.done:
	case <-ctx.Done():
	}
}
