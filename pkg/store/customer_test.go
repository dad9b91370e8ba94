package store_test

import (
	"context"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
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
