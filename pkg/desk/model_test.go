package desk_test

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

// The model is written from domain.md and shares nothing with the code: whole cents, whole ten-thousandths of a price.

// paper is what the model knows of a document.
type paper struct {
	id, owner, status string
	prebook, web      bool
	card, auto        bool // of the customer with Require Credit Card Payment, or whose orders confirm themselves
	version           int
	placed            time.Time
	rows              []row
	charges           []int
	taxes             []levy
	ledger            []entry
	invoice           int // its number; 0: none
	credited          bool
	expired           bool

	from         *paper // the prebook that it was billed from, and what of that went along
	takenCharges []int
	takenTaxes   []levy
}

// row is a line: of a prebook open, checked_out or billed; of an order "".
type row struct {
	id, status  string
	count, pack int // boxes of a pack, or units where the pack is 0
	price       int
	into        *paper // that it was billed into
}

func (l row) amount() int { return (l.count*max(l.pack, 1)*l.price + 50) / 100 }

// levy is a tax: a rate in hundredths of a per cent, or a fixed amount where that is 0.
type levy struct{ rate, amount int }

// entry is a row of the ledger.
type entry struct {
	id       string
	refund   bool
	amount   int
	corrects string
	undone   bool // it was taken back
}

func (p *paper) subtotal() int {
	sum := 0
	for _, l := range p.rows {
		sum += l.amount()
	}
	return sum
}

// totalOf is what lines, charges and taxes come to.
func totalOf(subtotal int, charges []int, taxes []levy) int {
	base := subtotal
	for _, c := range charges {
		base += c
	}
	total := base
	for _, t := range taxes {
		total += t.of(base)
	}
	return total
}

// of is the tax of a base, half a cent rounded away from zero.
func (t levy) of(base int) int {
	if t.rate == 0 {
		return t.amount
	}
	if base < 0 {
		return -t.of(-base)
	}
	return (base*t.rate + 5000) / 10_000
}

func (p *paper) total() int { return totalOf(p.subtotal(), p.charges, p.taxes) }

// money is what the ledger comes to.
func (p *paper) money() (paid, refunded int) {
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

func (p *paper) net() int {
	paid, refunded := p.money()
	return paid - refunded
}

func (p *paper) balance() int {
	if p.status == "voided" {
		return -p.net()
	}
	return p.total() - p.net()
}

func (p *paper) paymentStatus() string {
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

// dollar is whether the $ shows.
func (p *paper) dollar(mustPay bool) bool {
	return !p.prebook && p.web && p.card && mustPay && p.status != "voided" && p.balance() > 0
}

func (p *paper) has(status string) bool {
	return slices.ContainsFunc(p.rows, func(l row) bool { return l.status == status })
}

// progress sets a prebook's status from its lines, and counts the steps that it takes from a draft.
func (p *paper) progress() {
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

// bears is whether lines of a prebook bear the charges and fixed taxes that go along with them.
func (p *paper) bears(at []int) bool {
	sum := 0
	for _, i := range at {
		sum += p.rows[i].amount()
	}
	return totalOf(sum, p.charges, p.taxes) >= 0
}

// waiting is the lines of a prebook that are checked out and not billed.
func (p *paper) waiting() []int {
	var at []int
	for i, l := range p.rows {
		if l.status == "checked_out" {
			at = append(at, i)
		}
	}
	return at
}

func fixed(taxes []levy) []levy {
	return slices.DeleteFunc(slices.Clone(taxes), func(t levy) bool { return t.rate > 0 })
}

func rated(taxes []levy) []levy {
	return slices.DeleteFunc(slices.Clone(taxes), func(t levy) bool { return t.rate == 0 })
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

// expects is what an action should answer that says nothing more: "" where it goes, "already", or a fault's code.
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
		case p.status != "draft":
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
		case p.from != nil && totalOf(p.from.subtotal(), slices.Concat(p.from.charges, p.takenCharges), slices.Concat(p.from.taxes, p.takenTaxes)) < 0:
			return "order_not_voidable"
		}
	case "bill":
		switch {
		case !boss(who) && !is(auth.SalesAllocation):
			return "role_not_allowed"
		case !p.prebook, p.status == "voided":
			return "order_not_billable"
		case p.has("checked_out"):
			if !p.bears(p.waiting()) {
				return "order_not_billable"
			}
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
		case p.net() <= 0:
			return "refund_exceeds_paid"
		}
	case "email":
		if !staff(who) {
			return "role_not_allowed"
		}
	}
	return ""
}

// refused reports whether an expectation is a refusal.
func refused(want string) bool { return want != "" && want != "already" }

// billing is what billing chosen lines of a prebook should answer.
func (m *model) billing(who auth.Actor, p *paper, at []int) string {
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
	case !p.bears(at):
		return "order_not_billable"
	}
	return want
}

// become is what an edit of a document to what another one is should answer.
func (p *paper) become(next *paper) string {
	if len(next.rows) == 0 || next.total() < 0 {
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
