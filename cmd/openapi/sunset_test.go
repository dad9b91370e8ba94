package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Every answer of an operation that is to go declares what says so, and no answer of another does.
func TestSunsetIsDeclared(t *testing.T) {
	old := api.Route{Route: web.Route{Method: "GET", Path: "/v1/old", Operation: "getInvoice", Sunset: &web.Sunset{
		Deprecated: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), Gone: time.Date(2027, 9, 1, 0, 0, 0, 0, time.UTC), Instead: "/docs/#/orders",
	}}}
	op := object{"responses": object{"200": object{}}}
	describeOperation(op, old, nil)
	require.Equal(t, true, op["deprecated"])
	for status := range at(op, "responses") {
		for _, header := range []string{"Deprecation", "Sunset", "Link"} {
			require.Contains(t, at(op, "responses", status, "headers"), header, status)
		}
	}
	require.Contains(t, op["responses"], "304")
	require.Contains(t, op["responses"], "404")
	for _, header := range []string{"Deprecation", "Sunset", "Link"} {
		require.Contains(t, headers(), header)
	}

	old.Sunset = &web.Sunset{Deprecated: old.Sunset.Deprecated}
	require.Equal(t, []string{"Deprecation"}, sunsetHeaders(old), "no end is decided")
	require.NotContains(t, problemAnswer(404, []fault.Code{fault.InvoiceNotFound}, api.Route{})["headers"], "Deprecation")
}
