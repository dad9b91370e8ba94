// Package jobs keeps the desk's background work going: sending mail, and what is due from time to time. It joins River
// to the desk and decides nothing: the outbox says which e-mail goes next, and every run is harmless when repeated.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/riverqueue/river"
)

// Options are what the runner needs.
type Options struct {
	Store   *store.Store
	Desk    *desk.Service
	Log     *slog.Logger
	Workers int           // e-mails sent at once by this process; default 4
	Every   time.Duration // how often what waits is looked for; default 10 s
}

// RescuedWithin is how long an e-mail may stay with a worker that was killed in the middle of sending it.
const RescuedWithin = 90 * time.Second

// It holds even where one look fails: this does not compile otherwise.
const _ = uint(RescuedWithin - email.SendingLimit - 2*lookEvery)

// How River is run. Its own rescue of a killed worker's job comes after an hour; ours after 90 s, and the outbox does not
// depend on it: Reconcile finds what nobody works on.
const (
	jobTimeout    = 60 * time.Second
	rescueAfter   = RescuedWithin
	lookEvery     = 10 * time.Second // for what waits and nobody works on
	fetchCooldown = 20 * time.Millisecond
	pollInterval  = 200 * time.Millisecond
	emailsPerRun  = 50               // a run that has sent so many lets others have a turn
	beginWithin   = 20 * time.Second // an e-mail begun later might not have ended at jobTimeout, and would have to be sent again
)

// Runner works the jobs of one process.
type Runner struct {
	client *river.Client[*sql.Tx]
	every  time.Duration
	desk   *desk.Service
	log    *slog.Logger
	stop   context.CancelFunc
	done   chan struct{}
	mail   *mailWorker
}

// New is a runner that is not running yet.
func New(o Options) (*Runner, error) {
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Every == 0 {
		o.Every = lookEvery
	}
	workers := river.NewWorkers()
	resting := make(chan struct{})
	mail := &mailWorker{desk: o.Desk, resting: resting, rest: sync.OnceFunc(func() { close(resting) })}
	river.AddWorker(workers, mail)
	client, err := river.NewClient(o.Store.River(), &river.Config{
		Logger:               o.Log,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}},
		Workers:              workers,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    pollInterval,
		// A job of a newer version's kind waits for that version.
		FetchOnlyKnownKinds:         true,
		CompletedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &Runner{client: client, every: o.Every, desk: o.Desk, log: o.Log, mail: mail}, nil
}

// Start begins to work. It returns at once.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.done = cancel, make(chan struct{})
	go r.look(run)
	return nil
}

// Rest begins no more e-mails; those that are being sent end.
func (r *Runner) Rest() { r.mail.rest() }

// Stop lets e-mails that are being sent end, until the context does, and then ends them.
func (r *Runner) Stop(ctx context.Context) error {
	r.Rest()
	r.stop()
	<-r.done // what it does is rolled back
	if err := r.client.Stop(ctx); err != nil {
		return r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// look does from time to time what no job may ever be enqueued for. Every process does it: each step is one that
// only the first one finds something to do in.
func (r *Runner) look(ctx context.Context) {
	defer close(r.done)
	for {
		if err := r.round(ctx); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "background work failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(r.every):
		}
	}
}

func (r *Runner) round(ctx context.Context) error {
	_, lost := r.desk.Reconcile(ctx)
	_, expired := r.desk.ExpireDrafts(ctx)
	_, purged := r.desk.PurgeKeys(ctx)
	return errors.Join(lost, expired, purged)
}

// mailWorker sends what is due when a token wakes it.
type mailWorker struct {
	river.WorkerDefaults[store.WakeMail]
	desk    *desk.Service
	resting chan struct{}
	rest    func()
}

// Work sends due e-mails until there is none, or others should have a turn. What it leaves is left to a later run.
func (w *mailWorker) Work(ctx context.Context, _ *river.Job[store.WakeMail]) error {
	begin, cancel := context.WithTimeout(ctx, beginWithin)
	defer cancel()
	for range emailsPerRun {
		select {
		case <-w.resting:
			return river.JobSnooze(0)
		case <-begin.Done():
			return river.JobSnooze(0)
		default:
		}
		if sent, err := w.desk.Post(ctx); err != nil || !sent {
			return err
		}
	}
	return river.JobSnooze(0)
}
