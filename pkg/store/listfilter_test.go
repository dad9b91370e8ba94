package store_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// condition is everything that the tests know about one filter of the Order Summary.
type condition struct {
	// fill sets the column of a random document. It is nil if shop.document sets the column.
	fill func(r *rand.Rand, o *order.Order)
	// draw sets the fields of the filter at random.
	draw func(r *rand.Rand, sh *shop, f *store.OrderFilter)
	// match reports whether the document passes. A filter without these fields passes every document.
	match func(f *store.OrderFilter, o *order.Order) bool
}

// conditions has every filter of the Order Summary.
var conditions = []condition{
	{
		fill:  func(r *rand.Rand, o *order.Order) { o.OwnerSub = pick(r, "shop", "shop", "other", "") },
		draw:  func(r *rand.Rand, _ *shop, f *store.OrderFilter) { f.OwnerSub = pick(r, "shop", "other", "nobody") },
		match: func(f *store.OrderFilter, o *order.Order) bool { return f.OwnerSub == "" || o.OwnerSub == f.OwnerSub },
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Origins = append(f.Origins, pick(r, order.Origins...), pick(r, order.Origins...))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.Origins, o.Origin) },
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Kinds = append(f.Kinds, pick(r, order.KindOrder, order.KindPrebook))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.Kinds, o.Kind) },
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Statuses = append(f.Statuses, pick(r, order.Statuses...), pick(r, order.Statuses...))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.Statuses, o.Status) },
	},
	{
		fill: func(r *rand.Rand, o *order.Order) {
			o.PaymentStatus = pick(r, billing.Unpaid, billing.Unpaid, billing.Paid, billing.PartiallyPaid)
			if o.Kind == order.KindPrebook {
				o.PaymentStatus = ""
			}
		},
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.PaymentStatuses = append(f.PaymentStatuses, pick(r, billing.Statuses...))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.PaymentStatuses, o.PaymentStatus) },
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) { v := r.IntN(3) > 0; f.PaymentIndicator = &v },
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return f.PaymentIndicator == nil || *f.PaymentIndicator == o.PaymentIndicator
		},
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.CustomerIDs = append(f.CustomerIDs, sh.some().CustomerID, sh.some().CustomerID)
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.CustomerIDs, o.CustomerID) },
	},
	{ // the customer with many documents
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.CustomerIDs = append(f.CustomerIDs, sh.customers[0].ID)
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.CustomerIDs, o.CustomerID) },
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.CustomerCodes = append(f.CustomerCodes, strings.ToUpper(sh.some().CustomerCode), "no such")
		},
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return anyOf(f.CustomerCodes, func(code string) bool { return canon.KeyOf(code) == canon.KeyOf(o.CustomerCode) })
		},
	},
	{
		fill: func(r *rand.Rand, o *order.Order) { o.SalespersonEmail = pick(r, "ann@x.example", "Bob@X.example", "") },
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Salespeople = append(f.Salespeople, pick(r, "ANN@x.example", "bob@x.example"))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return anyOf(f.Salespeople, func(s string) bool { return strings.EqualFold(s, o.SalespersonEmail) })
		},
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Numbers = append(f.Numbers, order.NumberFilter{Origin: pick(r, order.Origins...)})
		},
		match: matchNumbers,
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.Numbers = append(f.Numbers, order.NumberFilter{Sequence: sh.some().Sequence})
		},
		match: matchNumbers,
	},
	{
		draw: func(r *rand.Rand, sh *shop, f *store.OrderFilter) {
			for range 3 {
				o := sh.some()
				f.Numbers = append(f.Numbers, order.NumberFilter{Origin: pick(r, o.Origin, o.Origin, order.Web), Sequence: o.Sequence})
			}
		},
		match: matchNumbers,
	},
	{
		draw: func(r *rand.Rand, sh *shop, f *store.OrderFilter) {
			o := sh.some()
			for range pick(r, 1, 1, 2) {
				beginning, _ := order.ParseNumberFilter(o.Number[:2+r.IntN(4)]) // may overlap
				f.Numbers = append(f.Numbers, beginning)
			}
		},
		match: matchNumbers,
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.ExternalReference = append(f.ExternalReference, sh.some().ExternalReference, sh.some().ExternalReference, "Cart/0")
		},
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return anyOf(f.ExternalReference, func(s string) bool { return s != "" && s == o.ExternalReference })
		},
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.CheckoutIDs = append(f.CheckoutIDs, sh.some().CheckoutID, sh.some().CheckoutID, "no uuid")
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.CheckoutIDs, o.CheckoutID) },
	},
	{
		fill: func(r *rand.Rand, o *order.Order) {
			o.Carrier = pick(r, "", "FedEx", "Fleet-7", "Röhlig")
			if r.IntN(4) == 0 {
				o.InvoiceNumber = fmt.Sprintf("INV-%06d", r.IntN(900))
			}
			o.LineCount = 1 + r.IntN(4)
			for i := range o.LineCount { // the ids are not in the order of the positions, and repeat in other documents
				l := order.Line{
					CompanyID: o.CompanyID, OrderID: o.ID, ID: fmt.Sprintf("0197a3c4-0000-7000-8000-%012d", (i*3+1)%5), Position: i + 1,
					SKU: pick(r, "", "ROSE-RED-50", "rose-white-50", "ÄHRE/7"), Source: order.OnHand, Quantity: 1,
				}
				if r.IntN(4) == 0 {
					l.SKU = fmt.Sprintf("SKU-%d", r.IntN(200)) // a rare one
				}
				if o.Kind == order.KindPrebook {
					l.Source, l.Status = pick(r, order.K2K, order.FutureSales), pick(r, order.LineOpen, order.LineCheckedOut)
				}
				if o.BilledFromID != nil {
					l.Source = pick(r, order.K2K, order.FutureSales, order.OnHand)
				}
				o.Lines = append(o.Lines, l)
			}
		},
		draw: func(r *rand.Rand, sh *shop, f *store.OrderFilter) {
			o := sh.some()
			for range pick(r, 1, 1, 1, 2, 3, 9) { // some beginnings of words, perhaps all of one document
				texts := searchedTexts(pick(r, o, o, o, sh.some()))
				for _, word := range strings.FieldsFunc(pick(r, append(texts, "%", "_")...), notInWords) {
					letters := []rune(word)
					beginning := string(letters[:1+r.IntN(len(letters))])
					f.Query += pick(r, " ", "-", "/", "  ") + pick(r, beginning, strings.ToUpper(beginning), strings.ToLower(beginning))
				}
			}
		},
		match: func(f *store.OrderFilter, o *order.Order) bool {
			for _, wanted := range strings.FieldsFunc(f.Query, notInWords) {
				begins := func(word string) bool { return strings.HasPrefix(canon.SearchKeyOf(word), canon.SearchKeyOf(wanted)) }
				if !slices.ContainsFunc(searchedTexts(o), func(text string) bool { return slices.ContainsFunc(strings.FieldsFunc(text, notInWords), begins) }) {
					return false
				}
			}
			return f.Query == "" || strings.ContainsFunc(f.Query, func(r rune) bool { return !notInWords(r) })
		},
	},
	{
		draw:  func(_ *rand.Rand, sh *shop, f *store.OrderFilter) { f.ShipFrom = sh.some().ShipDate },
		match: func(f *store.OrderFilter, o *order.Order) bool { return !o.ShipDate.Before(f.ShipFrom) },
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) { f.ShipTo = sh.some().ShipDate },
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return f.ShipTo.IsZero() || !o.ShipDate.After(f.ShipTo)
		},
	},
	{
		draw: func(_ *rand.Rand, sh *shop, f *store.OrderFilter) {
			f.PlacedFrom, f.PlacedBefore = sh.some().PlacedAt, sh.some().PlacedAt
		},
		match: func(f *store.OrderFilter, o *order.Order) bool {
			return !o.PlacedAt.Before(f.PlacedFrom) && (f.PlacedBefore.IsZero() || o.PlacedAt.Before(f.PlacedBefore))
		},
	},
	{
		draw:  func(_ *rand.Rand, sh *shop, f *store.OrderFilter) { v := sh.some().Total; f.TotalMin = &v },
		match: func(f *store.OrderFilter, o *order.Order) bool { return f.TotalMin == nil || o.Total >= *f.TotalMin },
	},
	{
		draw:  func(_ *rand.Rand, sh *shop, f *store.OrderFilter) { v := sh.some().Total; f.TotalMax = &v },
		match: func(f *store.OrderFilter, o *order.Order) bool { return f.TotalMax == nil || o.Total <= *f.TotalMax },
	},
	{
		draw:  func(_ *rand.Rand, sh *shop, f *store.OrderFilter) { f.UpdatedSince = sh.some().UpdatedAt },
		match: func(f *store.OrderFilter, o *order.Order) bool { return !o.UpdatedAt.Before(f.UpdatedSince) },
	},
	{
		fill: func(r *rand.Rand, o *order.Order) { o.EmailStatus = pick(r, "", "sent", "failed") },
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.EmailStatuses = append(f.EmailStatuses, pick(r, "", "sent", "failed"))
		},
		match: func(f *store.OrderFilter, o *order.Order) bool { return oneOf(f.EmailStatuses, o.EmailStatus) },
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.SKUs = append(f.SKUs, pick(r, "rose-red-50", "Ähre/7"), pick(r, "ROSE-WHITE-50", "ähre/7", "none"))
		},
		match: hasLine,
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.Sources = append(f.Sources, pick(r, order.Sources...), pick(r, order.Sources...))
		},
		match: hasLine,
	},
	{
		draw: func(r *rand.Rand, _ *shop, f *store.OrderFilter) {
			f.LineStatuses = append(f.LineStatuses, pick(r, order.LineOpen, order.LineCheckedOut, order.LineBilled))
		},
		match: hasLine,
	},
}

// hasLine reports whether the document has a line that passes.
func hasLine(f *store.OrderFilter, o *order.Order) bool {
	return slices.ContainsFunc(o.Lines, func(l order.Line) bool { return matchLine(f, &l) })
}

// matchLine reports whether a line passes: it alone must match all fields about lines.
func matchLine(f *store.OrderFilter, l *order.Line) bool {
	return anyOf(f.SKUs, func(sku string) bool { return strings.EqualFold(sku, l.SKU) }) && oneOf(f.Sources, l.Source) && oneOf(f.LineStatuses, l.Status)
}

// searchedTexts is where q is searched.
func searchedTexts(o *order.Order) []string {
	texts := []string{o.Number, o.CustomerCode, o.CustomerName, o.PONumber, o.ExternalReference, o.InvoiceNumber, o.Carrier}
	for i := range o.Lines {
		texts = append(texts, o.Lines[i].SKU)
	}
	return texts
}

func notInWords(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
}

func matchNumbers(f *store.OrderFilter, o *order.Order) bool {
	return anyOf(f.Numbers, func(n order.NumberFilter) bool {
		return (n.Origin == "" || n.Origin == o.Origin) && (n.Sequence == 0 || n.Sequence <= o.Sequence && o.Sequence <= max(n.Sequence, n.Through))
	})
}

func oneOf[T comparable](values []T, v T) bool { return len(values) == 0 || slices.Contains(values, v) }

func anyOf[T any](values []T, is func(T) bool) bool {
	return len(values) == 0 || slices.ContainsFunc(values, is)
}

// some returns a random document.
func (sh *shop) some() *order.Order { return &sh.docs[sh.rng.IntN(len(sh.docs))] }

// filter returns a random filter with about this many conditions.
func (sh *shop) filter(n int) store.OrderFilter {
	var f store.OrderFilter
	for range n {
		pick(sh.rng, conditions...).draw(sh.rng, sh, &f)
	}
	keys := []store.SortKey{store.ByPlacedAt, store.ByPlacedAt, store.ByShipDate, store.ByNumber, store.ByTotal, store.ByCustomer, store.ByStatus, store.ByUpdatedAt}
	f.Sort = store.Sort{Key: pick(sh.rng, keys...), Desc: sh.rng.IntN(2) == 0}
	return f
}

// matches reports whether the document passes the filter.
func (sh *shop) matches(f *store.OrderFilter, o *order.Order) bool {
	return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.match(f, o) })
}

// A filter that no random document passes, or that every one passes, would test nothing. Neither would a field that no condition draws.
func TestConditionsSelectSomeDocuments(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	sh := newShop(t, s, 62, 5)
	sh.add(t, s, 200)
	drawn := map[string]bool{"Sort": true, "Limit": true, "After": true, "Before": true} // no conditions
	for i, c := range conditions {
		var f store.OrderFilter
		passed, failed := false, false
		for range 50 {
			f = store.OrderFilter{}
			c.draw(sh.rng, sh, &f)
			for _, name := range fieldtest.Names(f) {
				drawn[name] = drawn[name] || !reflect.ValueOf(f).FieldByName(name).IsZero()
			}
			for j := range sh.docs {
				pass := c.match(&f, &sh.docs[j])
				passed, failed = passed || pass, failed || !pass
			}
		}
		require.True(t, passed && failed, "conditions[%d] (listfilter_test.go) passes no document, or every document, with filters such as %+v: give it a fill, or draw other values", i, f)
	}
	for _, name := range fieldtest.Names(store.OrderFilter{}) {
		require.True(t, drawn[name], "no condition draws OrderFilter.%s: add one to conditions (listfilter_test.go), or the oracle does not know it", name)
	}
}
