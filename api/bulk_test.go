package api_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// A batch answers a row for each order, in the sequence of the request. The texts are those of a single confirmation.
func TestConfirmMany(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		customer(t, s, "TERMS")
		foreignCustomer(t, s)
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		foreign := placed(other(t, s), cart("FOREIGN", line("on_hand", 1)))
		settings(t, s, object{"unpaid_card_orders": "block"})
		world := func() (ids []string, outcomes []string, codes []any) {
			good, draft := placed(shop, cart("TERMS", line("on_hand", 1))), placed(shop, but(cart("TERMS", line("on_hand", 1)), object{"checkout": false}))
			already, voided := placed(shop, cart("TERMS", line("on_hand", 1))), placed(shop, cart("TERMS", line("on_hand", 1)))
			confirm(sales, already)
			sales.Post(at(voided, "void"), object{"reason": "x"}).Is(200)
			unpaid, prebook := placed(shop, cart("CARD", line("on_hand", 1))), placed(shop, cart("TERMS", line("k2k", 1)))
			return []string{unpaid, good, uuid.NewString(), already, prebook, draft, voided, foreign},
				[]string{"refused", "confirmed", "refused", "already_confirmed", "refused", "confirmed", "refused", "refused"},
				[]any{"payment_required", nil, "order_not_found", nil, "prebook_has_no_invoice", nil, "order_not_confirmable", "order_not_found"}
		}
		t.Run("best effort", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			ids, outcomes, codes := world()
			batch := sales.Post("/v1/orders/confirm", object{"ids": append(ids, ids[1], ids[0])}).Is(207)
			rows := batch.At("results").Items()
			require.Equal(t, ids, batch.At("results").Each("id"), "one row for each id, in the sequence of the request")
			require.Equal(t, outcomes, batch.At("results").Each("outcome"))
			require.Equal(t, object{"requested": 8.0, "confirmed": 2.0, "already_confirmed": 1.0, "refused": 5.0, "not_attempted": 0.0}, batch.At("summary").Any())
			for i, row := range rows {
				if codes[i] == nil {
					require.True(t, row.At("problem").Null())
					require.Equal(t, details(sales, ids[i]).At("invoice/number").Text(), row.At("invoice_number").Text())
					require.Equal(t, details(sales, ids[i]).At("number").Text(), row.At("number").Text())
					continue
				}
				alone := sales.Post(at(ids[i], "confirm"), nil).JSON()
				for _, member := range []string{"type", "title", "status", "detail", "instance", "code", "retryable", "errors"} {
					require.Equal(t, alone.At(member).Any(), row.At("problem/"+member).Any(), member)
				}
				require.Equal(t, codes[i], row.At("problem/code").Any())
				require.True(t, row.At("invoice_number").Null())
			}
			// Every event of the batch has the batch's id and can be found by it.
			id := batch.At("batch_id").Text()
			events := sales.Get(at(ids[5], "events") + "?batch_id=" + id).Is(200).At("data")
			require.Equal(t, []string{"order.checked_out", "email.queued", "order.confirmed"}, events.Each("type"))
			require.Equal(t, []string{id, id, id}, events.Each("batch_id"))
			require.Empty(t, sales.Get(at(ids[5], "events")+"?batch_id="+uuid.NewString()).Is(200).At("data").Items())
			require.Empty(t, sales.Get(at(ids[3], "events")+"?batch_id="+id).Is(200).At("data").Items())
		})
		t.Run("all or nothing, one refused", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			ids, outcomes, codes := world()
			before := s.Rows(t)
			batch := sales.Post("/v1/orders/confirm", object{"ids": ids, "mode": "all_or_nothing"}).Is(207)
			require.Equal(t, before, s.Rows(t), "nothing is written")
			for i := range outcomes {
				if outcomes[i] == "confirmed" {
					outcomes[i] = "not_attempted"
				}
			}
			require.Equal(t, ids, batch.At("results").Each("id"))
			require.Equal(t, outcomes, batch.At("results").Each("outcome"))
			for i, row := range batch.At("results").Items() {
				if codes[i] != nil {
					require.Equal(t, codes[i], row.At("problem/code").Any())
				}
			}
			require.Equal(t, 2, batch.At("summary/not_attempted").Int())
			require.Equal(t, "pending", details(sales, ids[1]).At("status").Text())
		})
		t.Run("all or nothing, all good", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			ids, _, _ := world()
			ids = []string{ids[5], ids[3], ids[1]}
			batch := sales.Post("/v1/orders/confirm", object{"ids": ids, "mode": "all_or_nothing"}).Is(207)
			require.Equal(t, []string{"confirmed", "already_confirmed", "confirmed"}, batch.At("results").Each("outcome"))
			for _, row := range batch.At("results").Items() {
				require.Equal(t, details(sales, row.At("id").Text()).At("invoice/number").Text(), row.At("invoice_number").Text())
			}
			require.Equal(t, batch.At("batch_id").Text(), sales.Get(at(ids[2], "events")).Is(200).At("data/2/batch_id").Text())
		})
		t.Run("versions", func(t *testing.T) {
			for _, mode := range []string{"best_effort", "all_or_nothing"} {
				sales := s.As(t, auth.Sales)
				ids, _, _ := world()
				fresh, stale := ids[1], ids[5]
				sales.Patch(at(stale), object{"carrier": "Armellini"}, "If-Match", "*").Is(200)
				batch := sales.Post("/v1/orders/confirm", object{"mode": mode, "orders": []object{{"id": stale, "version": 1}, {"id": fresh, "version": 1}}}).Is(207)
				require.Equal(t, "order_changed", batch.At("results/0/problem/code").Text())
				require.Equal(t, 2, batch.At("results/0/problem/current_version").Int())
				require.Contains(t, batch.At("results/0/problem/changes/0/fields").Texts(), "carrier")
				require.Equal(t, map[string]string{"best_effort": "confirmed", "all_or_nothing": "not_attempted"}[mode], batch.At("results/1/outcome").Text())
				// A batch that is repeated without its key, or after a broken connection, changes nothing more, at any
				// version.
				wanted := object{"mode": mode, "orders": []object{{"id": fresh, "version": 1}}}
				sales.Post("/v1/orders/confirm", wanted).Is(207)
				again := sales.Post("/v1/orders/confirm", wanted).Is(207).At("results/0")
				require.Equal(t, "already_confirmed", again.At("outcome").Text())
				require.Equal(t, details(sales, fresh).At("invoice/number").Text(), again.At("invoice_number").Text())
			}
		})
		t.Run("who may", func(t *testing.T) {
			ids, _, _ := world()
			shop.Post("/v1/orders/confirm", object{"ids": ids[1:2]}).Refused(403, "role_not_allowed")
			for _, role := range staff() {
				require.Equal(t, 1, s.As(t, role).Post("/v1/orders/confirm", object{"ids": []string{placed(shop, cart("TERMS", line("on_hand", 1)))}}).Is(207).At("summary/confirmed").Int(), role)
			}
		})
		t.Run("repeated with its key", func(t *testing.T) {
			for _, mode := range []string{"best_effort", "all_or_nothing"} {
				sales := s.As(t, auth.Sales)
				ids, _, _ := world()
				body := object{"ids": []string{ids[5], ids[1]}, "mode": mode}
				first := sales.Post("/v1/orders/confirm", body, "Idempotency-Key", "batch-"+mode)
				first.Is(207)
				again := sales.Post("/v1/orders/confirm", body, "Idempotency-Key", "batch-"+mode)
				require.Equal(t, string(first.Body), string(again.Body))
				require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
				sales.Post("/v1/orders/confirm", but(body, object{"ids": ids[:1]}), "Idempotency-Key", "batch-"+mode).Refused(422, "idempotency_key_reused")
				// A batch ended before its answer was stored. If it is repeated, it reports what was already done.
				require.Equal(t, []string{"already_confirmed", "already_confirmed"}, sales.Post("/v1/orders/confirm", body, "Idempotency-Key", "broken-"+mode).Is(207).At("results").Each("outcome"))
			}
		})
	})
}

// Two batches with the same orders in opposite order run at the same time. No batch waits forever, and each order has
// one invoice, numbered without a gap.
func TestOverlappingBatches(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		customer(t, s, "PETAL")
		sales := s.As(t, auth.Sales)
		sequence := 0
		for _, mode := range []string{"best_effort", "all_or_nothing"} {
			ids := make([]string, 200)
			each(ids, 4, func(i int) {
				answer, err := sales.Try("POST", "/v1/orders", cart([]string{"BLOOM", "PETAL"}[i%2], line("on_hand", 1)), "Idempotency-Key", uuid.NewString())
				if err == nil && answer.Status == 201 {
					ids[i] = answer.JSON().At("orders/0/id").Text()
				}
			})
			require.NotContains(t, ids, "")
			back := slices.Clone(ids)
			slices.Reverse(back)
			answers := make([]servicetest.Answer, 2)
			var wait sync.WaitGroup
			for i, list := range [][]string{ids, back} {
				wait.Go(func() {
					answers[i], _ = sales.Persist("POST", "/v1/orders/confirm", object{"ids": list, "mode": mode}, "Idempotency-Key", fmt.Sprint(mode, i))
				})
			}
			wait.Wait()
			confirmed, numbers := 0, map[string]bool{}
			for _, a := range answers {
				batch := a.Is(207)
				require.Zero(t, batch.At("summary/refused").Int(), "%s", a.Body)
				confirmed += batch.At("summary/confirmed").Int()
				for _, row := range batch.At("results").Items() {
					numbers[row.At("id").Text()+row.At("invoice_number").Text()] = true
				}
			}
			require.Equal(t, 200, confirmed)
			require.Len(t, numbers, 200, "both name the same invoices")
			sequence += 200
			list := sales.Get("/v1/invoices?limit=1").Is(200)
			require.Equal(t, sequence, list.At("data/0/sequence").Int())
			require.Equal(t, sequence, s.Rows(t)["invoices"])
			require.Equal(t, sequence, s.Rows(t)["emails"])
		}
	})
}

// A dry run of a batch returns the numbers that the batch then gives.
func TestBatchDryRunNumbersAsItWould(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		order := func() string { return placed(sales, cart("BLOOM", line("on_hand", 1))) }
		done := order()
		confirm(sales, done)
		for _, mode := range []string{"best_effort", "all_or_nothing"} {
			ids := []string{order(), done, order(), order()}
			if mode == "best_effort" {
				ids = append(ids, placed(sales, cart("BLOOM", line("k2k", 1))), order())
			}
			body := object{"ids": ids, "mode": mode}
			numbers := func(a servicetest.Answer) []string { return a.Is(207).At("results").Each("invoice_number") }
			would := numbers(sales.Post("/v1/orders/confirm?dry_run=true", body))
			require.Equal(t, numbers(sales.Post("/v1/orders/confirm", body)), would)
		}
	})
}

// A batch that changed nothing is not stored under its key. It works when it is repeated after the reason is gone.
func TestRefusedBatchIsNotKept(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "CARD", payByCard)
		settings(t, s, object{"unpaid_card_orders": "block"})
		sales := s.As(t, auth.Sales)
		unpaid := place(s.As(t, auth.Storefront), cart("CARD", line("on_hand", 1)))
		id, key := unpaid.At("id").Text(), uuid.NewString()
		send := func() servicetest.Answer {
			return sales.Post("/v1/orders/confirm", object{"ids": []string{id}, "mode": "all_or_nothing"}, "Idempotency-Key", key)
		}
		require.Equal(t, "payment_required", send().Is(207).At("results/0/problem/code").Text())
		pay(sales, id, unpaid.At("total").Text())
		done := send()
		require.Equal(t, 1, done.Is(207).At("summary/confirmed").Int())
		require.Empty(t, done.Header.Get("Idempotency-Replayed"))
		again := send()
		require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
		require.Equal(t, done.Body, again.Body)
	})
}
