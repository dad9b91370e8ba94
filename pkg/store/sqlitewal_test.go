package store_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The write-ahead log of an SQLite file becomes small again while the service runs, as soon as no reader is in it. Writers go on
// meanwhile.
func TestWALShrinks(t *testing.T) {
	t.Parallel()
	address := storetest.SQLite(t)
	s := storetest.Open(t, address, store.Options{WALEvery: 50 * time.Millisecond})
	size := func() int64 {
		info, err := os.Stat(strings.TrimPrefix(address, "sqlite:") + "-wal")
		require.NoError(t, err)
		return info.Size()
	}
	reading, end := context.WithCancel(context.Background())
	read := make(chan struct{})
	go func() {
		defer close(read)
		_ = s.ReadForTest(reading, "WITH RECURSIVE n (i) AS (SELECT count(*) FROM companies UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n")
	}()
	time.Sleep(100 * time.Millisecond) // it has begun
	const large = 12_000_000
	s.Write(t, "INSERT INTO mail_pauses (id, until, reason) VALUES (1, '2020-01-01 00:00:00+00:00', hex(zeroblob(6000000)))")
	for range 5 {
		began := time.Now()
		s.Write(t, "UPDATE mail_pauses SET reason = hex(zeroblob(100))")
		require.Less(t, time.Since(began), 2*time.Second)
		time.Sleep(100 * time.Millisecond)
	}
	require.Greater(t, size(), int64(large), "a reader is in it")
	end()
	<-read
	becomes(t, "small", func() bool { return size() < 1<<20 })
}
