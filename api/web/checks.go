package web

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// withChecks wraps a handler in the checks of its route, in this order: time limit, token, rate, parameters, Accept, key. So
// a replay is only possible after the token and the rate were checked.
func (o Options) withChecks(e Endpoint, quota *limiter, open *downloads) Handler {
	handle := open.limit(e.Route, e.Handle)
	checks := []func(Request, *exchange) error{o.authenticate, quota.check, o.authorize, checkParameters, checkAccept, readKey}
	return func(c Request) error {
		call := exchangeOf(c)
		call.route, call.reader, call.wording = &e.Route, o.Reader, o.Wording
		limit := o.timeLimit(e.Limit)
		e.Sunset.announce(c.Response().Header())
		call.step = o.RequestTimeout
		if e.Limit != Unlimited {
			ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
		}
		for _, check := range checks {
			if err := check(c, call); err != nil {
				return err
			}
		}
		return handle(c)
	}
}

func (o Options) timeLimit(class Limit) time.Duration {
	if class == Export {
		return o.ExportTimeout
	}
	return o.RequestTimeout
}

// checkParameters reads dry_run and refuses parameters of an operation that takes none.
func checkParameters(c Request, call *exchange) error {
	if call.route.DryRun {
		dry, err := readDryRun(c)
		if err != nil {
			return err
		}
		if call.dryRun = dry; dry {
			c.Response().Header().Set("Dry-Run", "true")
		}
	}
	if call.route.Query == nil {
		return DecodeQuery(c, &struct{}{})
	}
	return nil
}

func checkAccept(c Request, call *exchange) error {
	if len(call.route.Produces) > 1 {
		return nil // the handler calls Accept, because a parameter may take precedence
	}
	_, err := Accept(c)
	return err
}

// readKey ignores the key of a dry run, which stores no answer.
func readKey(c Request, call *exchange) error {
	if call.route.Key == KeyNone || call.dryRun {
		return nil
	}
	key, err := parseKey(c.Request().Header.Values("Idempotency-Key"))
	if err != nil {
		return err
	}
	if key == "" && call.route.Key == KeyRequired {
		return fault.New(fault.IdempotencyKeyMissing, "Send Idempotency-Key with a new UUID, and the same one with each retry.")
	}
	call.key = key
	return nil
}
