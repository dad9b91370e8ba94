package desk_test

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/guardtable"
)

// The model follows the rules in docs/concepts.md and shares no code with the service. What role and status permit, it takes
// from guardtable, which is written by hand. Amounts are whole cents, prices whole ten-thousandths.

// modelDocument is the model's view of a document.
type modelDocument struct {
	id, owner, status string
	prebook, web      bool
	card, auto        bool // the customer must pay by card; the customer's orders confirm themselves
	version           int
	placed            time.Time
	rows              []row
	charges           []int
	taxes             []modelTax
	ledger            []entry
	invoice           int // the invoice's number; 0: none
	credited          bool
	expired           bool

	from         *modelDocument // the prebook that it was billed from, and the charges and taxes that it took
	takenCharges []int
	takenTaxes   []modelTax
}

// row is a line. Its status is open, checked_out or billed in a prebook, and empty in an order.
type row struct {
	id, status  string
	count, pack int // count is boxes of pack units, or units if pack is 0
	price       int
	into        *modelDocument // the order that it was billed into
}

func (l row) amount() int { return (l.count*max(l.pack, 1)*l.price + 50) / 100 }

// modelTax is a tax: a rate in hundredths of a per cent, or a fixed amount if rate is 0.
type modelTax struct{ rate, amount int }

// entry is a row of the ledger.
type entry struct {
	id       string
	refund   bool
	amount   int
	corrects string
	undone   bool // it was taken back
	method   billing.Method
	by       string // the subject that recorded it
	of       string // the payment that a refund gives back; empty if it names none
}

// ownOnline reports whether it is a card or ach payment of the subject.
func (e entry) ownOnline(sub string) bool {
	return !e.refund && e.by == sub && (e.method == billing.Card || e.method == billing.ACH)
}

// leftOf returns what is left of a payment, in the order of the ledger.
func (p *modelDocument) leftOf(payment string) int {
	left := map[string]int{}
	named := map[string]int{}
	for _, e := range p.ledger {
		if e.refund {
			named[e.of] += e.amount
		}
	}
	for _, e := range p.ledger {
		if !e.refund && !e.undone {
			left[e.id] = max(0, e.amount-named[e.id])
		}
	}
	for _, e := range p.ledger {
		for i := 0; e.refund && e.corrects == "" && e.of == "" && e.amount > 0 && i < len(p.ledger); i++ {
			if from := p.ledger[i]; !from.refund && from.method == e.method {
				taken := min(e.amount, left[from.id])
				left[from.id] -= taken
				e.amount -= taken
			}
		}
	}
	return left[payment]
}

// refundable returns what a caller may refund: all that is left, or what is left of its own online payments.
func (p *modelDocument) refundable(who auth.Actor) int {
	if staff(who) {
		return p.net()
	}
	own := 0
	for _, e := range p.ledger {
		if e.ownOnline(who.Subject) {
			own += p.leftOf(e.id)
		}
	}
	return min(own, p.net())
}

func (p *modelDocument) subtotal() int {
	sum := 0
	for _, l := range p.rows {
		sum += l.amount()
	}
	return sum
}

// totalOf returns the total of lines, charges and taxes.
func totalOf(subtotal int, charges []int, taxes []modelTax) int {
	base := subtotal
	for _, c := range charges {
		base += c
	}
	total := base
	for _, t := range taxes {
		total += t.amountOn(base)
	}
	return total
}

// valid reports whether neither the total nor a tax is negative. A tax with a rate is, where the discounts are larger than
// the goods, also if a fixed tax makes up for it in the total.
func valid(subtotal int, charges []int, taxes []modelTax) bool {
	base := totalOf(subtotal, charges, nil)
	return totalOf(subtotal, charges, taxes) >= 0 && !slices.ContainsFunc(taxes, func(t modelTax) bool { return t.amountOn(base) < 0 })
}

// amountOn returns the tax on a base amount, rounded half away from zero.
func (t modelTax) amountOn(base int) int {
	if t.rate == 0 {
		return t.amount
	}
	if base < 0 {
		return -t.amountOn(-base)
	}
	return (base*t.rate + 5000) / 10_000
}

func (p *modelDocument) total() int  { return totalOf(p.subtotal(), p.charges, p.taxes) }
func (p *modelDocument) valid() bool { return valid(p.subtotal(), p.charges, p.taxes) }

// money returns the sums of the ledger.
func (p *modelDocument) money() (paid, refunded int) {
	for _, e := range p.ledger {
		switch {
		case !e.refund:
			paid += e.amount
		case e.corrects != "":
			paid -= e.amount
		default:
			refunded += e.amount
		}
	}
	return paid, refunded
}

func (p *modelDocument) net() int {
	paid, refunded := p.money()
	return paid - refunded
}

// balance returns what the customer owes. A prebook owes nothing.
func (p *modelDocument) balance() int {
	if p.prebook {
		return 0
	}
	if p.status == "voided" {
		return -p.net()
	}
	return p.total() - p.net()
}

func (p *modelDocument) paymentStatus() string {
	if p.prebook {
		return ""
	}
	_, refunded := p.money()
	switch due := p.balance() + p.net(); {
	case p.total() == 0 && p.net() == 0:
		return "paid"
	case p.net() == 0 && refunded > 0:
		return "refunded"
	case p.net() == 0:
		return "unpaid"
	case p.net() < due:
		return "partially_paid"
	case p.net() == due:
		return "paid"
	}
	return "overpaid"
}

// dollar reports whether the $ is shown.
func (p *modelDocument) dollar(mustPay bool) bool {
	return !p.prebook && p.web && p.card && mustPay && p.status != "voided" && p.balance() > 0
}

func (p *modelDocument) has(status string) bool {
	return slices.ContainsFunc(p.rows, func(l row) bool { return l.status == status })
}

// progress sets a prebook's status from its lines, and counts the steps that it takes from draft.
func (p *modelDocument) progress() {
	was := p.status
	switch {
	case p.has("open"):
		p.status = "draft"
	case p.has("checked_out"):
		p.status = "checked_out"
	default:
		p.status = "billed"
	}
	if was == "draft" && p.status != "draft" {
		p.version++
		if p.status == "billed" {
			p.version++
		}
	}
}

// covers reports whether these lines of a prebook cover the charges and fixed taxes that a bill would take.
func (p *modelDocument) covers(at []int) bool {
	sum := 0
	for _, i := range at {
		sum += p.rows[i].amount()
	}
	return valid(sum, p.charges, p.taxes)
}

// waiting returns the lines of a prebook that are checked out and not billed.
func (p *modelDocument) waiting() []int {
	var at []int
	for i, l := range p.rows {
		if l.status == "checked_out" {
			at = append(at, i)
		}
	}
	return at
}

func fixed(taxes []modelTax) []modelTax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t modelTax) bool { return t.rate > 0 })
}

func rated(taxes []modelTax) []modelTax {
	return slices.DeleteFunc(slices.Clone(taxes), func(t modelTax) bool { return t.rate == 0 })
}

// model is the expected state of the database.
type model struct {
	documents []*modelDocument
	guard     map[guardtable.Row]map[auth.Role]string // what role and status permit
	mustPay   bool                                    // whether the card customer must pay by card
	block     bool                                    // the company's policy on unpaid card orders
	invoices  int
}

// staff reports whether the actor has a staff role.
func staff(who auth.Actor) bool { return !who.IsStorefront() }

// expects returns the expected answer of an action without further members: empty for success, "already", or a fault's
// code.
func (m *model) expects(who auth.Actor, action string, p *modelDocument) string {
	if !staff(who) && p.owner != who.Subject {
		return "order_not_found"
	}
	row := guardtable.Row{Kind: order.KindOrder, Action: order.Action(action), Status: order.Status(p.status)}
	if p.prebook {
		row.Kind = order.KindPrebook
	}
	switch want := m.guard[row][who.Roles[0]]; want {
	case guardtable.Yes:
		return m.brokenCondition(who, action, p)
	case guardtable.Done:
		return "already"
	case guardtable.Role:
		return "role_not_allowed"
	default:
		return want // empty for an action that the guard does not know, such as view
	}
}

// brokenCondition returns the code of the first condition that the document breaks, if role and status permit the action.
func (m *model) brokenCondition(who auth.Actor, action string, p *modelDocument) string {
	switch action {
	case "confirm":
		if m.block && p.dollar(m.mustPay) {
			return "payment_required"
		}
	case "void":
		switch {
		case p.prebook && p.has("billed"):
			return "prebook_partly_billed"
		case p.from != nil && !valid(p.from.subtotal(), slices.Concat(p.from.charges, p.takenCharges), slices.Concat(p.from.taxes, p.takenTaxes)):
			return "order_not_voidable"
		}
	case "bill":
		switch {
		case !p.has("checked_out"):
			return "line_not_checked_out"
		case !p.covers(p.waiting()):
			return "order_not_billable"
		}
	case "refund":
		if p.refundable(who) <= 0 {
			return "refund_exceeds_paid"
		}
	}
	return ""
}

// refused reports whether an expectation is a refusal.
func refused(want string) bool { return want != "" && want != "already" }

// billing returns the expected answer of billing these lines of a prebook.
func (m *model) billing(who auth.Actor, p *modelDocument, at []int) string {
	want := m.expects(who, "bill", p)
	specific := !refused(want) || p.prebook && p.has("billed") && want != "role_not_allowed" && p.status != "voided"
	if at == nil || want == "order_not_found" || !specific {
		return want
	}
	billed := false
	for _, i := range at {
		switch p.rows[i].status {
		case "open":
			return "line_not_checked_out"
		case "billed":
			billed = true
		}
	}
	switch {
	case billed:
		return "line_already_billed"
	case !p.covers(at):
		return "order_not_billable"
	}
	return want
}

// editInto returns the expected answer of an edit that turns the document into another.
func (p *modelDocument) editInto(next *modelDocument) string {
	if len(next.rows) == 0 || !next.valid() {
		return "body_invalid"
	}
	if !p.prebook {
		return ""
	}
	for _, was := range p.rows {
		at := slices.IndexFunc(next.rows, func(l row) bool { return l.id == was.id })
		switch {
		case was.status == "open" || at >= 0 && next.rows[at] == was:
		case at < 0, was.status == "billed", next.rows[at].count != was.count:
			return "line_not_editable"
		}
	}
	if p.status == "checked_out" && len(next.rows) > len(p.rows) {
		return "line_not_editable"
	}
	return ""
}
