package web

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// Options is what serving needs from its surroundings. Verifier, Logger, Now and Reader are required.
type Options struct {
	Verifier       Verifier
	Logger         *slog.Logger
	Now            func() time.Time
	Reader         *strictjson.Reader                      // of bodies and parameters
	Wording        func(text string) string                // how problems write texts of the trade; see Wording. Nil writes them as they are
	Known          func(context.Context, auth.Actor) error // whether a caller with a permission is of a company here; nil asks nobody
	Metrics        *Metrics                                // nil counts nothing
	CORSOrigins    []string                                // exact origins, such as https://shop.example; empty allows none
	TrustedProxies []netip.Prefix                          // whose X-Forwarded-For is believed; empty believes nobody
	RateLimit      int                                     // requests a minute for each company and subject; 0 is no limit
	RequestTimeout time.Duration                           // 0 is 15 s
	ExportTimeout  time.Duration                           // for exports and batches; 0 is 10 minutes
}

// Verifier turns a bearer token into who is calling.
type Verifier interface {
	// Verify answers the actor of a good token. A token that is refused is an error without an actor. A good token
	// whose company is no seller, or which has no known role, is the actor together with a fault of kind Forbidden.
	Verify(token string) (auth.Actor, error)
}

func (o Options) withDefaults() Options {
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 15 * time.Second
	}
	if o.ExportTimeout == 0 {
		o.ExportTimeout = 10 * time.Minute
	}
	return o
}
