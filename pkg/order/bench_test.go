package order_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// A cart of five lines with a charge and a tax becomes an order and a prebook, with their totals.
func BenchmarkDocuments(b *testing.B) {
	cart, placement := exampleCart(), examplePlacement()
	cart.Lines = append(cart.Lines, cart.Lines[0], cart.Lines[1], cart.Lines[0])
	placement.NewID = func() string { return "id" }
	b.ReportAllocs()
	for b.Loop() {
		if documents, faults := cart.Documents(placement); len(documents) != 2 || len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}

// The verdict on every action of a pending order, as its details show them.
func BenchmarkGuard(b *testing.B) {
	who := order.Caller(auth.Actor{CompanyID: "company", Subject: "anna", Roles: []auth.Role{auth.Sales}})
	o := guarded(order.KindOrder, order.StatusPending)
	b.ReportAllocs()
	for b.Loop() {
		for _, a := range order.GuardedActions {
			order.Guard(who, a, o, order.GuardContext{})
		}
	}
}
