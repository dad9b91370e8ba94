package store_test

import (
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
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

// What a transaction does first can go with BEGIN. It has the same outcome as after BEGIN.
func TestWhatGoesWithBegin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 17, 3)
		sh.add(t, s, 4)
		tenant, who := s.For(sh.id), store.CustomerRef{ID: sh.docs[1].CustomerID}
		claim := func(key string, at time.Time) *store.Claim {
			return &store.Claim{Key: store.Key{Subject: "s", Operation: "o", Key: key}, Fingerprint: []byte{1}, At: at, TTL: 90 * time.Minute}
		}
		run := func(first store.First, work func(tx *store.Tx) error) (fresh bool, done error) {
			t.Helper()
			fresh, err := store.InTxFirst(t.Context(), tenant, first, func(tx *store.Tx) (bool, error) {
				done = work(tx)
				return tx.Claimed(t.Context())
			})
			require.NoError(t, err)
			return fresh, done
		}
		load := func(id string) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				for range 2 { // the second time it is read again
					o, co, cu, err := tx.OrderToChange(t.Context(), id)
					if err != nil {
						return err
					}
					require.Equal(t, []string{id, sh.id, o.CustomerID}, []string{o.ID, co.ID, cu.ID})
					require.Len(t, o.Lines, o.LineCount)
				}
				return nil
			}
		}
		id := sh.docs[0].ID
		fresh, err := run(store.First{Claim: claim("by the database", time.Time{}), Order: id}, load(id))
		require.NoError(t, err)
		require.True(t, fresh)
		var row struct{ CreatedAt, ExpiresAt time.Time }
		require.NoError(t, s.Readers().WithContext(t.Context()).Raw("SELECT created_at, expires_at FROM idempotency_keys WHERE key = 'by the database'").Scan(&row).Error)
		require.Equal(t, 90*time.Minute, row.ExpiresAt.Sub(row.CreatedAt))
		require.WithinDuration(t, time.Now(), row.CreatedAt, time.Minute)

		_, err = run(store.First{Order: sh.docs[1].ID}, load(id)) // another order than was read
		require.NoError(t, err)
		_, err = run(store.First{Order: noSuchID}, load(noSuchID))
		require.True(t, fault.Is(err, fault.OrderNotFound), "%v", err)
		for _, ref := range []store.CustomerRef{who, {ID: noSuchID}} {
			_, err = run(store.First{Buyer: &ref}, func(tx *store.Tx) error {
				co, cu, err := tx.CompanyAndCustomerHeld(t.Context(), who)
				require.Equal(t, []string{sh.id, who.ID}, []string{co.ID, cu.ID})
				return err
			})
			require.NoError(t, err)
		}

		fresh, err = run(store.First{Claim: claim("by the database", time.Time{}), Order: id}, load(id))
		require.False(t, fresh)
		require.Error(t, err, "a used key ends the use case")
		fresh, err = run(store.First{Claim: claim("by the database", time.Now().Add(2*time.Hour)), Order: id}, load(id))
		require.NoError(t, err)
		require.True(t, fresh, "it has expired")
		_, err = store.InTxFirst(t.Context(), s.For(noSuchID), store.First{Claim: claim("k", time.Time{}), Order: id}, func(tx *store.Tx) (bool, error) {
			_, _, _, err := tx.OrderToChange(t.Context(), id)
			require.Error(t, err)
			return tx.Claimed(t.Context())
		})
		require.True(t, fault.Is(err, fault.CompanyNotSeller), "%v", err)
	})
}

const noSuchID = "00000000-0000-7000-8000-000000000000"
