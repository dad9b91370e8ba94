package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A connection has the cache that its mode uses, and no other.
func TestCachesOfConnections(t *testing.T) {
	const address = "postgres://nobody@127.0.0.1:1/none?"
	for mode, pooled := range map[string]bool{"": false, poolerMode: true} {
		c, err := readAddress("DATABASE_URL", address+mode, Options{})
		require.NoError(t, err)
		require.Equal(t, !pooled, c.pool.ConnConfig.StatementCacheCapacity > 0, mode)
		require.Equal(t, pooled, c.pool.ConnConfig.DescriptionCacheCapacity > 0, mode)
	}
}
