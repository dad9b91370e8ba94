package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics is everything that this process exports to Prometheus. No label has an id, so the number of series is
// bounded.
type metrics struct {
	registry *prometheus.Registry
	http     *web.Metrics
	counters map[string]prometheus.Counter // by the occurrence's name
}

func newMetrics(st *store.Store, streams *web.Streams) *metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(), poolCollector{st}, replicaCollector{st}, sharedCollector{st}, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "orderdesk_event_streams", Help: "Open streams of events.",
		}, func() float64 { return float64(streams.Open()) }))
	return &metrics{registry: registry, http: web.NewMetrics(registry), counters: occurrences(registry)}
}

// occurrences creates the counters of the desk's occurrences. All start at zero, so that rates have no gap.
func occurrences(registry prometheus.Registerer) map[string]prometheus.Counter {
	counters := map[string]prometheus.Counter{}
	single := func(what, name, help string) {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		registry.MustRegister(c)
		counters[what] = c
	}
	single("order_placed", "orderdesk_orders_placed_total", "Orders and prebooks placed.")
	single("order_confirmed", "orderdesk_orders_confirmed_total", "Orders confirmed, one by one, in batches and automatically.")
	single("invoice_issued", "orderdesk_invoices_issued_total", "Invoices issued.")
	single("draft_expired", "orderdesk_drafts_expired_total", "Draft web orders voided because nobody checked them out in time.")

	byResult := func(name, help, prefix string, results ...string) {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{"result"})
		registry.MustRegister(v)
		for _, r := range results {
			counters[prefix+r] = v.WithLabelValues(r)
		}
	}
	byResult("orderdesk_idempotency_total", "Requests with a known Idempotency-Key: answered again (replayed), refused because the first one still ran (conflict) or was another request (mismatch).",
		"key_", "replayed", "conflict", "mismatch")
	byResult("orderdesk_mail_attempts_total", "Attempts to send an e-mail, by outcome. lost: it may or may not have been sent.",
		"mail_", "accepted", "rejected", "retry", "unauthorized", "lost")
	byResult("orderdesk_webhook_attempts_total", "Attempts to send a webhook, by what the delivery is then. pending: it is tried again.",
		"webhook_", "delivered", "pending", "failed", "skipped")
	single("webhook_endpoint_disabled", "orderdesk_webhook_endpoints_disabled_total", "Webhook endpoints that the service disabled.")
	return counters
}

// observe counts an occurrence. A test checks that each occurrence has a counter.
func (m *metrics) observe(o desk.Occurrence) {
	if c, ok := m.counters[o.What]; ok {
		c.Add(float64(o.Count))
	}
}

func (m *metrics) handler(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError), MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
	}))
	return mux
}

func buildInfo() prometheus.Collector {
	b := thisBuild()
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "orderdesk_build_info", Help: "Always 1. The labels describe the build.",
		ConstLabels: prometheus.Labels{"version": b.version, "commit": b.commit, "go_version": b.goVersion},
	})
	g.Set(1)
	return g
}
