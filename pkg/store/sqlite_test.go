package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// Other users of the machine cannot read the database, even if an earlier version made its files.
func TestSQLiteFilesAreTheOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orderdesk.db")
	mode := func(file string) os.FileMode {
		info, err := os.Stat(file)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	open := func() *store.Store {
		st, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
		require.NoError(t, err)
		_, err = st.Migrate(t.Context())
		require.NoError(t, err)
		return st
	}
	st := open()
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		require.Equal(t, os.FileMode(0o600), mode(file), file)
	}
	st.Close()
	require.NoError(t, os.Chmod(path, 0o644))
	st = open()
	defer st.Close()
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		require.Equal(t, os.FileMode(0o600), mode(file), file)
	}
}

// An index that a migration adds to a database with statistics gets some too. Without them, SQLite would read it for lists in other orders.
func TestNewIndexesAreAnalyzed(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	sh := newShop(t, s, 81, 10)
	sh.add(t, s, 50)
	require.NoError(t, s.System().Analyze(t.Context()))
	require.NoError(t, s.MigrateDown(t.Context()))
	_, err := s.Migrate(t.Context())
	require.NoError(t, err)
	var without []string
	require.NoError(t, s.Readers().Raw(`SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'orders' AND sql NOT LIKE '% WHERE %'
		AND name NOT IN (SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL)`).Scan(&without).Error)
	require.Empty(t, without)
}
