package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A client that always asks for updated_since = the last synced_until ends with the current version of every document,
// even if writers were slow between their timestamp, their first write and their commit.
func TestSyncedUntilMissesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 21, 3)
		docs := sh.add(t, s, 12)
		change := func(o *order.Order, early, late time.Duration) {
			_, err := store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
				was := o.Version
				o.Version, o.UpdatedAt = was+1, tx.Stamp(tx.Now())
				time.Sleep(early)
				if err := tx.UpdateOrder(o, was, false); err != nil {
					return struct{}{}, err
				}
				if err := tx.Flush(ctx); err != nil {
					return struct{}{}, err
				}
				time.Sleep(late)
				return struct{}{}, nil
			})
			require.NoError(t, err)
		}
		var writers sync.WaitGroup
		for i := range docs {
			writers.Go(func() {
				const far = 1700 * time.Millisecond
				switch i {
				case 0:
					change(&docs[i], far, 0)
					return
				case 1: // not at the same time as the other slow writer, which it would delay
					time.Sleep(2 * far)
					change(&docs[i], 0, far)
					return
				}
				for n := range 4 {
					wait := time.Duration(50+(i*37+n*61)%250) * time.Millisecond
					switch i % 3 {
					case 0:
						change(&docs[i], wait, 0)
					case 1:
						change(&docs[i], 0, wait)
					default:
						change(&docs[i], 0, 0)
						time.Sleep(wait / 5)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { writers.Wait(); close(done) }()

		versions := map[string]int{}
		var since time.Time
		poll := func() {
			until, err := s.For(sh.id).SyncedUntil(ctx)
			require.NoError(t, err)
			f := store.OrderFilter{UpdatedSince: since, Sort: store.Sort{Key: store.ByUpdatedAt}, Window: store.Window{Limit: 5}}
			for {
				page, err := s.For(sh.id).Orders(ctx, f)
				require.NoError(t, err)
				for _, o := range page.Rows {
					versions[o.ID] = max(versions[o.ID], o.Version)
				}
				if f.After = page.Next; f.After == nil {
					break
				}
			}
			since = until
		}
		for running := true; running; {
			select {
			case <-done:
				running = false
			case <-time.After(20 * time.Millisecond):
			}
			poll()
		}
		poll()
		for _, o := range docs {
			require.True(t, since.After(o.UpdatedAt), "synced_until keeps up")
			require.Equal(t, o.Version, versions[o.ID], "a change of %s was missed", o.ID)
		}
	})
}

// If the database's clock was set back, clients hold a synced_until of its future. What is written now is still found by it.
func TestSyncedUntilOutlivesAClockSetBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 22, 3)
		docs := sh.add(t, s, 3)
		before, err := store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (time.Time, error) { // the clock was an hour ahead
			docs[0].Version, docs[0].UpdatedAt = 2, tx.Now().Add(time.Hour)
			return tx.Now(), tx.UpdateOrder(&docs[0], 1, false)
		})
		require.NoError(t, err)
		since, err := s.For(sh.id).SyncedUntil(ctx)
		require.NoError(t, err)
		for range 20 {
			_, err = store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
				was := docs[1].Version
				require.Less(t, tx.Now().Sub(before), time.Minute, "only the stamp is raised")
				docs[1].Version, docs[1].UpdatedAt = was+1, tx.Stamp(tx.Now())
				return struct{}{}, tx.UpdateOrder(&docs[1], was, false)
			})
			require.NoError(t, err)
			page, err := s.For(sh.id).Orders(ctx, store.OrderFilter{UpdatedSince: since, Sort: store.Sort{Key: store.ByUpdatedAt}, Window: store.Window{Limit: 5}})
			require.NoError(t, err)
			require.Len(t, page.Rows, 1, "each change is found once")
			require.Equal(t, docs[1].Version, page.Rows[0].Version)
			since, err = s.For(sh.id).SyncedUntil(ctx)
			require.NoError(t, err)
		}
	})
}
