package store_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/stretchr/testify/require"
)

// Several processes may open and migrate a new file at once. Each of them changes its journal mode, for which SQLite does not wait.
func TestANewFileIsOpenedAtOnce(t *testing.T) {
	dir := t.TempDir()
	for round := range 30 {
		path := filepath.Join(dir, fmt.Sprint(round, ".db"))
		var errs [6]error
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				s, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
				if err == nil {
					err = s.Ping(t.Context())
					s.Close()
				}
				errs[i] = err
			})
		}
		all.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	}
}
