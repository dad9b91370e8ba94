package main

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/prometheus/client_golang/prometheus"
)

// scrapeLimit is how long a scrape waits for the database.
const scrapeLimit = 2 * time.Second

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// poolCollector exports statistics of the writer's database connections.
type poolCollector struct{ store *store.Store }

var (
	poolMax   = describe("orderdesk_db_connections_max", "Limit of connections to the database.")
	poolOpen  = describe("orderdesk_db_connections_open", "Open connections to the database.")
	poolInUse = describe("orderdesk_db_connections_in_use", "Connections to the database in use.")
	poolIdle  = describe("orderdesk_db_connections_idle", "Idle connections to the database.")
	poolWaits = describe("orderdesk_db_waits_total", "How often a request had to wait for a connection, because none was free.")
	poolWait  = describe("orderdesk_db_wait_seconds_total", "Total seconds of waiting for a connection.")
	poolShed  = describe("orderdesk_db_shed_total", "Requests that were refused with capacity_reached, because the connections of their use or of their company were taken. PostgreSQL alone.", "use")
)

// Describe sends the descriptions of the metrics.
func (poolCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{poolMax, poolOpen, poolInUse, poolIdle, poolWaits, poolWait, poolShed} {
		ch <- d
	}
}

// Collect reads the pool's statistics, without a query to the database.
func (c poolCollector) Collect(ch chan<- prometheus.Metric) {
	s := c.store.Stats()
	gauge := func(d *prometheus.Desc, v int) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v))
	}
	gauge(poolMax, s.Max)
	gauge(poolOpen, s.Open)
	gauge(poolInUse, s.InUse)
	gauge(poolIdle, s.Idle)
	ch <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(s.Waits))
	ch <- prometheus.MustNewConstMetric(poolWait, prometheus.CounterValue, s.Waited.Seconds())
	for use, n := range s.Shed {
		ch <- prometheus.MustNewConstMetric(poolShed, prometheus.CounterValue, float64(n), string(use))
	}
}

// replicaCollector exports how reads use the read replica. Without one it exports nothing.
type replicaCollector struct{ store *store.Store }

var (
	replicaUsed   = describe("orderdesk_replica_used", "1 if reads go to the read replica, else 0: it is away, behind, or not a standby of the database.")
	replicaBehind = describe("orderdesk_replica_behind_bytes", "Bytes of the write-ahead log that the read replica had not replayed when a read last asked.")
	replicaWait   = describe("orderdesk_replica_wait_seconds_total", "Total seconds for which reads waited for the read replica to replay earlier writes.")
	replicaInUse  = describe("orderdesk_replica_connections_in_use", "Connections to the read replica in use.")
	reads         = describe("orderdesk_reads_total", "Reads that the read replica may answer, by the server that answered and the reason. current: the replica had replayed every earlier write.", "target", "reason")
)

// Describe sends the descriptions of the metrics.
func (replicaCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{replicaUsed, replicaBehind, replicaWait, replicaInUse, reads} {
		ch <- d
	}
}

// Collect reads the statistics, without a query to a database.
func (c replicaCollector) Collect(ch chan<- prometheus.Metric) {
	s, ok := c.store.ReadStats()
	if !ok {
		return
	}
	used := 0.0
	if s.Used {
		used = 1
	}
	ch <- prometheus.MustNewConstMetric(replicaUsed, prometheus.GaugeValue, used)
	ch <- prometheus.MustNewConstMetric(replicaBehind, prometheus.GaugeValue, float64(s.Behind))
	ch <- prometheus.MustNewConstMetric(replicaWait, prometheus.CounterValue, s.Waited.Seconds())
	ch <- prometheus.MustNewConstMetric(replicaInUse, prometheus.GaugeValue, float64(s.Pool.InUse))
	for reason, n := range s.Reads {
		target := "primary"
		if reason == store.ReadCurrent {
			target = "replica"
		}
		ch <- prometheus.MustNewConstMetric(reads, prometheus.CounterValue, float64(n), target, string(reason))
	}
}

// sharedCollector exports the state of the outbox, the webhooks and the jobs, which all processes share, so each exports the same
// values. It also exports how far this process's clock is from the database's.
type sharedCollector struct{ store *store.Store }

var (
	databaseUp       = describe("orderdesk_database_up", "1 if the database answered this scrape, else 0. With 0 the metrics of the outbox and the jobs are missing.")
	databaseWritable = describe("orderdesk_database_writable", "1 if the database takes writes, else 0: it only reads, its disk is full, or commits hang.")
	mailBacklog      = describe("orderdesk_mail_backlog", "E-mails that are due and not sent yet.")
	mailOldest       = describe("orderdesk_mail_oldest_due_seconds", "For how many seconds the oldest unsent e-mail has been due; 0 if there is none.")
	clockSkew        = describe("orderdesk_clock_skew_seconds", "How many seconds this process's clock is ahead of the database's. Beyond 5 the process is not ready and refuses writes.")
	mailPaused       = describe("orderdesk_mail_paused", "1 while sending is paused because the provider refuses our key, else 0.")
	jobsBy           = describe("orderdesk_jobs", "Jobs in the queue by state, each counted up to 10,000. discarded: given up, and deleted after some days.", "state")
	webhookBacklog   = describe("orderdesk_webhook_backlog", "Webhooks of enabled endpoints that are due, and events that they have not read, each counted up to 10,000.")
	webhookOldest    = describe("orderdesk_webhook_oldest_due_seconds", "For how many seconds the oldest of them has waited; 0 if there is none.")
	feedHeld         = describe("orderdesk_feed_held_seconds", "For how many seconds the oldest open transaction that writes has held the feed of events back; 0 if there is none.")
)

// Describe sends the descriptions of the metrics.
func (sharedCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{databaseUp, databaseWritable, clockSkew, mailBacklog, mailOldest, mailPaused, webhookBacklog, webhookOldest, feedHeld, jobsBy} {
		ch <- d
	}
}

// Collect queries the database. If it does not answer, the scrape still returns all other metrics.
func (c sharedCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	writable := 1.0
	if err := c.store.Writable(ctx); err != nil {
		writable = 0
	}
	gauge(databaseWritable, writable)
	now, err := c.store.DatabaseNow(ctx)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	due, oldest, err := c.store.System().MailBacklog(ctx, now)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	pause, err := c.store.System().MailPause(ctx)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	jobs, err := c.store.System().JobCounts(ctx)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	held, err := c.store.System().FeedHeld(ctx)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	webhooks, err := c.store.System().WebhookBacklog(ctx, now)
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	gauge(databaseUp, 1)
	gauge(clockSkew, c.store.Skew().Seconds())
	gauge(feedHeld, held.Seconds())
	gauge(mailBacklog, float64(due))
	gauge(webhookBacklog, float64(webhooks.Due))
	age, webhookAge, paused := 0.0, 0.0, 0.0
	if !oldest.IsZero() {
		age = max(0, now.Sub(oldest).Seconds())
	}
	if webhooks.Oldest != nil {
		webhookAge = max(0, now.Sub(*webhooks.Oldest).Seconds())
	}
	if now.Before(pause.Until) {
		paused = 1
	}
	gauge(mailOldest, age)
	gauge(webhookOldest, webhookAge)
	gauge(mailPaused, paused)
	for state, n := range jobs {
		gauge(jobsBy, float64(n), state)
	}
}
