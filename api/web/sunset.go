package web

import (
	"fmt"
	"net/http"
	"time"
)

// Sunset is the end of an operation, announced: what v1 drops first answers these headers for a good while.
type Sunset struct {
	Deprecated time.Time // since when it should not be used any more
	Gone       time.Time // when it ends; zero: not decided
	Instead    string    // where to read what to use instead, such as /docs/#/orders/listOrders
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
