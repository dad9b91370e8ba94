package pgtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindBinaries(t *testing.T) {
	root := t.TempDir()
	programs := func(dir string, names ...string) string {
		dir = filepath.Join(root, dir)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for _, name := range names {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), 0o755))
		}
		return dir
	}
	clientOnly := programs("lib/17/bin", "psql")
	newest := programs("lib/16/bin", "initdb", "postgres")
	programs("lib/15/bin", "initdb", "postgres")
	programs("lib/9/bin", "initdb", "postgres")
	onPath := programs("path", "initdb", "postgres")
	installed := []string{filepath.Join(root, "lib/*/bin")}

	for _, c := range []struct {
		name, bindir, path string
		installed          []string
		want, err          string
	}{
		{name: "PG_BINDIR comes first", bindir: onPath, path: newest, want: onPath},
		{name: "a wrong PG_BINDIR is an error", bindir: clientOnly, path: onPath, err: clientOnly},
		{name: "PATH comes before the installed packages", path: onPath, installed: installed, want: onPath},
		{name: "the highest version with a server, by number", installed: installed, want: newest},
		{name: "none found: the error says what to install", err: "apt-get install postgresql"},
		{name: "none found: the error names the alternative", err: "TEST_DATABASE_URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			getenv := func(name string) string { return map[string]string{"PG_BINDIR": c.bindir}[name] }
			found, err := findBinaries(t.Context(), getenv, c.installed)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, found.dir)
		})
	}
}
