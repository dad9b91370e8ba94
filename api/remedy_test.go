package api_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/stretchr/testify/require"
)

var namedPath = regexp.MustCompile(`(GET|POST|PUT|PATCH|DELETE) (/v1/[a-z/-]*)([0-9a-f-]{36})?([a-z/-]*)`)

// A refusal never names an operation that its caller may not call: every role sends every write about documents in every state,
// and the details say why each action is not allowed.
func TestRefusalsNameOperationsOfTheCaller(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		w := apitest.NewWorld(t, s)
		callers := map[string]map[string]bool{} // by operation, as method and path
		for _, r := range api.Routes() {
			roles := map[string]bool{}
			for _, row := range r.Roles() {
				roles[row.Role] = true
			}
			callers[r.Method+" "+r.Path] = roles
		}
		codes, named := map[string]bool{}, map[auth.Role]int{}
		for _, role := range auth.Roles() {
			who := s.As(t, role)
			check := func(body []byte) {
				t.Helper()
				for _, found := range namedPath.FindAllStringSubmatch(string(body), -1) {
					operation := found[1] + " " + found[2]
					if found[3] != "" {
						operation += "{id}" + found[4]
					}
					roles, known := callers[operation]
					require.True(t, known, "%s is no operation: %s", operation, body)
					require.True(t, roles[string(role)], "%s is told to use %s: %s", role, operation, body)
					named[role]++
				}
			}
			for _, r := range api.Routes() {
				ask, ok := apitest.Requests()[r.Operation]
				if !ok || !r.Writes() || ask.Thing != "order" {
					continue
				}
				for _, id := range w.Orders {
					answer := w.Send(who, r, ask, id)
					if answer.Status >= 400 {
						check(answer.Body)
						refused, ok := answer.JSON().Any().(object)
						require.True(t, ok)
						require.NotRegexp(t, namedPath, fmt.Sprint(refused["remedy"]))
						codes[answer.JSON().At("code").Text()] = true
					}
				}
			}
			for _, id := range w.Orders {
				if read := who.Get(at(id)); read.Status == 200 {
					require.NotRegexp(t, namedPath, string(read.Body), "a screen shows the remedies of allowed_actions")
				}
			}
			for _, ref := range []object{{"customer_code": "NOBODY"}, {"customer_code": nil, "customer_id": uuid.NewString()}} {
				unknown := who.Post("/v1/orders", but(cart("BLOOM", line("on_hand", 1)), ref))
				unknown.Refused(422, "body_invalid")
				check(unknown.Body)
			}
		}
		require.GreaterOrEqual(t, len(codes), 6, codes)
		for _, role := range []auth.Role{auth.Admin, auth.SalesManager} { // who may create a customer
			require.Positive(t, named[role], role)
		}
		shop := s.As(t, auth.Storefront)
		for _, id := range w.Orders {
			if read := shop.Get(at(id)); read.Status == 200 {
				for _, action := range []string{"confirm", "edit", "bill", "email"} {
					remedy := read.JSON().At("allowed_actions/" + action + "/remedy")
					if !remedy.Null() {
						require.True(t, strings.HasPrefix(remedy.Text(), "Ask somebody") || remedy.Text() == "Place a new order.", "%s: %s", action, remedy)
					}
				}
			}
		}
	})
}
