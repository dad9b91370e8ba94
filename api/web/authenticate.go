package web

import (
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// authenticate finds out who calls.
func (o Options) authenticate(c Request, call *exchange) error {
	if call.route.Tokenless() {
		return nil
	}
	c.Response().Header().Add("Vary", "Authorization")
	token, err := auth.Bearer(c.Request().Header.Values("Authorization"))
	if err != nil {
		return err
	}
	who, err := o.Verifier.Verify(token)
	if err != nil && fault.Of(err).Kind() != fault.Forbidden {
		return err
	}
	call.actor, call.known = who, true
	if call.route.Auth == Member {
		call.lacking = err // told after the rate is checked: a caller without rights has a quota too
	}
	return nil
}

// authorize refuses the good token of a caller who is nobody here, the company of whom is not known among them.
func (o Options) authorize(c Request, call *exchange) error {
	if call.lacking != nil || call.route.Permission == "" || o.Known == nil {
		return call.lacking
	}
	return o.Known(c.Request().Context(), call.actor)
}
