// Package apitest has what tests of the API share: bodies, steps of a client, a request for each operation, and documents
// in every state. The service itself comes from package servicetest.
package apitest

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

// Each runs a test on both databases, with nobody sending mail.
func Each(t *testing.T, test func(t *testing.T, s *servicetest.Service)) {
	t.Helper()
	servicetest.Each(t, servicetest.Options{NoJobs: true}, test)
}
