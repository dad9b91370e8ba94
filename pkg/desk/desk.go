// Package desk is the service: one method for each thing that a client may ask for. Here rules (order, billing,
// company), permission (auth) and storage (store) meet, and nowhere else.
//
// Every write reads the same way: load, guard, the verb, save, each change with its event; then all of it commits
// once, with the answer that a repeated request will get (see once).
package desk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Options are what the service is made of.
type Options struct {
	Store          *store.Store
	Log            *slog.Logger
	Now            func() time.Time // the one clock
	Sender         mail.Sender      // where e-mails go
	MailFrom       string           // the address they come from
	PublicURL      string           // where clients reach the service; empty: e-mails carry no links
	IdempotencyTTL time.Duration    // how long an answer is kept; default 24 h
	Observe        func(Occurrence) // told of what was committed, for metrics; may be nil
}

// Occurrence is something that metrics count.
type Occurrence struct {
	What  string // order_placed, order_confirmed, invoice_issued, key_replayed, key_conflict, key_mismatch, mail_sent …
	Count int
}

// Service is the desk. It is safe for concurrent use.
type Service struct {
	store   *store.Store
	log     *slog.Logger
	clock   func() time.Time
	sender  mail.Sender
	from    string
	public  string
	ttl     time.Duration
	observe func(Occurrence)
	running running
	known   sync.Map // by id: companies that were found
}

// New is a desk on a store.
func New(o Options) *Service {
	s := &Service{store: o.Store, log: o.Log, clock: o.Now, sender: o.Sender, from: o.MailFrom, public: o.PublicURL,
		ttl: o.IdempotencyTTL, observe: o.Observe}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.ttl == 0 {
		s.ttl = 24 * time.Hour
	}
	if s.observe == nil {
		s.observe = func(Occurrence) {}
	}
	return s
}

// countIssued tells metrics that orders were confirmed, each with its invoice.
func (s *Service) countIssued(n int) {
	s.observe(Occurrence{"order_confirmed", n})
	s.observe(Occurrence{"invoice_issued", n})
}

// now is the moment in whole microseconds, which is what the databases keep.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// newID is a fresh UUIDv7.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// situation is what the guard needs to know about a document beside the caller.
func situation(c company.Company, o *order.Order, now time.Time) order.Situation {
	return order.Situation{
		PastCutoff:  o.Kind == order.KindOrder && c.PastCutoff(o.ShipDate, now),
		BlockUnpaid: c.UnpaidCardOrders == company.Block,
	}
}

// visible is the document if the caller may know of it; otherwise there is none.
func visible(who auth.Actor, o *order.Order) error {
	if !order.Visible(who, o) {
		return store.NoOrder()
	}
	return nil
}

// Ready reports whether the service can work: the database answers and has the schema it needs.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.store.Ping(ctx); err != nil {
		return err
	}
	return s.store.Current(ctx)
}

func unprocessable(pointer string, code fault.Code, detail string) error {
	return fault.Content([]fault.Field{{Pointer: pointer, Code: code, Detail: detail}})
}

// amountCode is the code for an amount that money could not read.
func amountCode(err error) fault.Code {
	switch {
	case errors.Is(err, money.ErrDecimals):
		return fault.DecimalsTooMany
	case errors.Is(err, money.ErrRange):
		return fault.FieldOutOfRange
	}
	return fault.FieldInvalid
}
