package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/store"
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
