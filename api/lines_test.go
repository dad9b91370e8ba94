package api_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// lineAt is the path of a line.
func lineAt(order, line string) string { return at(order, "lines/"+line) }

// Adding, changing and removing one line leaves the other lines as they are. Each is one edit: one version, one event.
func TestOneLine(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		o := place(sales, full("BLOOM"))
		id, before := o.At("id").Text(), o.At("lines").Each("id")

		changed := sales.Patch(lineAt(id, before[1]), object{"unit_price": "0.30", "notes": nil}, "If-Match", `"v1"`)
		one := changed.Is(200)
		require.Equal(t, `"v2"`, changed.Header.Get("ETag"))
		require.Equal(t, before, one.At("lines").Each("id"))
		require.Equal(t, o.At("lines/0").Any(), one.At("lines/0").Any())
		require.Equal(t, []any{"7.50", nil, "LOOSE"}, []any{one.At("lines/1/amount").Any(), one.At("lines/1/notes").Any(), one.At("lines/1/sku").Any()})
		require.Equal(t, "101.50", one.At("subtotal").Text())

		added := sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"sku": "LAST"}), "If-Match", `"v2"`)
		added.Is(201)
		last := added.JSON().At("lines/2/id").Text()
		require.Equal(t, lineAt(id, last), added.Header.Get("Location"))
		require.Equal(t, `"v3"`, added.Header.Get("ETag"))
		first := sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"sku": "FIRST", "position": 1}), "If-Match", `"v3"`).Is(201).At("lines/0/id").Text()
		middle := sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"sku": "MIDDLE", "position": 3}), "If-Match", `"v4"`)
		require.True(t, strings.HasSuffix(middle.Header.Get("Location"), "/"+middle.JSON().At("lines/2/id").Text()))
		end := sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"sku": "END", "position": 6}), "If-Match", `"v5"`).Is(201)
		require.Equal(t, []string{"FIRST", "ROSE", "MIDDLE", "LOOSE", "LAST", "END"}, end.At("lines").Each("sku"))
		require.Equal(t, []string{"1", "2", "3", "4", "5", "6"}, end.At("lines").Each("position"))

		gone := sales.Delete(lineAt(id, strings.ToUpper(first)), "If-Match", `"v6"`)
		require.Equal(t, []string{"ROSE", "MIDDLE", "LOOSE", "LAST", "END"}, gone.Is(200).At("lines").Each("sku"))
		require.Equal(t, []string{"1", "2", "3", "4", "5"}, gone.JSON().At("lines").Each("position"))
		require.Equal(t, string(gone.Body), string(sales.Get(at(id)).Body))
		sales.Delete(lineAt(id, first), "If-Match", "*").Refused(404, "line_not_found")

		require.Equal(t, []string{"order.placed", "order.edited", "order.edited", "order.edited", "order.edited", "order.edited", "order.edited"}, timeline(sales, id))
		require.Equal(t, 7, gone.JSON().At("version").Int())
	})
}

// A line endpoint does what an edit of all lines does, in answer, rows, event and refusal.
func TestOneLineIsAnEdit(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		admin := s.As(t, auth.Admin)
		out := but(line("k2k", 2), object{"checked_out": true})
		carts := map[string]object{
			"order": full("BLOOM"), "one line": cart("BLOOM", line("on_hand", 1)), "confirmed": cart("BLOOM", line("on_hand", 1), line("on_hand", 2)),
			"discounted": but(cart("BLOOM", line("on_hand", 1), line("on_hand", 1)), object{"charges": []object{{"amount": "-40.00"}}}),
			"prebook":    cart("BLOOM", line("k2k", 1), out, line("k2k", 3)), "partly out": cart("BLOOM", line("k2k", 1), out), "checked out": cart("BLOOM", out, out),
			"billed partly": cart("BLOOM", line("k2k", 1), out),
		}
		asks := map[string]object{
			"price": {"unit_price": "0.5"}, "boxes": {"boxes": 9}, "same": {}, "loose": {"boxes": nil, "units_per_box": nil, "box_type": nil, "units": 7},
			"wrong": {"boxes": 0, "unit_price": "1.00001", "sku": 7}, "source": {"source": "future_sales"}, "blank": {"sku": nil, "description": nil},
			"large": {"unit_price": "999999999999.0000"}, "computed": {"amount": "1.00", "status": "billed"},
		}
		news := map[string]object{"on hand": line("on_hand", 1), "k2k": line("k2k", 1), "no source": but(line("k2k", 1), object{"source": nil}), "bare": {}, "wrong": {"sku": 7, "boxes": 1}}
		seen := map[int]int{}
		for name, c := range carts {
			o := place(admin, c)
			id, ids := o.At("id").Text(), o.At("lines").Each("id")
			switch name {
			case "confirmed":
				confirm(admin, id)
			case "billed partly":
				admin.Post(at(id, "bill"), nil).Is(201)
			}
			version := details(admin, id).At("version").Int()
			// compare sends an edit of one line and the same edit of all lines, each as a dry run.
			compare := func(what string, index int, one servicetest.Answer, lines []object) {
				t.Helper()
				all := admin.Patch(at(id)+"?dry_run=true", object{"lines": lines}, "If-Match", "*")
				require.Equal(t, all.Status, map[bool]int{true: 200, false: one.Status}[one.Status == 201], "%s: %s\n%s\n%s", name, what, all.Body, one.Body)
				seen[one.Status]++
				if all.Status == 200 {
					require.JSONEq(t, anyIDs(all.Body), anyIDs(one.Body), "%s: %s", name, what)
					return
				}
				a, b := all.JSON(), one.JSON()
				require.Equal(t, a.At("code").Any(), b.At("code").Any(), "%s: %s", name, what)
				require.Equal(t, a.At("detail").Any(), b.At("detail").Any(), "%s: %s", name, what)
				var want []string
				for _, f := range all.Faults() {
					pointer, code, _ := strings.Cut(f, " ")
					pointer = strings.TrimPrefix(pointer, fmt.Sprintf("/lines/%d", index))
					if pointer == "/lines" {
						pointer = ""
					}
					want = append(want, pointer+" "+code)
				}
				require.ElementsMatch(t, want, one.Faults(), "%s: %s", name, what)
			}
			for index := range min(3, len(ids)) {
				kept := make([]object, len(ids))
				for i := range ids {
					kept[i] = object{"id": ids[i]}
				}
				for what, ask := range asks {
					lines := slices.Clone(kept)
					lines[index] = object{"id": ids[index]}
					maps.Copy(lines[index], ask)
					compare(what, index, admin.Patch(lineAt(id, ids[index])+"?dry_run=true", ask, "If-Match", "*"), lines)
				}
				if len(ids) > 1 { // the rule of an empty order is checked below
					compare("remove", -1, admin.Delete(lineAt(id, ids[index])+"?dry_run=true", "If-Match", "*"), slices.Delete(slices.Clone(kept), index, index+1))
				}
				for what, ask := range news {
					compare("add "+what, index, admin.Post(at(id, "lines")+"?dry_run=true", but(ask, object{"position": index + 1}), "If-Match", "*"), slices.Insert(slices.Clone(kept), index, ask))
				}
			}
			require.Equal(t, version, details(admin, id).At("version").Int(), "a dry run keeps nothing")
		}
		for _, status := range []int{200, 201, 409, 422} {
			require.Greater(t, seen[status], 8, "%d: %v", status, seen)
		}
	})
}

var ownIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`)

// anyIDs is an answer without the ids and times, which differ in each run.
func anyIDs(body []byte) string { return ownIDs.ReplaceAllString(string(body), "own") }

// What the line endpoints refuse on their own.
func TestOneLineRefusals(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, shop := s.As(t, auth.Sales), s.As(t, auth.Storefront)
		o, other := place(sales, cart("BLOOM", line("on_hand", 1), line("on_hand", 2))), place(sales, cart("BLOOM", line("on_hand", 3)))
		id, number, one := o.At("id").Text(), o.At("number").Text(), o.At("lines/0/id").Text()
		foreign := other.At("lines/0/id").Text()

		for _, stranger := range []string{foreign, uuid.NewString()} {
			for _, refused := range []servicetest.Answer{
				sales.Patch(lineAt(id, stranger), object{"boxes": 0}, "If-Match", "*"), sales.Delete(lineAt(id, stranger), "If-Match", "*"),
			} {
				require.Equal(t, "Order "+number+" has no line "+stranger+".", refused.Refused(404, "line_not_found").At("detail").Text())
			}
		}
		for _, malformed := range []string{"7", "not-a-uuid", "{" + one + "}", "%00", "'%20OR%20'1'='1"} {
			sales.Patch(lineAt(id, malformed), object{}, "If-Match", "*").Refused(404, "line_not_found")
			sales.Delete(lineAt(id, malformed), "If-Match", "*").Refused(404, "line_not_found")
		}

		// Without a version 428, with an old one 412 and what changed, also if the line is gone.
		for _, send := range []func(...string) servicetest.Answer{
			func(h ...string) servicetest.Answer { return sales.Post(at(id, "lines"), line("on_hand", 1), h...) },
			func(h ...string) servicetest.Answer { return sales.Patch(lineAt(id, one), object{"boxes": 2}, h...) },
			func(h ...string) servicetest.Answer { return sales.Delete(lineAt(id, one), h...) },
		} {
			send().Refused(428, "if_match_required")
			send("If-Match", `"v7"`).Refused(412, "order_changed")
		}
		for _, path := range []string{at(uuid.NewString(), "lines"), at("7", "lines")} {
			sales.Post(path, line("on_hand", 1)).Refused(404, "order_not_found")
		}

		faults := func(a servicetest.Answer, want ...string) {
			t.Helper()
			a.Refused(422, "body_invalid")
			require.Equal(t, want, a.Faults())
		}
		faults(sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"position": 4}), "If-Match", "*"), "/position field_invalid")
		faults(sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"position": 0}), "If-Match", "*"), "/position field_out_of_range")
		faults(sales.Post(at(id, "lines"), but(line("on_hand", 1), object{"id": one}), "If-Match", "*"), "/id field_unknown")
		faults(sales.Post(at(id, "lines"), object{"sku": "X"}, "If-Match", "*"), "/boxes field_required", "/unit_price field_required")
		faults(sales.Patch(lineAt(id, one), object{"id": foreign, "position": 2, "amount": "1.00"}, "If-Match", "*"), "/id field_read_only", "/position field_read_only", "/amount field_read_only")
		faults(sales.Delete(lineAt(other.At("id").Text(), foreign), "If-Match", "*"), " field_out_of_range")
		sales.Do("DELETE", lineAt(id, one), object{"force": true}, "If-Match", "*").Refused(422, "body_invalid")
		require.Equal(t, 1, details(sales, id).At("version").Int())

		// A line may be sent back as it was read.
		read := sales.Get(at(id))
		back := sales.Patch(lineAt(id, one), read.JSON().At("lines/0").Any(), "If-Match", read.Header.Get("ETag"))
		back.Is(200)
		require.Equal(t, string(read.Body), string(back.Body))
		require.Equal(t, read.Header.Get("ETag"), back.Header.Get("ETag"))

		full := place(sales, cart("BLOOM", slices.Repeat([]object{line("on_hand", 1)}, 500)...)).At("id").Text()
		faults(sales.Post(at(full, "lines"), line("on_hand", 1), "If-Match", "*"), " field_too_long")

		// A storefront edits the lines of its drafts.
		cartInProgress := place(shop, but(cart("BLOOM", line("on_hand", 1)), object{"checkout": false}))
		draft := cartInProgress.At("id").Text()
		added := shop.Post(at(draft, "lines"), line("on_hand", 4), "If-Match", `"v1"`).Is(201)
		shop.Patch(lineAt(draft, added.At("lines/1/id").Text()), object{"boxes": 1}, "If-Match", `"v2"`).Is(200)
		shop.Delete(lineAt(draft, added.At("lines/0/id").Text()), "If-Match", `"v3"`).Is(200)
		shop.Post(at(draft, "checkout"), nil).Is(200)
		shop.Post(at(draft, "lines"), line("on_hand", 1), "If-Match", "*").Refused(403, "role_not_allowed")
		shop.Delete(lineAt(id, one), "If-Match", "*").Refused(404, "order_not_found")
	})
}

// The last open line of a prebook goes, and the prebook is checked out, as in an edit.
func TestRemovingTheLastOpenLineChecksOut(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		o := place(sales, cart("BLOOM", line("k2k", 1), but(line("k2k", 2), object{"checked_out": true})))
		id := o.At("id").Text()
		gone := sales.Delete(lineAt(id, o.At("lines/0/id").Text()), "If-Match", `"v1"`).Is(200)
		require.Equal(t, []any{"checked_out", 3}, []any{gone.At("status").Any(), gone.At("version").Int()})
		refused := sales.Delete(lineAt(id, o.At("lines/1/id").Text()), "If-Match", "*")
		refused.Refused(422, "body_invalid")
	})
}
