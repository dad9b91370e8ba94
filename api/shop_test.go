package api_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Helpers of these tests to call a service.

type (
	service = servicetest.Service
	client  = servicetest.Client
	value   = servicetest.Value
)

// each runs a test on both databases, with nobody sending mail.
func quietly(t *testing.T, test func(t *testing.T, s *service)) {
	t.Helper()
	servicetest.Each(t, servicetest.Options{NoJobs: true}, test)
}

// at returns the path of a document, or of an action on it.
func at(id string, action ...string) string {
	path := "/v1/orders/" + id
	for _, a := range action {
		path += "/" + a
	}
	return path
}

// but returns a body with changed members; it removes a nil one.
func but(body object, changes object) object {
	changed := maps.Clone(body)
	maps.Copy(changed, changes)
	maps.DeleteFunc(changed, func(_ string, v any) bool { return v == nil })
	return changed
}

// place posts a cart and returns its first document.
func place(c *client, cart object) value { return c.Post("/v1/orders", cart).Is(201).At("orders/0") }

// placed is place, but returns the id.
func placed(c *client, cart object) string { return place(c, cart).At("id").Text() }

func details(c *client, id string) value { return c.Get(at(id)).Is(200) }

func confirm(c *client, id string) value { return c.Post(at(id, "confirm"), nil).Is(200) }

func pay(c *client, id, amount string) value {
	return c.Post(at(id, "payments"), object{"method": "cash", "amount": amount}).Is(201)
}

// settings changes the company's settings.
func settings(t *testing.T, s *service, patch object) value {
	t.Helper()
	return s.As(t, auth.Admin).Patch("/v1/settings", patch, "If-Match", "*").Is(200)
}

// recustomer changes a customer.
func recustomer(t *testing.T, s *service, id string, patch object) value {
	t.Helper()
	return s.As(t, auth.Admin).Patch("/v1/customers/"+id, patch, "If-Match", "*").Is(200)
}

func payByCard(c *company.Customer) { c.RequireCreditCardPayment = true }

// timeline returns the types of a document's events, oldest first.
func timeline(c *client, id string) []string {
	return c.Get(at(id, "events") + "?limit=200").Is(200).At("data").Each("type")
}

// staff is every role of the seller's people.
func staff() []auth.Role {
	return []auth.Role{auth.Admin, auth.Sales, auth.Cashier, auth.SalesAllocation, auth.SalesManager}
}

// allowed returns the entry of an action in allowed_actions.
func allowed(o value, a order.Action) bool {
	return o.At("allowed_actions/" + string(a) + "/allowed").Bool()
}

// soon waits for the result of another goroutine, for a long time on a slow machine.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, time.Minute, 10*time.Millisecond, what)
}

// jsonOf returns a value as JSON.
func jsonOf(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
