package store

import (
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
)

// CrossCheck is a query over many documents of a company. Each result names something that breaks a rule; without a
// breach there are no results.
type CrossCheck string

// The cross-checks.
const (
	SharedReferences    CrossCheck = "external references of several checkouts"
	ForeignReferences   CrossCheck = "documents whose external reference is not that of their checkout"
	CrowdedCheckouts    CrossCheck = "checkouts that became several documents of a kind"
	EmptyCheckouts      CrossCheck = "checkouts without a document"
	RepeatedEmails      CrossCheck = "checkouts with several e-mails to the salesperson, or to the customer"
	UnansweredKeys      CrossCheck = "idempotency keys without an answer"
	RepeatedProviderIDs CrossCheck = "provider references of several payments, or of several refunds"
	StrayBilledLines    CrossCheck = "billed lines whose order is not billed from their prebook, or voided"
	StrayBills          CrossCheck = "billed orders without a line in their prebook"
	StrayWords          CrossCheck = "words in the search index that their document does not have"
	MissingWords        CrossCheck = "documents whose words are not in the search index"
	ForeignCheckouts    CrossCheck = "documents that somebody else placed, or at another time, than their checkout"
	LongLivedKeys       CrossCheck = "idempotency keys that expired before their use, or never expire"
	NumbersAhead        CrossCheck = "documents with a number that the counter has not given out"
	StrayEmails         CrossCheck = "e-mail addresses in the index of customers that their customer does not have"
	MissingEmails       CrossCheck = "customers whose e-mail addresses are not in the index"
	OddStamps           CrossCheck = "customers that changed before they were created"
	StrayEvents         CrossCheck = "events about no document, of types that have one"
	StrayDeliveries     CrossCheck = "webhooks that are not those of their event"
)

// Each statement takes the company and a limit, and reads only that company.
var crossChecks = map[CrossCheck]string{
	SharedReferences: `SELECT external_reference FROM checkouts WHERE company_id = ? AND external_reference <> ''
		GROUP BY external_reference HAVING count(*) > 1 LIMIT ?`,
	ForeignReferences: `SELECT o.number FROM orders o JOIN checkouts c ON c.company_id = o.company_id AND c.id = o.checkout_id
		WHERE o.company_id = ? AND o.external_reference <> CASE WHEN o.billed_from_id IS NULL THEN c.external_reference ELSE '' END LIMIT ?`,
	CrowdedCheckouts: `SELECT checkout_id FROM orders WHERE company_id = ? AND billed_from_id IS NULL
		GROUP BY checkout_id, kind HAVING count(*) > 1 LIMIT ?`,
	EmptyCheckouts: `SELECT id FROM checkouts WHERE company_id = ? AND NOT EXISTS (
		SELECT 1 FROM orders o WHERE o.company_id = checkouts.company_id AND o.checkout_id = checkouts.id) LIMIT ?`,
	RepeatedEmails: `SELECT checkout_id FROM emails WHERE company_id = ? AND kind IN ('order_placed', 'order_received')
		GROUP BY checkout_id, kind HAVING count(*) > 1 LIMIT ?`,
	UnansweredKeys: `SELECT operation || ' ' || key FROM idempotency_keys WHERE company_id = ? AND status <= 0 LIMIT ?`,
	RepeatedProviderIDs: `SELECT reference FROM payments p WHERE company_id = ? AND method IN ('card', 'ach') AND corrects IS NULL
		AND NOT EXISTS (SELECT 1 FROM payments c WHERE c.company_id = p.company_id AND c.corrects = p.id)
		GROUP BY kind, reference HAVING count(*) > 1 LIMIT ?`,
	StrayBilledLines: `SELECT l.id FROM order_lines l LEFT JOIN orders b ON b.company_id = l.company_id AND b.id = l.billed_order_id
		WHERE l.company_id = ? AND l.billed_order_id IS NOT NULL AND (b.billed_from_id IS NULL OR b.billed_from_id <> l.order_id OR b.status = 'voided') LIMIT ?`,
	StrayBills: `SELECT number FROM orders WHERE company_id = ? AND billed_from_id IS NOT NULL AND status <> 'voided' AND NOT EXISTS (
		SELECT 1 FROM order_lines l WHERE l.company_id = orders.company_id AND l.billed_order_id = orders.id) LIMIT ?`,
	StrayWords: `SELECT w.word FROM order_words w LEFT JOIN orders o ON o.company_id = w.company_id AND o.id = w.order_id
		WHERE w.company_id = ? AND (o.id IS NULL OR o.words || ' ' NOT LIKE '% ' || w.word || ' %') LIMIT ?`,
	ForeignCheckouts: `SELECT o.number FROM orders o JOIN checkouts c ON c.company_id = o.company_id AND c.id = o.checkout_id
		WHERE o.company_id = ? AND o.billed_from_id IS NULL AND (o.placed_by <> c.placed_by OR o.placed_at <> c.created_at) LIMIT ?`,
	LongLivedKeys: `SELECT operation || ' ' || key FROM idempotency_keys WHERE company_id = ? AND (expires_at < created_at OR replays < 0) LIMIT ?`,
	NumbersAhead: `SELECT o.number FROM orders o LEFT JOIN counters c ON c.company_id = o.company_id AND c.series = 'order'
		WHERE o.company_id = ? AND o.sequence > coalesce(c.value, 0) LIMIT ?`,
	StrayEmails: `SELECT e.email FROM customer_emails e LEFT JOIN customers c ON c.company_id = e.company_id AND c.id = e.customer_id
		WHERE e.company_id = ? AND (c.id IS NULL OR lower(CAST(c.emails AS text)) NOT LIKE '%"' || e.email || '"%') LIMIT ?`,
	// A trigger writes all addresses of a customer at once, so a customer with some addresses in the index has all of them there.
	MissingEmails: `SELECT c.code FROM customers c WHERE c.company_id = ? AND CAST(c.emails AS text) NOT IN ('[]', 'null') AND NOT EXISTS (
		SELECT 1 FROM customer_emails e WHERE e.company_id = c.company_id AND e.customer_id = c.id) LIMIT ?`,
	OddStamps: `SELECT code FROM customers WHERE company_id = ? AND updated_at < created_at LIMIT ?`,
	StrayDeliveries: `SELECT d.id FROM webhook_deliveries d LEFT JOIN events e ON e.company_id = d.company_id AND e.id = d.id WHERE d.company_id = ? AND (e.id IS NULL
		OR e.type <> d.event_type OR e.pos <> d.pos OR e.seq <> d.seq OR (e.order_id IS NULL) <> (d.order_id IS NULL) OR e.order_id <> d.order_id) LIMIT ?`,
	StrayEvents: `SELECT type FROM events WHERE company_id = ? AND order_id IS NULL AND type <> 'webhook_endpoint.disabled' LIMIT ?`,
	// Stray words are reported above, and the index has no word of a document twice. So it is enough to compare the numbers of words.
	// They are counted once for all documents, because the index is sorted by word.
	MissingWords: `WITH mine AS (SELECT id FROM companies WHERE id = ?),
		counted AS MATERIALIZED (SELECT order_id, count(*) AS n FROM order_words WHERE company_id = (SELECT id FROM mine) GROUP BY order_id)
		SELECT o.number FROM orders o LEFT JOIN counted ON counted.order_id = o.id
		WHERE o.company_id = (SELECT id FROM mine) AND coalesce(counted.n, 0) < length(o.words) - length(replace(o.words, ' ', '')) LIMIT ?`,
}

// Violations returns at most limit results of a cross-check.
func (r reader) Violations(ctx context.Context, q CrossCheck, limit int) ([]string, error) {
	query, known := crossChecks[q]
	if !known {
		return nil, fmt.Errorf("there is no cross-check %q", q)
	}
	var subjects []string
	err := r.in(ctx).Raw(query, r.company, limit).Scan(&subjects).Error
	return subjects, translate(err)
}

// OddDeliveries returns at most limit webhooks whose state, attempts and times disagree: more attempts than there were or than
// there may be, an end without its attempts, an attempt that never ends, or a wait that is too long.
func (t Tenant) OddDeliveries(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	length := t.store.lengthOf + "(attempts)"
	err := t.in(ctx).Raw(`SELECT id FROM webhook_deliveries WHERE company_id = ? AND (tried < 0 OR tried > ?
		OR tried > `+length+` + CASE state WHEN 'sending' THEN 1 WHEN 'skipped' THEN 1 ELSE 0 END
		OR state = 'failed' AND tried < ? OR state = 'delivered' AND `+length+` = 0
		OR state = 'sending' AND sending_since < ? OR state = 'pending' AND next_attempt_at > ?) LIMIT ?`,
		t.company, hook.MaxAttempts, hook.MaxAttempts, now.Add(-time.Hour), now.Add(48*time.Hour), limit).Scan(&ids).Error
	return ids, translate(err)
}
