package desk_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/orderdesk/orderdesk/pkg/testkit/guardtable"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// run is a fixture, its model and a source of random values.
type run struct {
	*rapid.T
	w *fixture
	m *model
}

var people = []auth.Actor{desktest.Admin, desktest.Manager, desktest.Sales, desktest.Allocation, desktest.Cashier, desktest.Shop, desktest.OtherShop}

// TestDeskIsItsModel runs random actions of random actors on random documents. It compares each answer and the stored
// document with a model. In the end every invariant holds. More runs: -rapid.checks=500.
func TestDeskIsItsModel(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		require.NoError(t, f.Value.Set(map[bool]string{true: "5", false: "15"}[testing.Short()]))
		t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
	}
	each(t, func(t *testing.T, w *fixture) {
		m, runs := &model{guard: guardtable.Wants(t), mustPay: true}, 0
		rapid.Check(t, func(t *rapid.T) {
			m.documents = nil // the model ignores the documents of earlier runs
			r := run{t, w, m}
			for range 3 {
				r.place()
			}
			for range rapid.IntRange(10, 30).Draw(t, "steps") {
				r.step()
			}
			if runs++; runs%6 > 0 { // it reads the documents of all earlier runs, so not every time
				return
			}
			breaches, err := w.Breaches(w.Ctx)
			require.NoError(t, err)
			require.Empty(t, breaches)
		})
		w.RequireClean(t)
	})
}

func (r run) step() {
	action := rapid.SampledFrom([]string{"confirm", "checkout", "void", "bill", "edit", "pay", "refund", "email", "correct",
		"confirm", "checkout", "bill", "edit", "edit", "pay", "place", "flag", "policy", "post", "wait"}).Draw(r.T, "action")
	switch action {
	case "place":
		r.place()
	case "flag":
		r.switchCardFlag()
	case "policy":
		r.switchUnpaidPolicy()
	case "wait":
		r.wait()
	case "post":
		_, err := r.w.Post(r.w.Ctx)
		require.NoError(r, err)
	default:
		if len(r.m.documents) == 0 { // all carts were refused
			r.place()
			return
		}
		who := rapid.SampledFrom(people).Draw(r.T, "who")
		p := rapid.SampledFrom(r.m.documents).Draw(r.T, "document")
		r.act(who, action, p)
		r.compare(p)
		if p.from != nil {
			r.compare(p.from)
		}
		r.compareVerdicts(rapid.SampledFrom(people).Draw(r.T, "viewer"), p)
	}
}

func (r run) int(from, to int, label string) int { return rapid.IntRange(from, to).Draw(r.T, label) }
func (r run) bool(label string) bool             { return rapid.Bool().Draw(r.T, label) }

// charges draws up to two charges, which may be discounts.
func (r run) charges() (list []int) {
	for range r.int(0, 2, "charges") {
		list = append(list, r.int(-3000, 2000, "charge"))
	}
	return list
}

// taxes draws up to two taxes, some with a rate.
func (r run) taxes() (list []modelTax) {
	for range r.int(0, 2, "taxes") {
		if r.bool("rated") {
			list = append(list, modelTax{rate: r.int(1, 3000, "rate")})
		} else {
			list = append(list, modelTax{amount: r.int(0, 500, "tax")})
		}
	}
	return list
}

// row draws a line, boxed or loose.
func (r run) row() row {
	l := row{count: r.int(1, 9, "count"), price: r.int(0, 9999, "price")}
	if r.bool("boxed") {
		l.pack = 25
	} else {
		l.count *= 7
	}
	return l
}

func cents(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func priceOf(n int) string { return fmt.Sprintf("%d.%04d", n/10_000, n%10_000) }

func cartCharges(list []int) []order.CartCharge {
	charges := []order.CartCharge{}
	for _, c := range list {
		charges = append(charges, order.CartCharge{Code: "charge", Amount: cents(c)})
	}
	return charges
}

func cartTaxes(list []modelTax) []order.CartTax {
	taxes := []order.CartTax{}
	for _, t := range list {
		if t.rate > 0 {
			taxes = append(taxes, order.CartTax{Name: "tax", Rate: cents(t.rate)})
		} else {
			taxes = append(taxes, order.CartTax{Name: "tax", Amount: cents(t.amount)})
		}
	}
	return taxes
}

func (l row) quantities() (boxes, pack, units *int64) {
	count := int64(l.count)
	if l.pack == 0 {
		return nil, nil, &count
	}
	per := int64(l.pack)
	return &count, &per, nil
}

// place places a random cart: goods on hand, future goods, or both.
func (r run) place() {
	customer := rapid.SampledFrom([]company.Customer{r.w.Plain, r.w.Card, r.w.Card, r.w.Auto}).Draw(r.T, "customer")
	who := rapid.SampledFrom([]auth.Actor{desktest.Shop, desktest.Shop, desktest.OtherShop, desktest.Sales}).Draw(r.T, "placed by")
	like := modelDocument{owner: who.Subject, web: r.bool("web") || !staff(who), version: 1, card: customer.ID == r.w.Card.ID, auto: customer.ID == r.w.Auto.ID}
	onHand, toCome := like, like
	toCome.prebook = true
	cart := r.w.Cart(customer, 0)
	cart.Checkout = r.bool("checkout")
	if !like.web {
		cart.Origin = order.Phone
	}
	for range r.int(1, 4, "lines") {
		l := r.row()
		in := order.CartLine{Source: order.OnHand, SKU: "ROSE", UnitType: order.Stem, UnitPrice: priceOf(l.price)}
		in.Boxes, in.UnitsPerBox, in.Units = l.quantities()
		if r.bool("to come") {
			in.Source, in.CheckedOut = rapid.SampledFrom([]order.Source{order.FutureSales, order.K2K, order.VendorAvailability}).Draw(r.T, "source"), r.bool("checked out")
			l.status = map[bool]string{true: "checked_out", false: "open"}[in.CheckedOut]
			toCome.rows = append(toCome.rows, l)
		} else {
			onHand.rows = append(onHand.rows, l)
		}
		cart.Lines = append(cart.Lines, in)
	}
	charges, taxes := r.charges(), r.taxes()
	cart.Charges, cart.Taxes = cartCharges(charges), cartTaxes(taxes)
	first, drafts := &onHand, []*modelDocument{&onHand, &toCome}
	if len(onHand.rows) == 0 {
		first = &toCome
	}
	drafts = slices.DeleteFunc(drafts, func(p *modelDocument) bool { return len(p.rows) == 0 })
	toCome.taxes = rated(taxes)
	first.charges, first.taxes = charges, taxes

	var placed desk.Placed
	_, err := r.w.Place(r.w.Ctx, desktest.Keyed(who), cart, desktest.Into(&placed))
	if slices.ContainsFunc(drafts, func(p *modelDocument) bool { return !p.valid() }) {
		require.True(r, fault.Is(err, fault.BodyInvalid), "%v", err)
		return
	}
	require.NoError(r, err)
	require.Len(r, placed.Orders, len(drafts))
	for i, p := range drafts {
		v := placed.Orders[i]
		p.id, p.placed = v.ID, v.PlacedAt
		for j, l := range v.Lines {
			p.rows[j].id = l.ID
		}
		switch {
		case p.prebook:
			p.progress()
		case cart.Checkout:
			p.status = "pending"
			r.confirmsItself(p)
		default:
			p.status = "draft"
		}
		r.m.documents = append(r.m.documents, p)
		r.compare(p)
	}
}

// confirmsItself moves an order that was just checked out.
func (r run) confirmsItself(p *modelDocument) {
	if p.auto && p.from == nil {
		p.version++
		r.m.invoices++
		p.status, p.invoice = "confirmed", r.m.invoices
	}
}

// switchCardFlag switches the card customer's Require Credit Card Payment.
func (r run) switchCardFlag() {
	r.m.mustPay = !r.m.mustPay
	c := desktest.Keyed(desktest.Manager)
	c.IfMatch = &desk.Match{Any: true}
	_, err := r.w.EditCustomer(r.w.Ctx, c, r.w.Card.ID, desk.Fixed[company.Customer](company.CustomerRevision{RequireCreditCardPayment: &r.m.mustPay}), desktest.Encode)
	require.NoError(r, err)
	for _, p := range r.m.documents {
		r.compare(p)
	}
}

// switchUnpaidPolicy switches the company's policy on unpaid card orders.
func (r run) switchUnpaidPolicy() {
	r.m.block = !r.m.block
	c := desktest.Keyed(desktest.Admin)
	c.IfMatch = &desk.Match{Any: true}
	_, err := r.w.EditSettings(r.w.Ctx, c, desk.Fixed[desk.Settings](company.SettingsRevision{
		UnpaidCardOrders: new(map[bool]company.UnpaidPolicy{true: company.Block, false: company.Warn}[r.m.block]),
	}), desktest.Encode)
	require.NoError(r, err)
}

// wait moves the clock, and drafts expire.
func (r run) wait() {
	r.w.Clock.Move(time.Duration(r.int(1, 50, "hours")) * time.Hour)
	now := r.w.Clock.Now()
	_, err := r.w.ExpireDrafts(r.w.Ctx)
	require.NoError(r, err)
	for _, p := range r.m.documents {
		if paid, _ := p.money(); p.status == "draft" && !p.prebook && p.web && paid == 0 && now.Sub(p.placed) >= 72*time.Hour {
			p.status, p.expired = "voided", true
			p.version++
		}
		r.compare(p)
	}
}

// task is one random action: the request, the expected answer, and the change of the model.
type task struct {
	do   func(desk.Call) (desk.Reply, error)
	want string
	move func()
}

// act runs one action, sometimes as a dry run first, and updates the model.
func (r run) act(who auth.Actor, action string, p *modelDocument) {
	d := r.task(who, action, p)
	if r.int(0, 4, "dry") == 0 {
		dry := desktest.Keyed(who)
		dry.DryRun = true
		_, err := d.do(dry)
		r.answered(err, d.want, action, who, p)
		r.compare(p)
	}
	c := desktest.Keyed(who)
	first, err := d.do(c)
	r.answered(err, d.want, action, who, p)
	if d.want == "" {
		d.move()
	}
	if err == nil {
		again, err := d.do(c)
		require.NoError(r, err)
		require.True(r, again.Replayed)
		require.Equal(r, first.Answer, again.Answer)
	}
}

func (r run) answered(err error, want, action string, who auth.Actor, p *modelDocument) {
	if !refused(want) {
		require.NoError(r, err, "%s %s %s", who.Name, action, p.status)
		return
	}
	require.Error(r, err, "%s %s %s", who.Name, action, p.status)
	require.Equal(r, want, string(fault.Of(err).Code), "%s %s %s: %v %v", who.Name, action, p.status, err, fault.Of(err).Fields)
}

// plain returns the request for an action with no body or the smallest one.
func (r run) plain(action string, p *modelDocument) func(desk.Call) (desk.Reply, error) {
	ctx, w := r.w.Ctx, r.w
	switch action {
	case "confirm":
		return func(c desk.Call) (desk.Reply, error) { return w.Confirm(ctx, c, p.id, desktest.Encode) }
	case "checkout":
		return func(c desk.Call) (desk.Reply, error) { return w.Checkout(ctx, c, p.id, nil, desktest.Encode) }
	case "void":
		return func(c desk.Call) (desk.Reply, error) { return w.Void(ctx, c, p.id, "A test.", desktest.Encode) }
	case "bill":
		return func(c desk.Call) (desk.Reply, error) { return w.Bill(ctx, c, p.id, nil, desktest.Encode) }
	case "edit":
		po := uuid.NewString()
		return r.editing(p, order.Revision{HeaderRevision: order.HeaderRevision{PONumber: &po}})
	case "pay", "refund":
		b := desk.Booking{Kind: billing.KindPayment, Method: billing.Card, Amount: "0.01", Reference: uuid.NewString()}
		if action == "refund" {
			b.Kind = billing.KindRefund
		}
		return func(c desk.Call) (desk.Reply, error) {
			if action == "refund" && !staff(c.Actor) {
				r.nameOwn(c.Actor, p, &b)
			}
			return w.Book(ctx, c, p.id, b, desktest.Encode)
		}
	default:
		return func(c desk.Call) (desk.Reply, error) {
			c.Actor.Email = "x@y.example" // everybody may write to oneself
			return w.Email(ctx, c, p.id, desk.ManualEmail{To: []string{"x@y.example"}}, desktest.Encode)
		}
	}
}

func (r run) editing(p *modelDocument, e order.Revision) func(desk.Call) (desk.Reply, error) {
	version := p.version
	return func(c desk.Call) (desk.Reply, error) {
		c.IfMatch = &desk.Match{Versions: []int{version}}
		return r.w.Edit(r.w.Ctx, c, p.id, desktest.Revising(e), desktest.Encode)
	}
}

// task draws the body of an action.
func (r run) task(who auth.Actor, action string, p *modelDocument) task {
	d := task{want: r.m.expects(who, action, p), move: func() {}}
	switch action {
	case "checkout":
		return r.checkingOut(who, p, d)
	case "bill":
		return r.billing(who, p)
	case "edit":
		return r.editingAll(p, d)
	case "pay", "refund", "correct":
		return r.booking(who, action, p)
	}
	d.do = r.plain(action, p)
	switch action {
	case "confirm":
		d.move = func() {
			if p.status == "draft" {
				p.version++
			}
			p.version++
			r.m.invoices++
			p.status, p.invoice = "confirmed", r.m.invoices
		}
	case "void":
		d.move = func() { r.void(p) }
	}
	return d
}

func (r run) void(p *modelDocument) {
	p.version++
	p.credited = p.status == "confirmed"
	p.status = "voided"
	if p.from == nil {
		return
	}
	for i := range p.from.rows {
		if l := &p.from.rows[i]; l.into == p {
			l.status, l.into = "checked_out", nil
		}
	}
	p.from.charges, p.from.taxes = slices.Concat(p.from.charges, p.takenCharges), slices.Concat(p.from.taxes, p.takenTaxes)
	p.from.version++
	if p.from.status == "billed" {
		p.from.status = "checked_out"
	}
	p.from.progress()
}

// someLines draws lines of a document, or none, which means all.
func (r run) someLines(p *modelDocument) (at []int, ids []string) {
	if r.bool("all lines") {
		return nil, nil
	}
	for i := range p.rows {
		if r.bool("this line") {
			at, ids = append(at, i), append(ids, p.rows[i].id)
		}
	}
	if at == nil {
		return []int{0}, []string{p.rows[0].id}
	}
	return at, ids
}

func (r run) checkingOut(_ auth.Actor, p *modelDocument, d task) task {
	at, ids := r.someLines(p)
	d.do = func(c desk.Call) (desk.Reply, error) { return r.w.Checkout(r.w.Ctx, c, p.id, ids, desktest.Encode) }
	if !p.prebook && ids != nil && !refused(d.want) {
		d.want = "body_invalid" // an order is checked out as a whole
	}
	d.move = func() {
		if !p.prebook {
			p.version++
			p.status = "pending"
			r.confirmsItself(p)
			return
		}
		changed := false
		for i := range p.rows {
			if l := &p.rows[i]; l.status == "open" && (at == nil || slices.Contains(at, i)) {
				l.status, changed = "checked_out", true
			}
		}
		if changed {
			p.version++
			p.progress()
		}
	}
	return d
}

func (r run) billing(who auth.Actor, p *modelDocument) task {
	at, ids := r.someLines(p)
	var made desk.View
	return task{
		do:   func(c desk.Call) (desk.Reply, error) { return r.w.Bill(r.w.Ctx, c, p.id, ids, desktest.Into(&made)) },
		want: r.m.billing(who, p, at),
		move: func() {
			bill := &modelDocument{id: made.ID, placed: made.PlacedAt, owner: p.owner, web: p.web, card: p.card, auto: p.auto, status: "pending", version: 1, from: p,
				charges: p.charges, taxes: p.taxes, takenCharges: p.charges, takenTaxes: fixed(p.taxes)}
			if at == nil {
				at = p.waiting()
			}
			for n, i := range at {
				l := p.rows[i]
				l.id, l.status = made.Lines[n].ID, ""
				bill.rows = append(bill.rows, l)
				p.rows[i].status, p.rows[i].into = "billed", bill
			}
			p.charges, p.taxes = nil, rated(p.taxes)
			p.version++
			if p.status == "checked_out" {
				p.progress()
			}
			r.m.documents = append(r.m.documents, bill)
			r.compare(bill)
		},
	}
}

// editingAll draws an edit of everything: it adds, removes and changes lines, and replaces charges and taxes.
func (r run) editingAll(p *modelDocument, d task) task {
	next, po := *p, uuid.NewString()
	e := order.Revision{HeaderRevision: order.HeaderRevision{PONumber: &po}}
	if r.int(0, 3, "edit lines") > 0 {
		next.rows = nil
		lines := []order.LineRevision{}
		for _, l := range p.rows {
			in := order.LineRevision{ID: l.id}
			switch r.int(0, 5, "line") {
			case 0:
				continue
			case 1:
				l.price = r.int(0, 9999, "price")
				in.UnitPrice = ptr(priceOf(l.price))
			case 2:
				l.count = r.int(1, 20, "count")
				in.Boxes, _, in.Units = l.quantities()
			}
			next.rows, lines = append(next.rows, l), append(lines, in)
		}
		if r.int(0, 2, "new line") == 0 {
			l := r.row()
			in := order.LineRevision{SKU: ptr("NEW"), UnitPrice: ptr(priceOf(l.price)), UnitType: ptr(order.Stem)}
			in.Boxes, in.UnitsPerBox, in.Units = l.quantities()
			if p.prebook {
				l.status, in.Source = "open", ptr(order.FutureSales)
			}
			next.rows, lines = append(next.rows, l), append(lines, in)
		}
		e.Lines = &lines
	}
	if r.int(0, 2, "edit charges") == 0 {
		next.charges = r.charges()
		e.Charges = ptr(cartCharges(next.charges))
	}
	if r.int(0, 2, "edit taxes") == 0 {
		next.taxes = r.taxes()
		e.Taxes = ptr(cartTaxes(next.taxes))
	}
	if d.want == "" {
		d.want = p.editInto(&next)
	}
	d.do = r.editing(p, e)
	d.move = func() {
		p.rows, p.charges, p.taxes = next.rows, next.charges, next.taxes
		p.version++
		if p.prebook {
			p.progress()
		}
		v, err := r.w.Details(r.w.Ctx, desktest.Admin, p.id)
		require.NoError(r, err)
		require.Len(r, v.Lines, len(p.rows))
		for i := range p.rows {
			if p.rows[i].id == "" {
				p.rows[i].id = v.Lines[i].ID
			}
		}
	}
	return d
}

func ptr[T any](v T) *T { return &v }

// nameOwn makes a refund one of an online payment of the caller, with something left if there is one.
func (r run) nameOwn(who auth.Actor, p *modelDocument, b *desk.Booking) {
	for _, e := range p.ledger {
		if e.ownOnline(who.Subject) && (b.PaymentID == "" || p.leftOf(b.PaymentID) == 0) {
			b.Method, b.PaymentID = e.method, e.id
		}
	}
}

// booking draws a payment or a refund by any method, or takes a payment back.
func (r run) booking(who auth.Actor, action string, p *modelDocument) task {
	amount := r.int(1, 4000, "amount")
	if net := p.net(); action == "refund" && net > 0 && r.bool("refund all") {
		amount = net
	}
	e := entry{refund: action != "pay", amount: amount}
	b := desk.Booking{Kind: billing.KindPayment, Method: rapid.SampledFrom([]billing.Method{billing.Card, billing.Card, billing.ACH, billing.Cash,
		billing.Check, billing.Wire, billing.Credit}).Draw(r.T, "method"), Reference: uuid.NewString()}
	invalid := !staff(who) && b.Method != billing.Card && b.Method != billing.ACH
	if e.refund {
		b.Kind = billing.KindRefund
	}
	again := false
	if at := slices.IndexFunc(p.ledger, func(e entry) bool { return !e.refund }); action == "correct" && at >= 0 {
		at += r.int(0, len(p.ledger)-1-at, "of")
		corrected := &p.ledger[at]
		e.corrects, e.amount, b.Corrects = corrected.id, corrected.amount, corrected.id
		invalid, again = invalid || corrected.refund, corrected.undone
	}
	e.method, e.by = b.Method, who.Subject
	limit := p.net()
	if action == "refund" && len(p.ledger) > 0 && r.bool("name a payment") {
		of := p.ledger[r.int(0, len(p.ledger)-1, "payment")]
		if !staff(who) && r.bool("by its method") {
			b.Method, e.method = of.method, of.method
			invalid = b.Method != billing.Card && b.Method != billing.ACH
		}
		e.of, b.PaymentID = of.id, of.id
		invalid = invalid || of.refund || !staff(who) && (!of.ownOnline(who.Subject) || of.method != b.Method)
		limit = min(limit, p.leftOf(of.id))
	} else if !staff(who) && e.refund {
		var own []string
		for _, of := range p.ledger {
			if of.ownOnline(who.Subject) && of.method == b.Method && !of.undone {
				own = append(own, of.id)
			}
		}
		invalid = invalid || action == "correct" && b.Corrects != "" || len(own) > 1
		switch len(own) {
		case 0:
			limit = 0
		case 1:
			e.of = own[0] // the only one is meant
			limit = min(limit, p.leftOf(own[0]))
		}
	}
	b.Amount = cents(e.amount)
	want := r.m.expects(who, map[bool]string{true: "refund", false: "pay"}[e.refund], p)
	switch {
	case want == "order_not_found" || want == "role_not_allowed" || p.prebook:
	case invalid:
		want = "body_invalid"
	case again:
		want = "already"
	case want == "" && e.refund && e.amount > limit:
		want = "refund_exceeds_paid"
	}
	var status desk.PaymentStatus
	return task{
		do:   func(c desk.Call) (desk.Reply, error) { return r.w.Book(r.w.Ctx, c, p.id, b, desktest.Into(&status)) },
		want: want,
		move: func() {
			for i := range p.ledger {
				p.ledger[i].undone = p.ledger[i].undone || p.ledger[i].id == e.corrects
			}
			e.id = status.Ledger[len(status.Ledger)-1].ID
			p.ledger = append(p.ledger, e)
			p.version++
		},
	}
}

// compare compares a document with its model.
func (r run) compare(p *modelDocument) {
	v, err := r.w.Details(r.w.Ctx, desktest.Admin, p.id)
	require.NoError(r, err)
	paid, refunded := p.money()
	number := ""
	if p.invoice > 0 {
		number = fmt.Sprintf("INV-%06d", p.invoice)
	}
	require.Equal(r,
		[]any{p.status, p.version, p.owner, cents(p.total()), cents(paid), cents(refunded), cents(p.balance()), p.paymentStatus(), p.dollar(r.m.mustPay), p.credited, number, p.expired},
		[]any{string(v.Status), v.Version, v.OwnerSub, v.Total.Format(2), v.Paid.Format(2), v.Refunded.Format(2), v.Balance.Format(2), string(v.PaymentStatus),
			v.PaymentIndicator, v.CreditNoteID != nil, v.InvoiceNumber, v.VoidCause == order.VoidedByExpiry})
	var rows, lines []string
	for _, l := range p.rows {
		into := ""
		if l.into != nil {
			into = l.into.id
		}
		rows = append(rows, l.id+" "+l.status+" "+cents(l.amount())+" "+into)
	}
	for _, l := range v.Lines {
		into := ""
		if l.BilledOrderID != nil {
			into = *l.BilledOrderID
		}
		lines = append(lines, l.ID+" "+string(l.Status)+" "+l.Amount.Format(2)+" "+into)
	}
	require.Equal(r, rows, lines)
}

// compareVerdicts checks each action against its verdict: an allowed action succeeds, and any other is refused with the
// verdict's text. Both match the model.
func (r run) compareVerdicts(who auth.Actor, p *modelDocument) {
	seen, err := r.w.Details(r.w.Ctx, who, p.id)
	if r.m.expects(who, "view", p) != "" {
		require.True(r, fault.Is(err, fault.OrderNotFound))
		return
	}
	require.NoError(r, err)
	for _, a := range []string{"confirm", "checkout", "void", "bill", "edit", "pay", "refund", "email"} {
		want, verdict := r.m.expects(who, a, p), seen.Allowed[order.Action(a)]
		require.Equal(r, want == "", verdict.Allowed, "%s %s %s: %v", who.Name, a, p.status, verdict)
		dry := desktest.Keyed(who)
		dry.DryRun = true
		_, err := r.plain(a, p)(dry)
		if !refused(want) {
			require.Equal(r, want == "already", verdict.Already, "%s %s %s", who.Name, a, p.status)
			require.NoError(r, err, "%s %s %s", who.Name, a, p.status)
			continue
		}
		require.Error(r, err, "%s %s %s", who.Name, a, p.status)
		refusal := fault.Of(err)
		require.Equal(r, []any{want, verdict.Message, verdict.Remedy}, []any{string(refusal.Code), refusal.Detail, refusal.Members["remedy"]}, "%s %s %s", who.Name, a, p.status)
		require.Equal(r, want, string(verdict.Code), "%s %s %s", who.Name, a, p.status)
	}
}
