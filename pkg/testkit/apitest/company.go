package apitest

import (
	"context"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Customer adds a customer and returns its id.
func Customer(t testing.TB, s *servicetest.Service, code string, change ...func(*company.Customer)) string {
	t.Helper()
	c := company.Customer{Code: code, Name: code + " Flowers", Emails: []string{"buyer@" + code + ".example"}, TermsLabel: "Net 30", TermsDays: 30, Autoconfirm: company.Inherit}
	for _, f := range change {
		f(&c)
	}
	var id string
	call := desk.Call{Actor: auth.Actor{CompanyID: servicetest.Company, Subject: "test", Roles: []auth.Role{auth.Admin}}}
	_, err := s.Desk.CreateCustomer(context.Background(), call, c, func(c company.Customer) (desk.Answer, error) { id = c.ID; return desk.Answer{}, nil })
	require.NoError(t, err)
	return id
}

// Settings changes the company's settings.
func Settings(t *testing.T, s *servicetest.Service, patch Object) servicetest.Value {
	t.Helper()
	return s.As(t, auth.Admin).Patch("/v1/settings", patch, "If-Match", "*").Is(200)
}

// ChangeCustomer changes a customer.
func ChangeCustomer(t *testing.T, s *servicetest.Service, id string, patch Object) servicetest.Value {
	t.Helper()
	return s.As(t, auth.Admin).Patch("/v1/customers/"+id, patch, "If-Match", "*").Is(200)
}

// PayByCard makes a customer one that must pay by card.
func PayByCard(c *company.Customer) { c.RequireCreditCardPayment = true }

// ForeignCustomer adds the customer FOREIGN to the other company.
func ForeignCustomer(t *testing.T, s *servicetest.Service) string {
	t.Helper()
	return Other(t, s).Post("/v1/customers", Object{"code": "FOREIGN", "name": "Foreign Flowers", "emails": []string{"buyer@foreign.example"}}).Is(201).At("id").Text()
}

// Other is an Admin of the other company.
func Other(t *testing.T, s *servicetest.Service) *servicetest.Client {
	t.Helper()
	return s.Claims(t, map[string]any{"company_id": servicetest.Other, "sub": "admin@tulips.example"})
}
