package billing_test

import (
	"slices"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStatusOfIsTheTruthTable(t *testing.T) {
	for _, row := range billing.TruthTable() {
		due := row.Total
		if row.Voided {
			due = 0
		}
		require.Equal(t, row.Status, billing.StatusOf(row.Total, due, row.Paid, row.Refunded), row.When)
		require.Equal(t, row.Balance, due-(row.Paid-row.Refunded), row.When)
	}
}

// StatusOf returns the first status whose rule fits.
func TestStatusIsTheFirstThatFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 5)
		total, paid := amount.Draw(t, "total"), amount.Draw(t, "paid")
		refunded := rapid.Int64Range(0, paid).Draw(t, "refunded")
		due := total
		if rapid.Bool().Draw(t, "voided") {
			due = 0
		}
		net := paid - refunded
		var want billing.Status
		for _, rule := range []struct {
			fits bool
			is   billing.Status
		}{
			{total == 0 && net == 0, billing.Paid}, {net == 0 && refunded > 0, billing.Refunded}, {net == 0, billing.Unpaid},
			{net < due, billing.PartiallyPaid}, {net == due, billing.Paid}, {true, billing.Overpaid},
		} {
			if rule.fits {
				want = rule.is
				break
			}
		}
		require.Equal(t, want, billing.StatusOf(money.Amount(total), money.Amount(due), money.Amount(paid), money.Amount(refunded)))
	})
}

// After a correction the payment counts in neither sum. After a refund it counts in both.
func TestSums(t *testing.T) {
	id := func(s string) *string { return &s }
	for _, c := range []struct {
		name           string
		ledger         []billing.Payment
		paid, refunded money.Amount
	}{
		{"nothing", nil, 0, 0},
		{"a payment", []billing.Payment{{Kind: billing.KindPayment, Amount: 500}}, 500, 0},
		{"a refund", []billing.Payment{{Kind: billing.KindPayment, Amount: 500}, {Kind: billing.KindRefund, Amount: 200}}, 500, 200},
		{"a correction", []billing.Payment{{ID: "p", Kind: billing.KindPayment, Amount: 500}, {Kind: billing.KindRefund, Amount: 500, Corrects: id("p")}}, 0, 0},
		{"all of it", []billing.Payment{{ID: "p", Kind: billing.KindPayment, Amount: 900}, {Kind: billing.KindRefund, Amount: 900, Corrects: id("p")},
			{Kind: billing.KindPayment, Amount: 90}, {Kind: billing.KindRefund, Amount: 30}}, 90, 30},
	} {
		paid, refunded := billing.Sums(c.ledger)
		require.Equal(t, c.paid, paid, c.name)
		require.Equal(t, c.refunded, refunded, c.name)
	}
}

// The order of a ledger's rows does not matter.
func TestSumsOfAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := rapid.SliceOf(rapid.Custom(func(t *rapid.T) billing.Payment {
			return billing.Payment{Kind: rapid.SampledFrom([]billing.PaymentKind{billing.KindPayment, billing.KindRefund}).Draw(t, "kind"),
				Amount: money.Amount(rapid.Int64Range(1, 1000).Draw(t, "amount"))}
		})).Draw(t, "ledger")
		paid, refunded := billing.Sums(ledger)
		shuffledPaid, shuffledRefunded := billing.Sums(rapid.Permutation(ledger).Draw(t, "shuffled"))
		require.Equal(t, paid, shuffledPaid)
		require.Equal(t, refunded, shuffledRefunded)
	})
}

func TestNumberOf(t *testing.T) {
	require.Equal(t, "INV-000001", billing.NumberOf("INV-", 1))
	require.Equal(t, "1234567", billing.NumberOf("", 1234567))
}

func TestReferencedMethods(t *testing.T) {
	for m, want := range map[billing.Method]bool{billing.Card: true, billing.ACH: true, billing.Cash: false, billing.Check: false, billing.Wire: false, billing.Credit: false} {
		require.Equal(t, want, m.Referenced(), m)
	}
}

// What is left of each payment: refunds that name it come off first, then those by its method that name none, oldest first.
func TestLeft(t *testing.T) {
	pay := func(id string, m billing.Method, amount money.Amount, by string) billing.Payment {
		return billing.Payment{ID: id, Kind: billing.KindPayment, Method: m, Amount: amount, RecordedBy: company.Person{Sub: by}}
	}
	refund := func(m billing.Method, amount money.Amount, of string) billing.Payment {
		p := billing.Payment{Kind: billing.KindRefund, Method: m, Amount: amount}
		if of != "" {
			p.PaymentID = &of
		}
		return p
	}
	corrects := func(id string, amount money.Amount) billing.Payment {
		return billing.Payment{Kind: billing.KindRefund, Method: billing.Card, Amount: amount, Corrects: &id}
	}
	base := []billing.Payment{pay("a", billing.Card, 50, "shop"), pay("b", billing.Card, 30, "shop"), pay("c", billing.Cash, 40, "till"), pay("d", billing.ACH, 20, "till")}
	for name, c := range map[string]struct {
		more   []billing.Payment
		want   map[string]money.Amount
		online money.Amount
	}{
		"nothing refunded":                    {nil, map[string]money.Amount{"a": 50, "b": 30, "c": 40, "d": 20}, 80},
		"one named":                           {[]billing.Payment{refund(billing.Card, 20, "b")}, map[string]money.Amount{"a": 50, "b": 10, "c": 40, "d": 20}, 60},
		"named by another method":             {[]billing.Payment{refund(billing.Check, 20, "b")}, map[string]money.Amount{"a": 50, "b": 10, "c": 40, "d": 20}, 60},
		"none named":                          {[]billing.Payment{refund(billing.Card, 60, "")}, map[string]money.Amount{"a": 0, "b": 20, "c": 40, "d": 20}, 20},
		"named after one that names none":     {[]billing.Payment{refund(billing.Card, 30, ""), refund(billing.Card, 50, "a")}, map[string]money.Amount{"a": 0, "b": 0, "c": 40, "d": 20}, 0},
		"corrected":                           {[]billing.Payment{corrects("a", 50)}, map[string]money.Amount{"a": 0, "b": 30, "c": 40, "d": 20}, 30},
		"more by a method than it brought in": {[]billing.Payment{refund(billing.Wire, 100, "")}, map[string]money.Amount{"a": 50, "b": 30, "c": 40, "d": 20}, 40},
	} {
		ledger := append(slices.Clone(base), c.more...)
		require.Equal(t, c.want, billing.Left(ledger), name)
		require.Equal(t, c.online, billing.Online(ledger, "shop"), name)
	}
	require.Zero(t, billing.Online(base, "another shop"))
}
