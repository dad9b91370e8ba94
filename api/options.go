package api

import (
	"context"
	"crypto/ecdsa"
	"log/slog"
	"net/netip"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// Options is what the API needs from its surroundings. Verifier, Logger and Now are required.
type Options struct {
	Desk           *desk.Service // what the routes are for; nil in tests of the foundation
	Verifier       Verifier
	Logger         *slog.Logger
	Now            func() time.Time
	Metrics        *Metrics         // nil counts nothing
	Checks         []Check          // what /readyz asks, at the same time
	Draining       func() bool      // true once the instance is stopping; nil is never
	CORSOrigins    []string         // exact origins, such as https://shop.example; empty allows none
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For is believed; empty believes nobody
	SendGridKey    *ecdsa.PublicKey // verifies SendGrid's events; nil refuses them
	RateLimit      int              // requests a minute for each company and subject; 0 is no limit
	PublicURL      string           // prefix of the addresses in Link, without a slash at its end; empty leaves them relative
	RequestTimeout time.Duration    // 0 is 15 s
	ExportTimeout  time.Duration    // for exports and batches; 0 is 10 minutes
}

// Verifier turns a bearer token into who is calling.
type Verifier interface {
	// Verify answers the actor of a good token. A token that is refused is an error without an actor. A good token
	// whose company is no seller, or which has no known role, is the actor together with a fault of kind Forbidden.
	Verify(token string) (auth.Actor, error)
}

// Check is one thing that must work for the instance to be ready.
type Check struct {
	Name string // as /readyz shows it, such as database
	Run  func(context.Context) error
}

func (o Options) withDefaults() Options {
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 15 * time.Second
	}
	if o.ExportTimeout == 0 {
		o.ExportTimeout = 10 * time.Minute
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	return o
}
