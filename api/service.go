package api

import (
	"context"
	"crypto/ecdsa"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// Options is what the API needs from outside. Verifier, Logger and Now are required; Reader, Known and Wording are set by New.
type Options struct {
	web.Options
	Desk        *desk.Service    // the use cases; nil in tests without them
	Checks      []Check          // what /readyz runs, all at once
	Draining    func() bool      // reports whether the instance is stopping; nil means never
	SendGridKey *ecdsa.PublicKey // verifies SendGrid's events; nil refuses them
	Console     *console.Console // the Order Summary page; nil serves none
	PublicURL   string           // prefix of the addresses in Link, without a final slash; empty leaves them relative
}

// Check is one thing that must work for the instance to be ready.
type Check struct {
	Name string // as /readyz shows it, such as database
	Run  func(context.Context) error
}

// service has the handlers as its methods, and everything they need from outside.
type service struct{ Options }
