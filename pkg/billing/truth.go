package billing

import "github.com/orderdesk/orderdesk/pkg/money"

// TruthRow is one row of the truth table of payments: the payment status and the balance of an order with these sums. Amounts
// are in minor units.
type TruthRow struct {
	When     string // for people
	Total    money.Amount
	Voided   bool
	Paid     money.Amount
	Refunded money.Amount

	Status  Status
	Balance money.Amount
	Dollar  bool // whether a web order has the payment indicator $ if its customer must pay by card; other documents never have it
}

// TruthTable returns the rules of payment as examples. The documentation shows them and the tests check them.
func TruthTable() []TruthRow {
	return []TruthRow{
		{"free goods, no money moved", 0, false, 0, 0, Paid, 0, false},
		{"free goods, paid and refunded", 0, false, 500, 500, Paid, 0, false},
		{"free goods, paid all the same", 0, false, 500, 0, Overpaid, -500, false},
		{"nothing paid", 1000, false, 0, 0, Unpaid, 1000, true},
		{"a part paid", 1000, false, 400, 0, PartiallyPaid, 600, true},
		{"all but the smallest unit paid", 1000, false, 999, 0, PartiallyPaid, 1, true},
		{"paid in full", 1000, false, 1000, 0, Paid, 0, false},
		{"the smallest unit too much", 1000, false, 1001, 0, Overpaid, -1, false},
		{"paid in full, a part refunded", 1000, false, 1000, 300, PartiallyPaid, 300, true},
		{"paid too much, the excess refunded", 1000, false, 1500, 500, Paid, 0, false},
		{"paid in full, all refunded", 1000, false, 1000, 1000, Refunded, 1000, true},
		{"a part paid, all of it refunded", 1000, false, 400, 400, Refunded, 1000, true},
		{"voided, nothing paid", 1000, true, 0, 0, Unpaid, 0, false},
		{"voided, paid in full", 1000, true, 1000, 0, Overpaid, -1000, false},
		{"voided, a part paid", 1000, true, 400, 0, Overpaid, -400, false},
		{"voided, paid and refunded", 1000, true, 1000, 1000, Refunded, 0, false},
		{"voided, a part refunded", 1000, true, 1000, 400, Overpaid, -600, false},
		{"voided free goods", 0, true, 0, 0, Paid, 0, false},
	}
}
