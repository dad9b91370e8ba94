package desk_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
)

// fixture adds the helpers of this package's tests to desktest's fixture.
type fixture struct{ *desktest.Fixture }

// each runs a test on each database, with its own fixture.
func each(t *testing.T, test func(t *testing.T, w *fixture)) {
	t.Helper()
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) { test(t, &fixture{w}) })
}

func newFixture(t testing.TB, address string, o store.Options) *fixture {
	t.Helper()
	return &fixture{desktest.New(t, address, o)}
}
