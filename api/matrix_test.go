package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// matrixRequest is what the matrix sends to an operation. It is valid, so only the matrix decides about a refusal.
type matrixRequest struct {
	body  func(w *world, id string) any
	thing string // which of the world's things its {id} names
}

// requests has a request for every operation that needs a token. An operation without one fails the matrix.
func requests() map[string]matrixRequest {
	nothing := func(*world, string) any { return nil }
	say := func(body object) func(*world, string) any { return func(*world, string) any { return body } }
	online := func(*world, string) any { // a payment that a storefront may record too
		return object{"method": "card", "amount": "1.00", "reference": uuid.NewString()}
	}
	money := object{"method": "cash", "amount": "1.00"}
	return map[string]matrixRequest{
		"getMe": {body: nothing}, "getOrderStates": {body: nothing}, "getRoles": {body: nothing},
		"placeOrder": {body: say(cart("BLOOM", line("on_hand", 1)))},
		"listOrders": {body: nothing},
		"confirmOrders": {body: func(w *world, _ string) any {
			return object{"ids": []string{w.order["mine pending"], w.foreign["order"]}}
		}},
		"getOrder": {nothing, "order"}, "updateOrder": {say(object{"carrier": "Armellini"}), "order"},
		"checkoutOrder": {nothing, "order"}, "confirmOrder": {nothing, "order"}, "voidOrder": {say(object{"reason": "Ordered twice"}), "order"},
		"billOrder": {nothing, "order"}, "getPaymentStatus": {nothing, "order"}, "recordPayment": {online, "order"}, "recordRefund": {say(money), "order"},
		"printOrder": {nothing, "order"}, "emailOrder": {say(object{}), "order"}, "listOrderEmails": {nothing, "order"}, "listOrderEvents": {nothing, "order"},
		"listInvoices": {body: nothing}, "getInvoice": {nothing, "invoice"}, "getInvoicePDF": {nothing, "invoice"},
		"listCreditNotes": {body: nothing}, "getCreditNote": {nothing, "credit note"}, "getCreditNotePDF": {nothing, "credit note"},
		"listCustomers": {body: nothing}, "getCustomer": {nothing, "customer"}, "updateCustomer": {say(object{}), "customer"},
		"createCustomer": {body: func(*world, string) any { return object{"code": uuid.NewString(), "name": "New"} }},
		"getSettings":    {body: nothing}, "updateSettings": {body: say(object{})},
	}
}

// world is the data of the matrix: documents of two owners in every state, and another company's data.
type world struct {
	s       *service
	order   map[string]string // "mine" ones are the storefront's
	issued  map[string]map[string]string
	foreign map[string]string
}

func newWorld(t *testing.T, s *service) *world {
	t.Helper()
	w := &world{s: s, order: map[string]string{}, issued: map[string]map[string]string{"invoice": {}, "credit note": {}, "customer": {}}, foreign: map[string]string{}}
	w.issued["customer"]["staff's"] = customer(t, s, "BLOOM")
	admin := s.As(t, auth.Admin)
	for owner, who := range map[string]*client{"mine": s.As(t, auth.Storefront), "staff's": admin} {
		w.order[owner+" draft"] = placed(who, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false}))
		w.order[owner+" pending"] = placed(who, cart("BLOOM", line("on_hand", 1)))
		w.order[owner+" prebook"] = placed(who, cart("BLOOM", line("k2k", 1), but(line("k2k", 1), object{"checked_out": true})))
		confirmed, voided := placed(who, cart("BLOOM", line("on_hand", 1))), placed(who, cart("BLOOM", line("on_hand", 1)))
		w.issued["invoice"][owner] = confirm(admin, confirmed).At("invoice/id").Text()
		w.order[owner+" confirmed"] = confirmed
		confirm(admin, voided)
		w.issued["credit note"][owner] = admin.Post(at(voided, "void"), object{"reason": "Ordered twice"}).Is(200).At("credit_note/id").Text()
		for _, id := range []string{w.order[owner+" draft"], w.order[owner+" pending"], confirmed} {
			pay(admin, id, "5.00")
		}
	}
	w.foreign["customer"] = foreignCustomer(t, s)
	theirs := other(t, s)
	id := placed(theirs, cart("FOREIGN", line("on_hand", 1)))
	w.foreign["order"], w.foreign["invoice"] = id, confirm(theirs, id).At("invoice/id").Text()
	w.foreign["credit note"] = theirs.Post(at(id, "void"), object{"reason": "x"}).Is(200).At("credit_note/id").Text()
	return w
}

// send sends the operation's request about a thing.
func (w *world) send(c *client, r api.Route, ask matrixRequest, id string) servicetest.Answer {
	path := strings.ReplaceAll(r.Path, "{id}", id)
	if r.DryRun {
		path += "?dry_run=true" // so that every caller can repeat it
	}
	headers := []string{"Idempotency-Key", uuid.NewString(), "X-Request-Id", "same"}
	if r.Method == http.MethodPatch {
		headers = append(headers, "If-Match", "*")
	}
	return c.Do(r.Method, path, ask.body(w, id), headers...)
}

// unasked returns the operations without a request in the matrix.
func unasked(routes []api.Route) []string {
	var missing []string
	known := requests()
	for _, r := range routes {
		if _, ok := known[r.Operation]; !ok && !r.Tokenless() {
			missing = append(missing, "requests() has no request for "+r.Operation+" ("+r.Method+" "+r.Path+")")
		}
	}
	return missing
}

// Every operation with a token is in the matrix. The test names one that is not.
func TestEveryOperationIsInTheMatrix(t *testing.T) {
	require.Empty(t, unasked(api.Routes()))
	hold := api.Route{Route: web.Route{Method: http.MethodPost, Path: "/v1/orders/{id}/hold", Operation: "holdOrder"}}
	require.Equal(t, []string{"requests() has no request for holdOrder (POST /v1/orders/{id}/hold)"}, unasked(append(api.Routes(), hold)))
}

// The matrix for OWASP's API risks 1 and 5: every operation, by every caller, with ids of its own, another owner's,
// another company's, unknown and malformed. The route table and the role matrix give the expected results.
func TestLong_RoleMatrix(t *testing.T) {
	testkit.Long(t)
	quietly(t, func(t *testing.T, s *service) {
		w := newWorld(t, s)
		scopes := map[auth.Permission]auth.Row{}
		for _, row := range auth.Matrix() {
			scopes[row.Permission] = row
		}
		builders := requests()
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
					switch ask.thing {
					case "":
						w.expect(t, who, r, ask, "", scope != order.ScopeNone, fmt.Sprint(role))
					case "order":
						for name, id := range w.order {
							mine, open := strings.HasPrefix(name, "mine"), strings.HasSuffix(name, "draft") || strings.HasSuffix(name, "pending") || strings.HasSuffix(name, "prebook")
							draft := open && !strings.HasSuffix(name, "pending")
							if role == auth.Storefront && !mine {
								w.send(who, r, ask, id).Refused(404, "order_not_found")
								continue
							}
							reached := map[order.Scope]bool{order.ScopeAll: true, order.ScopeOwn: mine, order.ScopeOpen: open, order.ScopeOwnOpen: mine && open, order.ScopeOwnDraft: mine && draft}[scope]
							w.expect(t, who, r, ask, id, reached, fmt.Sprintf("%s, %s", role, name))
						}
					default:
						for owner, id := range w.issued[ask.thing] {
							if role == auth.Storefront && owner != "mine" && ask.thing != "customer" {
								require.Equal(t, 404, w.send(who, r, ask, id).Status)
								continue
							}
							w.expect(t, who, r, ask, id, scope != order.ScopeNone, fmt.Sprintf("%s, %s %s", role, owner, ask.thing))
						}
					}
					if ask.thing != "" {
						w.unknown(t, who, r, ask, scope != order.ScopeNone)
					}
				}
			})
		}
	})
}

// strangers checks that every operation refuses callers without a valid token in the same way.
func (w *world) strangers(t *testing.T, r api.Route, ask matrixRequest) {
	t.Helper()
	id := w.order["staff's pending"]
	w.send(w.s.Nobody(t), r, ask, id).Refused(401, "token_missing")
	w.send(w.s.WithToken(t, "not.a.token"), r, ask, id).Refused(401, "token_invalid")
	w.send(w.s.Claims(t, map[string]any{"aud": "somebody-else"}), r, ask, id).Refused(401, "token_invalid")
	buyer, nobody := w.s.Claims(t, map[string]any{"company_type": "buyer"}), w.s.Claims(t, map[string]any{"roles": []string{"Purchasing"}})
	if r.Auth == web.AnyToken {
		w.send(buyer, r, ask, id).Is(200)
		w.send(nobody, r, ask, id).Is(200)
		return
	}
	w.send(buyer, r, ask, id).Refused(403, "company_not_seller")
	w.send(nobody, r, ask, id).Refused(403, "role_missing")
	// A company that this service does not know has no data and may not add any.
	ghost := w.send(w.s.Claims(t, map[string]any{"company_id": uuid.NewString()}), r, ask, id)
	require.Contains(t, []int{200, 207, 403, 404}, ghost.Status, "%s", ghost.Body)
	if r.Method != http.MethodGet {
		require.NotContains(t, []int{200, 201, 202}, ghost.Status, "%s", ghost.Body)
		r.DryRun = false // in earnest, and with a key
		ghost = w.send(w.s.Claims(t, map[string]any{"company_id": uuid.NewString()}), r, ask, id)
		require.Contains(t, []int{403, 404, 428}, ghost.Status, "%s", ghost.Body)
	}
}

// expect calls the operation with an id that the caller may see. It requires success if the tables allow it, and
// otherwise a refusal with the reason.
func (w *world) expect(t *testing.T, who *client, r api.Route, ask matrixRequest, id string, may bool, what string) {
	t.Helper()
	answer := w.send(who, r, ask, id)
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
func (w *world) unknown(t *testing.T, who *client, r api.Route, ask matrixRequest, may bool) {
	t.Helper()
	ids := []string{uuid.NewString(), w.foreign[ask.thing], "7", "not-a-uuid", strings.ToUpper(w.foreign[ask.thing]), "{" + w.foreign[ask.thing] + "}", "urn:uuid:" + w.foreign[ask.thing], "%00", "'%20OR%20'1'='1"}
	if !who.Is(auth.Admin) && !who.Is(auth.Storefront) {
		ids = ids[:3]
	}
	var first string
	for i, id := range ids {
		answer := w.send(who, r, ask, id)
		if ask.thing == "customer" && !may {
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

// A storefront sees only the documents that its sub placed and the orders billed from them, in every operation.
func TestStorefrontSeesItsOwn(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin, mine, theirs := s.As(t, auth.Admin), s.As(t, auth.Storefront), s.Claims(t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}})
		var own, ownInvoices, ownCredits []string
		for _, who := range []*client{mine, theirs, admin} {
			both := who.Post("/v1/orders", cart("BLOOM", line("on_hand", 1), but(line("k2k", 1), object{"checked_out": true}))).Is(201).At("orders").Each("id")
			bill := admin.Post(at(both[1], "bill"), nil).Is(201).At("id").Text()
			voided := placed(who, cart("BLOOM", line("on_hand", 2)))
			invoices := []string{confirm(admin, both[0]).At("invoice/id").Text(), confirm(admin, bill).At("invoice/id").Text(), confirm(admin, voided).At("invoice/id").Text()}
			credit := admin.Post(at(voided, "void"), object{"reason": "Ordered twice"}).Is(200).At("credit_note/id").Text()
			if who == mine {
				own, ownInvoices, ownCredits = slices.Concat(both, []string{bill, voided}), invoices, []string{credit}
			}
		}
		ids := func(text, before, after string) []string {
			var found []string
			for _, row := range strings.Split(strings.TrimSpace(text), "\n") {
				if _, rest, ok := strings.Cut(row, before); ok {
					id, _, _ := strings.Cut(rest, after)
					found = append(found, id)
				}
			}
			return found
		}
		require.ElementsMatch(t, own, mine.Get("/v1/orders?include=allowed_actions").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, own, ids(string(mine.Get("/v1/orders", "Accept", "application/x-ndjson").Body), `"id":"`, `"`))
		require.ElementsMatch(t, own, ids(string(mine.Get("/v1/orders", "Accept", "text/csv").Body), "", ",")[1:])
		for _, filter := range []string{"q=bloom", "status=confirmed,voided,billed", "customer_code=BLOOM&sort=total", "number=W", "updated_since=2020-01-01T00:00:00Z", "payment_status=unpaid&kind=order"} {
			require.Subset(t, own, mine.Get("/v1/orders?limit=200&"+filter).Is(200).At("data").Each("id"), filter)
		}
		counted := mine.Get("/v1/orders?include=count,facets").Is(200)
		require.Equal(t, 4, counted.At("page/total").Int())
		require.Equal(t, 4, counted.At("page/facets/origin/W").Int())
		require.ElementsMatch(t, ownInvoices, mine.Get("/v1/invoices").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, ownInvoices, ids(string(mine.Get("/v1/invoices", "Accept", "text/csv").Body), "", ",")[1:])
		require.ElementsMatch(t, ownCredits, mine.Get("/v1/credit-notes").Is(200).At("data").Each("id"))
		require.ElementsMatch(t, ownCredits, ids(string(mine.Get("/v1/credit-notes", "Accept", "text/csv").Body), "", ",")[1:])
		require.Len(t, admin.Get("/v1/orders").Is(200).At("data").Items(), 12)

		for _, id := range own {
			for _, path := range []string{at(id), at(id, "print"), at(id, "events"), at(id, "emails"), at(id, "payment-status")} {
				require.Equal(t, 200, mine.Get(path).Status, path)
				theirs.Get(path).Refused(404, "order_not_found")
			}
		}
		for _, id := range ownInvoices {
			require.Equal(t, 200, mine.Get("/v1/invoices/"+id+"/pdf").Status)
			for _, path := range []string{"/v1/invoices/" + id, "/v1/invoices/" + id + "/pdf"} {
				theirs.Get(path).Refused(404, "invoice_not_found")
			}
		}
		theirs.Get("/v1/credit-notes/"+ownCredits[0]+"/pdf").Refused(404, "credit_note_not_found")
	})
}

// Internal notes are for the seller's staff. A storefront never gets them, and it can neither set nor clear them.
func TestInternalNotesStayInside(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		id := placed(shop, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false, "notes": "printed"}))
		const canary = "CANARY-never-to-be-seen"
		sales.Patch(at(id), object{"internal_notes": canary}, "If-Match", "*").Is(200)
		require.Equal(t, canary, details(sales, id).At("internal_notes").Text())

		shop.Patch(at(id), object{"internal_notes": "mine"}, "If-Match", "*").Refused(422, "body_invalid")
		read := shop.Get(at(id))
		back := shop.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag"))
		back.Is(200)
		shop.Patch(at(id), object{"internal_notes": nil, "carrier": "Armellini"}, "If-Match", "*").Is(200)
		require.Equal(t, canary, details(sales, id).At("internal_notes").Text())

		staff := sales.Patch(at(id), object{"carrier": "Armellini"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.Contains(t, fmt.Sprint(staff.At("changes").Any()), "internal_notes")
		late := shop.Patch(at(id), object{"carrier": "Armellini"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.NotEmpty(t, late.At("changes").Items())
		require.NotContains(t, fmt.Sprint(late.At("changes").Any()), "internal_notes", "not even that they changed")

		answers := [][]byte{read.Body, back.Body}
		for _, path := range []string{at(id), "/v1/orders", at(id, "events"), at(id, "emails"), at(id, "print") + "?format=html"} {
			answers = append(answers, shop.Get(path).Body)
		}
		answers = append(answers, shop.Get("/v1/orders", "Accept", "text/csv").Body, shop.Get("/v1/orders", "Accept", "application/x-ndjson").Body,
			shop.Patch(at(id), object{}, "If-Match", `"v1"`).Body, []byte(servicetest.PDFText(t, sales.Get(at(id, "print")).Body)))
		confirm(sales, id)
		answers = append(answers, shop.Get(at(id)).Body, []byte(servicetest.PDFText(t, shop.Get(at(id, "print")).Body)), shop.Get("/v1/invoices").Body)
		for _, body := range answers {
			require.NotContains(t, string(body), canary)
		}
		require.True(t, slices.ContainsFunc(sales.Get(at(id, "events")).Is(200).At("data").Items(), func(e value) bool { return strings.Contains(e.String(), canary) }))
	})
}
