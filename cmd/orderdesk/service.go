package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// How long each part may take to stop. Together with the drain of 3 s this is less than the 30 s of orchestrators.
const (
	httpGrace     = 15 * time.Second
	jobsGrace     = 9 * time.Second // enough for an e-mail that was begun before the drain, because the mail provider has this time limit
	databaseGrace = time.Second
)

// jobsWait is how long the service answers requests before it starts jobs. That takes connections and processor time, for which the first
// requests should not wait.
const jobsWait = 100 * time.Millisecond

// service connects all parts of the process.
type service struct {
	log             *slog.Logger
	config          config.Config
	store           *store.Store
	desk            *desk.Service
	feed            *events.Feed
	jobs            *jobs.Runner
	handler         http.Handler
	metrics         http.Handler
	listener        net.Listener // of the API
	metricsListener net.Listener // nil: metrics are not served
	draining        atomic.Bool
	stopFetching    context.CancelFunc // stops fetching token keys
}

// newService wires a service on a store, and does not ask the database: checkServing may do that meanwhile. It owns the store if it
// returns no error. Nothing runs yet. The console offers the roles to sign in with; only the demo has any.
func newService(ctx context.Context, cfg config.Config, st *store.Store, log *slog.Logger, now func() time.Time, roles []console.Role) (*service, error) {
	s := &service{log: log, config: cfg, store: st, feed: events.New(events.Options{Store: st, Log: log})}
	streams := &web.Streams{}
	m := newMetrics(st, streams)
	s.metrics = m.handler(log)
	s.desk = desk.New(desk.Options{
		Store: st, Log: log, Sender: sender(cfg.Mail, now), MailFrom: cfg.Mail.From.Address, OrderURL: orderURL(cfg),
		IdempotencyTTL: cfg.IdempotencyTTL, Observe: m.observe, Feed: s.feed,
		Webhooks: desk.Webhooks{
			Keys: cfg.Webhooks.Keys, Allowed: cfg.Webhooks.Allowed, Body: api.WebhookBody,
			Client: webhook.NewClient(webhook.ClientOptions{Allowed: cfg.Webhooks.Allowed, Now: now}),
		},
	})
	options := api.Options{Desk: s.desk, Draining: s.draining.Load, Streams: streams, PublicURL: cfg.PublicURL, Options: web.Options{
		Logger: log, Now: now, Metrics: m.http,
		CORSOrigins: cfg.CORSOrigins, CORSLocal: cfg.CORSLocal, TrustedProxies: cfg.TrustedProxies, RateLimit: cfg.RateLimit, AddressLimit: cfg.AddressLimit,
		HTTPSOnly: strings.HasPrefix(cfg.PublicURL, "https://"),
	}}
	var err error
	if cfg.Console {
		if options.Console, err = console.New(roles); err != nil {
			return nil, fmt.Errorf("read the console's files: %w", err)
		}
	}
	if cfg.Mail.SendGridWebhookKey != "" {
		if options.SendGridKey, err = webhook.ParsePublicKey(cfg.Mail.SendGridWebhookKey); err != nil {
			return nil, fmt.Errorf("SENDGRID_WEBHOOK_PUBLIC_KEY: %w", err)
		}
	}
	if s.jobs, err = jobs.New(jobs.Options{Store: st, Desk: s.desk, Log: log}); err != nil {
		return nil, err
	}
	// Tokens are verified until the last request has been answered, which is after ctx has ended.
	fetching, stopFetching := context.WithCancel(context.WithoutCancel(ctx))
	verifier, err := auth.NewVerifier(fetching, cfg.Tokens.Settings(), now, log)
	if err != nil {
		stopFetching()
		return nil, err
	}
	s.stopFetching = stopFetching
	options.Verifier = verifier
	options.Checks = []api.Check{
		{Name: "database", Run: st.Ping},
		{Name: "schema", Run: st.Current},
		{Name: "clock", Run: s.desk.ClockReady},
		{Name: "writes", Run: func(ctx context.Context) error {
			err := st.Writable(ctx)
			if err == nil || errors.Is(err, store.ErrReadOnly) { // another server or process may do better
				return err
			}
			return api.Degraded{Cause: err}
		}},
		{Name: "token_keys", Run: func(context.Context) error { return verifier.Ready() }},
	}
	s.handler = api.New(options)
	return s, nil
}

// continueFeed prepares the feed of events for this database, which may be a restored copy.
func continueFeed(ctx context.Context, st *store.Store, log *slog.Logger) error {
	renewed, err := st.System().RenewFeed(ctx)
	if err != nil {
		return fmt.Errorf("prepare the feed of events: %w", plain(err))
	}
	if renewed {
		log.WarnContext(ctx, "the database was restored or moved: the feed of events begins anew, and its earlier cursors are refused")
	}
	return nil
}

// renewFeed makes the feed of events begin anew if it has to: after a failover, or after events were copied into the database, which the
// start leaves to it. Until then, clients that follow the feed could miss those events.
func (s *service) renewFeed(ctx context.Context) {
	for {
		err := continueFeed(ctx, s.store, s.log)
		if err == nil || ctx.Err() != nil {
			return
		}
		s.log.WarnContext(ctx, "the feed of events is not prepared yet", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// sender returns the sender of e-mails.
func sender(c config.Mail, now func() time.Time) mail.Sender {
	if c.Dir != "" {
		return mail.NewFiles(c.Dir, now)
	}
	return mail.NewSendGrid(mail.SendGridConfig{APIKey: c.SendGridAPIKey.Reveal(), BaseURL: c.SendGridBaseURL}, now)
}

// run serves until ctx ends or a listener fails. Then it stops in order: readiness off for the time of drain, HTTP,
// jobs, and, in close, the database.
func (s *service) run(ctx context.Context, drain time.Duration) error {
	server := web.NewServer("", s.handler, s.log)
	failed := make(chan error, 2)
	metricsAddress := ""
	if s.metricsListener != nil {
		metricsAddress = s.metricsListener.Addr().String()
		metrics := web.NewServer("", s.metrics, s.log)
		defer func() { _ = metrics.Close() }() // stops last, so that stopping can be watched
		go serveOn(metrics, s.metricsListener, failed)
	}
	s.store.OnFailover(func() { go s.renewFeed(ctx) })
	if _, err := s.desk.ResumeMail(ctx); err != nil { // the operator may have corrected the key
		s.log.WarnContext(ctx, "a pause of sending e-mails could not be ended", "error", err)
	}
	go serveOn(server, s.listener, failed)
	s.log.InfoContext(ctx, "serving", "version", thisBuild().version, "address", s.listener.Addr().String(),
		"metrics_address", metricsAddress, "config", s.config)

	var broke error
	begin := time.After(jobsWait)
	for running := true; running; {
		select {
		case <-begin:
			if err := s.jobs.Start(ctx); err != nil {
				_ = server.Close()
				return err
			}
			go s.renewFeed(ctx)
		case <-ctx.Done():
			running = false
		case broke = <-failed:
			running, drain = false, 0
		}
	}
	stopping := context.WithoutCancel(ctx)
	s.log.InfoContext(stopping, "stopping", "step", "readiness off", "wait", drain)
	s.draining.Store(true)
	s.feed.Stop()                      // streams end, and clients with one resume it at another instance
	s.jobs.Rest()                      // other processes send the remaining e-mails
	server.SetKeepAlivesEnabled(false) // clients with an open connection connect to another instance
	time.Sleep(drain)

	s.log.InfoContext(stopping, "stopping", "step", "http")
	answering, cancel := context.WithTimeout(stopping, httpGrace)
	defer cancel()
	if err := server.Shutdown(answering); err != nil {
		s.log.WarnContext(stopping, "requests were cut off", "error", err)
		_ = server.Close()
	}
	s.log.InfoContext(stopping, "stopping", "step", "jobs")
	ended := within(jobsGrace+time.Second, func() {
		working, cancel := context.WithTimeout(stopping, jobsGrace)
		defer cancel()
		if err := s.jobs.Stop(working); err != nil {
			s.log.WarnContext(stopping, "jobs were cut off", "error", err)
		}
	})
	if !ended {
		s.log.WarnContext(stopping, "jobs do not end")
	}
	return broke
}

// close releases what newService and listen opened.
func (s *service) close() {
	for _, l := range []net.Listener{s.listener, s.metricsListener} {
		if l != nil {
			_ = l.Close() // closed for the second time after run
		}
	}
	s.stopFetching()
	if !within(databaseGrace, s.store.Close) {
		s.log.Warn("the database's connections do not close")
	}
}

func serveOn(server web.Server, l net.Listener, failed chan<- error) {
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		failed <- fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
}

// within runs f and reports whether it ended in time. Otherwise f ends with the process.
func within(limit time.Duration, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}

// consolePath is where the console shows an order.
const consolePath = "/console/?order="

// orderURL is the address that e-mails link to if a company has no setting for it: the console, and never the API, which answers 401
// to a browser.
func orderURL(cfg config.Config) string {
	if !cfg.Console || cfg.PublicURL == "" {
		return ""
	}
	return company.OrderURLOf(cfg.PublicURL + consolePath)
}
