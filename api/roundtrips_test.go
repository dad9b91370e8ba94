package api_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sqlcount"
)

// The number of round trips to PostgreSQL of the operations that staff and shops wait for, BEGIN and COMMIT among them.
func TestRoundTripsPerOperation(t *testing.T) {
	t.Parallel()
	counter, options := sqlcount.New()
	s := servicetest.Start(t, storetest.Postgres(t), servicetest.Options{Store: options, NoJobs: true})
	sales := s.As(t, auth.Sales)
	customer(t, s, "BLOOM", func(c *company.Customer) { c.Emails = []string{"buyer@bloom.example"} })
	placed(sales, cart("BLOOM", line("on_hand", 1))) // reserves a block of numbers
	trips := func(what string, limit int, do func()) {
		t.Helper()
		counter.RoundTrips()
		do()
		if seen := counter.RoundTrips(); len(seen) > limit {
			t.Errorf("%s: %d round trips, at most %d:\n%s", what, len(seen), limit, strings.Join(seen, "\n"))
		}
	}
	var id string
	lines := []object{line("on_hand", 1), line("on_hand", 2), line("on_hand", 3)}
	trips("place", 2, func() { id = placed(sales, cart("BLOOM", lines...)) })
	trips("details", 1, func() { sales.Get(at(id)).Is(200) })
	trips("a page", 1, func() { sales.Get("/v1/orders?origin=W,P&status=pending").Is(200) })
	trips("confirm", 3, func() { confirm(sales, id) })
}
