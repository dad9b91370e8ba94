package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

// many returns n lines.
func many(n int) []object {
	lines := make([]object, n)
	for i := range lines {
		lines[i] = line("on_hand", 1)
	}
	return lines
}

// Each bad cart gets a documented problem that names every fault, and nothing is written.
func TestBadCarts(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		id := customer(t, s, "BLOOM")
		foreign := foreignCustomer(t, s)
		good := cart("BLOOM", line("on_hand", 1))
		with := func(changes object) object { return but(good, changes) }
		lined := func(changes object) object {
			return but(good, object{"lines": []object{but(line("on_hand", 1), changes)}})
		}
		s.As(t, auth.Storefront).Post("/v1/orders", with(object{"external_reference": "taken"}), "Idempotency-Key", "first").Is(201)
		for name, c := range map[string]struct {
			body   any
			faults []string // empty if status and code are enough
			status int
			code   string
		}{
			"no lines":                       {body: with(object{"lines": []object{}}), faults: []string{"/lines field_required"}},
			"lines missing":                  {body: with(object{"lines": nil}), faults: []string{"/lines field_required"}},
			"501 lines":                      {body: with(object{"lines": many(501)}), faults: []string{"/lines field_too_long"}},
			"negative price":                 {body: lined(object{"unit_price": "-0.01"}), faults: []string{"/lines/0/unit_price field_out_of_range"}},
			"huge price":                     {body: lined(object{"unit_price": "100000000"}), faults: []string{"/lines/0/unit_price field_out_of_range"}},
			"very huge price":                {body: lined(object{"unit_price": "99999999999999999999"}), faults: []string{"/lines/0/unit_price field_out_of_range"}},
			"five decimals":                  {body: lined(object{"unit_price": "0.23505"}), faults: []string{"/lines/0/unit_price decimals_too_many"}},
			"price a number":                 {body: lined(object{"unit_price": 0.235}), faults: []string{"/lines/0/unit_price field_type"}},
			"price in exponents":             {body: lined(object{"unit_price": "1e3"}), faults: []string{"/lines/0/unit_price field_invalid"}},
			"NaN":                            {body: lined(object{"unit_price": "NaN"}), faults: []string{"/lines/0/unit_price field_invalid"}},
			"Infinity":                       {body: lined(object{"unit_price": "Infinity"}), faults: []string{"/lines/0/unit_price field_invalid"}},
			"no price":                       {body: lined(object{"unit_price": nil}), faults: []string{"/lines/0/unit_price field_required"}},
			"zero boxes":                     {body: lined(object{"boxes": 0}), faults: []string{"/lines/0/boxes field_out_of_range"}},
			"negative boxes":                 {body: lined(object{"boxes": -1}), faults: []string{"/lines/0/boxes field_out_of_range"}},
			"half a box":                     {body: lined(object{"boxes": 0.5}), faults: []string{"/lines/0/boxes field_type"}},
			"boxes beyond int64":             {body: strings.Replace(text(t, good), `"boxes":1`, `"boxes":99999999999999999999`, 1), faults: []string{"/lines/0/boxes field_out_of_range"}},
			"boxes in words":                 {body: lined(object{"boxes": "1"}), faults: []string{"/lines/0/boxes field_type"}},
			"boxes without a pack":           {body: lined(object{"units_per_box": nil}), faults: []string{"/lines/0/units_per_box field_required"}},
			"a pack without boxes":           {body: lined(object{"boxes": nil}), faults: []string{"/lines/0/boxes field_required"}},
			"no quantity":                    {body: lined(object{"boxes": nil, "units_per_box": nil}), faults: []string{"/lines/0/boxes field_required"}},
			"units and boxes both":           {body: lined(object{"units": 100}), faults: []string{"/lines/0/units field_conflict"}},
			"quantity x price too large":     {body: lined(object{"boxes": 1_000_000, "units_per_box": 1_000_000, "unit_price": "99999999.9999"}), faults: []string{"/lines/0/unit_price amount_too_large"}},
			"a total too large":              {body: with(object{"lines": slices.Repeat([]object{but(line("on_hand", 1), object{"boxes": 100_000, "units_per_box": 1000, "unit_price": "90000"})}, 2)}), faults: []string{"/lines amount_too_large"}},
			"no goods":                       {body: lined(object{"sku": "", "description": nil}), faults: []string{"/lines/0/sku field_required"}},
			"source moon":                    {body: lined(object{"source": "moon"}), faults: []string{"/lines/0/source field_invalid"}},
			"box type":                       {body: lined(object{"box_type": "hb"}), faults: []string{"/lines/0/box_type field_invalid"}},
			"checked_out on on_hand":         {body: lined(object{"checked_out": true}), faults: []string{"/lines/0/checked_out field_conflict"}},
			"unknown member":                 {body: lined(object{"colour": "red"}), faults: []string{"/lines/0/colour field_unknown"}},
			"a long name":                    {body: with(object{strings.Repeat("é", 5000): 1}), faults: []string{"/" + strings.Repeat("é", 498) + "… field_unknown"}},
			"an empty name":                  {body: with(object{"": 1}), faults: []string{"/ field_unknown"}},
			"a long text":                    {body: lined(object{"sku": strings.Repeat("x", 101)}), faults: []string{"/lines/0/sku field_too_long"}},
			"control characters":             {body: with(object{"notes": "a\x00b"}), faults: []string{"/notes field_invalid"}},
			"a line break where none may be": {body: with(object{"carrier": "Armellini\u0085"}), faults: []string{"/carrier field_invalid"}},
			"unknown customer":               {body: with(object{"customer_code": "NOBODY"}), faults: []string{"/customer_code customer_unknown"}},
			"unknown customer by id":         {body: with(object{"customer_code": nil, "customer_id": uuid.NewString()}), faults: []string{"/customer_id customer_unknown"}},
			"another company's customer":     {body: with(object{"customer_code": "FOREIGN"}), faults: []string{"/customer_code customer_unknown"}},
			"another company's by id":        {body: with(object{"customer_code": nil, "customer_id": foreign}), faults: []string{"/customer_id customer_unknown"}},
			"no customer":                    {body: with(object{"customer_code": nil}), faults: []string{"/customer_id field_required"}},
			"two customers":                  {body: with(object{"customer_id": id}), faults: []string{"/customer_code field_conflict"}},
			"ship date 0000-00-00":           {body: with(object{"ship_date": "0000-00-00"}), faults: []string{"/ship_date field_invalid"}},
			"ship date in the year 0":        {body: with(object{"ship_date": "0000-01-01"}), faults: []string{"/ship_date field_invalid"}},
			"ship date 31 February":          {body: with(object{"ship_date": "2030-02-31"}), faults: []string{"/ship_date field_invalid"}},
			"ship date with a time":          {body: with(object{"ship_date": "2030-12-01T00:00:00Z"}), faults: []string{"/ship_date field_too_long"}},
			"no ship date":                   {body: with(object{"ship_date": nil}), faults: []string{"/ship_date field_required"}},
			"another currency":               {body: with(object{"currency": "EUR"}), faults: []string{"/currency currency_mismatch"}},
			"origin unknown":                 {body: with(object{"origin": "Q"}), faults: []string{"/origin field_invalid"}},
			"origin not the storefront's":    {body: with(object{"origin": "P"}), faults: []string{"/origin origin_not_allowed"}},
			"internal notes of a storefront": {body: with(object{"internal_notes": "for staff"}), faults: []string{"/internal_notes field_not_allowed"}},
			"a discount below zero":          {body: with(object{"charges": []object{{"amount": "-23.51"}}}), faults: []string{"/charges total_negative"}},
			"a charge of a tenth of a cent":  {body: with(object{"charges": []object{{"amount": "1.001"}}}), faults: []string{"/charges/0/amount decimals_too_many"}},
			"a tax with nothing":             {body: with(object{"taxes": []object{{"name": "VAT"}}}), faults: []string{"/taxes/0/rate field_required"}},
			"a negative rate":                {body: with(object{"taxes": []object{{"name": "VAT", "rate": "-1"}}}), faults: []string{"/taxes/0/rate field_out_of_range"}},
			"rate and amount":                {body: with(object{"taxes": []object{{"name": "Fee", "amount": "1"}, {"name": "VAT", "rate": "7", "amount": "1"}}}), faults: []string{"/taxes/1/amount field_conflict"}},
			"a huge rate":                    {body: with(object{"taxes": []object{{"name": "VAT", "rate": "1001"}}}), faults: []string{"/taxes/0/rate field_out_of_range"}},
			"several at once": {
				body: but(good, object{"customer_code": "NOBODY", "currency": "EUR", "origin": "X", "lines": []object{
					but(line("on_hand", 1), object{"unit_price": "0.23505"}), but(line("k2k", 1), object{"units": 1}), but(line("on_hand", 1), object{"checked_out": true})}}),
				faults: []string{"/customer_code customer_unknown", "/origin origin_not_allowed", "/currency currency_mismatch",
					"/lines/0/unit_price decimals_too_many", "/lines/1/units field_conflict", "/lines/2/checked_out field_conflict"}},
			"several of the shape at once": {
				body:   but(good, object{"ship_date": "soon", "colour": 1, "lines": []object{but(line("on_hand", 0), object{"source": "moon"})}}),
				faults: []string{"/ship_date field_invalid", "/colour field_unknown", "/lines/0/source field_invalid", "/lines/0/boxes field_out_of_range"}},
			"of the shape and of the rules": {
				body: but(good, object{"customer_code": "NOBODY", "external_reference": "taken", "ship_date": "0000-00-00", "colour": 1, "origin": "P", "internal_notes": 7, "currency": "EUR",
					"lines": []object{but(line("on_hand", 0), object{"source": "moon", "unit_price": "-1.00001"}), but(line("on_hand", 1), object{"sku": 1, "description": nil, "units_per_box": nil, "checked_out": true})},
					"taxes": []object{{"name": "", "rate": "-1"}, {"name": "VAT"}}}),
				faults: []string{"/ship_date field_invalid", "/colour field_unknown", "/internal_notes field_type", "/lines/0/boxes field_out_of_range", "/lines/0/source field_invalid",
					"/lines/1/sku field_type", "/taxes/0/name field_required", "/customer_code customer_unknown", "/origin origin_not_allowed", "/currency currency_mismatch",
					"/lines/0/unit_price decimals_too_many", "/lines/1/units_per_box field_required", "/lines/1/checked_out field_conflict", "/taxes/0/rate field_out_of_range", "/taxes/1/rate field_required"}},
			"nothing that only follows": { // rules that are checked only after the form of the body
				body: but(good, object{"customer_code": 7, "lines": []object{
					{"source": "on_hand", "description": strings.Repeat("x", 301), "units": "ten", "unit_price": 0.235},
					{"source": 1, "sku": "ROSE", "boxes": 1.5, "units_per_box": 100, "unit_price": "1", "checked_out": true}},
					"charges": []object{{"amount": "-5.00"}}, "taxes": []object{{"name": "VAT", "amount": 7}}}),
				faults: []string{"/customer_code field_type", "/lines/0/description field_too_long", "/lines/0/units field_type", "/lines/0/unit_price field_type",
					"/lines/1/source field_type", "/lines/1/boxes field_type", "/taxes/0/amount field_type"}},
			"no total of wrong prices": {
				body:   with(object{"lines": []object{but(line("on_hand", 1), object{"unit_price": "0.23505"})}, "charges": []object{{"amount": "-5.00"}}}),
				faults: []string{"/lines/0/unit_price decimals_too_many"}},
			"a line that is none":   {body: with(object{"lines": []any{"roses"}}), faults: []string{"/lines/0 field_type"}},
			"a body of 2 MiB":       {body: `{"notes":"` + strings.Repeat("x", 2<<20) + `"}`, status: 413, code: "body_too_large"},
			"no JSON":               {body: `{"ship_date"`, status: 400, code: "json_malformed"},
			"NaN as a number":       {body: strings.Replace(text(t, good), `"boxes":1`, `"boxes":NaN`, 1), status: 400, code: "json_malformed"},
			"no body":               {body: "", status: 400, code: "json_malformed"},
			"twice the member":      {body: `{"ship_date":"2030-12-01","ship_date":"2030-12-02"}`, status: 400, code: "json_duplicate_member"},
			"another letter case":   {body: `{"Ship_Date":"2030-12-01"}`, status: 400, code: "json_member_case"},
			"trailing data":         {body: text(t, good) + "{}", status: 400, code: "json_trailing_data"},
			"too deep":              {body: strings.Repeat("[", 40) + strings.Repeat("]", 40), status: 400, code: "json_too_deep"},
			"not UTF-8":             {body: `{"notes":"` + "\xff" + `"}`, status: 400, code: "json_malformed"},
			"half a surrogate":      {body: `{"notes":"\ud800"}`, status: 400, code: "json_malformed"},
			"an array":              {body: "[]", faults: []string{" field_type"}},
			"a taken reference":     {body: with(object{"external_reference": "taken"}), status: 409, code: "external_reference_taken"},
			"another body, the key": {body: with(object{"carrier": "another"}), status: 422, code: "idempotency_key_reused"},
		} {
			t.Run(name, func(t *testing.T) {
				if c.faults != nil {
					c.status, c.code = 422, "body_invalid"
				}
				key := uuid.NewString()
				if c.code == "idempotency_key_reused" {
					key = "first"
				}
				before := s.Rows(t)
				shop := s.As(t, auth.Storefront)
				answer := shop.Post("/v1/orders", c.body, "Idempotency-Key", key)
				problem := answer.Refused(c.status, c.code)
				if c.faults != nil {
					require.ElementsMatch(t, c.faults, answer.Faults(), "%s", answer.Body)
				}
				require.Equal(t, "/v1/errors/"+c.code, problem.At("type").Text())
				shop.Get(problem.At("type").Text()).Is(200)
				require.Equal(t, answer.Header.Get("X-Request-Id"), problem.At("request_id").Text())
				require.Equal(t, before, s.Rows(t), "nothing is written")
			})
		}
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	raw, err := jsonOf(v)
	require.NoError(t, err)
	return raw
}

// Actions on documents, customers and settings follow strict rules too, and a refused one writes nothing.
func TestBadRequests(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		admin := s.As(t, auth.Admin)
		cu := customer(t, s, "BLOOM")
		customer(t, s, "PETAL")
		o := place(admin, cart("BLOOM", line("on_hand", 1)))
		id, lineID := o.At("id").Text(), o.At("lines/0/id").Text()
		prebook := place(admin, cart("BLOOM", line("k2k", 1), line("k2k", 2)))
		preID := prebook.At("id").Text()
		paid := pay(admin, id, "10.00").At("payments/0/id").Text()
		customer(t, s, "SILENT", func(c *company.Customer) { c.Emails = nil })
		silent := placed(admin, cart("SILENT", line("on_hand", 1)))
		const erp = "https://erp.example/hooks"
		hook := "/v1/webhook-endpoints/" + admin.Post("/v1/webhook-endpoints", object{"url": erp}).Is(201).At("id").Text()
		money := func(changes object) object { return but(object{"method": "cash", "amount": "1.00"}, changes) }
		patch := func(l ...object) object { return object{"lines": l} }
		for _, c := range []struct {
			method, path string
			body         any
			faults       []string
			status       int
			code         string
		}{
			{"PATCH", at(id), object{"total": "1.00"}, []string{"/total field_read_only"}, 0, ""},
			{"PATCH", at(id), object{"status": "confirmed", "customer": object{"id": cu}, "colour": 1}, []string{"/colour field_unknown", "/status field_read_only", "/customer field_read_only"}, 0, ""},
			{"PATCH", at(id), object{"ship_date": "soon", "total": "1.00", "lines": []object{{"id": lineID, "boxes": 0, "unit_price": "1.00001", "amount": "1.00"}, {"sku": "X"}}},
				[]string{"/ship_date field_invalid", "/total field_read_only", "/lines/0/boxes field_out_of_range", "/lines/0/unit_price decimals_too_many", "/lines/0/amount field_read_only",
					"/lines/1/boxes field_required", "/lines/1/unit_price field_required"}, 0, ""},
			{"PATCH", at(preID), patch(object{"id": "first", "notes": 1}), []string{"/lines/0/id field_invalid", "/lines/0/notes field_type"}, 0, ""},
			{"PATCH", at(id), object{"status": "voided", "charges": []object{{"amount": "-1000.00"}}, "notes": strings.Repeat("x", 2001)}, []string{"/status field_read_only", "/charges total_negative", "/notes field_too_long"}, 0, ""},
			{"PATCH", at(id), object{"status": "confirmed", "number": "W1", "origin": object{"code": "W"}}, []string{"/number field_read_only", "/status field_read_only", "/origin field_read_only"}, 0, ""},
			{"PATCH", at(id), object{"ship_date": nil}, []string{"/ship_date field_type"}, 0, ""},
			{"PATCH", at(id), object{"lines": []object{}}, []string{"/lines field_required"}, 0, ""},
			{"PATCH", at(id), object{"lines": many(501)}, []string{"/lines field_too_long"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": uuid.NewString()}), []string{"/lines/0/id line_unknown"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID}, object{"id": strings.ToUpper(lineID)}), []string{"/lines/1/id field_conflict"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID, "source": "k2k"}), []string{"/lines/0/source field_invalid"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID, "amount": "1.00", "quantity": 7}), []string{"/lines/0/amount field_read_only", "/lines/0/quantity field_read_only"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID, "boxes": nil}), []string{"/lines/0/boxes field_required"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID, "sku": nil, "description": nil}), []string{"/lines/0/sku field_required"}, 0, ""},
			{"PATCH", at(id), patch(object{"id": lineID}, object{"sku": "X"}), []string{"/lines/1/boxes field_required", "/lines/1/unit_price field_required"}, 0, ""},
			{"PATCH", at(id), object{"charges": []object{{"amount": "-1000.00"}}}, []string{"/charges total_negative"}, 0, ""},
			{"PATCH", at(preID), patch(but(line("k2k", 1), object{"source": nil})), []string{"/lines/0/source field_required"}, 0, ""},
			{"PATCH", at(preID), patch(line("on_hand", 1)), []string{"/lines/0/source field_invalid"}, 0, ""},

			{"POST", at(id, "payments"), money(object{"amount": "0.00"}), []string{"/amount field_out_of_range"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"amount": "-1.00"}), []string{"/amount field_out_of_range"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"amount": "1.005"}), []string{"/amount decimals_too_many"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"amount": "9999999999999.99"}), []string{"/amount amount_too_large"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"amount": "99999999999999999"}), []string{"/amount field_out_of_range"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"method": "shells", "currency": "EURO"}), []string{"/method field_invalid", "/currency field_too_long"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"method": "card", "currency": "EUR"}), []string{"/reference field_required", "/currency currency_mismatch"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"corrects": paid}), []string{"/corrects field_unknown"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"paid_at": "0000-01-01T00:00:00Z"}), []string{"/paid_at field_invalid"}, 0, ""},
			{"POST", at(id, "payments"), money(object{"paid_at": "9999-12-31T23:59:59-23:00"}), []string{"/paid_at field_invalid"}, 0, ""},
			{"POST", at(id, "payments"), object{"method": "shells", "amount": "0.001", "currency": "EUR", "paid_at": "now", "tip": 1},
				[]string{"/method field_invalid", "/paid_at field_invalid", "/tip field_unknown", "/amount decimals_too_many", "/currency currency_mismatch"}, 0, ""},
			{"POST", at(id, "payments"), object{"method": "card", "reference": 7, "notes": ""}, []string{"/reference field_type", "/amount field_required"}, 0, ""},
			{"POST", at(id, "refunds"), object{"method": "cash", "amount": 10, "corrects": uuid.NewString()}, []string{"/amount field_type", "/corrects payment_unknown"}, 0, ""},
			{"POST", at(preID, "payments"), object{"method": "shells", "amount": "1.00"}, []string{"/method field_invalid"}, 0, ""},
			{"POST", at(id, "refunds"), money(object{"amount": "10.01"}), nil, 409, "refund_exceeds_paid"},
			{"POST", at(id, "refunds"), money(object{"corrects": uuid.NewString()}), []string{"/corrects payment_unknown"}, 0, ""},
			{"POST", at(id, "refunds"), money(object{"corrects": paid}), []string{"/amount field_invalid"}, 0, ""},
			{"POST", at(preID, "payments"), money(nil), nil, 409, "prebook_takes_no_payment"},
			{"POST", at(preID, "refunds"), money(nil), nil, 409, "prebook_takes_no_payment"},

			{"POST", at(id, "void"), object{}, []string{"/reason field_required"}, 0, ""},
			{"POST", at(id, "void"), nil, nil, 400, "json_malformed"},
			{"POST", at(id, "void"), object{"reason": ""}, []string{"/reason field_required"}, 0, ""},
			{"POST", at(id, "void"), object{"reason": "   "}, []string{"/reason field_required"}, 0, ""},
			{"POST", at(id, "void"), object{"reason": strings.Repeat("x", 301)}, []string{"/reason field_too_long"}, 0, ""},
			{"POST", at(id, "bill"), nil, nil, 409, "order_not_billable"},
			{"POST", at(preID, "bill"), nil, nil, 409, "line_not_checked_out"},
			{"POST", at(preID, "bill"), object{"line_ids": []string{lineID}}, nil, 409, "line_not_checked_out"},
			{"POST", at(preID, "checkout"), object{"line_ids": []string{"x"}}, []string{"/line_ids/0 field_invalid"}, 0, ""},
			{"POST", at(preID, "checkout"), object{"line_ids": []string{"x", lineID}, "all": true}, []string{"/line_ids/0 field_invalid", "/all field_unknown", "/line_ids/1 line_unknown"}, 0, ""},
			{"POST", at(id, "checkout"), object{"all": true}, []string{"/all field_unknown"}, 0, ""},
			{"POST", at(preID, "bill"), object{"all": true}, []string{"/all field_unknown"}, 0, ""},
			{"POST", at(uuid.NewString(), "bill"), object{"all": true}, nil, 404, "order_not_found"},
			{"POST", at(preID, "checkout"), object{"line_ids": []string{}}, []string{"/line_ids field_required"}, 0, ""},
			{"POST", at(id, "confirm"), object{"force": true}, []string{"/force field_unknown"}, 0, ""},
			{"POST", at(preID, "confirm"), nil, nil, 409, "prebook_has_no_invoice"},
			{"POST", at(id, "email"), object{"to": []string{"nobody"}, "cc": []string{"a@b"}}, []string{"/to/0 field_invalid", "/cc/0 field_invalid"}, 0, ""},
			{"POST", at(id, "email"), object{"subject": "Hello\r\nBcc: x@y.example"}, []string{"/subject field_invalid"}, 0, ""},
			{"POST", at(silent, "email"), object{"subject": 1}, []string{"/subject field_type", "/to field_required"}, 0, ""},
			{"POST", at(silent, "email"), object{"to": "me"}, []string{"/to field_type"}, 0, ""},
			{"POST", at(id, "email"), object{"to": []string{}}, []string{"/to field_required"}, 0, ""},

			{"POST", "/v1/orders/confirm", object{}, []string{"/ids field_required"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"ids": []string{}}, []string{"/ids field_required"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"ids": []string{id}, "orders": []object{{"id": id, "version": 1}}}, []string{"/orders field_conflict"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"ids": []string{"7"}, "mode": "most"}, []string{"/ids/0 field_invalid", "/mode field_invalid"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"ids": slices.Repeat([]string{id}, 501)}, []string{"/ids field_too_long"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"orders": []object{{"id": id, "version": 0}, {"id": id}}}, []string{"/orders/0/version field_out_of_range", "/orders/1/version field_required"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"orders": 7}, []string{"/orders field_type"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"mode": "most", "orders": []object{{"id": id, "version": 1}, {"id": "7", "version": 1}, {"id": id, "version": 2}}},
				[]string{"/mode field_invalid", "/orders/1/id field_invalid", "/orders/2/version field_conflict"}, 0, ""},
			{"POST", "/v1/orders/confirm", object{"orders": []object{{"id": id, "version": 1}, {"id": id, "version": 2}}}, []string{"/orders/1/version field_conflict"}, 0, ""},

			{"POST", "/v1/customers", object{"code": "", "name": "x"}, []string{"/code field_required"}, 0, ""},
			{"POST", "/v1/customers", object{"code": "bloom", "name": "x"}, nil, 409, "customer_code_taken"},
			{"POST", "/v1/customers", object{"code": "  ", "name": " "}, []string{"/code field_required", "/name field_required"}, 0, ""},
			{"POST", "/v1/customers", object{"code": "N", "name": "x", "emails": []string{"x"}, "terms": object{"label": "", "days": 366}, "autoconfirm": "maybe"}, []string{"/emails/0 field_invalid", "/terms/days field_out_of_range", "/autoconfirm field_invalid"}, 0, ""},
			{"PATCH", "/v1/customers/" + cu, object{"code": "petal"}, nil, 409, "customer_code_taken"},
			{"PATCH", "/v1/customers/" + cu, object{"code": nil, "name": nil, "emails": nil}, []string{"/code field_type", "/name field_type", "/emails field_type"}, 0, ""},
			{"PATCH", "/v1/customers/" + cu, object{"version": 9}, []string{"/version field_read_only"}, 0, ""},
			{"PATCH", "/v1/customers/" + cu, object{"version": 9, "name": "", "code": "petal"}, []string{"/name field_required", "/version field_read_only"}, 0, ""},
			{"PATCH", "/v1/settings", object{"time_zone": "Mars/Olympus", "currency": "EUR", "unpaid_card_orders": "sigh"}, []string{"/unpaid_card_orders field_invalid", "/currency field_read_only", "/time_zone field_invalid"}, 0, ""},
			{"PATCH", "/v1/settings", object{"letterhead": object{"name": "Alpha\nMiami", "sender": "Al\tpha"}}, []string{"/letterhead/name field_invalid", "/letterhead/sender field_invalid"}, 0, ""},
			{"PATCH", "/v1/settings", object{"currency": "EUR"}, []string{"/currency field_read_only"}, 0, ""},
			{"PATCH", "/v1/settings", object{"time_zone": "Mars/Olympus", "letterhead": object{"logo": "data:image/png;base64,aGVsbG8="}}, []string{"/time_zone field_invalid", "/letterhead/logo field_invalid"}, 0, ""},
			{"PATCH", "/v1/settings", object{"draft_expiry_hours": 0, "confirmation_cutoff": object{"monday": "24:00", "funday": "10:00"}}, []string{"/draft_expiry_hours field_out_of_range", "/confirmation_cutoff/monday field_invalid", "/confirmation_cutoff/funday field_unknown"}, 0, ""},
			{"PATCH", "/v1/settings", object{"invoice_number_prefix": "a b\"", "unpaid_card_orders": "sigh"}, []string{"/invoice_number_prefix field_invalid", "/unpaid_card_orders field_invalid"}, 0, ""},

			{"POST", "/v1/webhook-endpoints", object{"url": "https://erp.example:0/", "scope": object{}}, []string{"/url field_invalid", "/scope field_invalid"}, 0, ""},
			{"POST", "/v1/webhook-endpoints", object{"url": erp, "scope": "company"}, []string{"/scope field_type"}, 0, ""},
			{"POST", hook + "/replay", object{"since": "2026-05-02T00:00:00Z", "until": "2026-05-01T00:00:00Z"}, []string{"/until field_conflict"}, 0, ""},
			{"POST", hook + "/replay", object{"since": "2026-05-02", "until": "2026-05-01T00:00:00Z"}, []string{"/since field_invalid"}, 0, ""},
		} {
			t.Run(fmt.Sprintf("%s %s %.60v", c.method, strings.NewReplacer(id, "{order}", preID, "{prebook}", cu, "{customer}", hook, "{endpoint}").Replace(c.path), c.body), func(t *testing.T) {
				admin := s.As(t, auth.Admin)
				headers := []string{"Idempotency-Key", uuid.NewString()}
				if c.method == "PATCH" {
					headers = []string{"If-Match", "*"}
				}
				if c.faults != nil {
					c.status, c.code = 422, "body_invalid"
				}
				before := s.Rows(t)
				answer := admin.Do(c.method, c.path, c.body, headers...)
				answer.Refused(c.status, c.code)
				if c.faults != nil {
					require.ElementsMatch(t, c.faults, answer.Faults(), "%s", answer.Body)
				}
				require.Equal(t, before, s.Rows(t), "nothing is written")
			})
		}
		clock := admin.Patch("/v1/settings", object{"confirmation_cutoff": object{"monday": "9:00"}}, "If-Match", "*")
		require.Contains(t, string(clock.Body), "Must be a time of day such as 09:30", "and no regular expression")
		require.Equal(t, 2, details(admin, id).At("version").Int(), "its payment alone")
		require.Equal(t, 1, details(admin, preID).At("version").Int())
	})
}

// Parameters and headers must follow the documentation of the operation.
func TestBadParametersAndHeaders(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		for range 3 {
			placed(s.As(t, auth.Sales), cart("BLOOM", line("on_hand", 1)))
		}
		sales := s.As(t, auth.Sales)
		id := placed(sales, cart("BLOOM", line("on_hand", 1)))
		t.Run("unknown parameter", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			for asked, nearest := range map[string]any{"/v1/orders?orgin=W": "origin", "/v1/orders?payment_indicater=$": "payment_indicator", "/v1/orders?zzzzzzzzz=1": nil,
				at(id) + "?includes=emails": "include", at(id, "print") + "?fromat=pdf": "format", "/v1/customers?codes=A": "code"} {
				require.Equal(t, nearest, sales.Get(asked).Refused(400, "parameter_unknown").At("nearest").Any(), asked)
			}
		})
		t.Run("longer than the document promises", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			long := strings.Repeat("k", 5000)
			require.Equal(t, []string{long[:499] + "… field_unknown"}, sales.Get("/v1/orders?"+long+"=1").Faults())
			require.Equal(t, 2000, utf8.RuneCountInString(sales.Get("/v1/orders/"+long).Refused(404, "order_not_found").At("instance").Text()))
		})
		t.Run("bad values", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			for asked, fault := range map[string]string{
				"limit=0": "limit field_out_of_range", "limit=201": "limit field_out_of_range", "limit=ten": "limit field_type", "limit=1&limit=2": "limit field_invalid",
				"origin=Q": "origin field_invalid", "origin=": "origin field_invalid", "status=open": "status field_invalid", "kind=cart": "kind field_invalid",
				"number=Q12": "number field_invalid", "number=W-1": "number field_invalid", "number=99999999999999999999": "number field_invalid",
				"payment_indicator=yes": "payment_indicator field_invalid", "customer_id=7": "customer_id field_invalid", "sort=colour": "sort field_invalid",
				"placed_from=yesterday": "placed_from field_invalid", "ship_date_from=2030-13-01": "ship_date_from field_invalid", "total_min=ten": "total_min field_invalid",
				"total_max=1.001": "total_max field_invalid", "updated_since=2030-01-01": "updated_since field_invalid", "include=everything": "include field_invalid",
				"q=" + strings.Repeat("x", 201): "q field_too_long", "q=%00": "q field_invalid", "email_status=read": "email_status field_invalid",
				"updated_since=0000-01-01T00:00:00Z": "updated_since field_invalid", "placed_to=9999-12-31T23:59:59-23:00": "placed_to field_invalid",
			} {
				t.Log(asked)
				answer := sales.Get("/v1/orders?" + asked)
				answer.Refused(400, "parameter_invalid")
				require.Equal(t, []string{fault}, answer.Faults(), asked)
			}
			sales.Get("/v1/orders?ship_date_to=9999-12-31&placed_to=9999-12-31").Is(200)
			s.Claims(t, nil).Get("/v1/orders?salesperson=me").Refused(400, "parameter_invalid") // the token has no e-mail address
			sales.Get("/v1/orders?salesperson=me").Is(200)
			sales.Get("/v1/orders?q=%ff").Refused(400, "parameter_invalid")
			sales.Get("/v1/orders?q=%zz").Refused(400, "parameter_invalid")
		})
		t.Run("all faults together", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			for asked, faults := range map[string][]string{
				"/v1/orders?zzz=1&limit=0&placed_from=2026-02-02&placed_to=2026-01-01&aaa=2":                   {"aaa field_unknown", "zzz field_unknown", "limit field_out_of_range", "placed_to field_conflict"},
				"/v1/payments/export?methud=card&paid_to=soon&recorded_from=2026-02-02&recorded_to=2026-02-01": {"methud field_unknown", "paid_to field_invalid", "recorded_to field_conflict"},
				at(id) + "?zzz=1&include=everything":                                                           {"zzz field_unknown", "include field_invalid"},
			} {
				answer := sales.Get(asked)
				answer.Refused(400, "parameter_unknown")
				require.Equal(t, faults, answer.Faults(), asked)
			}
			answer := sales.Get("/v1/invoices?limit=0&issued_from=2026-02-02&issued_to=2026-02-01&due_from=2026-02-02&due_to=2026-01-01")
			answer.Refused(400, "parameter_invalid")
			require.Equal(t, []string{"limit field_out_of_range", "issued_to field_conflict", "due_to field_conflict"}, answer.Faults())
		})
		t.Run("numbers", func(t *testing.T) { // as in bodies, zeros behind the point change nothing
			sales := s.As(t, auth.Sales)
			for _, good := range []string{"1.0", "1.000", "2"} {
				sales.Get("/v1/orders?limit=" + good).Is(200)
			}
			for _, bad := range []string{"1.5", "1e0", "1.", ".0", "%2B1.0", "1.0.0"} {
				require.Equal(t, []string{"limit field_type"}, sales.Get("/v1/orders?limit="+bad).Faults(), bad)
			}
		})
		t.Run("cursors", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			next := sales.Get("/v1/orders?limit=2").Is(200).At("page/next_cursor").Text()
			sales.Get("/v1/orders?limit=1&cursor=" + next).Is(200)
			for _, bad := range []string{"cursor=x", "cursor=" + next + "x", "cursor=" + next[:len(next)-4], "origin=P&cursor=" + next, "sort=number&cursor=" + next} {
				sales.Get("/v1/orders?"+bad).Refused(400, "cursor_invalid")
			}
			other(t, s).Get("/v1/orders?cursor="+next).Refused(400, "cursor_invalid")
			sales.Get("/v1/customers?cursor="+next).Refused(400, "cursor_invalid")
			sales.Get("/v1/invoices?cursor="+next).Refused(400, "cursor_invalid")
			sales.Get(at(id, "events")+"?cursor="+next).Refused(400, "cursor_invalid")
		})
		t.Run("If-Match", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			sales.Patch(at(id), object{"carrier": "A"}).Refused(428, "if_match_required")
			sales.Patch("/v1/customers/"+uuid.NewString(), object{"name": "A"}, "If-Match", "*").Refused(403, "role_not_allowed")
			for _, bad := range []string{"v1", `"v1`, "1", `"v1" "v2"`} {
				sales.Patch(at(id), object{"carrier": "A"}, "If-Match", bad).Refused(400, "header_invalid")
				sales.Post(at(id, "confirm"), nil, "If-Match", bad).Refused(400, "header_invalid")
			}
			for _, stale := range []string{`"v2"`, `W/"v2"`, `"other"`} {
				for _, a := range []client{*sales} {
					a.Patch(at(id), object{"carrier": "A"}, "If-Match", stale).Refused(412, "order_changed")
					a.Post(at(id, "confirm"), nil, "If-Match", stale).Refused(412, "order_changed")
					a.Post(at(id, "checkout"), nil, "If-Match", stale).Refused(412, "order_changed")
					a.Post(at(id, "void"), object{"reason": "x"}, "If-Match", stale).Refused(412, "order_changed")
					a.Post(at(id, "payments"), object{"method": "cash", "amount": "1.00"}, "If-Match", stale).Refused(412, "order_changed")
					a.Post(at(id, "email"), nil, "If-Match", stale).Refused(412, "order_changed")
				}
			}
			// Existence is checked before the version: an unknown id is not found with any If-Match.
			for _, match := range []string{"", "*", `"v1"`} {
				var headers []string
				if match != "" {
					headers = []string{"If-Match", match}
				}
				sales.Patch(at(uuid.NewString()), object{"carrier": "A"}, headers...).Refused(404, "order_not_found")
			}
			admin := s.As(t, auth.Admin)
			admin.Patch("/v1/settings", object{}).Refused(428, "if_match_required")
			admin.Patch("/v1/settings", object{}, "If-Match", `"v99"`).Refused(412, "settings_changed")
			admin.Patch("/v1/customers/"+uuid.NewString(), object{}).Refused(404, "customer_not_found")
		})
		t.Run("keys", func(t *testing.T) {
			sales := s.As(t, auth.Sales)
			for _, path := range []string{"/v1/orders", at(id, "payments"), at(id, "refunds"), at(id, "email")} {
				sales.Do("POST", path, object{}).Refused(400, "idempotency_key_missing")
			}
			sales.Post("/v1/orders", object{}, "Idempotency-Key", "a b").Refused(400, "idempotency_key_invalid")
			sales.Post("/v1/orders", object{}, "Idempotency-Key", strings.Repeat("k", 256)).Refused(400, "idempotency_key_invalid")
		})
		t.Run("media types", func(t *testing.T) {
			admin := s.As(t, auth.Admin)
			for _, media := range []string{"text/plain", "application/merge-patch+json", "application/json; charset=latin1", "application/x-www-form-urlencoded", "json"} {
				admin.Post("/v1/orders", "{}", "Content-Type", media).Refused(415, "media_type_unsupported")
			}
			admin.Post("/v1/orders", "{}", "Content-Encoding", "gzip").Refused(415, "media_type_unsupported")
			admin.Patch(at(id), "{}", "Content-Type", "application/merge-patch+json", "If-Match", "*").Is(200)
			admin.Post(at(id, "checkout"), nil).Is(200) // an action without members needs no body
			confirmed := confirm(admin, id)
			invoice := "/v1/invoices/" + confirmed.At("invoice/id").Text()
			for path, accept := range map[string]string{"/v1/orders": "text/html", at(id): "text/csv", at(id, "print"): "application/json", invoice: "application/pdf", invoice + "/pdf": "text/html",
				"/v1/invoices": "application/x-ndjson", "/v1/customers": "text/csv", "/v1/orders/export": "application/json"} {
				admin.Get(path, "Accept", accept).Refused(406, "not_acceptable")
			}
			require.Equal(t, "application/pdf", admin.Get(invoice+"/pdf", "Accept", "application/*").Header.Get("Content-Type"))
		})
	})
}
