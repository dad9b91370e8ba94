package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The body of a cart sets every field of a cart.
func TestCartBodySetsEveryField(t *testing.T) {
	var b cartBody
	fieldtest.Fill(t, &b)
	b.ShipDate = "2026-12-01"
	cart := b.cart()
	checkSet(t, "cartBody.cart (cartbody.go)", cart)
	checkSet(t, "cartBody.cart (cartbody.go)", cart.Lines[0])
}

// The patch of an order sets every field of an edit.
func TestOrderPatchSetsEveryField(t *testing.T) {
	var p orderPatch
	fieldtest.Fill(t, &p)
	revision, _ := p.revision(desk.View{})
	checkSet(t, "orderPatch.revision (revise.go)", revision)
	checkSet(t, "lineMembers.revision (lines.go)", (*revision.Lines)[0])
}

func checkSet(t *testing.T, where string, value any) {
	t.Helper()
	for _, name := range fieldtest.Names(value) {
		assert.False(t, reflect.ValueOf(value).FieldByName(name).IsZero(), "%s never sets %T.%s: give its body a member for it", where, value, name)
	}
}

// Fields that the API does not show. They are internal, or another member has the same information.
var (
	notShown       = []string{"Sequence", "OwnerSub", "ReferenceKey", "BilledFromID", "CodeKey", "NameKey", "POKey", "Billable", "TakenCharges", "TakenTaxes", "BilledFrom", "OwnOnline", "Words"}
	notShownOfLine = []string{"CompanyID", "OrderID"}
)

// The details of a document show each of its fields.
func TestOrderBodyShowsEveryField(t *testing.T) {
	full := func() order.Order {
		var o order.Order
		fieldtest.Fill(t, &o)
		o.Currency = "USD"
		return o
	}
	body := func(o order.Order) string {
		if o.InvoicedAt == nil {
			o.InvoicedAt = new(time.Time)
		}
		if o.CreditedAt == nil {
			o.CreditedAt = new(time.Time)
		}
		raw, err := json.Marshal(orderBodyWithoutActions(desk.View{Order: o, Private: true}))
		require.NoError(t, err)
		return string(raw)
	}
	want := body(full())
	for _, name := range fieldtest.Names(order.Order{}) {
		o := full()
		fieldtest.Clear(&o, name)
		assert.Equal(t, !slices.Contains(notShown, name), body(o) != want, "%s of an order: show it in orderCoreOf or orderBodyOf (orderbody.go), or add it to notShown", name)
	}
	for _, name := range fieldtest.Names(order.Line{}) {
		o := full()
		fieldtest.Clear(&o.Lines[0], name)
		assert.Equal(t, !slices.Contains(notShownOfLine, name), body(o) != want, "%s of a line: show it in lineBodyOf (lines.go), or add it to notShownOfLine", name)
	}
}
