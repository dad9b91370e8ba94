package demo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// maker creates synthetic documents with the same rules as the desk.
type maker struct {
	bulk      Bulk
	company   company.Company
	customers []company.Customer
	numbers   []int64
}

// span is the time over which the documents are spread evenly.
const span = 365 * 24 * time.Hour

// batch creates the documents with the numbers from up to to, and selects the orders to confirm.
func (m maker) batch(from, to int) (store.Seeding, []string) {
	var out store.Seeding
	var confirmable []string
	for n := from; n < to; n++ {
		r := rand.New(rand.NewPCG(m.bulk.Rand, uint64(n)+1)) //nolint:gosec // repeatable, whatever the batches
		at := m.bulk.Now.Add(-span + time.Duration(float64(span)*float64(n)/float64(m.bulk.Orders))).UTC().Truncate(time.Microsecond)
		d := m.document(r, m.numbers[n], at)
		// updated_at is now even for old documents, so that a feed by updated_since does not miss them.
		d.o.UpdatedAt = m.bulk.Now.UTC().Truncate(time.Microsecond).Add(time.Duration(n) * time.Microsecond)
		out.Orders = append(out.Orders, d.o)
		d.seal()
		out.Events = append(out.Events, d.events...)
		out.Payments = append(out.Payments, d.payments...)
		// At most the share up to here and one more, so that they are spread over the whole run.
		if d.o.Status == order.StatusPending && !d.o.PaymentIndicator && len(confirmable) <= (n+1-from)*m.bulk.Confirmed/100 {
			confirmable = append(confirmable, d.o.ID)
		}
	}
	return out, confirmable
}

// made is a document with its payments and events.
type made struct {
	o        order.Order
	events   []order.Event
	payments []billing.Payment
}

// document creates one document. Nine of ten are orders. Of a hundred orders about 10 are drafts, 8 are voided, 12 are
// paid by card and the others are pending. About half of the prebooks have lines checked out.
func (m maker) document(r *rand.Rand, number int64, at time.Time) made {
	cu := m.customers[r.IntN(len(m.customers))]
	// Documents name the address of the salesperson, so that they are found by it. The stored customer has none, so that
	// nobody gets an e-mail.
	if i := slices.IndexFunc(staff, func(a auth.Actor) bool { return a.Name == cu.SalespersonName }); i >= 0 {
		cu.SalespersonEmail = staff[i].Email
	}
	fate := r.IntN(100)
	prebook := r.IntN(10) == 0
	origin := pick(r, order.Web, order.Web, order.Web, order.Phone, order.Standing, order.External)
	draft := !prebook && fate < 10
	if draft && !m.lasts(at) {
		origin = order.Phone // a draft web order of that age would expire
	}
	c := order.Cart{Origin: origin, Checkout: !draft, Header: order.Header{ShipDate: at.Truncate(24*time.Hour).AddDate(0, 0, 1+r.IntN(10)), Carrier: pick(r, "Armellini", "Prime Floral Trucking", "Pick up")}}
	for range m.bulk.Lines {
		l := onHand(words[r.IntN(len(words))], int64(1+r.IntN(6)))
		if prebook {
			l.Source = pick(r, order.FutureSales, order.K2K, order.VendorAvailability)
			l.CheckedOut = r.IntN(2) == 0 && fate < 50
		}
		c.Lines = append(c.Lines, l)
	}
	if r.IntN(3) == 0 {
		c = freight("45.00", c)
	}
	docs, faults := c.Documents(order.Placement{Company: m.company, Customer: cu, CheckoutID: newID(), By: placerOf(origin), Now: at, NewID: newID})
	if len(faults) > 0 || len(docs) != 1 {
		panic(fmt.Sprintf("demo: a synthetic cart is refused: %v", faults)) // a defect that every test meets
	}
	d := made{o: docs[0]}
	d.o.Sequence, d.o.Number = number, order.NumberOf(origin, number)
	d.step(order.EventPlaced, at, nil, map[string]any{"number": d.o.Number, "total": d.o.Total.Format(d.o.Digits()), "currency": d.o.Currency,
		"lines": d.o.LineCount, "status": string(d.o.Status)})
	switch later := at.Add(time.Duration(1+r.IntN(90)) * time.Minute); {
	case prebook || draft || later.After(m.bulk.Now):
	case fate < 18:
		d.void(later, cu)
	case fate < 30 && d.o.Total > 0:
		d.pay(later, cu)
	}
	return d
}

// lasts reports whether a draft web order placed at this time will not expire soon.
func (m maker) lasts(at time.Time) bool {
	hours := m.company.DraftExpiryHours
	return hours == nil || at.After(m.bulk.Now.Add(-time.Duration(*hours)*time.Hour/3))
}

func (d *made) void(at time.Time, cu company.Customer) {
	was := d.o.Clone()
	d.o.Void(order.VoidedByStaff, "Synthetic", seeder, at)
	d.o.Derive(cu.RequireCreditCardPayment)
	d.step(order.EventVoided, at, &was, map[string]any{"cause": string(order.VoidedByStaff)})
	d.events[len(d.events)-1].Reason = d.o.VoidReason
}

func (d *made) pay(at time.Time, cu company.Customer) {
	was := d.o.Clone()
	p := billing.Payment{
		CompanyID: d.o.CompanyID, ID: newID(), OrderID: d.o.ID, Kind: billing.KindPayment, Method: billing.Card, Amount: d.o.Total, Currency: d.o.Currency,
		Reference: "seed-" + d.o.Number, PaidAt: at, RecordedBy: seeder, RecordedAt: at,
	}
	d.payments = append(d.payments, p)
	d.o.SetPayments(billing.Sums(d.payments))
	d.o.Derive(cu.RequireCreditCardPayment)
	d.step(order.EventPaymentRecorded, at, &was, map[string]any{"payment_id": p.ID, "method": string(p.Method), "amount": p.Amount.Format(d.o.Digits()), "reference": p.Reference})
}

// step records the change of the document since was: one version, one event.
func (d *made) step(what order.EventType, at time.Time, was *order.Order, data map[string]any) {
	changes := []order.Change{}
	if was != nil {
		d.o.Version++
		changes = order.Diff(was, &d.o)
	}
	version, by := d.o.Version, seeder
	if was == nil {
		by = d.o.PlacedBy
	}
	d.events = append(d.events, order.Event{
		CompanyID: d.o.CompanyID, ID: newID(), OrderID: d.o.ID, Version: &version, Type: what, At: at,
		ActorSub: by.Sub, ActorName: by.Name, RequestID: "seed", Changes: changes, Data: data, Digest: d.o.Digest(),
	})
}

// seal seals the events, when they and the payments are complete.
func (d *made) seal() {
	for i := range d.events {
		subject := ""
		for j := range d.payments {
			if d.events[i].Data["payment_id"] == d.payments[j].ID {
				subject = order.PaymentDigest(&d.payments[j])
			}
		}
		d.events[i].Seal(subject, d.events[i].Digest)
	}
}

// seeder is who places the phone orders, and does everything after placing.
var seeder = company.Person{Sub: "seed", Name: "Synthetic data"}

func placerOf(o order.Origin) company.Person {
	switch o {
	case order.Web:
		return webshop.Person()
	case order.External:
		return edi.Person()
	case order.Standing:
		return standing.Person()
	case order.Phone:
	}
	return seeder
}

var words = slices.Sorted(maps.Keys(goods))

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
