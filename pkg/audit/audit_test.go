package audit_test

import (
	"fmt"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

func TestCheckFindsNothingInEveryState(t *testing.T) {
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		w.RequireClean(t)
		w.Furnish(t)
		w.RequireClean(t)
		for _, s := range append(order.StatusesOf(order.KindOrder), order.StatusesOf(order.KindPrebook)...) {
			require.NotZero(t, w.CountRows(t, "orders", fmt.Sprintf("status = '%s'", s)), s)
		}
	})
}
