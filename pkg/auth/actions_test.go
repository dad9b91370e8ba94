package auth_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
)

func TestEveryActionHasARow(t *testing.T) {
	for _, a := range fieldtest.Constants[order.Action](t, "../order", "Action") {
		require.True(t, slices.ContainsFunc(auth.Matrix(), func(r auth.Row) bool { return r.Permission == auth.Permission(a) }),
			"the matrix (matrix.go) has no row for the action %s, so that nobody may", a)
	}
}
