package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// Amounts have the decimals of the company's currency in carts, printed documents, e-mails and exports.
func TestCurrenciesOfEveryDecimals(t *testing.T) {
	for _, c := range []struct {
		currency, price, freight, rate               string // of 40 units
		subtotal, charges, tax, total, half, tooMany string
		printed                                      []string // with the unit price first
	}{
		{"JPY", "1200", "1500.00", "10", "48000", "1500", "4950", "54450", "27225", "0.5", []string{"1,200", "48,000", "54,450"}},
		{"CLP", "12.5", "990", "19.000", "500", "990", "283", "1773", "886", "1.50", []string{"12.5", "500", "1,773"}},
		{"KWD", "1.25", "2.5", "5", "50.000", "2.500", "2.625", "55.125", "27.562", "0.0005", []string{"1.250", "50.000", "55.125"}},
		{"EUR", "31.4", "7.25", "21", "1256.00", "7.25", "265.28", "1528.53", "764.26", "0.005", []string{"31.40", "1,256.00", "1,528.53"}},
	} {
		t.Run(c.currency, func(t *testing.T) {
			servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
				companyID := uuid.NewString()
				_, err := s.Desk.AddCompany(t.Context(), companyID, "Flowers of "+c.currency, c.currency)
				require.NoError(t, err)
				admin := s.Actor(t, auth.Actor{CompanyID: companyID, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
				admin.Post("/v1/customers", object{"code": "BLOOM", "name": "Bloom", "emails": []string{"buyer@bloom.example"}}).Is(201)
				body := object{"customer_code": "BLOOM", "ship_date": "2030-12-01", "currency": c.currency,
					"lines":   []object{{"source": "on_hand", "sku": "ROSE", "units": 40, "unit_price": c.price}},
					"charges": []object{{"code": "FREIGHT", "amount": c.freight}}, "taxes": []object{{"name": "VAT", "rate": c.rate}}}
				o := place(admin, body)
				for member, want := range map[string]string{"subtotal": c.subtotal, "charges_total": c.charges, "taxes_total": c.tax, "total": c.total, "balance": c.total, "lines/0/amount": c.subtotal} {
					require.Equal(t, want, o.At(member).Text(), member)
				}
				id := o.At("id").Text()
				a := admin.Post("/v1/orders", but(body, object{"charges": []object{{"amount": c.tooMany}}}))
				require.Equal(t, []string{"/charges/0/amount decimals_too_many"}, a.Faults())
				require.Len(t, admin.Get("/v1/orders?total_min="+c.total+"&total_max="+c.total).Is(200).At("data").Items(), 1)
				admin.Get("/v1/orders?total_min="+c.tooMany).Refused(400, "parameter_invalid")

				shows := func(page string) {
					t.Helper()
					for _, text := range c.printed {
						require.Contains(t, page, ">"+text+"<")
					}
				}
				shows(string(admin.Get(at(id, "print") + "?format=html").Body))
				invoice := admin.Get("/v1/invoices/" + confirm(admin, id).At("invoice/id").Text()).Is(200)
				require.Equal(t, []string{c.subtotal, c.total, c.currency}, []string{invoice.At("subtotal").Text(), invoice.At("total").Text(), invoice.At("currency").Text()})
				shows(string(admin.Get(at(id, "print") + "?format=html").Body))
				require.True(t, strings.HasPrefix(string(admin.Get(at(id, "print")).Body), "%PDF-"))

				admin.Post(at(id, "payments"), object{"method": "wire", "amount": c.tooMany}).Refused(422, "body_invalid")
				paid := admin.Post(at(id, "payments"), object{"method": "wire", "amount": c.half, "currency": c.currency}).Is(201)
				require.Equal(t, []string{c.half, "partially_paid"}, []string{paid.At("paid").Text(), paid.At("payment_status").Text()})
				admin.Post(at(id, "refunds"), object{"method": "wire", "amount": c.half}).Is(201)

				rows := strings.Split(strings.TrimSpace(string(admin.Get("/v1/orders/export").Body)), "\r\n")
				require.Len(t, rows, 2)
				names, cells := strings.Split(rows[0], ","), strings.Split(rows[1], ",")
				require.Equal(t, c.total, cells[slices.Index(names, "total")])
				require.Contains(t, string(admin.Get("/v1/invoices/export").Body), ","+c.total+",")

				note := admin.Get("/v1/credit-notes/" + admin.Post(at(id, "void"), object{"reason": "Twice"}).Is(200).At("credit_note/id").Text()).Is(200)
				require.Equal(t, c.total, note.At("total").Text())
				require.Eventually(t, func() bool { return len(s.SendGrid.Accepted()) >= 2 }, 20*time.Second, 50*time.Millisecond)
				for _, m := range s.SendGrid.Accepted() {
					require.Contains(t, m.Text, c.printed[2]+" "+c.currency)
					require.Contains(t, m.HTML, c.printed[2]+" "+c.currency)
				}
			})
		})
	}
}
