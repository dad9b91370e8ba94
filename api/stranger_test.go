package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/stretchr/testify/require"
)

// A valid token of an unknown company is refused in the same way by every operation on a company's data.
func TestCompanyNotKnownHere(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		stranger := s.Actor(t, auth.Actor{CompanyID: uuid.NewString(), Subject: "eve", Roles: []auth.Role{auth.Admin}})
		nowhere := &apitest.World{Orders: map[string]string{"mine pending": uuid.NewString()}, Foreign: map[string]string{"order": uuid.NewString()}}
		details := map[string]bool{}
		for _, r := range api.Routes() {
			if r.Permission == "" {
				continue
			}
			request, ok := apitest.Requests()[r.Operation]
			require.True(t, ok, "apitest.Requests() has no request for %s", r.Operation)
			body := request.Body(nowhere, "")
			problem := stranger.Do(r.Method, strings.NewReplacer("{id}", uuid.NewString(), "{line_id}", uuid.NewString()).Replace(r.Path), body, "Idempotency-Key", uuid.NewString(), "If-Match", "*").
				Refused(http.StatusForbidden, "company_not_seller")
			details[problem.At("detail").Text()] = true
		}
		require.Len(t, details, 1)
		require.True(t, stranger.Get("/v1/me").Is(200).At("company").Null(), "everybody may ask who they are")
		s.As(t, auth.Admin).Get("/v1/orders").Is(200)
	})
}
