package load_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
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
