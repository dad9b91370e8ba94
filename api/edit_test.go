package api_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// full returns a cart with every member that an edit can change: a boxed and a loose line, a charge, a rate and a fixed
// tax.
func full(code string) object {
	return but(cart(code, line("on_hand", 4), but(line("on_hand", 1), object{"boxes": nil, "units_per_box": nil, "box_type": nil, "units": 25, "sku": "LOOSE", "mark_code": "BLM", "notes": "No open blooms"})), object{
		"carrier": "Armellini", "po_number": "PO-1", "notes": "Dock 4", "internal_notes": "Call first", "ship_to": object{"name": "Cold store", "city": "Miami"},
		"charges": []object{{"code": "FREIGHT", "amount": "10.00"}}, "taxes": []object{{"name": "Sales tax", "rate": "7"}, {"name": "Fee", "amount": "1.50"}},
	})
}

// A caller may send back everything that it read. Nothing changes, and the version stays.
func TestEditWithWhatWasRead(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "BLOOM", payByCard)
		sales, shop, admin := s.As(t, auth.Sales), s.As(t, auth.Storefront), s.As(t, auth.Admin)
		docs := map[string]string{
			"order":         placed(sales, full("BLOOM")),
			"cart":          placed(shop, but(full("BLOOM"), object{"checkout": false, "internal_notes": nil})),
			"bare":          placed(sales, cart("BLOOM", line("on_hand", 1))),
			"prebook":       placed(sales, cart("BLOOM", line("k2k", 1), but(line("k2k", 2), object{"checked_out": true}))),
			"billed partly": placed(sales, cart("BLOOM", line("k2k", 1), but(line("k2k", 2), object{"checked_out": true}))),
			"checked out":   placed(sales, cart("BLOOM", but(line("k2k", 2), object{"checked_out": true}))),
		}
		admin.Post(at(docs["billed partly"], "bill"), nil).Is(201)
		for name, id := range docs {
			t.Run(name, func(t *testing.T) {
				who := s.As(t, auth.Sales)
				if name == "cart" {
					who = s.As(t, auth.Storefront)
				}
				read := who.Get(at(id))
				before := timeline(who, id)
				written := who.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag"))
				written.Is(200)
				require.JSONEq(t, string(read.Body), string(written.Body))
				require.Equal(t, read.Header.Get("ETag"), written.Header.Get("ETag"))
				require.Equal(t, before, timeline(who, id), "no event")
				require.Equal(t, read.Body, who.Get(at(id)).Body)
			})
		}
		checked := map[string]bool{"/v1/orders/{id}": true, "/v1/customers/{id}": true, "/v1/settings": true, "/v1/orders/{id}/lines/{line_id}": true, "/v1/webhook-endpoints/{id}": true} // the line in TestOneLineRefusals
		for _, r := range api.Routes() {
			require.False(t, r.Method == "PATCH" && !checked[r.Path], "send back what %s answers", r.Path)
		}
		bare := admin.Post("/v1/customers", object{"code": "BARE", "name": "Bare"}).Is(201).At("id").Text()
		endpoint := "/v1/webhook-endpoints/"
		whole := admin.Post("/v1/webhook-endpoints", object{"url": "https://erp.example/orderdesk", "types": []string{"order.*"}, "notify_email": "ops@bloom.example"}).Is(201).At("id").Text()
		scoped := admin.Post("/v1/webhook-endpoints", object{"url": "https://erp.example/orderdesk", "scope": object{"storefront": "shop"}}).Is(201).At("id").Text()
		_, err := s.Database(t).Exec("UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'gone' WHERE id = '" + scoped + "'")
		require.NoError(t, err)
		for _, path := range []string{"/v1/customers/" + id, "/v1/customers/" + bare, "/v1/settings", endpoint + whole, endpoint + scoped} {
			read := admin.Get(path)
			written := admin.Patch(path, read.Body, "If-Match", read.Header.Get("ETag"))
			written.Is(200)
			require.Equal(t, string(read.Body), string(written.Body))
			require.Equal(t, read.Header.Get("ETag"), written.Header.Get("ETag"))
			require.Equal(t, read.Header.Get("ETag"), admin.Get(path).Header.Get("ETag"))
		}
	})
}

// Members that change without the version may come back old, because the caller could not know (ADR 14). No other
// computed member may come back changed.
func TestEditWithOldComputedMembers(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		buyer := customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := placed(s.As(t, auth.Storefront), cart("BLOOM", line("on_hand", 1)))
		read := sales.Get(at(id))
		recustomer(t, s, buyer, object{"require_credit_card_payment": true})
		settings(t, s, object{"unpaid_card_orders": "block"})
		sales.Post(at(id, "email"), nil).Is(202)
		now := details(sales, id)
		moved := []string{"payment_indicator", "email_status", "updated_at", "allowed_actions"}
		for _, member := range moved {
			require.NotEqual(t, read.JSON().At(member).Any(), now.At(member).Any(), member)
		}
		require.Equal(t, read.JSON().At("version").Any(), now.At("version").Any())

		written := sales.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag")).Is(200)
		for _, member := range moved {
			require.Equal(t, now.At(member).Any(), written.At(member).Any(), "%s is what it is", member)
		}
		for member, v := range map[string]any{"status": "confirmed", "total": "0.01", "payment_status": "paid", "version": 9, "created_at": "2020-01-01T00:00:00Z", "external_reference": "mine"} {
			refused := sales.Patch(at(id), object{member: v}, "If-Match", read.Header.Get("ETag"))
			refused.Refused(422, "body_invalid")
			require.Equal(t, []string{"/" + member + " field_read_only"}, refused.Faults())
			why := refused.JSON().At("errors/0/detail").Text()
			require.Contains(t, why, map[string]string{
				"external_reference": "is set once, when the document is placed", "created_at": "is set once, when the document is placed",
				"status": "changes only by actions",
			}[member])
			computed := member == "total" || member == "payment_status" || member == "version"
			require.Equal(t, computed, strings.Contains(why, "computed by the service"), "the storefront's own reference is not computed")
		}
	})
}

// RFC 7396 for header and lines: absent keeps, null clears, objects merge, lines are matched by id, lists are replaced.
func TestMergePatch(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := placed(sales, full("BLOOM"))
		patch := func(body any) value {
			t.Helper()
			return sales.Patch(at(id), body, "If-Match", "*").Is(200)
		}
		o := details(sales, id)
		boxed, loose := o.At("lines/0/id").Text(), o.At("lines/1/id").Text()
		require.Equal(t, "99.88", o.At("subtotal").Text())
		require.Equal(t, []any{"7.69", "1.50"}, []any{o.At("taxes/0/amount").Any(), o.At("taxes/1/amount").Any()})

		o = patch(object{"carrier": nil, "po_number": "PO-2", "ship_to": object{"city": nil, "line1": "12 Market St"}})
		require.True(t, o.At("carrier").Null())
		require.Equal(t, "PO-2", o.At("po_number").Text())
		require.Equal(t, "Dock 4", o.At("notes").Text())
		require.Equal(t, "Cold store", o.At("ship_to/name").Text())
		require.Equal(t, "12 Market St", o.At("ship_to/line1").Text())
		require.True(t, o.At("ship_to/city").Null())
		require.True(t, patch(object{"ship_to": nil}).At("ship_to").Null())
		require.Equal(t, 3, details(sales, id).At("version").Int())

		o = patch(object{"lines": []object{{"id": loose, "unit_price": "0.3"}, {"id": boxed, "boxes": 2}, line("on_hand", 1)}})
		require.Equal(t, []string{loose, boxed}, o.At("lines").Each("id")[:2], "the order is the patch's")
		require.Equal(t, []string{"1", "2", "3"}, o.At("lines").Each("position"))
		require.Equal(t, []string{"7.50", "47.00", "23.50"}, o.At("lines").Each("amount"))
		require.Equal(t, []string{"25", "200", "100"}, o.At("lines").Each("quantity"))
		require.Equal(t, "No open blooms", o.At("lines/0/notes").Text())
		require.Equal(t, "95.66", o.At("total").Text(), "78.00 + 10.00, 7 % of it, and 1.50")
		added := o.At("lines/2/id").Text()

		o = patch(object{"lines": []object{{"id": boxed}, {"id": added, "boxes": nil, "units_per_box": nil, "box_type": nil, "units": 7}}})
		require.Equal(t, []string{boxed, added}, o.At("lines").Each("id"), "one that is not named is removed")
		require.True(t, o.At("lines/1/boxes").Null())
		require.Equal(t, 7, o.At("lines/1/quantity").Int())
		require.Equal(t, "0.2350", o.At("lines/0/unit_price").Text())
		o = patch(object{"lines": []object{{"id": strings.ToUpper(boxed), "units_per_box": 50}, {"id": added, "boxes": 1, "units_per_box": 10}}})
		require.Equal(t, []string{"100", "10"}, o.At("lines").Each("quantity"))

		read := details(sales, id).At("taxes").Any()
		require.Equal(t, read, patch(object{"taxes": read}).At("taxes").Any(), "a computed amount may come back as it was read")
		more := sales.Patch(at(id), object{"taxes": []object{{"name": "Sales tax", "rate": "7", "amount": "0.01"}}}, "If-Match", "*")
		more.Refused(422, "body_invalid")
		require.Equal(t, []string{"/taxes/0/amount field_conflict"}, more.Faults())

		o = patch(object{"charges": []object{{"code": "DISCOUNT", "amount": "-1.00"}}, "taxes": []object{}})
		require.Equal(t, []string{"DISCOUNT"}, o.At("charges").Each("code"))
		require.Empty(t, o.At("taxes").Items())
		require.Equal(t, "24.85", o.At("total").Text())
		require.Empty(t, patch(object{"charges": []object{}}).At("charges").Items())
		sales.Patch(at(id), object{"charges": nil}, "If-Match", "*").Refused(422, "body_invalid")

		fresh := place(sales, cart("BLOOM", but(line("on_hand", 2), object{"units_per_box": 50}), but(line("on_hand", 1), object{"units_per_box": 10, "box_type": nil})))
		for _, total := range []string{"total", "subtotal", "total_boxes", "total_fbe", "total_units"} {
			require.Equal(t, fresh.At(total).Any(), details(sales, id).At(total).Any(), "an edit's totals are those of a fresh placing")
		}
	})
}

// The timeline is in the order of versions, although the clock goes back between two changes.
func TestTimelineIsInTheOrderOfVersions(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		id := placed(s.As(t, auth.Sales), cart("BLOOM", line("on_hand", 1)))
		for i, moved := range []time.Duration{-time.Minute, -2 * time.Hour, 30 * time.Second, -20 * time.Minute} {
			s.Clock.Move(moved)
			s.As(t, auth.Sales).Patch(at(id), object{"carrier": strconv.Itoa(i)}, "If-Match", "*").Is(200)
		}
		confirm(s.As(t, auth.Sales), id)
		var versions []int
		for cursor := ""; ; {
			page := s.As(t, auth.Sales).Get(at(id, "events") + "?limit=2&cursor=" + cursor).Is(200)
			for _, e := range page.At("data").Items() {
				if !e.At("version").Null() {
					versions = append(versions, e.At("version").Int())
				}
			}
			if page.At("page/next_cursor").Null() {
				break
			}
			cursor = page.At("page/next_cursor").Text()
		}
		require.Equal(t, []int{1, 2, 3, 4, 5, 6}, versions)
		breaches, err := audit.Check(context.Background(), s.Store)
		require.NoError(t, err)
		require.Empty(t, breaches)
	})
}

// A sentence has room for the longest names: the line by its SKU, and the SKU before and after.
func TestSentenceOfLongNames(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		long := func(letter string) string { return strings.Repeat(letter, 100) }
		o := place(sales, cart("BLOOM", but(line("on_hand", 1), object{"sku": long("A")})))
		id := o.At("id").Text()
		sales.Patch(lineAt(id, o.At("lines/0/id").Text()), object{"sku": long("B")}, "If-Match", "*").Is(200)
		refused := sales.Patch(at(id), object{"carrier": "UPS"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.Contains(t, refused.At("changes/0/sentence").Text(), "SKU from "+long("A")+" to "+long("B"))
	})
}

// After large edits, a refused write still names every changed field with the newest values.
func TestLostUpdateAfterLargeEdits(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := placed(sales, cart("BLOOM", line("on_hand", 1)))
		for _, count := range []int{300, 100} { // every line is new
			lines := slices.Repeat([]object{line("on_hand", 1)}, count)
			sales.Patch(at(id), object{"lines": lines}, "If-Match", "*").Is(200)
		}
		late := sales.Patch(at(id), object{"carrier": "Prime"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		first, last := late.At("changes/0"), late.At("changes/1")
		require.Greater(t, len(last.At("fields").Texts()), 300)
		require.Equal(t, last.At("fields").Texts(), last.At("changes").Each("field"))
		require.Greater(t, len(first.At("fields").Texts()), 300)
		require.Len(t, first.At("changes").Items(), 500-len(last.At("changes").Items()))
	})
}

// A late edit gets the changes since its version: who, when and which fields.
func TestLostUpdate(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, cashier := s.As(t, auth.Sales), s.As(t, auth.Cashier)
		o := place(sales, cart("BLOOM", line("on_hand", 1)))
		id := o.At("id").Text()
		sales.Patch(at(id), object{"carrier": "Armellini", "lines": []object{{"id": o.At("lines/0/id").Text(), "boxes": 2}}}, "If-Match", `"v1"`).Is(200)
		pay(cashier, id, "5.00")

		late := sales.Patch(at(id), object{"carrier": "Prime"}, "If-Match", `"v1"`).Refused(412, "order_changed")
		require.Equal(t, 3, late.At("current_version").Int())
		require.Equal(t, []string{"2", "3"}, late.At("changes").Each("version"))
		require.Equal(t, []string{"sales@rosefields.example", "cashier@rosefields.example"}, late.At("changes").Each("actor/sub"))
		require.Equal(t, "Cashier Person", late.At("changes/1/actor/name").Text())
		require.Subset(t, late.At("changes/0/fields").Texts(), []string{"carrier", "subtotal", "total", "balance", "lines/" + o.At("lines/0/id").Text() + "/boxes"})
		require.Subset(t, late.At("changes/1/fields").Texts(), []string{"payment_status", "paid", "balance"})
		require.NotEmpty(t, late.At("changes/1/at").Text())
		require.Contains(t, late.At("changes/0/changes").Any(), object{"field": "carrier", "before": nil, "after": "Armellini"})
		require.Contains(t, late.At("changes/1/changes").Any(), object{"field": "paid", "before": "0.00", "after": "5.00"})
		for _, change := range late.At("changes").Items() {
			require.Equal(t, change.At("fields").Texts(), change.At("changes").Each("field"))
		}
		require.Equal(t, "Armellini", details(sales, id).At("carrier").Text())
		require.Len(t, sales.Patch(at(id), object{"carrier": "Prime"}, "If-Match", `"v2"`).Refused(412, "order_changed").At("changes").Items(), 1)
		sales.Patch(at(id), object{"carrier": "Prime"}, "If-Match", `"v1", "v3"`).Is(200)

		// The history has the values before and after, written in the same transaction.
		events := sales.Get(at(id, "events"), "X-Request-Id", "r").Is(200).At("data").Items()
		edited := events[1]
		require.Equal(t, "order.edited", edited.At("type").Text())
		changes := map[string][2]any{}
		for _, c := range edited.At("changes").Items() {
			changes[c.At("field").Text()] = [2]any{c.At("before").Any(), c.At("after").Any()}
		}
		require.Equal(t, [2]any{nil, "Armellini"}, changes["carrier"])
		require.Equal(t, [2]any{"23.50", "47.00"}, changes["total"])
		require.Equal(t, [2]any{1.0, 2.0}, changes["lines/"+o.At("lines/0/id").Text()+"/boxes"])
		require.NotContains(t, changes, "ship_date")
		require.NotEmpty(t, edited.At("request_id").Text())
		var versions []string
		for _, e := range events {
			if !e.At("version").Null() {
				versions = append(versions, e.At("version").String())
			}
		}
		require.Equal(t, []string{"1", "2", "3", "4"}, versions)
	})
}

// A read during writes gets header and lines of one version.
func TestReadsAreConsistent(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		o := place(sales, cart("BLOOM", line("on_hand", 1)))
		id, lineID := o.At("id").Text(), o.At("lines/0/id").Text()
		const edits = 60
		done := make(chan struct{})
		var refused []string // read after the writers have ended
		go func() {
			defer close(done)
			for n := range edits {
				a, err := sales.Persist("PATCH", at(id), object{"lines": []object{{"id": lineID, "boxes": n + 2}}}, "If-Match", "*")
				if err != nil || a.Status != 200 {
					refused = append(refused, fmt.Sprint(a.Status, err, string(a.Body)))
				}
			}
		}()
		met := map[int]bool{}
		for reading := true; reading; {
			select {
			case <-done:
				reading = false
			default:
			}
			read := details(sales, id)
			require.Equal(t, read.At("subtotal").Text(), read.At("lines/0/amount").Text())
			if reading {
				met[read.At("version").Int()] = true
			}
		}
		require.Empty(t, refused)
		require.Equal(t, 1+edits, details(sales, id).At("version").Int())
		require.Greater(t, len(met), 1, "nothing moved while it was read")
	})
}

// In a prebook, only the price of a checked-out line changes, a billed line is fixed, and a checked-out prebook gets no
// new lines and loses none.
func TestEditPrebook(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		o := place(admin, cart("BLOOM", line("k2k", 1), but(line("k2k", 2), object{"checked_out": true}), but(line("k2k", 3), object{"checked_out": true})))
		id, lines := o.At("id").Text(), o.At("lines").Each("id")
		admin.Post(at(id, "bill"), object{"line_ids": lines[2:]}).Is(201)
		all := func(changes ...object) []object {
			list := make([]object, len(lines))
			for i, l := range lines {
				list[i] = object{"id": l}
				if i < len(changes) && changes[i] != nil {
					list[i] = but(list[i], changes[i])
				}
			}
			return list
		}
		patch := func(lines []object) (int, []string) {
			a := admin.Patch(at(id), object{"lines": lines}, "If-Match", "*")
			if a.Status == 200 {
				return 200, nil
			}
			a.Refused(409, "line_not_editable")
			return a.Status, a.Faults()
		}
		ok := func(lines []object) {
			t.Helper()
			status, faults := patch(lines)
			require.Equal(t, 200, status, faults)
		}
		refused := func(pointer string, lines []object) {
			t.Helper()
			status, faults := patch(lines)
			require.Equal(t, 409, status)
			require.Equal(t, []string{pointer + " field_read_only"}, faults)
		}
		ok(all(object{"boxes": 9, "sku": "OTHER"}))
		ok(all(nil, object{"unit_price": "0.5"}))
		refused("/lines/1", all(nil, object{"boxes": 9}))
		refused("/lines/1", all(nil, object{"unit_price": "0.6", "notes": "x"}))
		refused("/lines/2", all(nil, nil, object{"unit_price": "0.5"}))
		refused("/lines", []object{{"id": lines[0]}, {"id": lines[2]}})
		ok(append(all(), line("future_sales", 1)))
		require.Equal(t, "draft", details(admin, id).At("status").Text())

		full := place(admin, cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}), but(line("k2k", 2), object{"checked_out": true})))
		id, lines = full.At("id").Text(), full.At("lines").Each("id")
		refused("/lines", append(all(), line("k2k", 1)))
		refused("/lines", all()[:1])
		ok(all(object{"unit_price": "1"}))
		require.Equal(t, "1.0000", details(admin, id).At("lines/0/unit_price").Text())
		require.Equal(t, "checked_out", details(admin, id).At("status").Text())
		admin.Patch(at(id), object{"ship_date": "2031-01-05"}, "If-Match", "*").Is(200)

		admin.Post(at(id, "bill"), nil).Is(201)
		admin.Patch(at(id), object{"carrier": "x"}, "If-Match", "*").Refused(409, "order_not_editable")
		confirmed := placed(admin, cart("BLOOM", line("on_hand", 1)))
		confirm(admin, confirmed)
		require.NotEmpty(t, admin.Patch(at(confirmed), object{"carrier": "x"}, "If-Match", "*").Refused(409, "order_not_editable").At("remedy").Text())
		require.False(t, allowed(details(admin, confirmed), order.Edit))
	})
}

// A dry run of any write gives the same answer as the write, is marked as a dry run, and changes nothing.
func TestDryRun(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		pending, draft := placed(admin, full("BLOOM")), placed(admin, but(full("BLOOM"), object{"checkout": false}))
		confirmed := placed(admin, cart("BLOOM", line("on_hand", 1)))
		confirm(admin, confirmed)
		pay(admin, confirmed, "5.00")
		prebook := placed(admin, cart("BLOOM", line("k2k", 1), but(line("k2k", 2), object{"checked_out": true})))
		money := object{"method": "card", "amount": "1.00", "reference": "ch_dry"}
		for _, c := range []struct {
			method, path string
			body         any
		}{
			{"POST", "/v1/orders", but(cart("BLOOM", line("on_hand", 1), line("k2k", 1)), object{"external_reference": "dry"})},
			{"PATCH", at(pending), object{"carrier": "Prime", "lines": []object{line("on_hand", 1)}}},
			{"POST", at(draft, "checkout"), nil}, {"POST", at(prebook, "checkout"), nil},
			{"POST", at(prebook, "bill"), nil}, {"POST", at(pending, "payments"), money}, {"POST", at(confirmed, "refunds"), but(money, object{"method": "cash"})},
			{"POST", at(pending, "email"), object{"message": "Hello"}},
			{"POST", "/v1/orders/confirm", object{"ids": []string{pending, draft}}},
			{"POST", "/v1/orders/confirm", object{"ids": []string{pending, draft}, "mode": "all_or_nothing"}},
			{"POST", at(pending, "confirm"), nil}, {"POST", at(confirmed, "void"), object{"reason": "Ordered twice"}},
		} {
			t.Run(c.method+" "+strings.NewReplacer(pending, "{pending}", draft, "{draft}", confirmed, "{confirmed}", prebook, "{prebook}").Replace(c.path), func(t *testing.T) {
				admin := s.As(t, auth.Admin)
				bodies := func() map[string]string {
					m := map[string]string{}
					for _, id := range []string{pending, draft, confirmed, prebook} {
						m[id] = string(admin.Get(at(id)).Body)
					}
					return m
				}
				before, rows := bodies(), s.Rows(t)
				headers := []string{}
				if c.method == "PATCH" {
					headers = append(headers, "If-Match", "*")
				}
				dry := admin.Do(c.method, c.path+"?dry_run=true", c.body, headers...)
				require.Less(t, dry.Status, 300, "%s", dry.Body)
				require.Equal(t, "true", dry.Header.Get("Dry-Run"))
				require.Empty(t, dry.Header.Get("Location"))
				require.Equal(t, rows, s.Rows(t), "nothing is written")
				require.Equal(t, before, bodies())
				wet := admin.Do(c.method, c.path, c.body, append(headers, "Idempotency-Key", uuid.NewString())...)
				require.Equal(t, dry.Status, wet.Status, "%s", wet.Body)
				require.Empty(t, wet.Header.Get("Dry-Run"))
				require.Equal(t, shapeOf(dry.JSON().Any()), shapeOf(wet.JSON().Any()), "the same schema")
			})
		}
		refused := admin.Do("POST", at(confirmed, "refunds")+"?dry_run=true", object{"method": "cash", "amount": "99.00"})
		refused.Refused(409, "refund_exceeds_paid")
		require.Equal(t, "true", refused.Header.Get("Dry-Run"))
		// The dry run has the next number.
		dry := admin.Do("POST", "/v1/orders?dry_run=true", cart("BLOOM", line("on_hand", 1))).Is(201).At("orders/0/number").Text()
		require.Equal(t, dry, place(admin, cart("BLOOM", line("on_hand", 1))).At("number").Text())
	})
}

// shapeOf replaces each value in a JSON value by its kind.
func shapeOf(v any) any {
	switch now := v.(type) {
	case map[string]any:
		shape := map[string]any{}
		for name, member := range now {
			shape[name] = shapeOf(member)
		}
		return shape
	case []any:
		shape := make([]any, len(now))
		for i, item := range now {
			shape[i] = shapeOf(item)
		}
		return shape
	case string:
		return "text"
	case float64:
		return "number"
	default:
		return v
	}
}
