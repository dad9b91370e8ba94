// Package servicetest gives a test its own whole service: a real database, the real HTTP API, the real jobs, and a fake
// SendGrid.
package servicetest

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/webhook"
	"github.com/stretchr/testify/require"
)

// Company and Other are the companies of every test service.
const (
	Company = "0197a3c4-0000-7000-8000-000000000001"
	Other   = "0197a3c4-0000-7000-8000-000000000002"
)

// Round is the interval of periodic work of a test's service.
const Round = 250 * time.Millisecond

// Options change the service of a test. The zero value is a service as in production.
type Options struct {
	Store     store.Options
	NoJobs    bool // no worker sends mail
	RateLimit int  // requests a minute; 0 is more than a test makes, because the limiter also runs in production
	Log       *slog.Logger
	API       func(*api.Options)
	Desk      func(*desk.Options)
	Handler   func(http.Handler) http.Handler // wraps the API
	Violation func(contract.Violation)        // receives breaches of the contract; without it, they fail the test
}

// Service is a running service.
type Service struct {
	URL      string
	Address  string // of the service's database
	Store    *store.Store
	Desk     *desk.Service
	Feed     *events.Feed
	SendGrid *sendgridtest.Server
	Clock    *Clock
	tokens   *auth.Issuer
	server   *httptest.Server
	log      *slog.Logger
	t        testing.TB

	works    atomic.Bool // on jobs
	counting sync.Once   // see Rows
	counted  *sql.DB
	count    string
}

// WebhookKey is the key of the webhooks of a service. Receivers on this machine are allowed.
const WebhookKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// Each runs the test against a service on each database, as storetest.EachAddress does.
func Each(t *testing.T, o Options, test func(t *testing.T, s *Service)) {
	t.Helper()
	storetest.EachAddress(t, func(t *testing.T, address string) { test(t, Start(t, address, o)) })
}

// Start runs a service on a migrated database until the test ends. It has two companies, both with the currency USD.
func Start(t testing.TB, address string, o Options) *Service {
	t.Helper()
	ctx := context.Background()
	if o.RateLimit == 0 {
		o.RateLimit = 1_000_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Clock: &Clock{}, Address: address, log: o.Log, t: t}
	var err error
	s.SendGrid, err = sendgridtest.Start("SG.test", s.Clock.Now)
	require.NoError(t, err)
	t.Cleanup(s.SendGrid.Close)
	s.Store = storetest.Open(t, address, o.Store)
	options := desk.Options{
		Store: s.Store, Log: o.Log, Now: s.Clock.Now, MailFrom: "orders@rosefields.example",
		Sender: mail.NewSendGrid(mail.SendGridConfig{APIKey: "SG.test", BaseURL: s.SendGrid.URL()}, s.Clock.Now),
	}
	keys, err := webhook.ParseKeys(WebhookKey)
	require.NoError(t, err)
	local := webhook.Networks{netip.MustParsePrefix("127.0.0.0/8")}
	options.Webhooks = desk.Webhooks{Keys: keys, Allowed: local, Body: api.WebhookBody, Client: webhook.NewClient(webhook.ClientOptions{Allowed: local, Now: s.Clock.Now})}
	s.Feed = events.New(events.Options{Store: s.Store, Log: o.Log})
	options.Feed = s.Feed
	if o.Desk != nil {
		o.Desk(&options)
	}
	s.Desk = desk.New(options)
	for id, name := range map[string]string{Company: "Rosefields Wholesale", Other: "Tulip Traders"} {
		_, err := s.Desk.AddCompany(ctx, id, name, "USD")
		require.NoError(t, err)
	}
	if !o.NoJobs {
		s.Work(t)
	}
	s.tokens, err = auth.NewIssuer([]byte(secret), issuer, audience, s.Clock.Now)
	require.NoError(t, err)
	verifier, err := auth.NewVerifier(ctx, auth.Settings{Secret: []byte(secret), Issuer: issuer, Audience: audience}, s.Clock.Now, o.Log)
	require.NoError(t, err)
	hookKey, err := webhook.ParsePublicKey(s.SendGrid.PublicKey())
	require.NoError(t, err)
	apiOptions := api.Options{Desk: s.Desk, SendGridKey: hookKey,
		Options: web.Options{Verifier: verifier, Logger: o.Log, Now: s.Clock.Now, RateLimit: o.RateLimit}}
	if o.API != nil {
		o.API(&apiOptions)
	}
	s.server = httptest.NewServer(s.watched(t, api.New(apiOptions), o))
	t.Cleanup(s.server.Close)
	t.Cleanup(s.Feed.Stop) // it ends the streams, for which the server would wait
	s.URL = s.server.URL
	return s
}

// watched wraps the API, so that every answer is checked against the API document.
func (s *Service) watched(t testing.TB, handler http.Handler, o Options) http.Handler {
	t.Helper()
	if o.Handler != nil {
		handler = o.Handler(handler)
	}
	report := o.Violation
	if report == nil {
		var reported sync.Map // each kind fails the test once
		report = func(v contract.Violation) {
			if _, again := reported.LoadOrStore(v.Kind(), true); !again {
				t.Errorf("%s", v)
			}
		}
	}
	handler, err := contract.Wrap(handler, report)
	require.NoError(t, err)
	return handler
}

// Work starts the jobs of a service that was started without them, and stops them after the test.
func (s *Service) Work(t testing.TB) {
	t.Helper()
	s.works.Store(true)
	ctx := context.Background()
	runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: s.log, Every: Round})
	require.NoError(t, err)
	require.NoError(t, runner.Start(ctx))
	t.Cleanup(func() {
		stopping, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		_ = runner.Stop(stopping)
	})
}

// Clock is the only clock of a service. It runs from the time to which it was moved.
type Clock struct {
	mu  sync.Mutex
	off time.Duration
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.off)
}

// Move moves the clock forward.
func (c *Clock) Move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off += by
}

// AwaitFeed returns once the feed of events shows all that was committed. On PostgreSQL a transaction of another test, which shares the
// server, can hide it for a moment.
func (s *Service) AwaitFeed(t testing.TB) {
	t.Helper()
	db := s.Database(t)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var last int64
		require.NoError(t, db.QueryRow("SELECT coalesce(max(pos), 0) FROM events").Scan(&last))
		state, err := s.Store.System().Feed(t.Context())
		require.NoError(t, err)
		if last < state.Until {
			return
		}
		require.True(t, time.Now().Before(end), "the feed is held back")
	}
}
