package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// caller is a client with a token.
type caller struct{ url, token string }

// ask sends a request and returns the status and the body.
func (c caller) ask(method, path string, body io.Reader) (int, []byte, error) {
	req, err := http.NewRequest(method, c.url+path, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Idempotency-Key", uuid.NewString())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	client := http.DefaultClient
	if _, slow := body.(*io.PipeReader); slow {
		// A service that stops closes idle connections. A client sends the request again on another one, but it cannot
		// repeat a body that it reads only once. A new connection is not idle.
		transport := &http.Transport{}
		defer transport.CloseIdleConnections()
		client = &http.Client{Transport: transport}
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, raw, err
}

// cart is a body for POST /v1/orders.
const cart = `{"customer_code":"BLOOM","ship_date":"2030-12-01","lines":[{"source":"on_hand","sku":"ROSE","units":100,"unit_price":"0.2350"}]}`

// place places the cart and returns the order's id.
func (c caller) place() (string, error) {
	status, raw, err := c.ask("POST", "/v1/orders", strings.NewReader(cart))
	if err != nil {
		return "", err
	}
	return placedID(status, raw)
}

func placedID(status int, raw []byte) (string, error) {
	var placed struct{ Orders []struct{ ID string } }
	if err := json.Unmarshal(raw, &placed); status != http.StatusCreated || err != nil || len(placed.Orders) != 1 {
		return "", fmt.Errorf("placing answered %d: %s", status, raw)
	}
	return placed.Orders[0].ID, nil
}

// databaseWithCompany returns a migrated database with one company, which has the customer BLOOM.
func databaseWithCompany(t *testing.T, database string) (companyID string) {
	t.Helper()
	env := environ{"DATABASE_URL": database}
	companyID = ok(t, env, "company", "add", "--name", "Rosefields Wholesale", "--currency", "USD")
	st := storetest.Open(t, database, store.Options{})
	d := desk.New(desk.Options{Store: st, Now: time.Now})
	who := auth.Actor{CompanyID: companyID, Subject: "test", Roles: []auth.Role{auth.Admin}}
	_, err := d.CreateCustomer(t.Context(), desk.Call{Actor: who, Operation: "createCustomer"},
		company.Customer{Code: "BLOOM", Name: "Bloom & Thistle", Emails: []string{"orders@bloom.example"}, Autoconfirm: company.Inherit},
		func(company.Customer) (desk.Answer, error) { return desk.Answer{}, nil })
	require.NoError(t, err)
	st.Close()
	return companyID
}

// each runs the test on each database, migrated and empty.
func each(t *testing.T, test func(t *testing.T, database string)) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) { test(t, address(t)) })
	}
}
