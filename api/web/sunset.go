package web

import (
	"fmt"
	"net/http"
	"time"
)

// Sunset announces the end of an operation in headers. An operation that v1 removes answers them for some time before.
type Sunset struct {
	Deprecated time.Time // since when it should no longer be used
	Gone       time.Time // when it will be removed; zero if that is not decided
	Instead    string    // the address of the documentation of what to use instead, such as /docs/#/orders/listOrders
}

// announce sets Deprecation (RFC 9745), Sunset (RFC 8594) and Link.
func (s *Sunset) announce(h http.Header) {
	if s == nil {
		return
	}
	h.Set("Deprecation", fmt.Sprintf("@%d", s.Deprecated.Unix()))
	if !s.Gone.IsZero() {
		h.Set("Sunset", s.Gone.UTC().Format(http.TimeFormat))
	}
	if s.Instead != "" {
		h.Add("Link", "<"+s.Instead+`>; rel="deprecation"; type="text/html"`)
	}
}
