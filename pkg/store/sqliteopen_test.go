package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

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

// A file that another program keeps locked is an error soon, because a start has no deadline.
func TestALockedFileIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "locked.db")
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE other (id integer); BEGIN EXCLUSIVE")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, err = store.Open(ctx, "sqlite:"+path, store.Options{})
	require.ErrorContains(t, err, "locked")
}
