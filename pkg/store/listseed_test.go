package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// shop is a company with random customers and documents: what the store holds and what a test expects.
type shop struct {
	id        string
	rng       *rand.Rand
	customers []company.Customer
	docs      []order.Order
	checkouts []string
	invoices  []billing.Invoice
	payments  []billing.Payment
	sequence  int64
}

// Words share prefixes, differ in case, and contain letters beyond ASCII and characters that locales sort differently.
var words = []string{"Rosa", "rosario", "ROSES & Co", "Ärger", "ärmel", "Zèbre", "zebra", "a-b", "A_b", "Łódź", "Fleur", "fleurs de lys", "日本花", "O'Hara", "100% Pure", "x"}

func newShop(t testing.TB, s *store.Store, seed uint64, customers int) *shop {
	sh := &shop{id: uuid.NewString(), rng: rand.New(rand.NewPCG(seed, 7))}
	storetest.Company(t, s, sh.id, "Shop", "USD")
	for i := range customers {
		name := fmt.Sprintf("%s %d", pick(sh.rng, words...), sh.rng.IntN(customers))
		code := fmt.Sprintf("%s%d", pick(sh.rng, "ro", "RO", "C", "ä"), i)
		sh.customers = append(sh.customers, company.Customer{
			CompanyID: sh.id, ID: sh.uuid(), Code: code, CodeKey: canon.KeyOf(code), CodeSearch: canon.SearchKeyOf(code), Name: name, NameKey: canon.SearchKeyOf(name),
			Emails: []string{fmt.Sprintf("Buyer%d@x.example", i%40)}, ShipTos: []company.Address{}, Autoconfirm: company.Inherit, Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon.Add(time.Duration(i%50) * time.Minute),
		})
	}
	sh.write(t, s, func(tx *store.Tx) error {
		for _, c := range sh.customers {
			if err := tx.CreateCustomer(c); err != nil {
				return err
			}
		}
		return nil
	})
	return sh
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// uuid returns a random id, because ids need not be in the order of time.
func (sh *shop) uuid() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(sh.rng.UintN(256))
	}
	return uuid.Must(uuid.FromBytes(b[:])).String()
}

func (sh *shop) write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	_, err := store.InTx(context.Background(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, fn(tx) })
	require.NoError(t, err)
}

// add creates random documents and saves them, a thousand at a time.
func (sh *shop) add(t testing.TB, s *store.Store, n int) []order.Order {
	t.Helper()
	from := len(sh.docs)
	for n > 0 {
		batch := make([]order.Order, min(n, 1000))
		fresh := map[string]string{}
		for i := range batch {
			batch[i] = sh.document(fresh)
		}
		sh.write(t, s, func(tx *store.Tx) error {
			for id, reference := range fresh {
				if _, err := tx.CreateCheckout(context.Background(), id, reference, "somebody", storetest.Noon); err != nil {
					return err
				}
			}
			if err := tx.CreateOrders(batch); err != nil {
				return err
			}
			for _, o := range batch {
				if o.InvoiceID != nil {
					if err := tx.CreateInvoice(sh.invoice(o, *o.InvoiceID)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		sh.docs, n = append(sh.docs, batch...), n-len(batch)
	}
	return sh.docs[from:]
}

// document creates a document whose columns often repeat values, so that ties and residual filters occur.
func (sh *shop) document(fresh map[string]string) order.Order {
	r := sh.rng
	sh.sequence += 1 + r.Int64N(3)
	c := pick(r, sh.customers...)
	if r.IntN(3) == 0 {
		c = sh.customers[0] // one customer has many documents
	}
	o := order.Order{
		CompanyID: sh.id, ID: sh.uuid(), Kind: pick(r, order.KindOrder, order.KindOrder, order.KindPrebook), Sequence: sh.sequence,
		Origin:   pick(r, order.Web, order.Web, order.Web, order.Phone, order.Standing, order.External),
		PlacedBy: company.Person{Sub: "p"}, CustomerID: c.ID, CustomerCode: c.Code, CustomerName: c.Name, CodeKey: c.CodeKey, NameKey: c.NameKey,
		Header: order.Header{ShipDate: storetest.Noon.Truncate(24*time.Hour).AddDate(0, 0, r.IntN(40))}, Currency: "USD",
		Total: money.Amount(r.IntN(60) * 50), LineCount: 1, Charges: []order.Charge{}, Taxes: []order.Tax{}, Version: 1,
		// Whole seconds, halves and microseconds have texts of different length on SQLite.
		PlacedAt: storetest.Noon.Add(time.Duration(r.IntN(4000)) * 500 * time.Millisecond).Add(time.Duration(r.IntN(3)) * time.Microsecond),
	}
	if prebook := slices.IndexFunc(sh.docs, func(d order.Order) bool { return d.Kind == order.KindPrebook }); o.Kind == order.KindOrder && prebook >= 0 && r.IntN(5) == 0 {
		o.BilledFromID = &sh.docs[prebook].ID
	}
	for _, c := range conditions {
		if c.fill != nil {
			c.fill(r, &o)
		}
	}
	o.Number = order.NumberOf(o.Origin, o.Sequence)
	o.Status = pick(r, order.StatusesOf(o.Kind)...)
	o.PaymentIndicator = o.Origin == order.Web && o.Kind == order.KindOrder && r.IntN(4) == 0
	o.Subtotal = o.Total
	o.CreatedAt, o.UpdatedAt = o.PlacedAt, o.PlacedAt.Add(time.Duration(r.IntN(3))*time.Minute)
	if o.Status == order.StatusVoided {
		o.VoidedAt, o.VoidCause = &o.UpdatedAt, order.VoidedByStaff
	}
	if o.Status == order.StatusConfirmed {
		id := sh.uuid()
		o.ConfirmedAt, o.InvoiceID = &o.UpdatedAt, &id
	}
	if r.IntN(3) > 0 {
		o.PONumber = fmt.Sprintf("%s-%d", pick(r, "PO", "po", "Ro", "7"), r.IntN(300))
		o.POKey = canon.SearchKeyOf(o.PONumber)
	}
	if r.IntN(3) == 0 && len(sh.checkouts) > 0 {
		o.CheckoutID = pick(r, sh.checkouts...)
	} else {
		o.CheckoutID = sh.uuid()
		if r.IntN(2) == 0 {
			o.ExternalReference = fmt.Sprintf("%s/%d", pick(r, "Cart", "cart"), sh.sequence)
			o.ReferenceKey = canon.SearchKeyOf(o.ExternalReference)
		}
		sh.checkouts, fresh[o.CheckoutID] = append(sh.checkouts, o.CheckoutID), o.ExternalReference
	}
	return o
}
