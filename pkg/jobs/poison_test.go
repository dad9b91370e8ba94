package jobs_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// An event whose webhook cannot be made, because that panics, does not end the process. It holds up no other event and no other
// endpoint, shows why it failed, and is tried again.
func TestAPanicOfAWebhookHoldsNothingUp(t *testing.T) {
	options := servicetest.Options{Desk: func(o *desk.Options) {
		body := o.Webhooks.Body
		o.Webhooks.Body = func(e *desk.FeedEvent, internal bool) ([]byte, error) {
			if e.Type == "order.placed" {
				panic("poisoned")
			}
			return body(e, internal)
		}
	}}
	servicetest.Each(t, options, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		rec := receive(t, nil)
		path, _ := endpoint(t, admin, rec, nil)
		admin.Post("/v1/orders/"+place(admin)+"/confirm", nil).Is(200)
		rec.await(t, "the other events come", func() bool { return rec.count("order.confirmed") == 1 })
		require.Zero(t, rec.count("order.placed"))
		listed := admin.Get(path + "/deliveries?type=order.placed")
		listed.Is(200)
		shown := string(listed.Body)
		require.True(t, strings.Contains(shown, "The service could not make the event.") && strings.Contains(shown, `"pending"`), shown)
	})
}
