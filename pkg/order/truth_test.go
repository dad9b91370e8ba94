package order_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// Derive gives an order what the truth table of package billing says, for every origin, status and flag of the customer. The $
// marks web orders that are not voided, have an open balance, and whose customer must pay by card. A prebook has neither payment
// status nor balance nor $.
func TestTruthTable(t *testing.T) {
	covered := map[billing.Status]bool{}
	for _, row := range billing.TruthTable() {
		covered[row.Status] = true
		for _, kind := range []order.Kind{order.KindOrder, order.KindPrebook} {
			for _, origin := range order.Origins {
				for _, status := range order.StatusesOf(kind) {
					if (status == order.StatusVoided) != row.Voided {
						continue
					}
					for _, mustPay := range []bool{true, false} {
						o := order.Order{Kind: kind, Origin: origin, Status: status, Total: row.Total, Paid: row.Paid, Refunded: row.Refunded}
						o.Derive(mustPay)
						if kind == order.KindPrebook {
							require.Equal(t, []any{billing.Status(""), money.Amount(0), false}, []any{o.PaymentStatus, o.Balance, o.PaymentIndicator}, row.When)
							continue
						}
						require.Equal(t, row.Status, o.PaymentStatus, row.When)
						require.Equal(t, row.Balance, o.Balance, row.When)
						shown := row.Dollar && origin == order.Web && mustPay
						require.Equal(t, shown, o.PaymentIndicator, "%s: %s %s %s %v", row.When, kind, origin, status, mustPay)
					}
				}
			}
		}
	}
	for _, s := range billing.Statuses {
		require.True(t, covered[s], s)
	}
}
