package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Every member that names a person has the subject and the name of the token at that moment.
func TestPeopleHaveSubjectAndName(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		person := func(sub string, name any, roles ...string) (*servicetest.Client, object) {
			return s.Claims(t, object{"sub": sub, "name": name, "roles": roles}), object{"sub": sub, "name": name}
		}
		anna, isAnna := person("anna", "Anna Keller", "Sales Manager")
		renamed, isRenamed := person("anna", "Anna Lindqvist", "Sales Manager")
		gate, isGate := person("gate", nil, "Storefront") // its token has no name

		id := place(gate, cart("BLOOM", line("on_hand", 1))).At("id").Text()
		paid := gate.Post(at(id, "payments"), object{"method": "card", "amount": "1.00", "reference": "p1"}).Is(201)
		require.Equal(t, isGate, paid.At("payments/0/recorded_by").Any())
		require.Equal(t, isGate, anna.Get(at(id, "payment-status")).Is(200).At("payments/0/recorded_by").Any())
		require.Nil(t, anna.Get(at(id)).Is(200).At("confirmed_by").Any())
		confirmed := anna.Post(at(id, "confirm"), nil).Is(200).At("order")
		voided := renamed.Post(at(id, "void"), object{"reason": "Ordered twice"}).Is(200).At("order")
		for _, o := range []servicetest.Value{confirmed, voided, renamed.Get(at(id)).Is(200), renamed.Get("/v1/orders").Is(200).At("data/0")} {
			require.Equal(t, isGate, o.At("placed_by").Any())
			require.Equal(t, isAnna, o.At("confirmed_by").Any(), "the name of that moment")
		}
		require.Equal(t, isRenamed, voided.At("void/by").Any())
		require.Equal(t, isRenamed, renamed.Get("/v1/orders").Is(200).At("data/0/void/by").Any())

		pre := place(gate, cart("BLOOM", line("k2k", 1), line("k2k", 1), but(line("k2k", 1), object{"checked_out": true})))
		first := object{"line_ids": []string{pre.At("lines/0/id").Text()}}
		out := anna.Post(at(pre.At("id").Text(), "checkout"), first).Is(200).At("order")
		bill := renamed.Post(at(pre.At("id").Text(), "bill"), first).Is(201)
		require.Equal(t, isRenamed, bill.At("placed_by").Any())
		for _, o := range []servicetest.Value{out, anna.Get(at(pre.At("id").Text())).Is(200)} {
			require.Equal(t, []any{isAnna, nil, isGate}, []any{o.At("lines/0/checked_out_by").Any(), o.At("lines/1/checked_out_by").Any(), o.At("lines/2/checked_out_by").Any()})
		}
	})
}

// A document that is sent back as it was read changes nothing, with the people in it; another person is refused.
func TestPeopleAreSentBackUnchanged(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id := place(sales, cart("BLOOM", but(line("k2k", 1), object{"checked_out": true}))).At("id").Text()
		read := sales.Get(at(id))
		sales.Patch(at(id), read.Body, "If-Match", read.Header.Get("ETag")).Is(200)
		require.Equal(t, 1, details(sales, id).At("version").Int())
		var o object
		require.NoError(t, json.Unmarshal(read.Body, &o))
		o["placed_by"].(map[string]any)["name"] = "Somebody else"
		require.Equal(t, []string{"/placed_by field_read_only"}, sales.Patch(at(id), o, "If-Match", "*").Faults())
	})
}

// A spreadsheet has the subject and the name of who placed and who confirmed.
func TestCSVNamesPeople(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		sales.Post(at(place(s.As(t, auth.Storefront), cart("BLOOM", line("on_hand", 1))).At("id").Text(), "confirm"), nil).Is(200)
		rows := strings.Split(string(sales.Get("/v1/orders/export").Body), "\r\n")
		cells := map[string]string{}
		for i, name := range strings.Split(rows[0], ",") {
			cells[name] = strings.Split(rows[1], ",")[i]
		}
		require.Equal(t, []string{"storefront@rosefields.example", "Storefront Person", "sales@rosefields.example", "Sales Person"},
			[]string{cells["placed_by"], cells["placed_by_name"], cells["confirmed_by"], cells["confirmed_by_name"]})
	})
}

// The e-mail to the salesperson says by name who placed the documents.
func TestEmailNamesWhoPlaced(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.SalespersonEmail = "ann@rosefields.example" })
		id := place(s.As(t, auth.Storefront), cart("BLOOM", line("on_hand", 1))).At("id").Text()
		e := s.As(t, auth.Sales).Get(at(id, "emails")).Is(200).At("data/0/id").Text()
		soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(e)) == 1 })
		require.Regexp(t, `Placed by:? +Storefront Person`, s.SendGrid.ByEmailID(e)[0].Text)
	})
}
