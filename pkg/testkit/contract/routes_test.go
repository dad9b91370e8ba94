package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/stretchr/testify/require"
)

// The router and the document have the same operations, with the same names.
func TestRoutesAndPathsAgree(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	var routes, paths []string
	for _, r := range api.Routes() {
		if !r.Undocumented {
			routes = append(routes, r.Method+" "+r.Path+" "+r.Operation)
		}
	}
	for _, o := range doc.Operations() {
		paths = append(paths, o.Method+" "+o.Path+" "+o.OperationID)
	}
	slices.Sort(routes)
	slices.Sort(paths)
	require.Equal(t, routes, paths, "api/routes.go and openapi.yaml differ: make generate, which names what it lacks")
}

// The document has the statuses of the route, and the codes of each status.
func TestCodesOfTheDocument(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		o, found, _ := doc.Find(r.Method, strings.NewReplacer("{id}", "7", "{line_id}", "7", "{code}", "x").Replace(r.Path))
		require.True(t, found, r.Operation)
		for _, code := range r.Codes() {
			answer := o.Responses.Status(web.Status(code))
			require.NotNil(t, answer, "%s: %s", r.Operation, code)
			if r.Operation == "readyz" && web.Status(code) == 503 {
				continue // has its own answer for this status
			}
			require.Contains(t, answer.Value.Content["application/problem+json"].Examples, string(code), r.Operation)
		}
	}
}

// A page of an allowed origin can read every header that the document has. Deprecation and Sunset are there only while an
// operation is deprecated, and the browser itself reads Access-Control-Allow-Origin.
func TestExposedHeadersAreThoseOfTheDocument(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	documented := map[string]bool{"Deprecation": true, "Sunset": true}
	for name := range doc.Components.Headers {
		documented[name] = name != "Access-Control-Allow-Origin"
	}
	for name, expose := range documented {
		require.Equal(t, expose, slices.Contains(web.ExposedHeaders, name), name)
	}
	for _, name := range web.ExposedHeaders {
		require.True(t, documented[name], "%s is exposed and not in the document", name)
	}
}
