package apitest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// EmailOf returns an e-mail about a document, by id.
func EmailOf(c *servicetest.Client, orderID, id string) servicetest.Value {
	for _, l := range c.Get(At(orderID, "emails")).Is(200).At("data").Items() {
		if l.At("id").Text() == id {
			return l
		}
	}
	return servicetest.Value{}
}

// Invoiced places and confirms an order. It returns the ids of the order and of its e-mail.
func Invoiced(c *servicetest.Client, code string) (id, email string) {
	id = Placed(c, Cart(code, Line("on_hand", 1)))
	return id, Confirm(c, id).At("email/id").Text()
}

// Hook posts a body to SendGrid's webhook with the headers that sign it.
func Hook(t *testing.T, s *servicetest.Service, body []byte, headers http.Header) servicetest.Answer {
	t.Helper()
	var pairs []string
	for name := range headers {
		pairs = append(pairs, name, headers.Get(name))
	}
	return s.Nobody(t).Do("POST", "/v1/hooks/sendgrid", body, pairs...)
}

// Delivered posts a signed event: an e-mail was delivered.
func Delivered(t *testing.T, s *servicetest.Service, email string) servicetest.Answer {
	t.Helper()
	now := s.Clock.Now().Unix()
	raw, err := json.Marshal([]sendgridtest.Event{{Email: "buyer@bloom.example", Timestamp: now, Event: "delivered", EventID: "e", EmailID: email}})
	require.NoError(t, err)
	return Hook(t, s, raw, s.SendGrid.Sign(strconv.FormatInt(now, 10), raw))
}
