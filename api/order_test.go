package api_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// The main job: a storefront posts, staff see it under W and confirm it, and the invoice is on its way by e-mail.
func TestMainJob(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		customer(t, s, "BLOOM")
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		placed := shop.Post("/v1/orders", cart("BLOOM", line("on_hand", 4), line("k2k", 2)))
		body := placed.Is(201)
		require.Len(t, body.At("orders").Items(), 2)
		id := body.At("orders/0/id").Text()
		require.Equal(t, "/v1/orders/"+id, placed.Header.Get("Location"))
		require.Equal(t, "94.00", body.At("orders/0/total").Text())
		require.Equal(t, "pending", body.At("orders/0/status").Text())
		require.Equal(t, "draft", body.At("orders/1/status").Text())
		require.Equal(t, "same_checkout", body.At("orders/0/related/0/relation").Text())

		list := sales.Get("/v1/orders?origin=W&kind=order").Is(200)
		require.Len(t, list.At("data").Items(), 1)
		require.Equal(t, id, list.At("data/0/id").Text())

		done := sales.Post("/v1/orders/"+id+"/confirm", nil).Is(200)
		require.Equal(t, "INV-000001", done.At("invoice/number").Text())
		require.Equal(t, "confirmed", done.At("order/status").Text())
		require.Equal(t, "queued", done.At("email/status").Text())
		require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) == 1 }, 10*time.Second, 20*time.Millisecond)
		require.Equal(t, "application/pdf", s.SendGrid.Accepted()[0].Attachments[0].Type)
		require.Eventually(t, func() bool { return sales.Get("/v1/orders/"+id).Is(200).At("email_status").Text() == "sent" }, 10*time.Second, 20*time.Millisecond)
	})
}

// A hundred confirms at once give one invoice and one e-mail.
func TestConfirmRaces(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := sales.Post("/v1/orders", cart("BLOOM", line("on_hand", 4))).Is(201).At("orders/0/id").Text()
		var wg sync.WaitGroup
		numbers := make([]string, 100)
		for i := range numbers {
			wg.Go(func() {
				a, err := sales.Persist("POST", "/v1/orders/"+id+"/confirm", nil, "Idempotency-Key", uuid.NewString())
				if err != nil || a.Status != 200 {
					numbers[i] = fmt.Sprint(a.Status, err, string(a.Body))
					return
				}
				numbers[i] = a.JSON().At("invoice/number").Text()
			})
		}
		wg.Wait()
		for _, n := range numbers {
			require.Equal(t, "INV-000001", n)
		}
		soon(t, "the e-mail", func() bool { return len(s.SendGrid.Accepted()) > 0 })
		time.Sleep(500 * time.Millisecond)
		require.Len(t, s.SendGrid.Accepted(), 1)
	})
}
