package main

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// Seeding runs beside a service that takes orders. Neither refuses the other, and no two documents share a number,
// because the database would refuse it.
func TestLong_SeedBesideARunningService(t *testing.T) {
	testkit.Long(t)
	each(t, func(t *testing.T, database string) {
		orders := testkit.Sized(3000, 1000)
		env := serving(t, database)
		companyID := databaseWithCompany(t, database)
		ctx, stop := context.WithCancel(t.Context())
		var log output
		code := make(chan int, 1)
		go func() { code <- run(ctx, env.get, []string{"serve", "--drain", "0s"}, io.Discard, &log) }()
		api, _ := addresses(t, &log)
		c := caller{api, ok(t, env, "token", "--company", companyID, "--role", "Admin")}

		seeded := make(chan struct{})
		go func() {
			defer close(seeded)
			var out, errs output
			if code := run(ctx, env.get, []string{"seed", "--company", companyID, "--orders", strconv.Itoa(orders), "--customers", "40", "--confirmed", "4", "--rand", "9"}, &out, &errs); code != exitOK {
				t.Errorf("seed: %s", errs.String())
			}
		}()
		placed := 0
		for busy := true; busy; placed++ {
			select {
			case <-seeded:
				busy = false
			case <-time.After(20 * time.Millisecond):
			}
			id, err := c.place()
			require.NoError(t, err)
			if placed%4 == 0 {
				status, raw, err := c.ask("POST", "/v1/orders/"+id+"/confirm", nil)
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, status, "%s", raw)
			}
		}
		stop()
		require.Equal(t, exitOK, <-code, log.String())
		require.Greater(t, placed, 5)

		st := storetest.Open(t, database, store.Options{})
		n, exact, err := st.For(companyID).Count(t.Context(), store.OrderFilter{})
		require.NoError(t, err)
		require.True(t, exact)
		require.Equal(t, orders+placed, n)
	})
}

func TestSeedNeedsItsCompany(t *testing.T) {
	env := environ{"DATABASE_URL": storetest.SQLite(t)}
	code, _, stderr := do(t, env, "seed", "--company", "0197a3c4-0000-7000-8000-00000000dead", "--orders", "5")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "orderdesk company add --id 0197a3c4-0000-7000-8000-00000000dead")
}

// Every command takes a company of any currency, whatever decimals it has.
func TestCommandsInEveryCurrency(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		env := environ{"DATABASE_URL": database}
		for _, currency := range []string{"JPY", "KWD", "CHF"} {
			id := ok(t, env, "company", "add", "--name", "Flowers in "+currency, "--currency", currency)
			ok(t, env, "seed", "--company", id, "--orders", "60", "--confirmed", "20", "--lines", "2", "--rand", "7")
			st := storetest.Open(t, database, store.Options{})
			page, err := st.For(id).Orders(t.Context(), store.OrderFilter{})
			require.NoError(t, err)
			require.NotEmpty(t, page.Rows)
			require.Equal(t, currency, page.Rows[0].Currency)
			st.Close()
		}
		ok(t, env, "check")
	})
}
