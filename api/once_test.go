package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A hundred equal posts at the same time have one effect and one answer, byte for byte.
func TestSameKeyHundredTimes(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		shop, admin := s.As(t, auth.Storefront), s.As(t, auth.Admin)
		id := placed(shop, cart("BLOOM", line("on_hand", 1)))
		for name, c := range map[string]struct {
			path   string
			body   any
			status int
			adds   map[string]int
		}{
			"place":   {"/v1/orders", but(cart("BLOOM", line("on_hand", 1), line("k2k", 1)), object{"external_reference": "one"}), 201, map[string]int{"orders": 2, "order_lines": 2, "order_words": 10, "checkouts": 1, "events": 2, "idempotency_keys": 1}},
			"pay":     {at(id, "payments"), object{"method": "cash", "amount": "1.00"}, 201, map[string]int{"payments": 1, "events": 1, "idempotency_keys": 1}},
			"email":   {at(id, "email"), object{"message": "Hello"}, 202, map[string]int{"emails": 1, "events": 1, "river_job": 1, "idempotency_keys": 1}},
			"confirm": {at(id, "confirm"), nil, 200, map[string]int{"invoices": 1, "order_words": 2, "emails": 1, "events": 2, "river_job": 1, "idempotency_keys": 1}},
		} {
			t.Run(name, func(t *testing.T) {
				before, key := s.Rows(t), uuid.NewString()
				answers := make([]servicetest.Answer, 100)
				each(answers, 25, func(i int) {
					answers[i], _ = admin.Persist("POST", c.path, c.body, "Idempotency-Key", key)
				})
				first := 0
				for _, a := range answers {
					a.Is(c.status)
					require.Equal(t, string(answers[0].Body), string(a.Body))
					for _, h := range []string{"ETag", "Location"} {
						require.Equal(t, answers[0].Header.Get(h), a.Header.Get(h), h)
					}
					if a.Header.Get("Idempotency-Replayed") == "" {
						first++
					}
				}
				require.Equal(t, 1, first)
				after := s.Rows(t)
				for table := range after {
					require.Equal(t, c.adds[table], after[table]-before[table], table)
				}
			})
		}
	})
}

// A key belongs to one subject, one operation and one request for 24 hours. A refusal is not stored.
func TestKeysAndTheirScope(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		body := cart("BLOOM", line("on_hand", 1))
		first := sales.Post("/v1/orders", body, "Idempotency-Key", "k")
		id := first.Is(201).At("orders/0/id").Text()
		require.NotEqual(t, id, shop.Post("/v1/orders", body, "Idempotency-Key", "k").Is(201).At("orders/0/id").Text(), "another subject's")
		sales.Post(at(id, "payments"), object{"method": "cash", "amount": "1.00"}, "Idempotency-Key", "k").Is(201)

		// The request is the same with members in another order, with a quoted key, and with dry_run=false.
		raw, err := jsonOf(body)
		require.NoError(t, err)
		spaced := strings.ReplaceAll(raw, ":", " : ")
		spaced = strings.ReplaceAll(spaced, `"2030-12-01"`, `"2030\u002d12-01"`)
		for _, again := range []servicetest.Answer{
			sales.Post("/v1/orders", spaced, "Idempotency-Key", `"k"`), sales.Post("/v1/orders?dry_run=false", body, "Idempotency-Key", "k"),
		} {
			require.Equal(t, string(first.Body), string(again.Body))
			require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
			require.NotEqual(t, first.Header.Get("X-Request-Id"), again.Header.Get("X-Request-Id"), "which belongs to the request")
		}
		sales.Post("/v1/orders", but(body, object{"po_number": "x"}), "Idempotency-Key", "k").Refused(422, "idempotency_key_reused")
		sales.Post(at(uuid.NewString(), "payments"), object{"method": "cash", "amount": "1.00"}, "Idempotency-Key", "k").Refused(422, "idempotency_key_reused")
		s.Claims(t, map[string]any{"sub": "sales@rosefields.example", "roles": nil}).Post("/v1/orders", body, "Idempotency-Key", "k").Refused(403, "role_missing")

		// A refusal is not stored, so the corrected request can use the same key.
		sales.Post("/v1/orders", but(body, object{"customer_code": "LATER"}), "Idempotency-Key", "later").Refused(422, "body_invalid")
		customer(t, s, "LATER")
		sales.Post("/v1/orders", but(body, object{"customer_code": "LATER"}), "Idempotency-Key", "later").Is(201)

		// A replay shows the original answer. After a day the key is free.
		confirm(sales, id)
		require.Equal(t, string(first.Body), string(sales.Post("/v1/orders", body, "Idempotency-Key", "k").Body))
		s.Clock.Move(24*time.Hour + time.Second)
		require.NotEqual(t, id, s.As(t, auth.Sales).Post("/v1/orders", body, "Idempotency-Key", "k").Is(201).At("orders/0/id").Text())
	})
}

// While the first request with a key runs, a second one waits for a short time and is then refused. When the first has
// ended, it gets the first one's answer.
func TestKeyOfARunningRequest(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "BLOOM")
		shop := s.As(t, auth.Storefront)
		body := cart("BLOOM", line("on_hand", 1))
		placed(shop, body) // reserves a block of numbers
		tx, err := s.Database(t).Begin()
		require.NoError(t, err)
		_, err = tx.Exec("UPDATE customers SET name = name WHERE id = '" + id + "'")
		require.NoError(t, err)
		slow := make(chan servicetest.Answer, 1)
		go func() {
			a, _ := shop.Try("POST", "/v1/orders", body, "Idempotency-Key", "slow")
			slow <- a
		}()
		time.Sleep(400 * time.Millisecond) // the request has started by then, also on a busy machine
		quick := make(chan servicetest.Answer, 1)
		go func() {
			a, _ := shop.Try("POST", "/v1/orders", body, "Idempotency-Key", "slow")
			quick <- a
		}()
		if strings.HasPrefix(s.Address, "sqlite:") { // the writer waits longer than the second request
			second := <-quick
			second.Refused(409, "idempotency_in_progress")
			require.NotEmpty(t, second.Header.Get("Retry-After"))
			require.NoError(t, tx.Commit())
		} else { // PostgreSQL waits two seconds for a locked row, so the first request ends before the second stops waiting
			time.Sleep(300 * time.Millisecond)
			require.NoError(t, tx.Commit())
			require.Equal(t, 201, (<-quick).Status)
		}
		first := <-slow
		first.Is(201)
		again := shop.Post("/v1/orders", body, "Idempotency-Key", "slow")
		require.Equal(t, string(first.Body), string(again.Body))
		require.Len(t, shop.Get("/v1/orders").Is(200).At("data").Items(), 2)
	})
}

// An external reference always belongs to one checkout: after the key expired, after a void, and if a hundred requests
// arrive at the same time.
func TestExternalReference(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		foreignCustomer(t, s)
		shop, sales := s.As(t, auth.Storefront), s.As(t, auth.Sales)
		body := but(cart("BLOOM", line("on_hand", 1), line("k2k", 1)), object{"external_reference": "cart-1"})
		first := shop.Post("/v1/orders", body).Is(201)
		taken := func(c *client) {
			t.Helper()
			problem := c.Post("/v1/orders", body).Refused(409, "external_reference_taken")
			require.Equal(t, first.At("checkout_id").Any(), problem.At("checkout_id").Any())
			for i, o := range problem.At("orders").Items() {
				want := first.At("orders").Items()[i]
				require.Equal(t, object{"id": want.At("id").Any(), "number": want.At("number").Any(), "kind": want.At("kind").Any(), "url": at(want.At("id").Text())}, o.Any())
				require.Equal(t, "cart-1", want.At("external_reference").Text(), "both carry it")
			}
			require.Len(t, problem.At("orders").Items(), 2)
		}
		taken(shop)
		taken(sales)
		for _, o := range first.At("orders").Items() {
			s.As(t, auth.Admin).Post(at(o.At("id").Text(), "void"), object{"reason": "Ordered twice"}).Is(200)
		}
		taken(shop)
		require.Len(t, sales.Get("/v1/orders?external_reference=cart-1").Is(200).At("data").Items(), 2)
		other(t, s).Post("/v1/orders", but(body, object{"customer_code": "FOREIGN"})).Is(201)

		statuses := make([]int, 40)
		each(statuses, 10, func(i int) {
			if a, err := shop.Try("POST", "/v1/orders", but(body, object{"external_reference": "cart-2"}), "Idempotency-Key", uuid.NewString()); err == nil {
				statuses[i] = a.Status
			}
		})
		requireOneCreated(t, statuses)
	})
}

// requireOneCreated checks that one of the requests created something, and that all others were refused with 409.
func requireOneCreated(t *testing.T, statuses []int) {
	t.Helper()
	created := 0
	for _, status := range statuses {
		require.Contains(t, []int{201, 409}, status)
		if status == 201 {
			created++
		}
	}
	require.Equal(t, 1, created)
}

// An edit takes a key too: the same request again gets the first answer, byte for byte, and changes nothing, although its
// version is old by then. Another body or another version with the key is another request.
func TestEditsWithAKey(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		buyer := customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		o := place(admin, cart("BLOOM", line("on_hand", 1), line("on_hand", 2), line("on_hand", 3)))
		id, lines := o.At("id").Text(), o.At("lines").Each("id")
		for name, c := range map[string]struct {
			method, path string
			body, other  any
			status       int
		}{
			"order":       {"PATCH", at(id), object{"carrier": "Prime"}, object{"carrier": "Armellini"}, 200},
			"add line":    {"POST", at(id, "lines"), line("on_hand", 4), line("on_hand", 5), 201},
			"edit line":   {"PATCH", lineAt(id, lines[0]), object{"boxes": 7}, object{"boxes": 8}, 200},
			"remove line": {"DELETE", lineAt(id, lines[1]), nil, nil, 200},
			"customer":    {"PATCH", "/v1/customers/" + buyer, object{"phone": "1"}, object{"phone": "2"}, 200},
			"settings":    {"PATCH", "/v1/settings", object{"tax_id": "1"}, object{"tax_id": "2"}, 200},
		} {
			t.Run(name, func(t *testing.T) {
				admin := s.As(t, auth.Admin)
				resource, _, _ := strings.Cut(c.path, "/lines")
				tag, key := admin.Get(resource).Header.Get("ETag"), uuid.NewString()
				first := admin.Do(c.method, c.path, c.body, "Idempotency-Key", key, "If-Match", tag)
				first.Is(c.status)
				require.Empty(t, first.Header.Get("Idempotency-Replayed"))
				before := s.Rows(t)
				again := admin.Do(c.method, c.path, c.body, "Idempotency-Key", key, "If-Match", tag)
				require.Equal(t, first.Status, again.Status)
				require.Equal(t, string(first.Body), string(again.Body))
				require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
				for _, h := range []string{"ETag", "Location"} {
					require.Equal(t, first.Header.Get(h), again.Header.Get(h), h)
				}
				require.Equal(t, before, s.Rows(t))
				require.Equal(t, first.Header.Get("ETag"), admin.Get(resource).Header.Get("ETag"))
				if c.other != nil {
					admin.Do(c.method, c.path, c.other, "Idempotency-Key", key, "If-Match", tag).Refused(422, "idempotency_key_reused")
				}
				admin.Do(c.method, c.path, c.body, "Idempotency-Key", key, "If-Match", "*").Refused(422, "idempotency_key_reused")
				admin.Do(c.method, c.path, c.body, "Idempotency-Key", uuid.NewString(), "If-Match", tag).Is(412)
			})
		}

		// Two edits at the same time with one key are one edit.
		key, tag := uuid.NewString(), admin.Get(at(id)).Header.Get("ETag")
		answers := make([]servicetest.Answer, 20)
		each(answers, 10, func(i int) {
			answers[i], _ = admin.Persist("POST", at(id, "lines"), line("on_hand", 6), "Idempotency-Key", key, "If-Match", tag)
		})
		for _, a := range answers {
			a.Is(201)
			require.Equal(t, string(answers[0].Body), string(a.Body))
		}
		require.Len(t, details(admin, id).At("lines").Items(), 4)
	})
}
