// Package desk is the service: one method for each operation of a client. Rules (order, billing, company), permission
// (auth) and storage (store) meet here and nowhere else.
//
// Every write has the same steps: load, guard, the verb, save, with an event for each change. Everything commits once,
// together with the answer that a repeated request will get (see once).
package desk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Options configure a Service.
type Options struct {
	Store          *store.Store
	Log            *slog.Logger
	Now            func() time.Time // replaces the database's clock, for tests and for a made-up history; default: nil
	Sender         mail.Sender      // sends e-mails
	MailFrom       string           // the sender's address
	OrderURL       string           // where people open an order if the company does not say so, with {id}; may be empty
	MailShare      int              // how many e-mails of one company may be sent at the same time; default half of MailWorkers
	SettlePause    time.Duration    // the first pause before the outcome of an e-mail is written again; default 200 ms
	BatchGroup     int              // how many orders of a best-effort batch one transaction confirms; default 25
	RowLimit       time.Duration    // for one transaction of a best-effort batch; default 15 s
	IdempotencyTTL time.Duration    // how long an answer is kept; default 24 h
	Observe        func(Occurrence) // called for metrics after a commit; may be nil
	Feed           *events.Feed     // of the store; nil: a new one
	Webhooks       Webhooks
}

// Occurrence is an event that metrics count.
type Occurrence struct {
	What  string // order_placed, order_confirmed, invoice_issued, key_replayed, key_conflict, key_mismatch, mail_sent …
	Count int
}

// Service runs the use cases. It is safe for concurrent use.
type Service struct {
	store          *store.Store
	log            *slog.Logger
	clock          func() time.Time
	sender         mail.Sender
	from           string
	orderURL       string
	ttl            time.Duration
	observe        func(Occurrence)
	feed           *events.Feed
	webhooks       Webhooks
	dispatching    chan struct{} // a slot for each turn of a webhook endpoint that may use the database
	running        running
	posting        posting
	acceptances    acceptances
	mailShare      int
	settlePause    time.Duration
	batchGroup     int
	rowLimit       time.Duration
	knownCompanies sync.Map // ids of companies that exist
}

// New creates a Service.
func New(o Options) *Service {
	s := &Service{store: o.Store, log: o.Log, clock: o.Now, sender: o.Sender, from: o.MailFrom, orderURL: o.OrderURL,
		ttl: o.IdempotencyTTL, observe: o.Observe, mailShare: o.MailShare, settlePause: o.SettlePause, batchGroup: o.BatchGroup, rowLimit: o.RowLimit, feed: o.Feed,
		webhooks: o.Webhooks, dispatching: make(chan struct{}, 4)}
	if s.settlePause == 0 {
		s.settlePause = settlePause
	}
	if s.batchGroup == 0 {
		s.batchGroup = 25
	}
	if s.rowLimit == 0 {
		s.rowLimit = 15 * time.Second
	}
	if s.mailShare == 0 {
		s.mailShare = MailWorkers / 2
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.feed == nil {
		s.feed = events.New(events.Options{Store: o.Store, Log: s.log})
	}
	if s.ttl == 0 {
		s.ttl = 24 * time.Hour
	}
	if s.observe == nil {
		s.observe = func(Occurrence) {}
	}
	return s
}

// countIssued counts confirmed orders for metrics, each with its invoice.
func (s *Service) countIssued(n int) {
	s.observe(Occurrence{"order_confirmed", n})
	s.observe(Occurrence{"invoice_issued", n})
}

// newID is a fresh UUIDv7.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// guardContext is what the guard needs to know besides the document and the caller.
func guardContext(c company.Company, o *order.Order, now time.Time) order.GuardContext {
	return order.GuardContext{
		PastCutoff:  o.Kind == order.KindOrder && c.PastCutoff(o.ShipDate, now),
		BlockUnpaid: c.UnpaidCardOrders == company.Block,
	}
}

// visible returns nil if the caller may see the document, and otherwise order_not_found.
func visible(who auth.Actor, o *order.Order) error {
	if !order.Visible(who, o) {
		return store.NoOrder()
	}
	return nil
}

// Reading marks the context of a request that only reads: a read replica may answer it. See store.Store.Reading.
func (s *Service) Reading(ctx context.Context) context.Context { return s.store.Reading(ctx) }

// Ready returns an error if the database does not answer or does not have the schema that the service needs.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.store.Ping(ctx); err != nil {
		return err
	}
	return s.store.Current(ctx)
}

func unprocessable(pointer string, code fault.Code, detail string) error {
	return fault.InvalidBody([]fault.Field{{Pointer: pointer, Code: code, Detail: detail}})
}
