package order_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/guardtable"
	"github.com/stretchr/testify/require"
)

// guardCell is one cell of guardtable.
type guardCell struct {
	guardtable.Cell
	discount bool // the discount is too large
}

// document returns the document that the cell is about.
func (c guardCell) document() *order.Order {
	o := guarded(c.Kind, c.Status)
	if c.discount {
		discount(o)
	}
	return o
}

// guardCells returns every cell twice: without a discount, and with one that is too large.
func guardCells(t *testing.T) []guardCell {
	t.Helper()
	var cells []guardCell
	for _, c := range guardtable.Cells(t) {
		cells = append(cells, guardCell{c, false})
	}
	for _, c := range guardtable.WithDiscount(t) {
		cells = append(cells, guardCell{c, true})
	}
	return cells
}

// discount gives a document a discount that is a cent too large for its bill, or for its prebook after a void.
func discount(o *order.Order) {
	if o.Kind == order.KindPrebook {
		o.Billable, o.Charges = 600, []order.Charge{{Amount: -601}}
		return
	}
	o.TakenCharges = []order.Charge{{Amount: -601}}
	o.BilledFrom = &order.Order{Kind: order.KindPrebook, Number: "W000122", Currency: "USD", Subtotal: 1000, Charges: []order.Charge{{Amount: -400}}}
}

// crowd gives a billed order and its prebook this many charges and taxes together. The order has at most one of each.
func crowd(o *order.Order, charges, taxes int) {
	o.BilledFrom = &order.Order{Kind: order.KindPrebook, Number: "W000122", Currency: "USD",
		Charges: make([]order.Charge, max(0, charges-1)), Taxes: make([]order.Tax, max(0, taxes-1))}
	o.TakenCharges, o.TakenTaxes = make([]order.Charge, min(1, charges)), make([]order.Tax, min(1, taxes))
}

// guarded returns the document that guardtable is about, in a status.
func guarded(k order.Kind, s order.Status) *order.Order {
	o := &order.Order{Kind: k, Status: s, Origin: order.Web, Number: "W000123", Currency: "USD", OwnerSub: "me", Total: 1000, LineCount: 2,
		Header: order.Header{ShipDate: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)}}
	if k == order.KindOrder {
		o.Paid, o.OwnOnline = 400, 400
	} else {
		o.LinesCheckedOut = map[order.Status]int{order.StatusDraft: 1, order.StatusCheckedOut: 2, order.StatusBilled: 2, order.StatusVoided: 2}[s]
		if s == order.StatusBilled {
			o.LinesBilled = 2
		}
	}
	o.Derive(false)
	return o
}

func with(roles ...auth.Role) auth.Actor { return auth.Actor{Subject: "me", Roles: roles} }

// said returns a verdict in the words of guardtable. It checks that a refusal has a message, a remedy and a known code.
func said(t *testing.T, v order.Verdict) string {
	t.Helper()
	switch {
	case v.Allowed:
		require.Equal(t, order.Verdict{Allowed: true}, v)
		require.NoError(t, v.Err())
		return "yes"
	case v.Already:
		require.NoError(t, v.Err())
		require.Equal(t, fault.AlreadyDone, v.Code)
		require.NotEmpty(t, v.Message)
		return "done"
	}
	entry := v.Code.Entry()
	require.True(t, slices.ContainsFunc(fault.Catalogue(), func(e fault.Entry) bool { return e.Code == v.Code }), "%s is not in the catalogue", v.Code)
	require.NotEmpty(t, v.Message)
	require.NotEmpty(t, v.Remedy, "%s has no remedy", v.Code)
	require.True(t, slices.ContainsFunc(entry.Members, func(m fault.Member) bool { return m.Name == "remedy" }), "problems of %s do not show the remedy", v.Code)
	require.False(t, strings.Contains(v.Message+v.Remedy, "%!") || strings.HasSuffix(v.Remedy, "the role ."), v.Message+v.Remedy)
	err := fault.Of(v.Err())
	require.Equal(t, v.Code, err.Code)
	require.Equal(t, v.Message, err.Detail)
	require.Equal(t, v.Remedy, err.Members["remedy"])
	if v.Code == fault.RoleNotAllowed {
		require.Equal(t, fault.Forbidden, entry.Kind)
		return "role"
	}
	require.Equal(t, fault.Conflict, entry.Kind, v.Code)
	return string(v.Code)
}

// Lines of a prebook can give each status that a rule leads to. The rules of one kind and action have the same refusals.
func TestRulesLeadToStatusesThatLinesGive(t *testing.T) {
	const lines = 3
	reached := map[[2]order.Status]bool{}
	for out := range lines + 1 {
		for billed := range out + 1 {
			for more := billed + 1; more <= out; more++ { // billing takes checked-out lines
				reached[[2]order.Status{order.PrebookStatus(lines, out, billed), order.PrebookStatus(lines, out, more)}] = true
			}
		}
	}
	for _, r := range order.Rules {
		if r.Kind == order.KindPrebook && r.Action == order.Bill {
			for _, from := range r.From {
				to := r.To
				if to == "" {
					to = from
				}
				require.True(t, reached[[2]order.Status{from, to}], "%s leads from %s to %s", r.Action, from, to)
			}
		}
		for _, s := range order.StatusesOf(r.Kind) {
			other, ok := order.RuleOf(r.Kind, r.Action, s)
			require.True(t, ok)
			require.Equal(t, []any{r.Refusal, r.Remedy, r.Except}, []any{other.Refusal, other.Remedy, other.Except}, "%s of a %s", r.Action, r.Kind)
		}
	}
}

func TestGuardIsTheTable(t *testing.T) {
	seen := map[guardtable.Row]bool{}
	for _, c := range guardCells(t) {
		seen[c.Row] = true
		who := with(c.Role)
		require.Equal(t, c.Want, said(t, order.Guard(who, c.Action, c.document(), order.GuardContext{})),
			"%s %s %s, discount %v: %v", c.Kind, c.Action, c.Status, c.discount, who.Roles)
	}
	for _, k := range []order.Kind{order.KindOrder, order.KindPrebook} {
		for _, a := range order.GuardedActions {
			for _, s := range order.StatusesOf(k) {
				require.True(t, seen[guardtable.Row{Kind: k, Action: a, Status: s}], "the table has no row %s %s %s", k, a, s)
			}
		}
	}
}

// A caller can do what a remedy says in the status that the document has. The remedy for a voided document never names an
// action on this document, and the remedy for a billed prebook names its orders.
func TestRemediesCanBeFollowed(t *testing.T) {
	onIt := regexp.MustCompile(`(?i)\b(void|confirm|edit|bill|check (it|lines) out|record|pay|mail) (the order|the prebook|it\b|its|lines|a payment)`)
	refused := 0
	for _, c := range guardCells(t) {
		v := order.Guard(with(c.Role), c.Action, c.document(), order.GuardContext{PastCutoff: true})
		if v.Allowed || v.Already || v.Code == fault.RoleNotAllowed {
			continue
		}
		refused++
		require.Regexp(t, `^[A-Z].*\.$`, v.Remedy, c)
		if c.Status == order.StatusVoided {
			require.NotRegexp(t, onIt, v.Remedy, c)
		}
		if c.Status == order.StatusBilled {
			require.Contains(t, v.Remedy, "the orders billed from it", c)
		}
		if c.Status == order.StatusConfirmed && c.Action != order.Void {
			require.NotContains(t, v.Remedy, "Confirm", c)
		}
	}
	require.Greater(t, refused, 100)
	for _, s := range []order.Status{order.StatusVoided, order.StatusConfirmed} { // here a condition refuses, not the status
		o := guarded(order.KindOrder, s)
		o.Paid = 0
		v := order.Guard(with(auth.Admin), order.Refund, o, order.GuardContext{})
		require.Equal(t, s == order.StatusVoided, !onIt.MatchString(v.Remedy), v.Remedy)
	}
}

// A caller with several roles may do what one of them allows. If none does, the refusal is about the document if one of the
// roles would allow the action on another document.
func TestGuardOfSeveralRolesIsTheBestOfEach(t *testing.T) {
	wants := map[guardCell][]string{} // by a cell without role and word
	for _, c := range guardCells(t) {
		r := guardCell{guardtable.Cell{Row: c.Row}, c.discount}
		wants[r] = append(wants[r], c.Want)
	}
	rank := func(word string) int {
		return map[string]int{"role": 0, "yes": 2, "done": 2}[word] + map[bool]int{true: 1}[word != "role" && word != "yes" && word != "done"]
	}
	for r, want := range wants {
		for set := range 1 << len(auth.Roles()) {
			var roles []auth.Role
			best := "role"
			for i, role := range auth.Roles() {
				if set&(1<<i) != 0 {
					roles = append(roles, role)
					if rank(want[i]) > rank(best) {
						best = want[i]
					}
				}
			}
			require.Equal(t, best, said(t, order.Guard(with(roles...), r.Action, r.document(), order.GuardContext{})), "%v %v", r, roles)
		}
	}
}

// A Storefront cannot see or change documents that others placed. A caller without a role can do nothing.
func TestGuardStopsStrangers(t *testing.T) {
	for _, c := range guardCells(t) {
		o := c.document()
		o.OwnerSub = "somebody else"
		stranger := with(auth.Storefront)
		require.False(t, order.Visible(stranger, o))
		require.NotEqual(t, "yes", said(t, order.Guard(stranger, c.Action, o, order.GuardContext{})), c)
		require.Equal(t, "role", said(t, order.Guard(with(), c.Action, o, order.GuardContext{})), c)
		require.False(t, order.Visible(with(), o))
		require.True(t, order.Visible(with(auth.Cashier), o))
		require.True(t, order.Visible(with(auth.Storefront, auth.Cashier), o))
	}
}

// The guard checks the conditions after role and status.
func TestGuardInEachContext(t *testing.T) {
	late, block := order.GuardContext{PastCutoff: true}, order.GuardContext{BlockUnpaid: true}
	both := order.GuardContext{PastCutoff: true, BlockUnpaid: true}
	for _, c := range []struct {
		in                order.GuardContext
		dollar            bool
		manager, clerk    string // Admin and Sales Manager; Sales, Sales Allocation and Cashier
		service, storefrt string
	}{
		{order.GuardContext{}, false, "yes", "yes", "yes", "role"},
		{order.GuardContext{}, true, "yes", "yes", "yes", "role"}, // unpaid: the answer has a warning
		{late, false, "yes", "past_cutoff", "past_cutoff", "role"},
		{late, true, "yes", "past_cutoff", "past_cutoff", "role"},
		{block, false, "yes", "yes", "yes", "role"},
		{block, true, "payment_required", "payment_required", "payment_required", "role"},
		{both, false, "yes", "past_cutoff", "past_cutoff", "role"},
		{both, true, "payment_required", "past_cutoff", "past_cutoff", "role"},
	} {
		for _, status := range []order.Status{order.StatusDraft, order.StatusPending} {
			o := guarded(order.KindOrder, status)
			o.Derive(c.dollar)
			require.Equal(t, c.dollar, o.PaymentIndicator)
			ask := func(who auth.Actor) string { return said(t, order.Guard(who, order.Confirm, o, c.in)) }
			for _, r := range []auth.Role{auth.Admin, auth.SalesManager} {
				require.Equal(t, c.manager, ask(with(r)), "%v %s", c, r)
				require.Equal(t, c.manager, ask(with(auth.Sales, r, auth.Storefront)), "%v %s", c, r)
			}
			for _, r := range []auth.Role{auth.Sales, auth.SalesAllocation, auth.Cashier} {
				require.Equal(t, c.clerk, ask(with(r)), "%v %s", c, r)
				require.Equal(t, c.clerk, ask(with(r, auth.Storefront)), "%v %s", c, r)
			}
			require.Equal(t, c.clerk, ask(with(auth.Sales, auth.SalesAllocation, auth.Cashier)))
			require.Equal(t, c.storefrt, ask(with(auth.Storefront)))
			require.Equal(t, c.service, ask(auth.System("c1")))
		}
		for _, a := range order.GuardedActions { // cut-off and unpaid balance matter for no other action
			for _, s := range order.StatusesOf(order.KindOrder) {
				if o := guarded(order.KindOrder, s); a != order.Confirm {
					require.Equal(t, order.Guard(with(auth.Cashier), a, o, order.GuardContext{}), order.Guard(with(auth.Cashier), a, o, c.in))
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		action order.Action
		kind   order.Kind
		status order.Status
		change func(*order.Order)
		want   string
	}{
		{"a line is billed while others are open", order.Void, order.KindPrebook, order.StatusDraft, func(o *order.Order) { o.LinesBilled = 1 }, "prebook_partly_billed"},
		{"a line is billed, the rest checked out", order.Void, order.KindPrebook, order.StatusCheckedOut, func(o *order.Order) { o.LinesBilled = 1 }, "prebook_partly_billed"},
		{"no line is checked out", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) { o.LinesCheckedOut = 0 }, "line_not_checked_out"},
		{"all checked-out lines are billed", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) { o.LinesBilled = 1 }, "line_not_checked_out"},
		{"one line is billed, one checked out", order.Bill, order.KindPrebook, order.StatusCheckedOut, func(o *order.Order) { o.LinesBilled = 1 }, "yes"},
		{"the discount equals the subtotal of the bill", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) { discount(o); o.Billable++ }, "yes"},
		{"a fixed tax makes up for the discount", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) { discount(o); o.Taxes = []order.Tax{{Amount: 1}} }, "yes"},
		{"a tax rate applies to the discount too", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) {
			half := money.Rate(50_0000)
			discount(o)
			o.Taxes = []order.Tax{{Amount: 1}, {Rate: &half}}
		}, "order_not_billable"},
		{"without its discount the prebook's total is too large", order.Bill, order.KindPrebook, order.StatusDraft, func(o *order.Order) {
			whole := money.Rate(100_0000)
			o.Subtotal, o.Billable = money.MaxAmount, money.MaxAmount
			o.Charges, o.Taxes = []order.Charge{{Amount: -money.MaxAmount}}, []order.Tax{{Rate: &whole}}
		}, "order_not_billable"},
		{"the discount equals the total of the prebook", order.Void, order.KindOrder, order.StatusPending, func(o *order.Order) { discount(o); o.BilledFrom.Subtotal++ }, "yes"},
		{"a fixed tax goes back with the discount", order.Void, order.KindOrder, order.StatusConfirmed, func(o *order.Order) { discount(o); o.TakenTaxes = []order.Tax{{Amount: 1}} }, "yes"},
		{"the order's own discount does not go back", order.Void, order.KindOrder, order.StatusPending, func(o *order.Order) {
			o.Charges = []order.Charge{{Amount: -5000}}
			o.BilledFrom = &order.Order{Kind: order.KindPrebook, Currency: "USD", Subtotal: 1000}
		}, "yes"},
		{"the prebook gets as many charges as it may have", order.Void, order.KindOrder, order.StatusPending, func(o *order.Order) { crowd(o, order.MaxCharges, 0) }, "yes"},
		{"the prebook gets one charge too many", order.Void, order.KindOrder, order.StatusPending, func(o *order.Order) { crowd(o, order.MaxCharges+1, 0) }, "order_not_voidable"},
		{"the prebook gets as many taxes as it may have", order.Void, order.KindOrder, order.StatusConfirmed, func(o *order.Order) { crowd(o, 0, order.MaxTaxes) }, "yes"},
		{"the prebook gets one tax too many", order.Void, order.KindOrder, order.StatusConfirmed, func(o *order.Order) { crowd(o, 0, order.MaxTaxes+1) }, "order_not_voidable"},
		{"nothing goes back", order.Void, order.KindOrder, order.StatusPending, func(o *order.Order) {
			crowd(o, order.MaxCharges+2, order.MaxTaxes+2)
			o.TakenCharges, o.TakenTaxes = nil, nil
		}, "yes"},
		{"nothing is paid", order.Refund, order.KindOrder, order.StatusConfirmed, func(o *order.Order) { o.Paid = 0 }, "refund_exceeds_paid"},
		{"all is refunded", order.Refund, order.KindOrder, order.StatusVoided, func(o *order.Order) { o.Refunded = 400 }, "refund_exceeds_paid"},
		{"a part is refunded", order.Refund, order.KindOrder, order.StatusVoided, func(o *order.Order) { o.Refunded = 399 }, "yes"},
		{"a prebook is past the cut-off", order.Confirm, order.KindPrebook, order.StatusCheckedOut, func(*order.Order) {}, "prebook_has_no_invoice"},
	} {
		o := guarded(c.kind, c.status)
		c.change(o)
		require.Equal(t, c.want, said(t, order.Guard(with(auth.Admin), c.action, o, both)), c.name)
	}
}

// A storefront refunds its own online payments. What others recorded, and cash, does not count for it.
func TestGuardOfAStorefrontsRefund(t *testing.T) {
	o := guarded(order.KindOrder, order.StatusPending)
	o.OwnOnline = 0
	require.Equal(t, "yes", said(t, order.Guard(with(auth.Cashier), order.Refund, o, order.GuardContext{})))
	require.Equal(t, "yes", said(t, order.Guard(with(auth.Cashier, auth.Storefront), order.Refund, o, order.GuardContext{})))
	for _, who := range []auth.Actor{with(auth.Storefront), with(auth.Sales, auth.Storefront)} {
		require.Equal(t, "refund_exceeds_paid", said(t, order.Guard(who, order.Refund, o, order.GuardContext{})))
	}
	o.OwnOnline = 1
	require.Equal(t, "yes", said(t, order.Guard(with(auth.Storefront), order.Refund, o, order.GuardContext{})))
}

// The service itself may confirm, check out, void and print, and nothing else.
func TestGuardOfTheServiceItself(t *testing.T) {
	want := map[order.Action]string{order.Confirm: "yes", order.Checkout: "yes", order.Void: "yes", order.Print: "yes"}
	for _, a := range order.GuardedActions {
		got := said(t, order.Guard(auth.System("c1"), a, guarded(order.KindOrder, order.StatusDraft), order.GuardContext{}))
		if want[a] == "" {
			want[a] = "role"
		}
		require.Equal(t, want[a], got, a)
	}
}

// The guard refuses an action without a rule, whatever the caller's roles are.
func TestGuardKnowsNoOtherActions(t *testing.T) {
	for _, a := range []order.Action{"", "fly", "Confirm", order.View, order.Place} {
		require.False(t, order.Guard(with(auth.Roles()...), a, guarded(order.KindOrder, order.StatusPending), order.GuardContext{}).Allowed, a)
	}
}

// Refusals returns exactly the codes that the guard refuses with. The API document is made from it.
func TestRefusalsAreWhatTheGuardSays(t *testing.T) {
	changes := []func(*order.Order){
		func(*order.Order) {}, discount,
		func(o *order.Order) { o.Paid, o.PaymentIndicator = 0, true },
		func(o *order.Order) { o.LinesBilled = 1 },
		func(o *order.Order) { o.LinesCheckedOut = 0 },
		func(o *order.Order) { crowd(o, order.MaxCharges+1, 0) },
	}
	refused := map[order.Action]map[fault.Code]bool{}
	for _, c := range guardCells(t) {
		for _, change := range changes {
			for _, in := range []order.GuardContext{{}, {PastCutoff: true}, {BlockUnpaid: true}} {
				o := c.document()
				change(o)
				v := order.Guard(with(c.Role), c.Action, o, in)
				if v.Allowed || v.Already || v.Code == fault.RoleNotAllowed {
					continue
				}
				if refused[c.Action] == nil {
					refused[c.Action] = map[fault.Code]bool{}
				}
				refused[c.Action][v.Code] = true
			}
		}
	}
	for _, a := range order.GuardedActions {
		said := slices.Sorted(maps.Keys(refused[a]))
		require.Equal(t, said, order.Refusals(a), "%s", a)
	}
}
