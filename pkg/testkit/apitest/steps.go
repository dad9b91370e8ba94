package apitest

import "github.com/orderdesk/orderdesk/pkg/testkit/servicetest"

// At returns the path of a document, or of an action on it.
func At(id string, action ...string) string {
	path := "/v1/orders/" + id
	for _, a := range action {
		path += "/" + a
	}
	return path
}

// Place posts a cart and returns its first document.
func Place(c *servicetest.Client, cart Object) servicetest.Value {
	return c.Post("/v1/orders", cart).Is(201).At("orders/0")
}

// Placed is Place, but returns the id.
func Placed(c *servicetest.Client, cart Object) string { return Place(c, cart).At("id").Text() }

// Details reads a document.
func Details(c *servicetest.Client, id string) servicetest.Value { return c.Get(At(id)).Is(200) }

// Confirm confirms an order and returns the answer: order, invoice and e-mail.
func Confirm(c *servicetest.Client, id string) servicetest.Value {
	return c.Post(At(id, "confirm"), nil).Is(200)
}

// Pay records a cash payment.
func Pay(c *servicetest.Client, id, amount string) servicetest.Value {
	return c.Post(At(id, "payments"), Object{"method": "cash", "amount": amount}).Is(201)
}

// Timeline returns the types of a document's events, oldest first.
func Timeline(c *servicetest.Client, id string) []string {
	return c.Get(At(id, "events") + "?limit=200").Is(200).At("data").Each("type")
}
