package web

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// Options is what the server needs from outside. Verifier, Logger, Now and Reader are required.
type Options struct {
	Verifier       Verifier
	Logger         *slog.Logger
	Now            func() time.Time
	Reader         *strictjson.Reader                      // of bodies and parameters
	Wording        func(text string) string                // renders texts of the trade; see the function Wording. Nil leaves them as they are
	Known          func(context.Context, auth.Actor) error // whether the company of a caller with a permission is known; nil checks nothing
	Metrics        *Metrics                                // nil measures nothing
	CORSOrigins    []string                                // exact origins, such as https://shop.example; empty allows none
	HTTPSOnly      bool                                    // clients call by HTTPS; the header Strict-Transport-Security then forbids browsers HTTP
	CORSLocal      bool                                    // also allow pages that this machine serves, on any port
	TrustedProxies []netip.Prefix                          // proxies whose X-Forwarded-For is trusted; empty trusts none
	RateLimit      int                                     // requests a minute for each company and subject; 0 is no limit
	AddressLimit   int                                     // requests a minute without a valid token for each client address; 0 is no limit
	RequestTimeout time.Duration                           // 0 is 15 s
	ExportTimeout  time.Duration                           // for exports and batches; 0 is 10 minutes
	WriteTimeout   time.Duration                           // for each piece of an answer; 0 is 20 s
}

// Verifier turns a bearer token into the caller.
type Verifier interface {
	// Verify returns the actor of a valid token. An invalid token is an error without an actor. A valid token of a
	// company that is not a seller, or without a known role, is the actor together with a fault of kind Forbidden.
	Verify(token string) (auth.Actor, error)
}

func (o Options) withDefaults() Options {
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 15 * time.Second
	}
	if o.ExportTimeout == 0 {
		o.ExportTimeout = 10 * time.Minute
	}
	if o.WriteTimeout == 0 {
		o.WriteTimeout = renewable
	}
	return o
}
