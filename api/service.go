package api

import (
	"context"
	"crypto/ecdsa"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// Options is what the API needs from its surroundings. Verifier, Logger and Now are required; Reader, Known and Wording are set by New.
type Options struct {
	web.Options
	Desk        *desk.Service    // what the routes are for; nil in tests of the foundation
	Checks      []Check          // what /readyz asks, at the same time
	Draining    func() bool      // true once the instance is stopping; nil is never
	SendGridKey *ecdsa.PublicKey // verifies SendGrid's events; nil refuses them
	PublicURL   string           // prefix of the addresses in Link, without a slash at its end; empty leaves them relative
}

// Check is one thing that must work for the instance to be ready.
type Check struct {
	Name string // as /readyz shows it, such as database
	Run  func(context.Context) error
}

// service is what handlers hang on: everything they need from outside.
type service struct{ Options }
