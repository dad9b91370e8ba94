package shards_test

// exception is a statement that reads tables of companies without naming one company.
type exception struct {
	what   string // what it is for
	text   string // a part of the statement that no other has
	why    string
	shards string // what it does on a database that is distributed by company
}

// A sweep only finds rows. Each row is then handled in a transaction of its company.
const (
	everyNode  = "asks every shard. It is bounded, and runs once in some seconds in each process"
	byHand     = "asks every shard; one person runs it"
	toBeSplit  = "must become a statement for each shard, or be run on each node"
	toBeRouted = "must be told the company"
)

var exceptions = []exception{
	{"companies whose drafts expire", "FROM companies WHERE draft_expiry_hours IS NOT NULL", "one column of `companies`", everyNode},
	{"companies with e-mails that are due", "SELECT t.company_id FROM mail_turns t WHERE EXISTS", "`mail_turns` with `emails`, joined by the company", everyNode},
	{"e-mails whose attempt was lost", "FROM emails WHERE state = 'sending' AND sending_since", "a partial index", everyNode},
	{"e-mails that wait, for the metrics", "SELECT count(*) AS due, (SELECT next_attempt_at FROM emails", "a partial index, up to 10,000 entries", everyNode},
	{"the company of an e-mail that SendGrid tells of", "SELECT company_id, id FROM emails WHERE id =", "`emails_id`, unique across companies", toBeRouted + ", which the e-mail's custom arguments can carry. Then `emails_id` can go"},
	{"endpoints with webhooks to send", "SELECT e.company_id, e.id FROM webhook_endpoints e WHERE e.status = 'enabled'", "`webhook_endpoints` with deliveries and events, joined by the company", everyNode},
	{"whether there is any endpoint", "FROM webhook_endpoints WHERE status = 'enabled' LIMIT 1", "one row", everyNode},
	{"endpoints whose company is to be told", "FROM webhook_endpoints WHERE notify_at <=", "a partial index", everyNode},
	{"deliveries whose attempt was lost", "FROM webhook_deliveries WHERE state = 'sending'", "a partial index", everyNode},
	{"webhooks that wait, for the metrics", "WITH enabled AS (SELECT company_id, id, pos, seq FROM webhook_endpoints", "up to 10,000 entries", everyNode},
	{"old deliveries are deleted", "DELETE FROM webhook_deliveries WHERE (company_id, endpoint_id, id) IN", "a partial index, with LIMIT", toBeSplit},
	{"expired idempotency keys are deleted", "DELETE FROM idempotency_keys WHERE (company_id, subject, operation, key) IN", "an index by time, with LIMIT", toBeSplit},
	{"the due e-mails after a pause, which are counted once", "UPDATE mail_pauses SET released_at", "a partial index", "counts them on every shard, in the transaction that claims the first e-mail: must be counted before it"},
	{"the last event of each company, at the start", "SELECT max(e.pos) FROM events e WHERE e.company_id = c.id", "the index of the feed, once for each company", "asks every shard, once in each process"},
	{"companies with new events", "AS m(company_id uuid, pos bigint, seq bigint)", "the index of the feed, once for each company that is followed", everyNode},
	{"`orderdesk check`, the companies", "FROM companies WHERE id > ", "`companies`, in pages", byHand},
	{"`orderdesk check`, the search words of a company", "counted AS MATERIALIZED (SELECT order_id, count(*) AS n FROM order_words", "one company, which a subquery names", "must name the company itself"},
}

// shared is the tables without a company, in the order of their names.
var shared = []struct{ table, what, shards string }{
	{"companies", "a row for each company, whose `id` is the company", "distributed by `id`, beside the rows of the company"},
	{"event_feeds", "one row: the feed's id", "a reference table, a copy on each node"},
	{"goose_db_version", "the steps of the schema", "on the coordinator"},
	{"mail_pauses", "one row: whether sending is paused", "on the coordinator"},
	{"schema_support", "one row: the oldest program", "on the coordinator"},
	{"write_probes", "one row that `/readyz` writes", "on the coordinator, so it says nothing of the other nodes"},
}
