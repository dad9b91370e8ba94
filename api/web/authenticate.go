package web

import (
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// authenticate finds out who the caller is.
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
		call.lacking = err // authorize returns it after the rate was checked: a caller without rights has a quota too
	}
	return nil
}

// authorize refuses a valid token whose caller has no role or whose company is not known.
func (o Options) authorize(c Request, call *exchange) error {
	if call.lacking != nil || call.route.Permission == "" || o.Known == nil {
		return call.lacking
	}
	return o.Known(c.Request().Context(), call.actor)
}
