package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/stretchr/testify/require"
)

// held is how many connections the holder gets of those that are left.
func (b *bulkhead) held(t *testing.T, h holder) int {
	t.Helper()
	n := 0
	for {
		if _, err := b.enter(t.Context(), h, 0); err != nil {
			require.True(t, fault.Is(err, fault.CapacityReached), err)
			return n
		}
		n++
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		size int
		uses []holder // in this order, each takes what it gets
		get  []int
	}{
		{16, []holder{{UseWrites, "a"}, {UseWrites, "b"}, {UseWrites, "c"}, {UseWrites, "d"}}, []int{5, 2, 1, 1}},
		{16, []holder{{UseWrites, ""}, {UseReads, ""}, {UseJobs, ""}, {UseProbes, ""}}, []int{9, 4, 2, 1}},
		{16, []holder{{UseReads, ""}, {UseWrites, "a"}, {UseWrites, "b"}}, []int{9, 2, 1}},
		{16, []holder{{UseJobs, ""}, {UseWrites, ""}, {UseReads, "a"}}, []int{7, 4, 2}},
		{40, []holder{{UseWrites, "a"}, {UseReads, "a"}}, []int{12, 11}},
		{4, []holder{{UseWrites, "a"}, {UseReads, "a"}, {UseJobs, ""}, {UseProbes, ""}}, []int{1, 1, 1, 1}},
		{1, []holder{{UseReads, "a"}, {UseWrites, "a"}}, []int{1, 0}},
	} {
		b := newBulkhead(c.size)
		var got []int
		for _, h := range c.uses {
			got = append(got, b.held(t, h))
		}
		require.Equal(t, c.get, got, "%d connections, %v", c.size, c.uses)
	}
}

// Whoever waits is admitted as soon as it may be, in turn, even if others before it may not.
func TestSharesAreGivenBack(t *testing.T) {
	b := newBulkhead(8) // 2 for writes, 2 for reads, 1 for jobs, 1 for probes, 2 for anyone
	a, other := holder{UseWrites, "a"}, holder{UseWrites, "b"}
	leave := make([]func(), 2)
	for i := range leave {
		var err error
		leave[i], err = b.enter(t.Context(), a, 0)
		require.NoError(t, err)
	}
	require.Equal(t, 1, b.held(t, other))
	admitted := make(chan error, 1)
	go func() {
		_, err := b.enter(context.Background(), a, time.Minute)
		admitted <- err
	}()
	require.Never(t, func() bool { return len(admitted) > 0 }, 50*time.Millisecond, 5*time.Millisecond)
	leave[0]()
	require.NoError(t, <-admitted)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.enter(gone, a, time.Minute)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, int64(1), b.count(PoolStats{}).Shed[UseWrites], "one waited in vain, and one left")
}

// However many come and go, nobody gets a place twice, and none is lost.
func TestSharesUnderLoad(t *testing.T) {
	b := newBulkhead(16)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			h := holder{Uses[i%len(Uses)], fmt.Sprint(i % 7)}
			for range 50 {
				if leave, err := b.enter(t.Context(), h, time.Millisecond); err == nil {
					leave()
				}
			}
		})
	}
	all.Wait()
	require.Empty(t, b.holders)
	require.Empty(t, b.waiting)
	for use, n := range b.used {
		require.Zero(t, n, use)
	}
}

// The operator sets the size of the pool in the address.
func TestPoolSizeIsTheOperators(t *testing.T) {
	for address, size := range map[string]int{"postgres://nobody@127.0.0.1:1/none": defaultConns, "postgres://nobody@127.0.0.1:1/none?pool_max_conns=40": 40} {
		s, err := Open(t.Context(), address, Options{})
		require.NoError(t, err)
		require.Equal(t, size, s.Stats().Max)
		s.Close()
	}
}
