package contract_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// place is a member or a parameter of an operation that takes an id.
type place struct {
	route api.Route
	where string // a JSON pointer with * for an item, or the name of a parameter
}

func (p place) String() string { return p.route.Operation + " " + p.where }

func (p place) parameter() bool { return !strings.HasPrefix(p.where, "/") }

// placesOfIDs returns every place of the routes, except in paths, which the matrix of roles has.
func placesOfIDs(routes []api.Route) []place {
	var places []place
	var walk func(r api.Route, s *strictjson.Shape, at string)
	walk = func(r api.Route, s *strictjson.Shape, at string) {
		if s.Rule.Format != nil && s.Rule.Format.Name == "uuid" {
			places = append(places, place{r, at})
		}
		for i := range s.Fields {
			walk(r, s.Fields[i].Shape, at+"/"+s.Fields[i].Name)
		}
		if s.Elem != nil {
			walk(r, s.Elem, at+"/*")
		}
	}
	for _, r := range routes {
		if r.Body != nil && !r.Tokenless() {
			walk(r, api.Reader().BodyShape(reflect.TypeOf(r.Body)), "")
		}
		if r.Query != nil {
			for _, f := range api.Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
				before := len(places)
				walk(r, f.Shape, f.Name)
				for i := before; i < len(places); i++ {
					places[i].where = f.Name // one name for a parameter and its items
				}
			}
		}
	}
	return places
}

// idUse says what an id at a place names, and how the request has it.
type idUse struct {
	kind string                         // order, customer, line, payment, or nothing that anybody can guess
	on   string                         // the document of the path, by owner and state
	body func(id string) apitest.Object // nil: a parameter
}

// idUses has a row for every place.
func idUses() map[string]idUse {
	uses := map[string]idUse{
		"placeOrder /customer_id": {"customer", "", func(id string) apitest.Object {
			cart := apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), apitest.Object{"customer_id": id})
			delete(cart, "customer_code")
			return cart
		}},
		"confirmOrders /ids/*": {"order", "", func(id string) apitest.Object { return apitest.Object{"ids": []string{id}} }},
		"confirmOrders /orders/*/id": {"order", "", func(id string) apitest.Object {
			return apitest.Object{"orders": []any{apitest.Object{"id": id, "version": 1}}}
		}},
		"updateOrder /lines/*/id": {"line", "pending", func(id string) apitest.Object {
			return apitest.Object{"lines": []any{apitest.Object{"id": id, "mark_code": "X"}}}
		}},
		"checkoutOrder /line_ids/*": {"line", "prebook", func(id string) apitest.Object { return apitest.Object{"line_ids": []string{id}} }},
		"billOrder /line_ids/*":     {"line", "prebook", func(id string) apitest.Object { return apitest.Object{"line_ids": []string{id}} }},
		"recordRefund /payment_id": {"payment", "pending", func(id string) apitest.Object {
			return apitest.Object{"method": "card", "amount": "1.00", "reference": "r", "payment_id": id}
		}},
		"recordRefund /corrects": {"payment", "pending", func(id string) apitest.Object {
			return apitest.Object{"method": "card", "amount": "5.00", "reference": "r", "corrects": id}
		}},
		"listOrderEvents batch_id": {"nothing", "pending", nil},
		"listEvents order_id":      {kind: "order"},

		"listWebhookDeliveries event_id": {"nothing", "endpoint", nil},
	}
	for _, list := range []string{"Orders", "OrderLines", "Payments", "Invoices", "CreditNotes"} {
		for _, operation := range []string{"list" + list, "export" + list} {
			uses[operation+" customer_id"] = idUse{kind: "customer"}
			if strings.HasPrefix(list, "Order") {
				uses[operation+" checkout_id"] = idUse{kind: "nothing"}
			} else {
				uses[operation+" order_id"] = idUse{kind: "order"}
			}
		}
	}
	return uses
}

// Every place for an id has a row. The test names one that has none, and a row whose place is gone.
func TestEveryIDIsInTheMatrix(t *testing.T) {
	uses := idUses()
	var places []string
	for _, p := range placesOfIDs(api.Routes()) {
		places = append(places, p.String())
		require.Contains(t, uses, p.String(), "idUses() has no row for it")
	}
	for row := range uses {
		require.Contains(t, places, row, "no operation has it")
	}
	hold := api.Route{Route: web.Route{Operation: "holdOrder", Spec: web.Spec{Body: struct {
		Until string `json:"line_id" format:"uuid"`
	}{}}}}
	require.Equal(t, "holdOrder /line_id", placesOfIDs([]api.Route{hold})[0].String(), "a new place is found")
}

// Ids in bodies, batches and filters are tried as those in paths: one's own, another shop's, another company's, unknown and
// malformed. Nobody can tell another's from an unknown one.
func TestLong_IDsInBodiesAndFilters(t *testing.T) {
	testkit.Long(t)
	apitest.Each(t, func(t *testing.T, s *servicetest.Service) {
		w := apitest.NewWorld(t, s)
		admin, theirs := s.As(t, auth.Admin), apitest.Other(t, s)
		payment := func(c *servicetest.Client, order string) string {
			return c.Get("/v1/payments?order_id=" + order).Is(200).At("data/0/id").Text()
		}
		apitest.Pay(theirs, w.Foreign["order"], "5.00")
		foreign := map[string]string{
			"order": w.Foreign["order"], "customer": w.Foreign["customer"], "nothing": uuid.NewString(),
			"line": apitest.Details(theirs, w.Foreign["order"]).At("lines/0/id").Text(), "payment": payment(theirs, w.Foreign["order"]),
		}
		of := func(owner, kind, on string) string {
			switch kind {
			case "order":
				return w.Orders[owner+" confirmed"]
			case "customer":
				return w.Issued["customer"][owner]
			case "line":
				return w.Lines[w.Orders[owner+" "+on]]
			case "payment":
				return payment(admin, w.Orders[owner+" pending"])
			}
			return uuid.NewString()
		}
		for _, p := range placesOfIDs(api.Routes()) {
			use := idUses()[p.String()]
			t.Run(p.String(), func(t *testing.T) {
				for _, role := range auth.Roles() {
					who, owner := s.As(t, role), "mine"
					ask := func(id string) servicetest.Answer {
						path := w.Path(p.route.Path, w.Orders[owner+" "+use.on])
						if use.on == "endpoint" {
							path = w.Path(p.route.Path, w.Issued["webhook endpoint"]["mine"])
						}
						if p.parameter() {
							return who.Get(path+"?"+p.where+"="+id, "X-Request-Id", "same")
						}
						if p.route.DryRun {
							path += "?dry_run=true"
						}
						return who.Do(p.route.Method, path, use.body(id), "Idempotency-Key", uuid.NewString(), "If-Match", "*", "X-Request-Id", "same")
					}
					said := func(id string) string {
						a := ask(id)
						require.Less(t, a.Status, 500, "%s: %s", role, a.Body)
						return http.StatusText(a.Status) + " " + strings.ReplaceAll(string(a.Body), id, "ID")
					}
					unknown := uuid.NewString()
					want := said(unknown)
					require.Equal(t, settled(want), settled(said(foreign[use.kind])), "%s, another company's", role)
					if role == auth.Storefront && use.kind != "nothing" {
						require.Equal(t, settled(want), settled(said(of("staff's", use.kind, use.on))), "another shop's")
					}
					for _, bad := range []string{"7", "not-a-uuid", "{" + unknown + "}", "urn:uuid:" + unknown} {
						a := ask(bad)
						require.Contains(t, []int{400, 403, 404, 422}, a.Status, "%s, %s: %s", role, bad, a.Body)
					}
					if role == auth.Admin && use.kind != "nothing" && !slices.Contains([]string{"listCreditNotes order_id", "exportCreditNotes order_id"}, p.String()) {
						require.NotEqual(t, settled(want), settled(said(of(owner, use.kind, use.on))), "one's own is found")
					}
				}
			})
		}
	})
}

// settled returns an answer without what differs from request to request: the moment, and the id of a batch.
func settled(answer string) string {
	for _, member := range []string{`"synced_until":"`, `"batch_id":"`} {
		if before, after, found := strings.Cut(answer, member); found {
			_, rest, _ := strings.Cut(after, `"`)
			answer = before + rest
		}
	}
	return answer
}

// A cursor of one list opens no other company's and no other shop's list, and an Idempotency-Key of one caller replays nothing for
// another.
func TestCursorsAndKeysAreTheirCallers(t *testing.T) {
	apitest.Each(t, func(t *testing.T, s *servicetest.Service) {
		w := apitest.NewWorld(t, s)
		admin, shop, theirs := s.As(t, auth.Admin), s.As(t, auth.Storefront), apitest.Other(t, s)
		for _, list := range []string{"/v1/orders", "/v1/order-lines", "/v1/invoices", "/v1/credit-notes", "/v1/customers", "/v1/payments"} {
			cursor := admin.Get(list + "?limit=1").Is(200).At("page/next_cursor").Text()
			for _, who := range []*servicetest.Client{shop, theirs} {
				a := who.Get(list + "?limit=200&cursor=" + cursor)
				if a.Status != http.StatusOK {
					require.Contains(t, []int{400, 403}, a.Status, "%s: %s", list, a.Body)
					continue
				}
				for owner, id := range w.Orders {
					if who == theirs || !strings.HasPrefix(owner, "mine") {
						require.NotContains(t, string(a.Body), id, "%s: %s", list, owner)
					}
				}
			}
		}
		key := uuid.NewString()
		place := func(who *servicetest.Client) servicetest.Answer {
			return who.Post("/v1/orders", apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), "Idempotency-Key", key)
		}
		first := place(admin).Is(201).At("orders/0/id").Text()
		require.NotEqual(t, first, place(shop).Is(201).At("orders/0/id").Text(), "another caller's key is another key")
		refused := place(theirs)
		require.Equal(t, 422, refused.Status, "their company has no customer BLOOM: %s", refused.Body)
		require.NotContains(t, string(refused.Body), first)
		again := place(admin)
		require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
		require.Equal(t, first, again.Is(201).At("orders/0/id").Text())
	})
}
