package api_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// shop returns a client for a storefront of the company.
func shop(t *testing.T, s *service, subject string) *client {
	return s.Actor(t, auth.Actor{CompanyID: servicetest.Company, Subject: subject, Name: "Shop", Roles: []auth.Role{auth.Storefront}})
}

// A refusal contains nothing that its caller may not see.
func TestRefusalsOfOtherShopsNameNothing(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		first, second, sales := shop(t, s, "shop-north"), shop(t, s, "shop-south"), s.As(t, auth.Sales)
		body := but(cart("BLOOM", line("on_hand", 1), line("k2k", 1)), object{"external_reference": "basket-17"})
		placedBy := first.Post("/v1/orders", body).Is(201)
		secret := []string{placedBy.At("checkout_id").Text(), placedBy.At("orders/0/id").Text(), placedBy.At("orders/0/number").Text(), placedBy.At("orders/1/id").Text(), "shop-north"}

		own := first.Post("/v1/orders", body).Refused(409, "external_reference_taken")
		require.Equal(t, secret[0], own.At("checkout_id").Text())
		require.Len(t, own.At("orders").Items(), 2)
		require.Len(t, sales.Post("/v1/orders", body).Refused(409, "external_reference_taken").At("orders").Items(), 2)

		for _, dry := range []string{"", "?dry_run=true"} {
			a := second.Post("/v1/orders"+dry, body)
			refused := a.Refused(409, "external_reference_taken")
			require.True(t, refused.At("checkout_id").Null())
			require.True(t, refused.At("orders").Null())
			for _, word := range secret {
				require.NotContains(t, string(a.Body), word)
			}
		}

		// The reference of a payment is also unique in the company.
		order := placedBy.At("orders/0/id").Text()
		card := object{"method": "card", "amount": "5.00", "reference": "ch_north_1"}
		first.Post(at(order, "payments"), card).Is(201)
		mine := placed(second, cart("BLOOM", line("on_hand", 1)))
		a := second.Post(at(mine, "payments"), card)
		require.True(t, a.Refused(409, "payment_reference_taken").At("order_id").Null())
		require.NotContains(t, string(a.Body), order)
		other := placed(first, cart("BLOOM", line("on_hand", 1)))
		require.Equal(t, order, first.Post(at(other, "payments"), card).Refused(409, "payment_reference_taken").At("order_id").Text())
		require.Equal(t, order, sales.Post(at(mine, "payments"), card).Refused(409, "payment_reference_taken").At("order_id").Text())
	})
}
