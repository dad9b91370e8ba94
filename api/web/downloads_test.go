package web

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A company may have half of a process's exports, and others the rest. An export that ends makes room.
func TestExportsAtOnce(t *testing.T) {
	d := &downloads{}
	for range maxCompanyDownloads {
		require.True(t, d.enter("a"))
	}
	require.False(t, d.enter("a"))
	for range maxDownloads - maxCompanyDownloads {
		require.True(t, d.enter("b"))
	}
	require.False(t, d.enter("c"))
	d.leave("a")
	require.True(t, d.enter("c"))
	require.False(t, d.enter("a"))
}
