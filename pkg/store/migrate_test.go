package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

func empty() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "new.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t, nil) },
	}
}

// Four replicas that start together apply each migration once, and all of them find the schema up to date.
func TestReplicasMigrateOnce(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			address := create(t)
			var wg sync.WaitGroup
			applied := make([]int, 4)
			errs := make([]error, 4)
			for i := range applied {
				s := storetest.Open(t, address, store.Options{})
				wg.Go(func() {
					if applied[i], errs[i] = s.Migrate(context.Background()); errs[i] == nil {
						errs[i] = s.Current(context.Background())
					}
				})
			}
			wg.Wait()
			total := 0
			for i := range applied {
				require.NoError(t, errs[i])
				total += applied[i]
			}
			require.Equal(t, store.MigrationsForTest(t, name), total)
		})
	}
}

func TestMigrateDownAndUpAgain(t *testing.T) {
	for name, create := range empty() {
		t.Run(name, func(t *testing.T) {
			address, all := create(t), store.MigrationsForTest(t, name)
			ctx := context.Background()
			s := storetest.Open(t, address, store.Options{})
			require.ErrorContains(t, s.Current(ctx), "orderdesk migrate up")
			for range 2 {
				n, err := s.Migrate(ctx)
				require.NoError(t, err)
				require.Equal(t, all, n)
				require.NoError(t, s.Current(ctx))
				for range all {
					require.NoError(t, s.MigrateDown(ctx))
				}
				require.ErrorContains(t, s.Current(ctx), fmt.Sprint("needs ", all))
			}
		})
	}
}
