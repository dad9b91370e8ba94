package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// byCode returns the address of a customer by its code.
func byCode(code string) string { return "/v1/customers/by-code/" + url.PathEscape(code) }

// put sends a customer with a new key.
func put(c *client, code string, body object, headers ...string) servicetest.Answer {
	return c.Do("PUT", byCode(code), body, append([]string{"Idempotency-Key", uuid.NewString()}, headers...)...)
}

// A customer is put by its code: created, or its contact members are replaced. What staff alone change stays unless staff send it.
func TestPutCustomer(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		whole := object{
			"name": "Rosa's Roses", "emails": []string{"rosa@roses.example"}, "tax_id": "12-3", "phone": "+1 305 555 0100", "address": object{"line1": "8 Canal Street", "city": "New York"},
			"ship_tos": []object{{"name": "Cold store", "city": "Miami"}}, "terms": object{"label": "Net 30", "days": 30},
			"salesperson": object{"name": "Anna Rose", "email": "anna@rosefields.example"}, "require_credit_card_payment": true, "autoconfirm": "off",
		}
		created := put(admin, "Rosa", whole)
		first := created.Is(201)
		id := first.At("id").Text()
		require.Equal(t, []string{"/v1/customers/" + id, `"v1"`}, []string{created.Header.Get("Location"), created.Header.Get("ETag")})
		for name, want := range whole {
			if name != "address" && name != "ship_tos" {
				require.JSONEq(t, mustJSON(t, want), mustJSON(t, first.At(name).Any()), name)
			}
		}
		require.Equal(t, "8 Canal Street", first.At("address/line1").Text())
		require.Equal(t, "Miami", first.At("ship_tos/0/city").Text())
		require.Equal(t, first.Any(), admin.Get("/v1/customers/"+id).Is(200).Any())

		same := put(admin, "ROSA", whole) // in another case
		require.Equal(t, first.Any(), same.Is(200).Any(), "nothing changed")
		require.Equal(t, `"v1"`, same.Header.Get("ETag"))
		require.Empty(t, same.Header.Get("Location"))
		require.Equal(t, first.Any(), admin.Do("PUT", byCode("rosa"), admin.Get("/v1/customers/"+id).Body).Is(200).Any(), "a customer may come back as it was read")

		short := put(admin, "rosa", object{"name": "Rosa's", "code": "ROSA"}, "If-Match", `"v1"`).Is(200)
		require.Equal(t, "Rosa", short.At("code").Text(), "PUT leaves the spelling of the code")
		require.Equal(t, []any{[]any{}, nil, nil, nil, []any{}}, []any{short.At("emails").Any(), short.At("tax_id").Any(), short.At("phone").Any(), short.At("address").Any(), short.At("ship_tos").Any()})
		for _, kept := range []string{"terms", "salesperson", "require_credit_card_payment", "autoconfirm"} {
			require.Equal(t, first.At(kept).Any(), short.At(kept).Any(), kept)
		}
		cleared := put(admin, "rosa", object{"name": "Rosa's", "salesperson": nil, "terms": object{"days": 14}, "autoconfirm": "inherit"}).Is(200)
		require.Equal(t, []any{nil, "Net 30", 14.0, "inherit", true}, []any{cleared.At("salesperson").Any(), cleared.At("terms/label").Any(), cleared.At("terms/days").Any(), cleared.At("autoconfirm").Any(), cleared.At("require_credit_card_payment").Any()})

		late := put(admin, "rosa", object{"name": "Late"}, "If-Match", `"v1"`).Refused(412, "customer_changed")
		require.Equal(t, 3, late.At("current_version").Int())
		require.Equal(t, "Customer Rosa was changed after you read it. Look at it again, and repeat your change.", late.At("detail").Text())
		nobody := put(admin, "nobody", object{"name": "Nobody"}, "If-Match", "*").Refused(404, "customer_not_found")
		require.Equal(t, "There is no customer with the code nobody in your company.", nobody.At("detail").Text())
		put(admin, "rosa", object{"name": "Twice"}, "If-None-Match", "*").Refused(412, "customer_exists")
		put(admin, "rosa", object{"name": "Twice"}, "If-None-Match", `"v1"`).Refused(400, "header_invalid")
		put(admin, "iris", object{"name": "Iris"}, "If-None-Match", "*").Is(201)
		for _, c := range []struct {
			code string
			body object
			want string
		}{
			{"rosa", object{"name": "Rosa", "code": "iris"}, "/code field_conflict"},
			{"rosa", object{"name": "Rosa", "version": 9}, "/version field_read_only"},
			{"lily", object{"name": "Lily", "id": id}, "/id field_read_only"},
			{"lily", object{}, "/name field_required"},
			{"lily", object{"name": "Lily", "terms": object{"days": 366}}, "/terms/days field_out_of_range"},
		} {
			answer := put(admin, c.code, c.body)
			answer.Refused(422, "body_invalid")
			require.Equal(t, []string{c.want}, answer.Faults(), c.code)
		}
		put(admin, strings.Repeat("x", 51), object{"name": "Long"}).Refused(400, "parameter_invalid")
		put(admin, " ", object{"name": "Blank"}).Refused(400, "parameter_invalid")
		put(admin, "a\x00b", object{"name": "Control"}).Refused(400, "parameter_invalid")
		require.Equal(t, "PUT, OPTIONS", admin.Get(byCode("rosa")).Header.Get("Allow"))
		s.As(t, auth.Sales).Do("PUT", byCode("rosa"), object{"name": "Sales"}).Refused(403, "role_not_allowed")

		// One request with its key has one effect. If-None-Match is part of the request.
		key := uuid.NewString()
		once := put(admin, "tulip", object{"name": "Tulip"}, "Idempotency-Key", key)
		again := put(admin, "tulip", object{"name": "Tulip"}, "Idempotency-Key", key)
		require.Equal(t, string(once.Body), string(again.Body))
		require.Equal(t, []any{201, "true", once.Header.Get("Location")}, []any{again.Status, again.Header.Get("Idempotency-Replayed"), again.Header.Get("Location")})
		put(admin, "tulip", object{"name": "Tulip"}, "Idempotency-Key", key, "If-None-Match", "*").Refused(422, "idempotency_key_reused")
	})
}

// A code in a path may have any character: slashes, accents, blanks, per cent. It is the same code in every spelling.
func TestCodesInPaths(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		for _, code := range []string{"A/B", "50%", "50%2F", "Flor Maria", "Peña", "a+b", "..", "?x=1", "#1", "{code}", "花", "a/b%20c d"} {
			id := put(admin, code, object{"name": "First"}).Is(201).At("id").Text()
			again := admin.Do("PUT", "/v1/customers/by-code/"+everyByte(code), object{"name": "Second"}).Is(200)
			require.Equal(t, []string{id, code, "Second"}, []string{again.At("id").Text(), again.At("code").Text(), again.At("name").Text()})
			require.Equal(t, code, admin.Get("/v1/customers?code="+url.QueryEscape(strings.ReplaceAll(code, ",", `\,`))).Is(200).At("data/0/code").Text())
		}
		decomposed := put(admin, "PEN\u0303A", object{"name": "Third"}).Is(200)
		require.Equal(t, "Peña", decomposed.At("code").Text())
		for _, path := range []string{"/v1/customers/by-code/", "/v1/customers/by-code/a/b", "/v1/customers/by-code/a/"} {
			require.Equal(t, 404, admin.Do("PUT", path, object{"name": "X"}).Status, path)
		}
	})
}

// everyByte is a text with each byte percent-encoded.
func everyByte(text string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := range len(text) {
		b.WriteString("%" + string(digits[text[i]>>4]) + string(digits[text[i]&15]))
	}
	return b.String()
}

// A storefront keeps the contact members of its own customers: those that it wrote, and those that bought through it. It finds
// others by their code or e-mail address, sees their name, and neither reads nor replaces more of them.
func TestStorefrontsCustomers(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
		rival := s.Claims(t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}})
		bloom := customer(t, s, "BLOOM", func(c *company.Customer) {
			c.Name, c.Emails, c.TaxID, c.Phone = "Bloom Flowers", []string{"Buyer@Bloom.example", "office@bloom.example"}, "SECRET-TAX", "SECRET-PHONE"
			c.TermsLabel, c.TermsDays, c.SalespersonEmail = "Net 30", 30, "anna@rosefields.example"
		})
		foreignCustomer(t, s)
		ids := func(c *client, query string) []string {
			return c.Get("/v1/customers" + query).Is(200).At("data").Each("id")
		}

		// What it writes is its own.
		rosa := put(shop, "ROSA", object{"name": "Rosa", "emails": []string{"rosa@roses.example"}}).Is(201).At("id").Text()
		lily := shop.Post("/v1/customers", object{"code": "LILY", "name": "Lily", "terms": object{"label": "", "days": 0}, "autoconfirm": "inherit"}).Is(201).At("id").Text()
		require.Equal(t, []string{lily, rosa}, ids(shop, ""))
		require.Empty(t, ids(rival, ""))
		require.Len(t, ids(admin, ""), 3)
		require.Empty(t, ids(shop, "?q=bloom"))
		require.Equal(t, []string{rosa}, ids(shop, "?q=ros"))

		// It finds others one by one, by name only.
		for _, query := range []string{"?code=bloom", "?email=buyer%40bloom.example", "?email=OFFICE%40bloom.example", "?code=BLOOM&email=buyer%40bloom.example", "?code=bloom&updated_since=2020-01-01T00:00:00Z"} {
			page := shop.Get("/v1/customers" + query)
			row := page.Is(200).At("data/0")
			require.Equal(t, []any{bloom, "BLOOM", "Bloom Flowers", true, []any{}, nil, nil, nil}, []any{row.At("id").Any(), row.At("code").Any(), row.At("name").Any(), row.At("name_only").Any(),
				row.At("emails").Any(), row.At("tax_id").Any(), row.At("phone").Any(), row.At("salesperson").Any()}, query)
			for _, secret := range []string{"SECRET", "Bloom.example", "Net 30", "rosefields"} {
				require.NotContains(t, string(page.Body), secret, query)
			}
		}
		for _, query := range []string{"?email=bloom.example", "?email=buyer", "?code=BLO", "?code=FOREIGN", "?email=buyer%40foreign.example", "?code=ROSA&email=buyer%40bloom.example"} {
			require.Empty(t, ids(shop, query), query)
		}
		require.Equal(t, []any{false, "rosa@roses.example"}, []any{shop.Get("/v1/customers?code=rosa").Is(200).At("data/0/name_only").Any(), shop.Get("/v1/customers?code=rosa").Is(200).At("data/0/emails/0").Any()})
		require.Equal(t, false, admin.Get("/v1/customers?code=bloom").Is(200).At("data/0/name_only").Any())

		// One that it does not see does not exist for it, and is not replaced.
		for _, answer := range []servicetest.Answer{
			shop.Get("/v1/customers/" + bloom), shop.Patch("/v1/customers/"+bloom, object{"name": "Mine"}, "If-Match", "*"), put(shop, "bloom", object{"name": "Mine"}, "If-Match", `"v1"`),
		} {
			answer.Refused(404, "customer_not_found")
		}
		before := admin.Get("/v1/customers/" + bloom).Body
		for _, answer := range []servicetest.Answer{
			put(shop, "bloom", object{"name": "Mine"}), put(shop, "bloom", object{"name": "Mine"}, "If-None-Match", "*"), shop.Post("/v1/customers", object{"code": "bloom", "name": "Mine"}),
			shop.Patch("/v1/customers/"+rosa, object{"code": "bloom"}, "If-Match", "*"),
		} {
			if answer.Status != 422 { // a storefront changes no code
				require.True(t, answer.Refused(409, "customer_code_taken").At("customer_id").Null())
			}
			require.NotContains(t, string(answer.Body), bloom)
			require.NotContains(t, string(answer.Body), "Bloom Flowers")
		}
		require.Equal(t, lily, shop.Post("/v1/customers", object{"code": "lily", "name": "Twice"}).Refused(409, "customer_code_taken").At("customer_id").Text())
		require.Equal(t, string(before), string(admin.Get("/v1/customers/"+bloom).Body))

		// It orders for one by code, not by an id that it cannot know. A dry run is no order. The order makes the customer its own.
		byID := but(cart("BLOOM", line("on_hand", 1)), object{"customer_code": nil, "customer_id": bloom})
		unseen, unknown := shop.Post("/v1/orders", byID), shop.Post("/v1/orders", but(byID, object{"customer_id": uuid.NewString()}))
		require.Equal(t, []string{"/customer_id customer_unknown"}, unseen.Faults())
		require.Equal(t, unknown.Faults(), unseen.Faults())
		shop.Post("/v1/orders?dry_run=true", cart("BLOOM", line("on_hand", 1))).Is(201)
		shop.Get("/v1/customers/"+bloom).Refused(404, "customer_not_found")
		placed(s.As(t, auth.Sales), cart("BLOOM", line("on_hand", 1)))
		shop.Get("/v1/customers/"+bloom).Refused(404, "customer_not_found")
		placed(shop, cart("bloom", line("on_hand", 1)))
		seen := shop.Get("/v1/customers/" + bloom).Is(200)
		require.Equal(t, []any{"SECRET-TAX", false}, []any{seen.At("tax_id").Any(), seen.At("name_only").Any()})
		require.Equal(t, []string{bloom, lily, rosa}, ids(shop, ""))
		placed(shop, byID)
		rival.Get("/v1/customers/"+bloom).Refused(404, "customer_not_found")
		rival.Get("/v1/customers/"+rosa).Refused(404, "customer_not_found")

		// It changes the contact members of its own customers. The members of staff may come back unchanged.
		moved := put(shop, "bloom", object{"name": "Bloom & Co", "emails": []string{"new@bloom.example"}}).Is(200)
		require.Equal(t, []any{"Net 30", "anna@rosefields.example", nil}, []any{moved.At("terms/label").Any(), moved.At("salesperson/email").Any(), moved.At("tax_id").Any()})
		require.Equal(t, []string{bloom}, ids(shop, "?email=new%40bloom.example"))
		require.Empty(t, ids(shop, "?email=buyer%40bloom.example"), "it has another address now")
		read := shop.Get("/v1/customers/" + bloom)
		require.Equal(t, string(read.Body), string(shop.Do("PUT", byCode("BLOOM"), read.Body, "If-Match", read.Header.Get("ETag")).Body))
		shop.Patch("/v1/customers/"+bloom, object{"phone": "+1 305 555 0100", "terms": object{"days": 30}, "code": "BLOOM"}, "If-Match", "*").Is(200)
		staffs := object{"terms": object{"label": "Net 60", "days": 60}, "salesperson": object{"name": "Me", "email": "me@shop.example"}, "require_credit_card_payment": true, "autoconfirm": "on"}
		want := []string{"/terms/label", "/terms/days", "/salesperson/name", "/salesperson/email", "/require_credit_card_payment", "/autoconfirm"}
		for i := range want {
			want[i] += " field_not_allowed"
		}
		for _, answer := range []servicetest.Answer{
			put(shop, "bloom", but(staffs, object{"name": "Bloom"})), put(shop, "daisy", but(staffs, object{"name": "Daisy"})),
			shop.Post("/v1/customers", but(staffs, object{"code": "DAISY", "name": "Daisy"})), shop.Patch("/v1/customers/"+bloom, staffs, "If-Match", "*"),
		} {
			answer.Refused(422, "body_invalid")
			require.Equal(t, want, answer.Faults())
		}
		codes := shop.Patch("/v1/customers/"+rosa, object{"code": "ROSE"}, "If-Match", "*")
		require.Equal(t, []string{"/code field_not_allowed"}, codes.Faults())
		require.Empty(t, ids(admin, "?code=DAISY"))

		// A person of the staff who is a storefront as well sees all, and changes its own.
		both := s.Claims(t, map[string]any{"sub": "both", "roles": []string{"Storefront", "Sales"}})
		both.Get("/v1/customers/" + rosa).Is(200)
		both.Patch("/v1/customers/"+rosa, object{"name": "Mine"}, "If-Match", "*").Refused(403, "role_not_allowed")
		put(both, "rosa", object{"name": "Mine"}).Refused(409, "customer_code_taken")
		put(both, "both", object{"name": "Ours"}).Is(201)
		both.Patch(byIDOf(both, "BOTH"), object{"name": "Still ours"}, "If-Match", "*").Is(200)
	})
}

// byIDOf returns the address of a customer with a code.
func byIDOf(c *client, code string) string {
	return "/v1/customers/" + c.Get("/v1/customers?code="+code).Is(200).At("data/0/id").Text()
}

// Concurrent requests for a new code make one customer: one creates it, and the others of the same storefront update it. Another
// storefront is refused, or is the one that creates it.
func TestPutsAtOnce(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		shops := []*client{s.As(t, auth.Storefront), s.Claims(t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}})}
		statuses := make([]int, 24)
		each(statuses, 8, func(i int) {
			if a, err := shops[i%2].Persist("PUT", byCode("ROSA"), object{"name": "Rosa"}, "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		slices.Sort(statuses)
		require.Equal(t, slices.Concat(slices.Repeat([]int{200}, 11), []int{201}, slices.Repeat([]int{409}, 12)), statuses)
		require.Equal(t, 1, len(shops[0].Get("/v1/customers").Is(200).At("data").Items())+len(shops[1].Get("/v1/customers").Is(200).At("data").Items()))
	})
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := jsonOf(v)
	require.NoError(t, err)
	return text
}
