package billing_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
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
