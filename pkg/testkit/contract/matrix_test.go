package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// matrix is the world that the matrix is tested in.
type matrix struct{ *apitest.World }

// unasked returns the operations without a request in the matrix.
func unasked(routes []api.Route) []string {
	var missing []string
	known := apitest.Requests()
	for _, r := range routes {
		if _, ok := known[r.Operation]; !ok && !r.Tokenless() {
			missing = append(missing, "apitest.Requests() has no request for "+r.Operation+" ("+r.Method+" "+r.Path+")")
		}
	}
	return missing
}

// Every operation with a token is in the matrix. The test names one that is not.
func TestEveryOperationIsInTheMatrix(t *testing.T) {
	require.Empty(t, unasked(api.Routes()))
	juggle := api.Route{Route: web.Route{Method: http.MethodPost, Path: "/v1/orders/{id}/juggle", Operation: "juggleOrder"}}
	require.Equal(t, []string{"apitest.Requests() has no request for juggleOrder (POST /v1/orders/{id}/juggle)"}, unasked(append(api.Routes(), juggle)))
}

// The matrix for OWASP's API risks 1 and 5: every operation, by every caller, with ids of its own, another owner's,
// another company's, unknown and malformed. The route table and the role matrix give the expected results.
func TestLong_RoleMatrix(t *testing.T) {
	testkit.Long(t)
	apitest.Each(t, func(t *testing.T, s *servicetest.Service) {
		w := matrix{apitest.NewWorld(t, s)}
		scopes := map[auth.Permission]auth.Row{}
		for _, row := range auth.Matrix() {
			scopes[row.Permission] = row
		}
		builders := apitest.Requests()
		for _, r := range api.Routes() {
			if r.Tokenless() {
				continue
			}
			ask := builders[r.Operation]
			t.Run(r.Operation, func(t *testing.T) {
				w.strangers(t, r, ask)
				for _, role := range auth.Roles() {
					row := scopes[r.Permission]
					scope := row.Scope(role)
					if r.Permission == "" {
						scope = order.ScopeAll // for any role
					}
					who := s.As(t, role)
					switch ask.Thing {
					case "":
						w.expect(t, who, r, ask, "", scope != order.ScopeNone, fmt.Sprint(role))
					case "order":
						for name, id := range w.Orders {
							mine, open := strings.HasPrefix(name, "mine"), strings.HasSuffix(name, "draft") || strings.HasSuffix(name, "pending") || strings.HasSuffix(name, "prebook")
							draft := open && !strings.HasSuffix(name, "pending")
							if role == auth.Storefront && !mine {
								w.Send(who, r, ask, id).Refused(404, "order_not_found")
								continue
							}
							reached := map[order.Scope]bool{order.ScopeAll: true, order.ScopeOwn: mine, order.ScopeOpen: open, order.ScopeOwnOpen: mine && open, order.ScopeOwnDraft: mine && draft}[scope]
							w.expect(t, who, r, ask, id, reached, fmt.Sprintf("%s, %s", role, name))
						}
					default:
						for owner, id := range w.Issued[ask.Thing] {
							if role == auth.Storefront && owner != "mine" {
								require.Equal(t, 404, w.Send(who, r, ask, id).Status)
								continue
							}
							w.expect(t, who, r, ask, id, scope != order.ScopeNone, fmt.Sprintf("%s, %s %s", role, owner, ask.Thing))
						}
					}
					if ask.Thing != "" {
						w.unknown(t, who, r, ask, scope != order.ScopeNone)
					}
				}
			})
		}
	})
}

// strangers checks that every operation refuses callers without a valid token in the same way.
func (w matrix) strangers(t *testing.T, r api.Route, ask apitest.Request) {
	t.Helper()
	id := w.Orders["staff's pending"]
	w.Send(w.Service.Nobody(t), r, ask, id).Refused(401, "token_missing")
	w.Send(w.Service.WithToken(t, "not.a.token"), r, ask, id).Refused(401, "token_invalid")
	w.Send(w.Service.Claims(t, map[string]any{"aud": "somebody-else"}), r, ask, id).Refused(401, "token_invalid")
	buyer, nobody := w.Service.Claims(t, map[string]any{"company_type": "buyer"}), w.Service.Claims(t, map[string]any{"roles": []string{"Purchasing"}})
	if r.Auth == web.AnyToken {
		w.Send(buyer, r, ask, id).Is(200)
		w.Send(nobody, r, ask, id).Is(200)
		return
	}
	w.Send(buyer, r, ask, id).Refused(403, "company_not_seller")
	w.Send(nobody, r, ask, id).Refused(403, "role_missing")
	// A company that the service does not know has no data and must not add any.
	ghost := w.Send(w.Service.Claims(t, map[string]any{"company_id": uuid.NewString()}), r, ask, id)
	require.Contains(t, []int{200, 207, 403, 404}, ghost.Status, "%s", ghost.Body)
	if r.Method != http.MethodGet {
		require.NotContains(t, []int{200, 201, 202}, ghost.Status, "%s", ghost.Body)
		r.DryRun = false // without dry_run, and with a key
		ghost = w.Send(w.Service.Claims(t, map[string]any{"company_id": uuid.NewString()}), r, ask, id)
		require.Contains(t, []int{403, 404, 428}, ghost.Status, "%s", ghost.Body)
	}
}

// expect calls the operation with an id that the caller may see. It requires success if the tables allow it, and
// otherwise a refusal with the reason.
func (w matrix) expect(t *testing.T, who *servicetest.Client, r api.Route, ask apitest.Request, id string, may bool, what string) {
	t.Helper()
	answer := w.Send(who, r, ask, id)
	if may {
		require.NotContains(t, []int{401, 403, 404, 405, 422, 428}, answer.Status, "%s: %s", what, answer.Body)
		require.Less(t, answer.Status, 500, "%s: %s", what, answer.Body)
		return
	}
	if answer.Status == 409 { // the state is checked before the scope of the role
		return
	}
	answer.Refused(403, "role_not_allowed")
}

// unknown calls the operation with ids that do not exist for the caller. Every answer is the same, byte for byte.
func (w matrix) unknown(t *testing.T, who *servicetest.Client, r api.Route, ask apitest.Request, may bool) {
	t.Helper()
	ids := []string{uuid.NewString(), w.Foreign[ask.Thing], "7", "not-a-uuid", strings.ToUpper(w.Foreign[ask.Thing]), "{" + w.Foreign[ask.Thing] + "}", "urn:uuid:" + w.Foreign[ask.Thing], "%00", "'%20OR%20'1'='1"}
	if !who.Is(auth.Admin) && !who.Is(auth.Storefront) {
		ids = ids[:3]
	}
	if ask.Thing == "customer" && who.Is(auth.Storefront) {
		ids = append(ids, w.Issued["customer"]["staff's"])
	}
	var first string
	for i, id := range ids {
		answer := w.Send(who, r, ask, id)
		if !may && (ask.Thing == "customer" || strings.HasSuffix(ask.Thing, "webhook endpoint")) {
			require.Contains(t, []int{403, 404}, answer.Status) // a malformed id is checked first
			continue
		}
		require.Equal(t, 404, answer.Status, "%s: %s", id, answer.Body)
		body := string(answer.Body)
		at := strings.Index(body, `"instance":"`) + len(`"instance":"`)
		body = body[:at] + body[at+strings.Index(body[at:], `"`):]
		for _, h := range []string{"Content-Type", "Cache-Control", "ETag", "Dry-Run"} {
			body += "\n" + h + ": " + answer.Header.Get(h)
		}
		if i == 0 {
			first = body
		}
		require.Equal(t, first, body, id)
	}
}
