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

// The words in which these tests speak to a service.

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

// at is a document's address, or that of an action on it.
func at(id string, action ...string) string {
	path := "/v1/orders/" + id
	for _, a := range action {
		path += "/" + a
	}
	return path
}

// but is a body with other members; a nil one is left out.
func but(body object, changes object) object {
	changed := maps.Clone(body)
	maps.Copy(changed, changes)
	maps.DeleteFunc(changed, func(_ string, v any) bool { return v == nil })
	return changed
}

// place posts a cart and is its first document.
func place(c *client, cart object) value { return c.Post("/v1/orders", cart).Is(201).At("orders/0") }

// placed is place's id.
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

// timeline is the types of a document's events, oldest first.
func timeline(c *client, id string) []string {
	return c.Get(at(id, "events") + "?limit=200").Is(200).At("data").Each("type")
}

// staff is every role of the seller's people.
func staff() []auth.Role {
	return []auth.Role{auth.Admin, auth.Sales, auth.Cashier, auth.SalesAllocation, auth.SalesManager}
}

// allowed reports what allowed_actions says of an action.
func allowed(o value, a order.Action) bool {
	return o.At("allowed_actions/" + string(a) + "/allowed").Bool()
}

// soon waits for what another goroutine brings about, with patience for a slow machine.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, time.Minute, 10*time.Millisecond, what)
}

// jsonOf is a value as JSON.
func jsonOf(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
