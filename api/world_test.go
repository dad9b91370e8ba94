package api_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Short names of the helpers in package apitest. Nearly every line of these tests uses one.

type (
	object  = apitest.Object
	service = servicetest.Service
	client  = servicetest.Client
	value   = servicetest.Value
)

var (
	quietly = apitest.Each

	cart, line, but = apitest.Cart, apitest.Line, apitest.But

	customer, recustomer, payByCard, settings = apitest.Customer, apitest.ChangeCustomer, apitest.PayByCard, apitest.Settings
	other, foreignCustomer                    = apitest.Other, apitest.ForeignCustomer

	at, place, placed, details, timeline = apitest.At, apitest.Place, apitest.Placed, apitest.Details, apitest.Timeline
	confirm, pay                         = apitest.Confirm, apitest.Pay

	invoiced, emailOf, hooked, delivered = apitest.Invoiced, apitest.EmailOf, apitest.Hook, apitest.Delivered
)

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
