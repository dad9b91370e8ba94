package load

import (
	"math/bits"
	"time"
)

// steps is the number of buckets for each doubling of the latency, so that a quantile is exact to 1.6 %.
const steps = 64

// Histogram counts latencies in buckets that grow with the latency. The zero value is empty.
type Histogram struct {
	counts [40 * steps]int64
	total  int64
	max    time.Duration
}

// bucket returns the index of a latency's bucket, which its highest bits give.
func bucket(d time.Duration) int {
	us := uint64(max(d.Nanoseconds()/100, 0)) // tenths of a microsecond
	if us < steps {
		return int(us)
	}
	shift := bits.Len64(us) - bits.Len64(steps)
	return min((shift+1)*steps+int(us>>shift)-steps, len(Histogram{}.counts)-1)
}

// upper is the largest latency of a bucket.
func upper(i int) time.Duration {
	if i < steps {
		return time.Duration(i) * 100
	}
	shift := i/steps - 1
	return time.Duration((uint64(i%steps+steps+1)<<shift)-1) * 100
}

// Add counts a latency.
func (h *Histogram) Add(d time.Duration) {
	h.counts[bucket(d)]++
	h.total++
	h.max = max(h.max, d)
}

// Merge adds the counts of another histogram.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
	h.max = max(h.max, o.max)
}

// Quantile is the latency that this share of the requests does not exceed: 0.99 for the 99th percentile.
func (h *Histogram) Quantile(share float64) time.Duration {
	rank := int64(share*float64(h.total) + 0.5)
	seen := int64(0)
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return min(upper(i), h.max)
		}
	}
	return h.max
}

// AtConstantRate is what a client would have seen that sends a request in every interval on each connection, whether the one before is
// answered or not. A tool that waits for each answer sends nothing while the server stands still, so it sees one slow answer on each
// connection, where such a client sees many. This adds them: those that would have begun while an answer took longer.
func (h *Histogram) AtConstantRate(interval time.Duration) *Histogram {
	all := *h
	if interval <= 0 {
		return &all
	}
	for i, n := range h.counts {
		if n == 0 {
			continue
		}
		for rest := min(upper(i), h.max) - interval; rest >= interval; rest -= interval {
			all.counts[bucket(rest)] += n
			all.total += n
		}
	}
	return &all
}
