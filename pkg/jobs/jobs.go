// Package jobs runs the desk's background work: sending e-mails and periodic tasks. It connects River to the desk and
// decides nothing. The outbox decides which e-mail is next, and every run may be repeated without harm.
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
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/riverqueue/river"
)

// Options configure a Runner.
type Options struct {
	Store   *store.Store
	Desk    *desk.Service
	Log     *slog.Logger
	Workers int           // concurrent sends of this process; default 8, twice as many as the desk sends for one company
	Every   time.Duration // interval of periodic work; default 10 s
}

// RescuedWithin is the longest time that an e-mail stays claimed by a worker that was killed while sending it.
const RescuedWithin = 90 * time.Second

// RescuedWithin must hold even if one periodic run fails; otherwise this constant does not compile.
const _ = uint(RescuedWithin - email.SendingLimit - 2*lookEvery)

// Settings of River. River rescues the job of a killed worker after an hour, but the outbox does not wait for that:
// Reconcile finds its e-mail within RescuedWithin.
const (
	jobTimeout    = 60 * time.Second
	rescueAfter   = RescuedWithin
	lookEvery     = 10 * time.Second // interval of periodic work
	fetchCooldown = 20 * time.Millisecond
	pollInterval  = 5 * time.Second  // for jobs of other processes; those of this process are fetched at once
	emailsPerRun  = 50               // a run ends after this many, so that other jobs get a turn
	beginWithin   = 20 * time.Second // an e-mail that began later might not end before jobTimeout and would be sent again
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

	webhooks *webhooks
}

// New creates a runner that is not started yet.
func New(o Options) (*Runner, error) {
	if o.Workers == 0 {
		o.Workers = 8
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
		// A job of a kind that only a newer version knows waits for that version.
		FetchOnlyKnownKinds:         true,
		CompletedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &Runner{client: client, every: o.Every, desk: o.Desk, log: o.Log, mail: mail, webhooks: newWebhooks(o.Desk, o.Log)}, nil
}

// Start begins to work. It returns immediately.
func (r *Runner) Start(ctx context.Context) error {
	ctx = store.ForJobs(ctx)
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.done = cancel, make(chan struct{})
	go r.look(run)
	go r.webhooks.run(run)
	return nil
}

// Rest stops new e-mails and webhooks from being sent. Those in progress finish.
func (r *Runner) Rest() {
	r.mail.rest()
	r.webhooks.rest()
}

// Stop lets e-mails in progress finish until ctx ends, and then cancels them.
func (r *Runner) Stop(ctx context.Context) error {
	r.Rest()
	r.webhooks.wait(ctx)
	r.stop()
	<-r.done // its work is rolled back
	<-r.webhooks.done
	if err := r.client.Stop(ctx); err != nil {
		return r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// look does the periodic work, which must not depend on a job that might be lost. Every process does it, and only the
// first one finds work in each step.
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

// round does each piece of the periodic work. One that fails, or panics, does not stop the others.
func (r *Runner) round(ctx context.Context) error {
	return errors.Join(
		protect("measure the clock", func() error { return r.desk.MeasureClock(ctx) }),
		protect("look for lost e-mails", func() error { _, err := r.desk.Reconcile(ctx); return err }),
		protect("expire drafts", func() error { _, err := r.desk.ExpireDrafts(ctx); return err }),
		protect("remove old answers", func() error { _, err := r.desk.PurgeKeys(ctx); return err }),
		protect("look for lost webhooks", func() error { _, err := r.desk.ReconcileWebhooks(ctx); return err }))
}

// protect calls do, and turns its panic into an error.
func protect(what string, do func() error) (err error) {
	defer fault.CatchPanic(what, &err)
	return do()
}

// mailWorker sends due e-mails when a job wakes it.
type mailWorker struct {
	river.WorkerDefaults[store.WakeMail]
	desk    *desk.Service
	resting chan struct{}
	rest    func()
}

// Timeout returns that a run has no time limit of River's. It limits itself, and it writes a known outcome as long as the process
// lives.
func (*mailWorker) Timeout(*river.Job[store.WakeMail]) time.Duration { return -1 }

// Work sends due e-mails until there are none left, or until it has had its turn. A later run sends the rest.
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
		posted, err := w.desk.Post(ctx)
		switch {
		case err != nil:
			return err
		case posted.Wait > 0:
			select {
			case <-w.resting:
			case <-begin.Done():
			case <-time.After(posted.Wait):
			}
		case !posted.Sent:
			return nil
		}
	}
	return river.JobSnooze(0)
}
