package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts requests and measures how long they took. A nil Metrics does nothing.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics registers orderdesk_http_requests_total {method, route, status} and
// orderdesk_http_request_duration_seconds {method, route}. The route is a template and the status a class (2xx), so
// that the number of series is bounded. It panics if the registry already has them.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orderdesk_http_requests_total",
			Help: "Requests by method, route template and status class.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "orderdesk_http_request_duration_seconds",
			Help:    "Seconds from the first byte of the request to the last byte of the answer, except of requests that wait for events.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60},
		}, []string{"method", "route"}),
	}
	registry.MustRegister(m.requests, m.seconds)
	return m
}

func (m *Metrics) count(method, route string, status int) {
	if m != nil {
		m.requests.WithLabelValues(methodLabel(method), route, strconv.Itoa(status/100)+"xx").Inc()
	}
}

func (m *Metrics) measure(method, route string, took time.Duration) {
	if m != nil {
		m.seconds.WithLabelValues(methodLabel(method), route).Observe(took.Seconds())
	}
}

// methodLabel keeps unknown methods out of logs and metrics.
func methodLabel(method string) string {
	const known = " GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT "
	if strings.Contains(known, " "+method+" ") {
		return method
	}
	return "OTHER"
}
