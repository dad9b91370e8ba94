package api_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Tests of text that people type. Each test covers one kind of text with its own values.

// numbersOf returns the numbers of a list of orders.
func numbersOf(t *testing.T, c *client, filter string) []string {
	t.Helper()
	return c.Get("/v1/orders?sort=number&" + filter).Is(200).At("data").Each("number")
}

// Both encodings of a text are the same text. Two customers cannot have the same code, and a search finds it in either encoding.
func TestOneTextInTwoEncodings(t *testing.T) {
	const composed, taken = "PET\u00dcNIA", "petu\u0308nia" // Ü as one character, and as u with a diaeresis
	quietly(t, func(t *testing.T, s *service) {
		admin, shop := s.As(t, auth.Admin), s.As(t, auth.Storefront)
		first := admin.Post("/v1/customers", object{"code": composed, "name": "Vivero Mun\u0303oz", "salesperson": object{"name": "Zoe\u0308", "email": "zo\u00eb@rosefields.example"}}).Is(201)
		require.Equal(t, []string{"Vivero Mu\u00f1oz", "Zo\u00eb"}, []string{first.At("name").Text(), first.At("salesperson/name").Text()})
		admin.Post("/v1/customers", object{"code": taken, "name": "Another"}).Refused(409, "customer_code_taken")
		admin.Post("/v1/customers", object{"code": strings.ToLower(composed), "name": "Another"}).Refused(409, "customer_code_taken")
		other := admin.Post("/v1/customers", object{"code": "PETUNIA", "name": "Without the diaeresis"}).Is(201)
		admin.Patch("/v1/customers/"+other.At("id").Text(), object{"code": taken}, "If-Match", "*").Refused(409, "customer_code_taken")

		number := place(shop, but(cart(taken, line("on_hand", 1)), object{"external_reference": "ca\u0301rt", "po_number": "n\u00ba e\u0301"})).At("number").Text()
		shop.Post("/v1/orders", but(cart(composed, line("on_hand", 1)), object{"external_reference": "c\u00e1rt"})).Refused(409, "external_reference_taken")
		sales := s.As(t, auth.Sales)
		for _, filter := range []string{"customer_code=" + taken, "customer_code=" + composed, "external_reference=ca\u0301rt", "external_reference=c\u00e1rt",
			"q=vivero mun\u0303", "q=VIVERO MU\u00d1", "q=vivero mun", "q=petu\u0308", "q=PETU", "q=cart", "q=n\u00ba e", "salesperson=zoe\u0308@rosefields.example"} {
			name, v, _ := strings.Cut(filter, "=")
			require.Equal(t, []string{number}, numbersOf(t, sales, name+"="+url.QueryEscape(v)), filter)
		}
		require.Equal(t, []string{composed, "PETUNIA"}, admin.Get("/v1/customers?q=petun").Is(200).At("data").Each("code"))
		require.Equal(t, []string{composed}, admin.Get("/v1/customers?code="+url.QueryEscape(taken)).Is(200).At("data").Each("code"))

		settings := admin.Patch("/v1/settings", object{"letterhead": object{"name": "Rosefields e\u0301\n", "address": "R\u00faa 1\r\nPorto\re"}}, "If-Match", "*").Is(200)
		require.Equal(t, "Rosefields \u00e9", settings.At("letterhead/name").Text())
		require.Equal(t, "R\u00faa 1\nPorto\ne", settings.At("letterhead/address").Text())
	})
}

// Spaces around the text of a search do not count. Spaces alone find everything.
func TestSearchIgnoresSpacesAround(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		for _, code := range []string{"BLOOM", "PETAL"} {
			admin.Post("/v1/customers", object{"code": code, "name": code}).Is(201)
			confirm(admin, placed(admin, cart(code, line("on_hand", 1))))
		}
		for path, code := range map[string]string{"/v1/customers": "code", "/v1/orders": "customer/code", "/v1/invoices": "customer/code"} {
			require.Equal(t, []string{"BLOOM"}, admin.Get(path+"?q=%20%20bloom%20").Is(200).At("data").Each(code), path)
			require.Len(t, admin.Get(path+"?q=%20").Is(200).At("data").Each(code), 2, path)
		}
	})
}

// A search for marks or signs alone finds nothing in every list. Only a search for nothing finds everything.
func TestSearchWithoutLetters(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		admin.Post("/v1/customers", object{"code": "BLOOM", "name": "Bloom"}).Is(201)
		order := placed(admin, cart("BLOOM", line("on_hand", 1)))
		confirm(admin, order)
		admin.Post(at(order, "void"), object{"reason": "Twice"}).Is(200)
		for _, list := range []string{"orders", "order-lines", "customers", "invoices", "credit-notes"} {
			for _, typed := range []string{"\u0301", "\u0308\u0301", "\ufe0f", "\u200d", "\u3164", "%", "_"} {
				require.Empty(t, admin.Get("/v1/"+list+"?q="+url.QueryEscape(typed)).Is(200).At("data").Each("id"), "%s?q=%q", list, typed)
			}
			for _, typed := range []string{"", " ", "\u200b"} { // a zero-width space is removed
				require.NotEmpty(t, admin.Get("/v1/"+list+"?q="+url.QueryEscape(typed)).Is(200).At("data").Each("id"), "%s?q=%q", list, typed)
			}
		}
	})
}

// Nobody sees the spaces around a code or a reference, so they make no other one. Filters find what was stored.
func TestSpacesAroundALine(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin, sales := s.As(t, auth.Admin), s.As(t, auth.Sales)
		peony := admin.Post("/v1/customers", object{"code": " PEONY\u00a0", "name": "\u3000芍薬 花店 ", "emails": []string{" ann@peony.example\r\n"}}).Is(201)
		require.Equal(t, []string{"PEONY", "芍薬 花店", "ann@peony.example"}, []string{peony.At("code").Text(), peony.At("name").Text(), peony.At("emails/0").Text()})
		admin.Post("/v1/customers", object{"code": "peony ", "name": "Another"}).Refused(409, "customer_code_taken")
		o := place(sales, but(cart(" PEONY", line("on_hand", 1)), object{"external_reference": " web 7\u2003", "po_number": "   "}))
		require.True(t, o.At("po_number").Null())
		sales.Post("/v1/orders", but(cart("PEONY", line("on_hand", 1)), object{"external_reference": "web 7"})).Refused(409, "external_reference_taken")
		for _, filter := range []string{"external_reference=+web+7", "external_reference=web+7%E2%80%83", "customer_code=+peony+", "q=+web+"} {
			require.Equal(t, []string{o.At("number").Text()}, numbersOf(t, sales, filter), filter)
		}
		paid := func(reference string) servicetest.Answer {
			return sales.Post(at(o.At("id").Text(), "payments"), object{"method": "card", "amount": "1.00", "reference": reference})
		}
		paid("ch_1 ").Is(201)
		paid(" ch_1").Is(200)
		set := settings(t, s, object{"tax_id": " 59-1 ", "invoice_number_prefix": " R/\r\n", "credit_note_number_prefix": "C-\n"})
		require.Equal(t, []string{"59-1", "R/", "C-"}, []string{set.At("tax_id").Text(), set.At("invoice_number_prefix").Text(), set.At("credit_note_number_prefix").Text()})
		require.Equal(t, "  two\n", admin.Patch(at(o.At("id").Text()), object{"notes": "  two\r\n"}, "If-Match", "*").Is(200).At("notes").Text(), "a text of several lines keeps its spaces")
	})
}

// E-mail addresses are found in any letter case, on both databases alike. Letters beyond ASCII
// are found as they are stored, and if all of them are in one case.
func TestAddressesIgnoreCase(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		code := admin.Post("/v1/customers", object{"code": "TULIP", "name": "Tulip", "emails": []string{"Łucja@Kwiaty.example"},
			"salesperson": object{"name": "Émile", "email": "Émile.Ünal@Rosefields.example"}}).Is(201).At("code").Text()
		number := place(admin, cart(code, line("on_hand", 1))).At("number").Text()
		for _, typed := range []string{"Émile.Ünal@Rosefields.example", "émile.ünal@ROSEFIELDS.EXAMPLE", "E\u0301mile.U\u0308nal@rosefields.example"} {
			require.Equal(t, []string{number}, numbersOf(t, admin, "salesperson="+url.QueryEscape(typed)), typed)
			require.Equal(t, []string{number}, numbersOf(t, admin, "status=pending&kind=order,prebook&q=tulip&salesperson="+url.QueryEscape(typed)), typed)
		}
		require.Equal(t, []string{"Émile.Ünal@rosefields.example"}, admin.Get("/v1/orders?include=facets").Is(200).At("page/facets/salesperson/values").Each("value"))
		for _, typed := range []string{"Łucja@Kwiaty.example", "ŁUCJA@KWIATY.EXAMPLE", " Łucja@kwiaty.example"} {
			require.Equal(t, []string{code}, admin.Get("/v1/customers?email="+url.QueryEscape(typed)).Is(200).At("data").Each("code"), typed)
		}
	})
}

// Words are found and sorted without accents and case.
func TestSearchIgnoresAccents(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin, sales := s.As(t, auth.Admin), s.As(t, auth.Sales)
		for code, name := range map[string]string{"N1": "Øster Blomster", "N2": "Ángeles Jardín", "N3": "ärmel & Co", "N4": "Żurek", "N5": "Zebra", "N6": "Azalea", "N7": "Straße 9"} {
			admin.Post("/v1/customers", object{"code": code, "name": name}).Is(201)
			place(sales, cart(code, line("on_hand", 1)))
		}
		names := []string{"Ángeles Jardín", "ärmel & Co", "Azalea", "Øster Blomster", "Straße 9", "Zebra", "Żurek"}
		require.Equal(t, names, sales.Get("/v1/orders?sort=customer").Is(200).At("data").Each("customer/name"))
		require.Equal(t, names, sales.Get("/v1/customers").Is(200).At("data").Each("name"))
		for typed, name := range map[string]string{"angeles": "Ángeles Jardín", "OSTER": "Øster Blomster", "zurek": "Żurek", "strasse": "Straße 9", "ARMEL": "ärmel & Co", "ÁZÀL": "Azalea"} {
			require.Equal(t, []string{name}, sales.Get("/v1/orders?q="+url.QueryEscape(typed)).Is(200).At("data").Each("customer/name"), typed)
			require.Equal(t, []string{name}, sales.Get("/v1/customers?q="+url.QueryEscape(typed)).Is(200).At("data").Each("name"), typed)
		}
		walked, next := []string{}, "/v1/orders?sort=customer&limit=2"
		for next != "" {
			page := sales.Get(next).Is(200)
			walked, next = append(walked, page.At("data").Each("customer/name")...), ""
			if cursor := page.At("page/next_cursor"); !cursor.Null() {
				next = "/v1/orders?sort=customer&limit=2&cursor=" + cursor.Text()
			}
		}
		require.Equal(t, names, walked)
	})
}

// A harmful text gets a documented problem, or is stored in its canonical form.
func TestHarmfulTexts(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		create := func(body any) (int, string) {
			a := admin.Post("/v1/customers", body)
			if a.Status == 201 {
				return a.Status, a.JSON().At("code").Text()
			}
			return a.Status, a.JSON().At("code").Text()
		}
		for name, c := range map[string]struct {
			body   any
			status int
			code   string
		}{
			"half a surrogate":          {`{"code":"\ud83d","name":"x"}`, 400, "json_malformed"},
			"the halves swapped":        {`{"code":"\udc90\ud83d","name":"x"}`, 400, "json_malformed"},
			"a lone combining accent":   {object{"code": "\u0301", "name": "x"}, 201, "\u0301"},
			"zero-width characters":     {object{"code": "\u200b\u2060\ufeff", "name": "x"}, 422, "body_invalid"},
			"a soft hyphen for a name":  {object{"code": "SOFT", "name": "\u00ad"}, 422, "body_invalid"},
			"tags of a flag alone":      {object{"code": "\U000e0067", "name": "x"}, 422, "body_invalid"},
			"60 kB of accents":          {object{"code": "o" + strings.Repeat("\u0308", 30_000), "name": "x"}, 422, "body_invalid"},
			"as many as fit":            {object{"code": "FITS", "name": "o" + strings.Repeat("\u0323\u0308", 80)}, 201, "FITS"},
			"letters that become many":  {object{"code": "LIGATURE", "name": strings.Repeat("\ufdfa", 200)}, 201, "LIGATURE"},
			"letters of four bytes":     {object{"code": "EMOJI", "name": strings.Repeat("💐", 200)}, 201, "EMOJI"},
			"letters that JSON escapes": {object{"code": "ANGLES", "name": strings.Repeat("<", 200)}, 201, "ANGLES"},
			"U+FFFF":                    {object{"code": "\uffff", "name": "x"}, 201, "\uffff"},
		} {
			status, code := create(c.body)
			require.Equal(t, c.status, status, name)
			require.Equal(t, c.code, code, name)
		}
		// No code looks like another one.
		for _, code := range []string{"FI\u200bTS", "FI\u00adTS", "FITS\u202e", "F\u0406TS"} { // the last has a Cyrillic І
			refused := admin.Post("/v1/customers", object{"code": code, "name": "looks like FITS"}).Refused(422, "body_invalid")
			require.Equal(t, []string{"/code", "field_invalid"}, []string{refused.At("errors/0/pointer").Text(), refused.At("errors/0/code").Text()}, "%+q", code)
		}
		fits := admin.Get("/v1/customers?code=FI%E2%80%8BTS").Is(200).At("data/0")
		admin.Patch("/v1/customers/"+fits.At("id").Text(), object{"code": "F\u0406TS"}, "If-Match", `"v1"`).Refused(422, "body_invalid")
		edited := admin.Patch("/v1/customers/"+fits.At("id").Text(), object{"code": "FITS", "name": "Pay \u202eDSU\u202c no\u200bw"}, "If-Match", `"v1"`).Is(200)
		require.Equal(t, "Pay DSU now", edited.At("name").Text(), "texts are cleaned")
		admin.Get("/v1/customers?q=%ED%A0%80").Refused(400, "parameter_invalid")
		admin.Get("/v1/customers?q=%CC%81").Is(200)

		// The cursor of each page leads to the next one.
		seen, next := 0, "/v1/customers?limit=1"
		for next != "" {
			page := admin.Get(next).Is(200)
			seen, next = seen+len(page.At("data").Items()), ""
			if cursor := page.At("page/next_cursor"); !cursor.Null() {
				next = "/v1/customers?limit=1&cursor=" + cursor.Text()
			}
		}
		require.Equal(t, 6, seen)
	})
}

// Windows, old Macs and copied cells use other line ends. All of them are accepted.
func TestLineEnds(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		o := place(sales, but(cart("BLOOM\r\n", but(line("on_hand", 1), object{"sku": "ROSE\n", "notes": "wet\r\npack"})), object{
			"notes": "Gate 4\r\nafter nine", "internal_notes": "a\rb\n", "po_number": "PO-9\r\n", "carrier": "Armellini\n\n",
			"ship_to": object{"name": "Cold room\r", "line1": "Dock 2\r\nDoor 3"}, "charges": []object{{"code": "FREIGHT\n", "description": "Freight\rto the dock", "amount": "2.00"}},
		}))
		d := details(sales, o.At("id").Text())
		for path, want := range map[string]string{
			"notes": "Gate 4\nafter nine", "internal_notes": "a\nb\n", "po_number": "PO-9", "carrier": "Armellini", "ship_to/name": "Cold room",
			"ship_to/line1": "Dock 2\nDoor 3", "lines/0/sku": "ROSE", "lines/0/notes": "wet\npack", "charges/0/code": "FREIGHT", "charges/0/description": "Freight\nto the dock", "charges/0/amount": "2.00",
		} {
			require.Equal(t, want, d.At(path).Text(), path)
		}
		id := o.At("id").Text()
		require.Equal(t, "Ring\ntwice", sales.Patch(at(id), object{"notes": "Ring\r\ntwice"}, "If-Match", "*").Is(200).At("notes").Text())
		paid := sales.Post(at(id, "payments"), object{"method": "check", "amount": "1.00", "reference": "no 7\r\n", "notes": "two\r\nchecks"}).Is(201)
		require.Equal(t, []string{"no 7", "two\nchecks"}, []string{paid.At("payments/0/reference").Text(), paid.At("payments/0/notes").Text()})
		settings(t, s, object{"email_recipients": "any"})
		sales.Post(at(id, "email"), object{"to": []string{"ann@bloom.example\r\n"}, "subject": "Your order\n", "message": "Hello\r\nBye"}).Is(202)
		require.Equal(t, "Twice\nordered", sales.Post(at(id, "void"), object{"reason": "Twice\r\nordered"}).Is(200).At("order/void/reason").Text())
		sales.Post("/v1/orders", but(cart("BLOOM", line("on_hand", 1)), object{"carrier": "two\r\nlines"})).Refused(422, "body_invalid")
	})
}

// Every list parameter refuses an empty item and too many items, by one rule.
func TestListParameters(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "IRIS")
		customer(t, s, "LILY")
		sales := s.As(t, auth.Sales)
		var refs []string
		for _, ref := range []string{"a", "b", "a,b", `a\b`, " c"} {
			refs = append(refs, strings.TrimSpace(ref))
			place(sales, but(cart(map[bool]string{true: "IRIS", false: "LILY"}[len(refs)%2 == 0], line("on_hand", 1)), object{"external_reference": ref}))
		}
		for query, want := range map[string][]string{
			"external_reference=a":                                           {"a"},
			"external_reference=a,b":                                         {"a", "b"},
			"external_reference=a%2Cb":                                       {"a", "b"},
			"external_reference=+a+,%09b++":                                  {"a", "b"},
			"external_reference=+c":                                          {"c"},
			`external_reference=a%5C,b`:                                      {"a,b"},
			`external_reference=a%5C,b,+b`:                                   {"b", "a,b"},
			`external_reference=a%5Cb`:                                       {`a\b`},
			`external_reference=a%5C%5Cb`:                                    {`a\b`},
			"external_reference=a&external_reference=b":                      {"a", "b"},
			"customer_code=iris,+LILY&status=pending,+draft&origin=phone+,W": refs,
			"customer_code=iris":                                             {"b", `a\b`},
			"customer_code=%E2%80%83IRIS":                                    {"b", `a\b`},
		} {
			require.Equal(t, want, sales.Get("/v1/orders?sort=number&"+query).Is(200).At("data").Each("external_reference"), query)
		}
		// The same rule holds for every list parameter of every list.
		tried := 0
		for _, r := range api.Routes() {
			if r.Query == nil || strings.Contains(r.Path, "{") {
				continue
			}
			for _, name := range listParameters(r.Query) {
				tried++
				for _, bad := range []string{"", ",", ",,,", "+,+", "x,", ",x", strings.Repeat("x,", 499) + "x"} {
					a := sales.Get(r.Path + "?" + name + "=" + bad)
					a.Refused(400, "parameter_invalid")
					require.True(t, strings.HasPrefix(a.Faults()[0], name+" "), a.Faults())
				}
			}
		}
		require.Greater(t, tried, 15)
	})
}

// listParameters returns the names of the parameters that take a list.
func listParameters(query any) []string {
	var names []string
	for _, f := range api.Reader().QueryShape(reflect.TypeOf(query)).Fields {
		if f.Shape.Kind == strictjson.List {
			names = append(names, f.Name)
		}
	}
	return names
}
