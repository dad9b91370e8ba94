package desk_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// paper is what the model knows of a document. It is written from domain.md and shares nothing with the code.
type paper struct {
	id, owner      string
	prebook        bool
	card           bool // of the customer with Require Credit Card Payment
	status         string
	version        int
	lines          []string // open, checked_out, billed; of an order "", one line each 25.00
	ids            []string // of the lines
	prices         []int    // cents a line
	paid, refunded int
	invoice        int // its number; 0: none
	credited       bool
	from           *paper // the prebook that it was billed from
	at             []int  // which lines of that prebook
}

func (p *paper) total() int {
	sum := 0
	for _, v := range p.prices {
		sum += v
	}
	return sum
}

func (p *paper) has(status string) bool { return slices.Contains(p.lines, status) }

// progress sets a prebook's status from its lines.
func (p *paper) progress() {
	switch {
	case p.has("open"):
		p.status = "draft"
	case p.has("checked_out"):
		p.status = "checked_out"
	default:
		p.status = "billed"
	}
}

// dollar is whether the $ shows.
func (p *paper) dollar(mustPay bool) bool {
	return !p.prebook && p.card && mustPay && p.status != "voided" && p.total()-p.paid+p.refunded > 0
}

// model is what the world should be like.
type model struct {
	papers   []*paper
	mustPay  bool // the card customer's flag
	block    bool // the company's policy on unpaid card orders
	invoices int
}

// staff is whether somebody has a staff role; boss one that may do nearly everything.
func staff(who auth.Actor) bool { return !who.IsStorefront() }
func boss(who auth.Actor) bool {
	return who.Roles[0] == auth.Admin || who.Roles[0] == auth.SalesManager
}

// expects is what an action should answer: "" where it goes, "already", or a fault's code.
func (m *model) expects(who auth.Actor, action string, p *paper) string {
	is := func(r auth.Role) bool { return who.Roles[0] == r }
	open := p.status == "draft" || p.status == "pending"
	if !staff(who) && p.owner != who.Subject {
		return "order_not_found"
	}
	switch action {
	case "confirm":
		switch {
		case !staff(who):
			return "role_not_allowed"
		case p.prebook:
			return "prebook_has_no_invoice"
		case p.status == "confirmed":
			return "already"
		case p.status == "voided":
			return "order_not_confirmable"
		case m.block && p.dollar(m.mustPay):
			return "payment_required"
		}
	case "checkout":
		switch {
		case p.status == "voided":
			return "order_not_checkoutable"
		case p.prebook && p.status != "draft", !p.prebook && p.status != "draft":
			return "already"
		}
	case "void":
		switch {
		case is(auth.SalesAllocation), is(auth.Cashier):
			return "role_not_allowed"
		case p.status == "voided":
			return "already"
		case p.status == "billed":
			return "prebook_partly_billed"
		case !boss(who) && !open:
			return "role_not_allowed"
		case p.prebook && p.has("billed"):
			return "prebook_partly_billed"
		}
	case "bill":
		switch {
		case !boss(who) && !is(auth.SalesAllocation):
			return "role_not_allowed"
		case !p.prebook, p.status == "voided":
			return "order_not_billable"
		case p.has("checked_out"):
		case p.has("open"):
			return "line_not_checked_out"
		default:
			return "line_already_billed"
		}
	case "edit":
		switch {
		case p.status == "confirmed", p.status == "billed", p.status == "voided":
			return "order_not_editable"
		case !staff(who) && p.status != "draft":
			return "role_not_allowed"
		}
	case "pay":
		if p.prebook {
			return "prebook_takes_no_payment"
		}
	case "refund":
		switch {
		case !boss(who) && !is(auth.Cashier):
			return "role_not_allowed"
		case p.prebook:
			return "prebook_takes_no_payment"
		case p.paid-p.refunded < 100:
			return "refund_exceeds_paid"
		}
	case "email":
		if !staff(who) {
			return "role_not_allowed"
		}
	}
	return ""
}

// run is a world and its model, and a property's source of chance.
type run struct {
	*rapid.T
	w *world
	m *model
}

var people = []auth.Actor{admin, manager, sales, allocation, cashier, shop, otherShop}

// TestDeskIsItsModel does random things as random people to random documents, and compares each answer, and what is there
// afterwards, with a model; in the end every invariant holds. More of it: -rapid.checks=500.
func TestDeskIsItsModel(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		require.NoError(t, f.Value.Set("12"))
		t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
	}
	each(t, func(t *testing.T, w *world) {
		m, runs := &model{mustPay: true}, 0
		rapid.Check(t, func(t *rapid.T) {
			m.papers = nil // the documents of earlier runs rest
			r := run{t, w, m}
			for range 3 {
				r.place()
			}
			for range rapid.IntRange(10, 30).Draw(t, "steps") {
				r.step()
			}
			if runs++; runs%6 > 0 { // it reads all that earlier runs have left
				return
			}
			breaches, err := w.Check(w.ctx)
			require.NoError(t, err)
			require.Empty(t, breaches)
		})
		w.clean(t)
	})
}

func (r run) step() {
	action := rapid.SampledFrom([]string{"confirm", "checkout", "void", "bill", "edit", "pay", "refund", "email",
		"confirm", "checkout", "bill", "pay", "place", "flag", "policy", "post"}).Draw(r.T, "action")
	switch action {
	case "place":
		r.place()
	case "flag":
		r.flag()
	case "policy":
		r.policy()
	case "post":
		_, err := r.w.Post(r.w.ctx)
		require.NoError(r, err)
	default:
		who := rapid.SampledFrom(people).Draw(r.T, "who")
		p := rapid.SampledFrom(r.m.papers).Draw(r.T, "document")
		r.act(who, action, p)
		r.same(p)
		if p.from != nil {
			r.same(p.from)
		}
	}
}

// place places an order or a prebook.
func (r run) place() {
	customer := rapid.SampledFrom([]company.Customer{r.w.plain, r.w.card}).Draw(r.T, "customer")
	n := rapid.IntRange(1, 3).Draw(r.T, "lines")
	who := rapid.SampledFrom([]auth.Actor{shop, shop, otherShop, sales}).Draw(r.T, "placed by")
	p := &paper{owner: who.Subject, card: customer.ID == r.w.card.ID, version: 1}
	cart := r.w.cart(customer, n)
	if p.prebook = rapid.Bool().Draw(r.T, "prebook"); p.prebook {
		taken := rapid.IntRange(0, n).Draw(r.T, "checked out")
		cart = r.w.prebook(customer, n, taken)
		for i := range n {
			p.lines = append(p.lines, map[bool]string{true: "checked_out", false: "open"}[i < taken])
		}
		p.progress()
	} else {
		p.lines = make([]string, n)
		cart.Checkout = rapid.Bool().Draw(r.T, "checked out")
		p.status = map[bool]string{true: "pending", false: "draft"}[cart.Checkout]
	}
	for range n {
		p.prices = append(p.prices, 2500)
	}
	var placed desk.Placed
	_, err := r.w.Place(r.w.ctx, keyed(who), cart, into(&placed))
	require.NoError(r, err)
	p.id = placed.Orders[0].ID
	for _, l := range placed.Orders[0].Lines {
		p.ids = append(p.ids, l.ID)
	}
	r.m.papers = append(r.m.papers, p)
	r.same(p)
}

// flag turns the card customer's Require Credit Card Payment.
func (r run) flag() {
	r.m.mustPay = !r.m.mustPay
	c := keyed(manager)
	c.IfMatch = &desk.Match{Any: true}
	_, err := r.w.EditCustomer(r.w.ctx, c, r.w.card.ID, func(cu *company.Customer) error { cu.RequireCreditCardPayment = r.m.mustPay; return nil }, encode)
	require.NoError(r, err)
	for _, p := range r.m.papers {
		r.same(p)
	}
}

// policy turns what unpaid card orders do.
func (r run) policy() {
	r.m.block = !r.m.block
	c := keyed(admin)
	c.IfMatch = &desk.Match{Any: true}
	_, err := r.w.EditSettings(r.w.ctx, c, func(s *desk.Settings) error {
		s.UnpaidCardOrders = map[bool]company.UnpaidPolicy{true: company.Block, false: company.Warn}[r.m.block]
		return nil
	}, encode)
	require.NoError(r, err)
}

// act does one thing, some of the time as a dry run first, and moves the model where it should go.
func (r run) act(who auth.Actor, action string, p *paper) {
	want := r.m.expects(who, action, p)
	do := r.deed(who, action, p)
	if rapid.IntRange(0, 4).Draw(r.T, "dry") == 0 {
		dry := keyed(who)
		dry.DryRun = true
		_, err := do(dry)
		r.answered(err, want, action, who, p)
		r.same(p)
	}
	c := keyed(who)
	first, err := do(c)
	r.answered(err, want, action, who, p)
	if want == "" {
		r.move(who, action, p)
	}
	if err == nil {
		again, err := do(c)
		require.NoError(r, err)
		require.True(r, again.Replayed)
		require.Equal(r, first.Answer, again.Answer)
	}
}

func (r run) answered(err error, want, action string, who auth.Actor, p *paper) {
	if want == "" || want == "already" {
		require.NoError(r, err, "%s %s %s", who.Name, action, p.status)
		return
	}
	require.Error(r, err, "%s %s %s", who.Name, action, p.status)
	require.Equal(r, want, string(fault.Of(err).Code), "%s %s %s: %v", who.Name, action, p.status, err)
}

// deed is how an action is asked for.
func (r run) deed(_ auth.Actor, action string, p *paper) func(desk.Call) (desk.Reply, error) {
	ctx, w := r.w.ctx, r.w
	switch action {
	case "confirm":
		return func(c desk.Call) (desk.Reply, error) { return w.Confirm(ctx, c, p.id, encode) }
	case "checkout":
		return func(c desk.Call) (desk.Reply, error) { return w.Checkout(ctx, c, p.id, nil, encode) }
	case "void":
		return func(c desk.Call) (desk.Reply, error) { return w.Void(ctx, c, p.id, "A test.", encode) }
	case "bill":
		return func(c desk.Call) (desk.Reply, error) { return w.Bill(ctx, c, p.id, nil, encode) }
	case "edit":
		po, price := uuid.NewString(), fmt.Sprintf("%d.%04d", p.version, p.version)
		lines := []order.LineRevision{}
		for _, id := range p.ids {
			lines = append(lines, order.LineRevision{ID: id})
		}
		if i := slices.IndexFunc(p.lines, func(s string) bool { return s != "billed" }); i >= 0 {
			lines[i].UnitPrice = &price
		}
		return func(c desk.Call) (desk.Reply, error) {
			c.IfMatch = &desk.Match{Versions: []int{p.version}}
			return w.Edit(ctx, c, p.id, revising(order.Revision{PONumber: &po, Lines: &lines}), encode)
		}
	case "pay", "refund":
		b := desk.Booking{Kind: billing.KindPayment, Method: billing.Card, Amount: "7.00", Reference: uuid.NewString()}
		if action == "refund" {
			b.Kind, b.Amount = billing.KindRefund, "1.00"
		}
		return func(c desk.Call) (desk.Reply, error) { return w.Book(ctx, c, p.id, b, encode) }
	default:
		return func(c desk.Call) (desk.Reply, error) {
			return w.Email(ctx, c, p.id, desk.Letter{To: []string{"x@y.example"}}, encode)
		}
	}
}

// move is what an action that went does to the model.
func (r run) move(_ auth.Actor, action string, p *paper) {
	switch action {
	case "confirm":
		if p.status == "draft" {
			p.version++
		}
		p.version++
		r.m.invoices++
		p.status, p.invoice = "confirmed", r.m.invoices
	case "checkout":
		p.version++
		if !p.prebook {
			p.status = "pending"
			return
		}
		for i, s := range p.lines {
			if s == "open" {
				p.lines[i] = "checked_out"
			}
		}
		p.progress()
		p.version++
	case "void":
		p.version++
		p.credited = p.status == "confirmed"
		p.status = "voided"
		if p.from != nil {
			for _, i := range p.at {
				p.from.lines[i] = "checked_out"
			}
			p.from.progress()
			p.from.version++
		}
	case "bill":
		p.version++
		bill := &paper{owner: p.owner, card: p.card, status: "pending", version: 1, from: p}
		for i, s := range p.lines {
			if s == "checked_out" {
				p.lines[i] = "billed"
				bill.at, bill.lines, bill.prices = append(bill.at, i), append(bill.lines, ""), append(bill.prices, p.prices[i])
			}
		}
		p.progress()
		v, err := r.w.Details(r.w.ctx, admin, p.id)
		require.NoError(r, err)
		bill.id = *v.Line(p.ids[bill.at[0]]).BilledOrderID
		b, err := r.w.Details(r.w.ctx, admin, bill.id)
		require.NoError(r, err)
		for _, l := range b.Lines {
			bill.ids = append(bill.ids, l.ID)
		}
		r.m.papers = append(r.m.papers, bill)
		r.same(bill)
	case "edit":
		if i := slices.IndexFunc(p.lines, func(s string) bool { return s != "billed" }); i >= 0 {
			p.prices[i] = p.version*10_000 + p.version // 100 units at v.000v
		}
		p.version++
	case "pay":
		p.paid += 700
		p.version++
	case "refund":
		p.refunded += 100
		p.version++
	}
}

// same compares a document with its model.
func (r run) same(p *paper) {
	v, err := r.w.Details(r.w.ctx, admin, p.id)
	require.NoError(r, err)
	require.Equal(r, p.status, string(v.Status))
	require.Equal(r, p.version, v.Version)
	require.Equal(r, p.owner, v.OwnerSub)
	require.EqualValues(r, p.total(), v.Total)
	require.EqualValues(r, p.paid, v.Paid)
	require.EqualValues(r, p.refunded, v.Refunded)
	require.Equal(r, p.dollar(r.m.mustPay), v.PaymentIndicator)
	require.Equal(r, p.credited, v.CreditNoteID != nil)
	number := ""
	if p.invoice > 0 {
		number = fmt.Sprintf("INV-%06d", p.invoice)
	}
	require.Equal(r, number, v.InvoiceNumber)
	var lines []string
	for _, l := range v.Lines {
		lines = append(lines, string(l.Status))
	}
	require.Equal(r, p.lines, lines)
	for _, who := range rapid.Permutation(people).Draw(r.T, "viewers")[:2] { // the buttons say what the server would do
		seen, err := r.w.Details(r.w.ctx, who, p.id)
		if r.m.expects(who, "view", p) != "" {
			require.True(r, fault.Is(err, fault.OrderNotFound))
			continue
		}
		require.NoError(r, err)
		for _, a := range []string{"confirm", "checkout", "void", "bill", "edit", "pay", "refund", "email"} {
			want, verdict := r.m.expects(who, a, p), seen.Allowed[order.Action(a)]
			if want == "refund_exceeds_paid" && p.paid > p.refunded { // something, but not this much
				want = ""
			}
			require.Equal(r, want == "", verdict.Allowed, "%s %s %s", who.Name, a, p.status)
			if want != "" && want != "already" {
				require.Equal(r, want, string(verdict.Code), "%s %s %s", who.Name, a, p.status)
			}
		}
	}
}
