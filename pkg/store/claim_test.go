package store_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// If a key was used before, nothing is written of what the use case queued before its first statement, and its statements fail.
func TestAUsedKeyWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Company(t, s, "00000000-0000-7000-8000-000000000001", "Rosefields", "USD")
		use := func(work func(tx *store.Tx) error) (fresh bool, done error) {
			fresh, err := store.InTx(t.Context(), s.For(c.ID), func(tx *store.Tx) (bool, error) {
				tx.ClaimKeyFirst(store.Key{Subject: "s", Operation: "o", Key: "k"}, []byte{1}, storetest.Noon, storetest.Noon.Add(time.Hour))
				done = work(tx)
				return tx.Claimed(t.Context())
			})
			require.NoError(t, err)
			return fresh, done
		}
		owned := func() (n int) {
			require.NoError(t, s.DB(t).QueryRow("SELECT count(*) FROM customer_owners").Scan(&n))
			return n
		}
		nothing := func(*store.Tx) error { return nil }
		fresh, err := use(nothing)
		require.NoError(t, err)
		require.True(t, fresh)

		for name, read := range map[string]func(tx *store.Tx) error{
			"nothing": nothing,
			"by GORM": func(tx *store.Tx) error { _, err := tx.Company(t.Context()); return err },
			"a batch": func(tx *store.Tx) error { _, _, _, err := tx.OrderToChange(t.Context(), noSuchID); return err },
			"a write": func(tx *store.Tx) error { return tx.Flush(t.Context()) },
		} {
			fresh, err := use(func(tx *store.Tx) error {
				tx.Own("sub", noSuchID)
				return read(tx)
			})
			require.False(t, fresh, name)
			require.Equal(t, name != "nothing", err != nil, "%s: %v", name, err)
			require.Zero(t, owned(), name)
		}
	})
}

const noSuchID = "00000000-0000-7000-8000-000000000000"
