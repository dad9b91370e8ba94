// Package jobs runs the desk's background work: sending e-mails and periodic tasks. It connects River to the desk and
// decides nothing. The outbox decides which e-mail is next, and every run may be repeated without harm.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
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
	Workers int           // e-mails that this process sends at the same time; default desk.MailWorkers
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
	pollInterval  = 5 * time.Second // for jobs of other processes; those of this process are fetched at once
	jobsAtOnce    = 32              // they only wake
)

// Runner works the jobs of one process.
type Runner struct {
	client *river.Client[*sql.Tx]
	every  time.Duration
	desk   *desk.Service
	log    *slog.Logger
	stop   context.CancelFunc
	cut    context.CancelFunc // cancels e-mails in progress
	done   chan struct{}

	emails   *emails
	webhooks *webhooks
}

// New creates a runner that is not started yet.
func New(o Options) (*Runner, error) {
	if o.Workers == 0 {
		o.Workers = desk.MailWorkers
	}
	if o.Every == 0 {
		o.Every = lookEvery
	}
	workers := river.NewWorkers()
	emails := newEmails(o.Desk, o.Log, o.Workers)
	river.AddWorker(workers, &mailJob{emails: emails})
	client, err := river.NewClient(o.Store.River(), &river.Config{
		Logger:               o.Log,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: jobsAtOnce}},
		Workers:              workers,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    pollInterval,
		// A job of a kind that only a newer version knows waits for that version.
		FetchOnlyKnownKinds: true,
		ReindexerIndexNames: store.JobIndexes(),
		// The store deletes completed jobs at once. These are those that an earlier version has left.
		CompletedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &Runner{client: client, every: o.Every, desk: o.Desk, log: o.Log, emails: emails, webhooks: newWebhooks(o.Desk, o.Log)}, nil
}

// Start begins to work. It returns immediately.
func (r *Runner) Start(ctx context.Context) error {
	ctx = store.ForJobs(ctx)
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.done = cancel, make(chan struct{})
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	r.cut = cut
	go r.emails.run(sending)
	go r.look(run)
	go r.webhooks.run(run)
	return nil
}

// Rest stops new e-mails and webhooks from being sent. Those in progress finish.
func (r *Runner) Rest() {
	r.emails.rest()
	r.webhooks.rest()
}

// Stop lets e-mails in progress finish until ctx ends, and then cancels them. A runner that was never started has none.
func (r *Runner) Stop(ctx context.Context) error {
	r.Rest()
	if r.stop == nil {
		return nil
	}
	r.webhooks.wait(ctx)
	r.emails.wait(ctx)
	r.stop()
	<-r.done // its work is rolled back
	<-r.webhooks.done
	r.cut()
	<-r.emails.done
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
