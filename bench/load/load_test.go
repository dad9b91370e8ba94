package load_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/bench/load"
	"github.com/stretchr/testify/require"
)

func TestQuantiles(t *testing.T) {
	var h load.Histogram
	for i := 1; i <= 10_000; i++ {
		h.Add(time.Duration(i) * time.Microsecond)
	}
	for share, want := range map[float64]time.Duration{0.5: 5 * time.Millisecond, 0.99: 9900 * time.Microsecond, 1: 10 * time.Millisecond} {
		require.InEpsilon(t, want, h.Quantile(share), 0.02, "%v", share)
	}
	h.Add(0)
	h.Add(time.Hour)
	require.Equal(t, time.Hour, h.Quantile(1))
}

// Quantiles of latencies as they are, from microseconds to seconds, are those of the sorted list: never less, and at most 1.6 % more.
// It does not matter over how many connections they were noted.
func TestQuantilesAreThoseOfTheSortedList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var parts [8]load.Histogram
	var all []time.Duration
	for i := range 50_000 {
		d := time.Duration(math.Exp(math.Log(2e6) + 1.5*r.NormFloat64())).Round(100 * time.Nanosecond)
		all = append(all, d)
		parts[i%len(parts)].Add(d)
	}
	slices.Sort(all)
	require.Less(t, all[0], 20*time.Microsecond)
	require.Greater(t, all[len(all)-1], 500*time.Millisecond)
	var h load.Histogram
	for i := range parts {
		h.Merge(&parts[i])
	}
	for _, share := range []float64{0.00002, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1} {
		want := all[int(share*float64(len(all))+0.5)-1]
		got := h.Quantile(share)
		require.GreaterOrEqual(t, got, want, "%v", share)
		require.LessOrEqual(t, float64(got), 1.016*float64(want)+100, "%v", share)
	}
	require.Zero(t, new(load.Histogram).Quantile(0.5), "of nothing")
}

// A server answers in 1 ms for a second, and then stands still for a second. Half of the time it stood still, so that half of the clients of
// a constant rate waited for up to a second. A tool that waits for each answer sees one slow answer in a thousand.
func TestAtConstantRate(t *testing.T) {
	var h load.Histogram
	for range 1000 {
		h.Add(time.Millisecond)
	}
	h.Add(time.Second)
	require.InEpsilon(t, time.Millisecond, h.Quantile(0.99), 0.02)
	all := h.AtConstantRate(time.Millisecond)
	require.InEpsilon(t, time.Millisecond, all.Quantile(0.5), 0.02)
	require.InEpsilon(t, 500*time.Millisecond, all.Quantile(0.75), 0.03)
	require.InEpsilon(t, 980*time.Millisecond, all.Quantile(0.99), 0.03)
	require.Equal(t, time.Second, all.Quantile(1))
	require.InEpsilon(t, time.Millisecond, h.Quantile(0.99), 0.02, "the original stays")
}

// No latency is shorter than the server took, at any quantile, however busy the machine is; and all requests are counted.
func TestLatenciesAreNotShorterThanTheServersTime(t *testing.T) {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) {
		if n.Add(1)%20 == 0 {
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(2 * time.Millisecond)
	}))
	defer server.Close()
	r, err := load.Run(t.Context(), server.Listener.Addr().String(), 4, 700*time.Millisecond, func(int) []byte { return []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n") })
	require.NoError(t, err)
	require.Equal(t, n.Load(), r.Requests)
	require.GreaterOrEqual(t, r.Latency.Quantile(0), 2*time.Millisecond)
	require.GreaterOrEqual(t, r.Latency.Quantile(0.97), 52*time.Millisecond, "one in twenty")
	require.GreaterOrEqual(t, r.Took, 700*time.Millisecond)
	require.LessOrEqual(t, r.Rate(), 4/0.002, "four connections, each busy for 2 ms at least")
	require.InDelta(t, float64(r.Requests)/r.Took.Seconds(), r.Rate(), 0.001)
}

func TestRunReadsEveryKindOfAnswer(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch string(body) {
		case "0":
			w.WriteHeader(http.StatusNoContent)
		case "1":
			_, _ = io.WriteString(w, "short") // with a length
		case "2":
			_, _ = io.WriteString(w, long) // in chunks
		case "3":
			http.Error(w, "no more", http.StatusConflict)
		}
	}))
	defer server.Close()
	address := server.Listener.Addr().String()
	n := [2]int{}
	result, err := load.Run(t.Context(), address, 2, time.Minute, func(c int) []byte {
		if n[c] == 8 {
			return nil
		}
		n[c]++
		return fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%d", n[c]%4)
	})
	require.NoError(t, err)
	require.EqualValues(t, 16, result.Requests)
	require.EqualValues(t, 4, result.Failed)
	require.Equal(t, "409 no more\n", result.Failure)
	require.EqualValues(t, 4*(len("short")+len(long)+len("no more\n")), result.Bytes)
	require.Positive(t, result.Latency.Quantile(0.5))

	status, body, err := load.Once(t.Context(), address, []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, long, string(body))
}
