package store_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Only a conflict with another row is the fault customer_code_taken. A row that breaks a CHECK is a defect of ours, and
// both databases report it as one.
func TestOnlyAConflictIsACodeTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 53, 1)
		create := func(c company.Customer) error {
			_, err := store.InTx(context.Background(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.CreateCustomer(c) })
			return err
		}
		c := company.Customer{CompanyID: sh.id, ID: sh.uuid(), Code: "ROSA", CodeKey: "rosa", Name: "Rosa", NameKey: "rosa", Autoconfirm: company.Inherit,
			Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
		require.NoError(t, create(c))
		twin := c
		twin.ID = sh.uuid()
		require.True(t, fault.Is(create(twin), fault.CustomerCodeTaken))
		broken := c
		broken.ID, broken.Code, broken.CodeKey, broken.Autoconfirm = sh.uuid(), "LILY", "lily", "sometimes"
		err := create(broken)
		require.Error(t, err)
		require.False(t, fault.Is(err, fault.CustomerCodeTaken), "%v", err)
	})
}

// A subject's own customers, and those with an e-mail address, are found by indexes.
func TestCustomersAreFoundByIndexes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		conn, err := s.DB(t).Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		prefix := "EXPLAIN QUERY PLAN "
		if s.Name() == "postgres" {
			prefix = "EXPLAIN "
			_, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off")
			require.NoError(t, err)
		}
		id := "'" + uuid.NewString() + "'"
		for index, text := range map[string]string{
			"customer_owners_pkey|sqlite_autoindex_customer_owners_1": "SELECT o.customer_id FROM customer_owners o WHERE o.company_id = " + id + " AND o.owner_sub = 'web' LIMIT 10",
			"customer_emails_pkey|sqlite_autoindex_customer_emails_1": "SELECT e.customer_id FROM customer_emails e WHERE e.company_id = " + id + " AND e.email IN ('a@x.example', 'b@x.example') LIMIT 10",
			"customer_emails_customer":                                "DELETE FROM customer_emails WHERE company_id = " + id + " AND customer_id = " + id,
		} {
			require.Regexp(t, index, explain(t, conn, prefix+text))
		}
	})
}

// The migration gives each storefront the customers that bought through it, and indexes the addresses of all.
func TestOwnersComeFromOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 46, 4)
		docs := sh.add(t, s, 12)
		want := map[string]bool{}
		for _, o := range docs {
			if o.Origin == order.Web {
				want[o.OwnerSub+" "+o.CustomerID] = true
			}
		}
		require.NotEmpty(t, want)
		exists := func() bool {
			_, err := s.DB(t).ExecContext(t.Context(), "SELECT 1 FROM customer_owners")
			return err == nil
		}
		for exists() {
			require.NoError(t, s.MigrateDown(t.Context()))
		}
		_, err := s.Migrate(t.Context())
		require.NoError(t, err)
		found := texts(t, s.DB(t), "SELECT owner_sub || ' ' || CAST(customer_id AS text) FROM customer_owners")
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), found)
		require.ElementsMatch(t, []string{"buyer0@x.example", "buyer1@x.example", "buyer2@x.example", "buyer3@x.example"}, texts(t, s.DB(t), "SELECT email FROM customer_emails"))
	})
}

// Triggers keep the addresses of customers, whoever writes the customers.
func TestAddressesFollowTheirCustomers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 47, 2)
		addresses := func() []string { return texts(t, s.DB(t), "SELECT email FROM customer_emails ORDER BY email") }
		require.Equal(t, []string{"buyer0@x.example", "buyer1@x.example"}, addresses())
		one := "company_id = '" + sh.id + "' AND id = '" + sh.customers[0].ID + "'"
		s.Write(t, `UPDATE customers SET emails = '["Ann@X.example", "ann@x.example", "Bob@x.example"]' WHERE `+one)
		require.Equal(t, []string{"ann@x.example", "bob@x.example", "buyer1@x.example"}, addresses())
		s.Write(t, "UPDATE customers SET name = 'Another', emails = '[]' WHERE "+one)
		require.Equal(t, []string{"buyer1@x.example"}, addresses())
		s.Write(t, "INSERT INTO customer_owners SELECT company_id, 'web', id FROM customers")
		s.Write(t, "DELETE FROM customers WHERE company_id = '"+sh.id+"'")
		require.Empty(t, addresses())
		require.Empty(t, texts(t, s.DB(t), "SELECT owner_sub FROM customer_owners"))
	})
}
