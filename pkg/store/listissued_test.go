package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// issue gives an invoice to every second document of the shop and to the confirmed ones, and a credit note to each
// invoice. The invoices' prefix changes in between.
func (sh *shop) issue(t *testing.T, s *store.Store) (invoices []billing.Invoice, notes []billing.CreditNote) {
	sh.write(t, s, func(tx *store.Tx) error {
		for i, o := range sh.docs {
			if i%2 > 0 || o.InvoiceID != nil {
				continue
			}
			if err := tx.CreateInvoice(sh.invoice(o, sh.uuid())); err != nil {
				return err
			}
		}
		for _, i := range sh.invoices {
			d := i.Document
			d.ID = sh.uuid()
			note := billing.CreditNote{Document: d, InvoiceID: i.ID, InvoiceNumber: d.Number, Reason: "r"}
			if err := tx.CreateCreditNote(note); err != nil {
				return err
			}
			notes = append(notes, note)
		}
		return nil
	})
	return sh.invoices, notes
}

// invoice creates the shop's next invoice.
func (sh *shop) invoice(o order.Order, id string) billing.Invoice {
	n := int64(len(sh.invoices) + 1)
	issued := storetest.Noon.Add(time.Duration(sh.rng.IntN(60*24*60)) * time.Minute)
	i := billing.Invoice{
		Subtotal: o.Total, Balance: pick(sh.rng, 0, 0, 0, -5, 5, o.Total), PaymentStatus: pick(sh.rng, billing.Paid, billing.Paid, billing.Paid, billing.Unpaid, billing.PartiallyPaid, billing.Overpaid), Document: billing.Document{CompanyID: sh.id, ID: id, OrderID: o.ID, OwnerSub: o.OwnerSub, Sequence: n,
			Number:   billing.NumberOf(pick(sh.rng, "INV-", "Inv-2026-", "Ä"), n),
			IssuedAt: issued, IssueDate: issued.Truncate(24 * time.Hour),
			DueDate: storetest.Noon.Truncate(24*time.Hour).AddDate(0, 0, sh.rng.IntN(60)), CustomerID: o.CustomerID, CustomerCode: o.CustomerCode,
			CustomerName: o.CustomerName, Currency: "USD", Total: o.Total, Snapshot: []byte("{}"), Hash: "h"}}
	if i.Balance > 0 { // something is owed, so it is not paid
		i.PaymentStatus = pick(sh.rng, billing.Unpaid, billing.PartiallyPaid, billing.Refunded)
	}
	sh.invoices = append(sh.invoices, i)
	return i
}

func (sh *shop) issuedFilter(all []billing.Invoice) store.IssuedFilter {
	r := sh.rng
	like := func() billing.Invoice { return pick(r, all...) }
	var f store.IssuedFilter
	for range r.IntN(3) {
		pick(r,
			func() { f.OwnerSub = "other" },
			func() { f.Numbers = append(f.Numbers, strings.ToLower(like().Number), like().Number, "INV-1") },
			func() { f.OrderIDs = append(f.OrderIDs, like().OrderID, sh.docs[1].ID) },
			func() { f.CustomerIDs = append(f.CustomerIDs, like().CustomerID, sh.customers[0].ID) },
			func() { f.IssuedFrom, f.IssuedBefore = like().IssuedAt, like().IssuedAt },
			func() {
				q := []rune(pick(r, like().Number, like().CustomerCode, like().CustomerName))
				f.Query = strings.ToUpper(string(q[:1+r.IntN(len(q))]))
			})()
	}
	f.Desc, f.Snapshots = r.IntN(2) == 0, r.IntN(2) == 0
	return f
}

// invoiceFilter is issuedFilter with the filters and the sort that only invoices have.
func (sh *shop) invoiceFilter(all []billing.Invoice) store.InvoiceFilter {
	r := sh.rng
	like := pick(r, all...)
	f := store.InvoiceFilter{IssuedFilter: sh.issuedFilter(all), ByDue: r.IntN(2) == 0}
	for range r.IntN(3) {
		pick(r,
			func() { open := r.IntN(3) > 0; f.Open = &open },
			func() {
				f.PaymentStatuses = append(f.PaymentStatuses, pick(r, billing.Statuses...), pick(r, billing.Statuses...))
			},
			func() { f.DueFrom = like.DueDate },
			func() { f.DueTo = like.DueDate })()
	}
	return f
}

func matchesInvoice(f store.InvoiceFilter, i *billing.Invoice) bool {
	return issuedWant(f.IssuedFilter).matches(&i.Document) && (f.Open == nil || *f.Open == (i.Balance > 0)) && oneOf(f.PaymentStatuses, i.PaymentStatus) &&
		!i.DueDate.Before(f.DueFrom) && (f.DueTo.IsZero() || !i.DueDate.After(f.DueTo))
}

func (f issuedWant) matches(d *billing.Document) bool {
	begins := func(s string) bool { return strings.HasPrefix(canon.SearchKeyOf(s), canon.SearchKeyOf(f.Query)) }
	return (f.OwnerSub == "" || f.OwnerSub == d.OwnerSub) && oneOf(f.OrderIDs, d.OrderID) && oneOf(f.CustomerIDs, d.CustomerID) &&
		anyOf(f.Numbers, func(n string) bool { return strings.EqualFold(n, d.Number) }) &&
		!d.IssuedAt.Before(f.IssuedFrom) && (f.IssuedBefore.IsZero() || d.IssuedAt.Before(f.IssuedBefore)) &&
		(f.Query == "" || begins(d.Number) || begins(d.CustomerCode) || begins(d.CustomerName))
}

type issuedWant store.IssuedFilter

func TestLong_IssuedDocumentsAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh, other := newShop(t, s, 41, 40), newShop(t, s, 42, 5)
		sh.add(t, s, testkit.Sized(700, 300))
		other.add(t, s, 50)
		other.issue(t, s)
		invoices, notes := sh.issue(t, s)
		noteOf := map[string]billing.CreditNote{}
		for _, n := range notes {
			noteOf[n.InvoiceID] = n
		}
		for range testkit.Sized(150, 50) {
			f := sh.invoiceFilter(invoices)
			f.Limit = 1 + sh.rng.IntN(120)
			var want, wantNotes []billing.Invoice
			for _, i := range invoices {
				if matchesInvoice(f, &i) {
					want = append(want, i)
				}
				if issuedWant(f.IssuedFilter).matches(&i.Document) {
					wantNotes = append(wantNotes, i)
				}
			}
			if f.ByDue {
				slices.SortFunc(want, func(a, b billing.Invoice) int {
					return cmp.Or(a.DueDate.Compare(b.DueDate), cmp.Compare(a.Sequence, b.Sequence))
				})
			}
			if f.Desc {
				slices.Reverse(want)
				slices.Reverse(wantNotes)
			}
			var got, back []billing.Invoice
			var prev *store.Position
			for g := f; ; {
				page, err := s.For(sh.id).Invoices(ctx, g)
				require.NoError(t, err)
				got, back, prev = append(got, page.Rows...), page.Rows, page.Prev
				if g.After = page.Next; g.After == nil {
					break
				}
			}
			for g := f; prev != nil; {
				g.Before = prev
				page, err := s.For(sh.id).Invoices(ctx, g)
				require.NoError(t, err)
				back, prev = append(slices.Clone(page.Rows), back...), page.Prev
			}
			var fromNotes []billing.CreditNote
			for g := f.IssuedFilter; ; {
				page, err := s.For(sh.id).CreditNotes(ctx, g)
				require.NoError(t, err)
				fromNotes = append(fromNotes, page.Rows...)
				if g.After = page.Next; g.After == nil {
					break
				}
			}
			require.Equal(t, len(want), len(got), "%+v", f)
			require.Equal(t, len(want), len(back), "%+v", f)
			require.Equal(t, len(wantNotes), len(fromNotes), "%+v", f)
			for i := range want {
				if !f.Snapshots {
					want[i].Snapshot = nil
				}
				require.Equal(t, want[i], got[i])
				require.Equal(t, want[i], back[i])
			}
			for i := range wantNotes {
				note := noteOf[wantNotes[i].ID]
				if !f.Snapshots {
					note.Snapshot = nil
				}
				require.Equal(t, note, fromNotes[i])
			}
		}
	})
}

func TestLong_CustomersAgainstTheOracle(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 43, 300)
		newShop(t, s, 44, 30)
		own := func(i int) bool { return i%3 == 0 }
		sh.write(t, s, func(tx *store.Tx) error {
			for i := range sh.customers {
				c := &sh.customers[i]
				if own(i) {
					tx.Own("web", c.ID)
					tx.Own("web", c.ID)
				} else {
					tx.Own("another", c.ID)
				}
				if i%5 == 0 { // the search follows a change of the addresses
					c.Emails = append(slices.Clone(c.Emails), fmt.Sprintf("Second%d@x.example", i%7))
					if err := tx.UpdateCustomer(c); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for i := range 120 {
			like := pick(sh.rng, sh.customers...)
			f := store.CustomerFilter{Window: store.Window{Limit: 1 + sh.rng.IntN(200)}}
			switch i % 12 {
			case 6:
				f.OwnerSub = "web"
			case 7:
				f.OwnerSub, f.Query = "web", "r"
			case 8:
				f.Emails = []string{strings.ToUpper(like.Emails[0]), "nobody@x.example"}
			case 9:
				f.Emails = []string{like.Emails[len(like.Emails)-1], "second3@X.example"}
			case 10:
				f.Emails, f.OwnerSub = []string{"second0@x.example"}, "web"
			case 11:
				f.OwnerSub, f.UpdatedSince, f.Codes = "web", like.UpdatedAt, []string{like.Code}
			case 1:
				f.Query = strings.ToUpper(pick(sh.rng, like.Code[:1], like.Name, string([]rune(like.Name)[:2])))
			case 2:
				f.Codes = []string{strings.ToUpper(like.Code), "none"}
			case 3:
				f.Query, f.Codes = "r", []string{like.Code}
			case 4:
				f.UpdatedSince = like.UpdatedAt
			case 5:
				f.Query, f.UpdatedSince = "r", like.UpdatedAt
			}
			begins := func(key string) bool { return strings.HasPrefix(key, canon.SearchKeyOf(f.Query)) }
			var want []string
			for i, c := range sh.customers {
				if f.OwnerSub != "" && !own(i) || !anyOf(f.Emails, func(email string) bool {
					return slices.ContainsFunc(c.Emails, func(has string) bool { return strings.EqualFold(email, has) })
				}) {
					continue
				}
				if !c.UpdatedAt.Before(f.UpdatedSince) && (begins(c.CodeSearch) || begins(c.NameKey)) && anyOf(f.Codes, func(code string) bool { return canon.KeyOf(code) == c.CodeKey }) {
					want = append(want, c.NameKey+"\x00"+c.ID)
				}
			}
			slices.Sort(want)
			var got []string
			for {
				page, err := s.For(sh.id).Customers(context.Background(), f)
				require.NoError(t, err)
				for _, c := range page.Rows {
					got = append(got, c.NameKey+"\x00"+c.ID)
				}
				if f.After = page.Next; f.After == nil {
					break
				}
			}
			requireSame(t, want, got, "%+v", f)
		}
	})
}

func TestEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 45, 2)
		docs := sh.add(t, s, 2)
		batch := sh.uuid()
		var events []order.Event
		for i := range 60 {
			e := order.Event{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[i%2].ID, Type: order.EventEdited,
				At: storetest.Noon.Add(time.Duration(sh.rng.IntN(20)) * time.Second), Changes: []order.Change{}, Data: map[string]any{}}
			if i%3 == 0 {
				e.BatchID = &batch
			}
			events = append(events, e)
		}
		sh.write(t, s, func(tx *store.Tx) error { return tx.Record(events) })
		number := map[string]int{} // those from before the feed have none
		for i, e := range events {
			if number[e.ID] = i + 1; i%5 == 0 {
				number[e.ID] = 0
				s.Write(t, "UPDATE events SET pos = NULL, seq = NULL WHERE id = '"+e.ID+"'")
			}
		}
		asWritten := func(a, b order.Event) int {
			return cmp.Or(cmp.Compare(number[a.ID], number[b.ID]), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
		}
		byID := func(a, b order.Event) int { return strings.Compare(a.ID, b.ID) }
		for _, c := range []struct {
			f    store.EventFilter
			by   func(a, b order.Event) int
			want int
		}{
			{store.EventFilter{OrderID: docs[0].ID}, asWritten, 30},
			{store.EventFilter{BatchID: batch}, byID, 20},
			{store.EventFilter{OrderID: docs[1].ID, BatchID: batch}, asWritten, 10},
			{store.EventFilter{}, byID, 60},
			{store.EventFilter{OrderID: sh.uuid()}, asWritten, 0},
			{store.EventFilter{OrderID: "x"}, asWritten, 0},
		} {
			for _, limit := range []int{1, 7, 30, 100} {
				var got []order.Event
				for c.f.Limit = limit; ; {
					page, err := s.For(sh.id).Events(context.Background(), c.f)
					require.NoError(t, err)
					got = append(got, page.Events...)
					if c.f.After = page.Next; c.f.After == nil {
						break
					}
				}
				require.Len(t, got, c.want)
				require.True(t, slices.IsSortedFunc(got, c.by), fmt.Sprintf("%+v", c.f))
				require.Len(t, slices.CompactFunc(slices.Clone(got), func(a, b order.Event) bool { return a.ID == b.ID }), c.want)
			}
		}
	})
}
