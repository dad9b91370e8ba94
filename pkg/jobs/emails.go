package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/riverqueue/river"
)

// emailGap is the shortest time between two claims, so that one claims more than one e-mail if there are many.
const emailGap = 20 * time.Millisecond

// mailJob wakes the process's e-mails. The job is done then, since the outbox knows what is due.
type mailJob struct {
	river.WorkerDefaults[store.WakeMail]
	emails *emails
}

// Work wakes them. A process that is told to rest leaves the job to others.
func (j *mailJob) Work(context.Context, *river.Job[store.WakeMail]) error {
	select {
	case <-j.emails.resting:
		return river.JobSnooze(0)
	default:
		j.emails.wake()
		return nil
	}
}

// emails sends due e-mails, several at the same time. One goroutine claims them, as many as can be sent at once.
type emails struct {
	desk    *desk.Service
	log     *slog.Logger
	poke    chan struct{}
	slots   chan struct{} // one for each e-mail that is being sent
	resting chan struct{}
	rest    func()
	done    chan struct{}
	sending sync.WaitGroup
}

func newEmails(d *desk.Service, log *slog.Logger, workers int) *emails {
	e := &emails{desk: d, log: log, poke: make(chan struct{}, 1), slots: make(chan struct{}, workers),
		resting: make(chan struct{}), done: make(chan struct{})}
	e.rest = sync.OnceFunc(func() { close(e.resting) })
	return e
}

// wake makes run look for due e-mails. It does not block.
func (e *emails) wake() {
	select {
	case e.poke <- struct{}{}:
	default: // it will look anyway
	}
}

// run sends e-mails whenever it is woken, until it is told to rest or ctx ends. It returns when the last one has ended.
func (e *emails) run(ctx context.Context) {
	defer close(e.done)
	defer e.sending.Wait()
	for {
		select {
		case <-e.poke:
		case <-ctx.Done():
			return
		case <-e.resting:
			return
		}
		for more := true; more; {
			var wait time.Duration
			if wait, more = e.begin(ctx); !e.pause(ctx, max(wait, emailGap)) {
				return
			}
		}
	}
}

// pause waits for d. It returns false if no other e-mail may begin.
func (e *emails) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-e.resting:
	}
	return false
}

// begin waits until an e-mail can be sent, and begins as many as can be. It reports whether there may be more, and how long to wait for
// them.
func (e *emails) begin(ctx context.Context) (wait time.Duration, more bool) {
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return 0, false
	case <-e.resting:
		return 0, false
	}
	claimed, wait, err := e.claim(ctx, 1+cap(e.slots)-len(e.slots))
	if len(claimed) == 0 {
		<-e.slots
	}
	for i, c := range claimed {
		if i > 0 {
			e.slots <- struct{}{} // there is room, since nobody else takes one
		}
		e.sending.Go(func() { e.deliver(ctx, c) })
	}
	if err != nil && ctx.Err() == nil { // the next look is that of the periodic work
		e.log.ErrorContext(ctx, "e-mails are not sent", "error", err)
	}
	return wait, err == nil && (wait > 0 || len(claimed) > 0)
}

func (e *emails) claim(ctx context.Context, room int) (claimed []desk.ClaimedEmail, wait time.Duration, err error) {
	defer fault.CatchPanic("claim e-mails", &err)
	return e.desk.Claim(ctx, room)
}

func (e *emails) deliver(ctx context.Context, c desk.ClaimedEmail) {
	if err := e.desk.Deliver(ctx, c); err != nil && ctx.Err() == nil {
		e.log.ErrorContext(ctx, "an e-mail was not sent to its end", "email_id", c.ID, "error", err)
	}
	<-e.slots
	e.wake() // others of its company may have waited for it
}

// wait returns when all e-mails have ended, or the context has.
func (e *emails) wait(ctx context.Context) {
	select {
	case <-e.done:
	case <-ctx.Done():
	}
}
