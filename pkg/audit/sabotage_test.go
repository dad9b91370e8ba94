package audit_test

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/desktest"
	"github.com/stretchr/testify/require"
)

// sabotage changes rows directly in the database. Each statement runs on both databases.
type sabotage struct {
	name      string
	invariant string
	drop      []string // indexes that would refuse the change
	sql       string
}

// Each subquery picks one of many rows, the same one on each database.
const (
	anInvoice   = "(SELECT min(id) FROM (SELECT CAST(id AS text) AS id FROM invoices) i)"
	aConfirmed  = "(SELECT min(number) FROM orders WHERE status = 'confirmed' AND kind = 'order' AND payment_status = 'unpaid')"
	aPending    = "(SELECT min(number) FROM orders WHERE status = 'pending' AND version = 1 AND kind = 'order')"
	aDraftPre   = "(SELECT min(number) FROM orders WHERE status = 'draft' AND version = 1 AND kind = 'prebook' AND lines_checked_out = 0)"
	aRefunded   = "(SELECT p.id FROM payments p JOIN payments r ON r.order_id = p.order_id AND r.kind = 'refund' AND r.corrects IS NULL WHERE p.kind = 'payment' AND p.reference <> 'split')"
	aHalfBilled = "(SELECT min(number) FROM orders WHERE kind = 'prebook' AND lines_billed = 1 AND status <> 'billed')"
)

var sabotages = []sabotage{
	{name: "an invoice belongs to another order", invariant: "I2 I5",
		sql: "UPDATE invoices SET order_id = (SELECT id FROM orders WHERE number = " + aPending + ") WHERE CAST(id AS text) = " + anInvoice},
	{name: "an order names an invoice that it does not have", invariant: "I2",
		sql: "UPDATE orders SET confirmed_at = placed_at, invoice_id = id WHERE number = " + aPending},
	{name: "a credit note is gone", invariant: "I2 I3 I4",
		sql: "DELETE FROM emails WHERE kind = 'credit_note'; DELETE FROM credit_notes"},

	{name: "the counter is ahead of the invoices", invariant: "I3",
		sql: "UPDATE counters SET value = value + 1 WHERE series = 'invoice' AND value > 0"},
	{name: "the counter is behind the credit notes", invariant: "I3",
		sql: "UPDATE counters SET value = value - 1 WHERE series = 'credit_note' AND value > 0"},
	{name: "a gap", invariant: "I3 I5",
		sql: "UPDATE invoices SET sequence = 90 WHERE sequence = 3"},
	{name: "a repeat", invariant: "I3 I5", drop: []string{"invoices_sequence"},
		sql: "UPDATE invoices SET sequence = 2 WHERE sequence = 3"},
	{name: "an invoice of another time", invariant: "I5",
		sql: "UPDATE invoices SET issued_at = (SELECT max(issued_at) FROM invoices) WHERE sequence = 1"},

	{name: "an invoice was not mailed", invariant: "I4",
		sql: "DELETE FROM emails WHERE kind = 'invoice' AND CAST(invoice_id AS text) = " + anInvoice},
	{name: "an invoice was not mailed, and the timeline does not record it either", invariant: "I4",
		sql: "DELETE FROM events WHERE type = 'email.queued' AND version IS NULL AND order_id = (SELECT order_id FROM invoices WHERE CAST(id AS text) = " + anInvoice +
			"); DELETE FROM emails WHERE order_id = (SELECT order_id FROM invoices WHERE CAST(id AS text) = " + anInvoice + ")"},
	{name: "an unknown outcome that the timeline does not record", invariant: "I4",
		sql: "UPDATE emails SET unknown_attempts = 1 WHERE kind = 'invoice' AND state = 'sent'"},
	{name: "a notice is gone", invariant: "I4",
		sql: "DELETE FROM emails WHERE kind = 'delivery_notice'"},
	{name: "nobody was told of a failure", invariant: "I4",
		sql: "UPDATE customers SET salesperson_email = 'sam@rosefields.example' WHERE code = 'AUTO'"},
	{name: "a notice to a stranger", invariant: "I5",
		sql: `UPDATE emails SET recipients = '["spy@elsewhere.example"]' WHERE kind = 'delivery_notice'`},
	{name: "the salesperson hears of a checkout twice", invariant: "I4 I5", drop: []string{"emails_checkout"},
		sql: "UPDATE emails SET checkout_id = (SELECT checkout_id FROM emails WHERE kind = 'order_placed' ORDER BY id LIMIT 1) WHERE kind = 'order_placed'"},
	{name: "a failure without a reason", invariant: "I4",
		sql: "UPDATE emails SET state = 'failed', error_code = '' WHERE kind = 'order_placed' AND state = 'sent'"},
	{name: "an e-mail status that no e-mail has", invariant: "I4",
		sql: "UPDATE orders SET email_status = 'bounced' WHERE number = " + aConfirmed},

	{name: "an issued document changed", invariant: "I5",
		sql: "UPDATE invoices SET hash = CASE substr(hash, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(hash, 2) WHERE CAST(id AS text) = " + anInvoice},
	{name: "an invoice has another total than it was issued with", invariant: "I5",
		sql: "UPDATE invoices SET total = total + 1 WHERE CAST(id AS text) = " + anInvoice},
	{name: "an invoice has other sums than it was issued with", invariant: "I5",
		sql: "UPDATE invoices SET subtotal = subtotal - 1, charges_total = charges_total + 1 WHERE CAST(id AS text) = " + anInvoice},
	{name: "an e-mail to a stranger", invariant: "I5",
		sql: `UPDATE emails SET recipients = '["spy@elsewhere.example"]' WHERE kind = 'invoice' AND state = 'sent'`},
	{name: "a stranger as a second recipient", invariant: "I5",
		sql: `UPDATE emails SET cc = '["spy@elsewhere.example"]' WHERE kind = 'order_placed'`},
	{name: "an e-mail about another order's invoice", invariant: "I4 I5", drop: []string{"emails_invoice"},
		sql: "UPDATE emails SET invoice_id = (SELECT id FROM invoices WHERE sequence = 1) WHERE invoice_id = (SELECT id FROM invoices WHERE sequence = 2)"},

	{name: "one reference, two checkouts", invariant: "I6 I7", drop: []string{"checkouts_reference"},
		sql: "UPDATE checkouts SET external_reference = 'cart-1' WHERE id = (SELECT checkout_id FROM orders WHERE number = " + aPending +
			"); UPDATE orders SET external_reference = 'cart-1', reference_key = 'cart-1' WHERE number = " + aPending},
	{name: "a document with a reference that its checkout does not have", invariant: "I6 I7",
		sql: "UPDATE orders SET external_reference = 'mine', reference_key = 'mine' WHERE number = " + aPending},
	{name: "a checkout without a document", invariant: "I6",
		sql: "INSERT INTO checkouts SELECT company_id, '0197a3c4-0000-7000-8000-00000000dead', '', placed_by, created_at FROM checkouts WHERE external_reference = 'cart-1'"},
	{name: "two orders of one checkout, and an e-mail about no document", invariant: "I5 I6",
		sql: "UPDATE orders SET checkout_id = (SELECT checkout_id FROM orders WHERE number = " + aConfirmed + ") WHERE number = " + aPending},
	{name: "a key without an answer", invariant: "I6",
		sql: "UPDATE idempotency_keys SET status = 0 WHERE key = (SELECT max(key) FROM idempotency_keys)"},
	{name: "the same payment of a provider twice", invariant: "I6 I8", drop: []string{"payments_reference"},
		sql: "UPDATE payments SET reference = 'same' WHERE kind = 'payment'"},

	{name: "a line with a wrong amount", invariant: "I7",
		sql: "UPDATE order_lines SET amount = amount + 1 WHERE position = 1 AND order_id = (SELECT id FROM orders WHERE number = " + aPending + ")"},
	{name: "a wrong amount of the lines that wait to be billed", invariant: "I7", sql: "UPDATE orders SET billable = billable + 1 WHERE number = " + aHalfBilled},
	{name: "a payment with a wrong amount", invariant: "I7",
		sql: "UPDATE payments SET amount = amount + 1 WHERE corrects IS NULL AND kind = 'refund'"},
	{name: "a refund of more than the payment that it names", invariant: "I7 I8",
		sql: "INSERT INTO payments (company_id, id, order_id, kind, method, amount, currency, reference, paid_at, notes, recorded_by, recorded_at) " +
			"SELECT company_id, order_id, order_id, kind, method, amount - 1000, currency, 'split', paid_at, notes, recorded_by, recorded_at FROM payments WHERE id = " + aRefunded +
			"; UPDATE payments SET amount = 1000 WHERE id = " + aRefunded + "; UPDATE payments SET payment_id = " + aRefunded + " WHERE kind = 'refund' AND corrects IS NULL"},
	{name: "a refund of a payment that its order does not have", invariant: "I7 I8",
		sql: "UPDATE payments SET payment_id = id WHERE kind = 'refund' AND corrects IS NULL"},
	{name: "a wrong $", invariant: "I7",
		sql: "UPDATE orders SET payment_indicator = NOT payment_indicator WHERE number = " + aPending},
	{name: "a prebook that owes its goods, which the order billed from it owes too", invariant: "I7",
		sql: "UPDATE orders SET balance = total WHERE number = " + aHalfBilled},
	{name: "a prebook with a payment status", invariant: "I7",
		sql: "UPDATE orders SET payment_status = 'unpaid' WHERE number = " + aHalfBilled},
	{name: "an invoice does not know of a payment", invariant: "I7",
		sql: "UPDATE invoices SET balance = balance + 1 WHERE CAST(id AS text) = " + anInvoice},
	{name: "an invoice with another payment status than its order", invariant: "I7",
		sql: "UPDATE invoices SET payment_status = 'refunded' WHERE CAST(id AS text) = " + anInvoice},
	{name: "a wrong total", invariant: "I7",
		sql: "UPDATE orders SET total_units = total_units + 1 WHERE number = " + aPending},
	{name: "words of before an edit", invariant: "I7",
		sql: "UPDATE orders SET words = words || ' zz' WHERE number = " + aPending +
			"; INSERT INTO order_words SELECT company_id, 'zz', id FROM orders WHERE number = " + aPending},
	{name: "a word that the search index lacks", invariant: "I7",
		sql: "DELETE FROM order_words WHERE word = lower(" + aPending + ")"},
	{name: "a word in the search index that its document does not have", invariant: "I7",
		sql: "INSERT INTO order_words SELECT company_id, 'zz', id FROM orders WHERE number = " + aPending},

	{name: "a silent edit of an order that was never edited", invariant: "I8",
		sql: "UPDATE orders SET ship_date = '2031-01-01' WHERE number = " + aPending},
	{name: "a silent edit of a confirmed order", invariant: "I5 I7",
		sql: "UPDATE order_lines SET sku = 'TULIP' WHERE position = 1 AND order_id = (SELECT id FROM orders WHERE number = " + aConfirmed + ")"},
	{name: "another actor of an event", invariant: "I8",
		sql: "UPDATE events SET actor_sub = 'somebody else' WHERE type = 'order.edited'"},
	{name: "a deleted event of a sent e-mail", invariant: "I4",
		sql: "DELETE FROM events WHERE type = 'email.sent'"},
	{name: "a counter behind its orders", invariant: "I3",
		sql: "UPDATE counters SET value = 1 WHERE series = 'order'"},

	{name: "an event is gone", invariant: "I8",
		sql: "DELETE FROM events WHERE type = 'order.confirmed' AND order_id = (SELECT id FROM orders WHERE number = " + aConfirmed + ")"},
	{name: "a version before the version that it follows in the feed", invariant: "I8",
		sql: "UPDATE events SET pos = pos + 1000000 WHERE version = 1 AND order_id = (SELECT id FROM orders WHERE number = " + aConfirmed + ")"},
	{name: "an illegal step", invariant: "I8",
		sql: "UPDATE events SET type = 'order.edited' WHERE type = 'order.confirmed' AND order_id = (SELECT id FROM orders WHERE number = " + aConfirmed + ")"},
	{name: "a change without an event", invariant: "I7 I8",
		sql: "UPDATE orders SET po_number = 'PO-10', po_key = 'po-10' WHERE po_number = 'PO-9'"},
	{name: "a status without an event", invariant: "I8",
		sql: "UPDATE orders SET status = 'draft' WHERE number = " + aPending},
	{name: "a version without an event", invariant: "I8",
		sql: "UPDATE orders SET version = version + 1 WHERE number = " + aPending},
	{name: "a payment without an event", invariant: "I8",
		sql: `UPDATE events SET data = '{}' WHERE type = 'payment.refunded'`},

	{name: "a line is checked out, but its prebook is not", invariant: "I7 I9",
		sql: "UPDATE order_lines SET status = 'checked_out' WHERE position = 1 AND order_id = (SELECT id FROM orders WHERE number = " + aDraftPre + ")"},
	{name: "progress that does not match the lines", invariant: "I9",
		sql: "UPDATE orders SET lines_checked_out = 1 WHERE number = " + aDraftPre},
	{name: "an order without a billed line", invariant: "I7 I8 I9",
		sql: "UPDATE order_lines SET status = 'checked_out', billed_order_id = NULL WHERE status = 'billed' AND order_id = (SELECT id FROM orders WHERE number = " + aHalfBilled + ")"},
}

// For every sabotage Check reports the invariant that it breaks, and no other.
func TestLong_CheckFindsSabotage(t *testing.T) {
	testkit.Long(t)
	desktest.Each(t, func(t *testing.T, w *desktest.Fixture) {
		w.Furnish(t)
		tested := map[string]bool{}
		saved := save(t, w)
		for _, s := range sabotages {
			if t.Run(s.name, func(t *testing.T) {
				undo := saved.apply(t, s)
				defer undo()
				breaches, err := audit.CheckAt(t.Context(), w.Store, w.Clock.Now())
				require.NoError(t, err)
				broken := map[string]bool{}
				for _, b := range breaches {
					broken[b.Invariant] = true
					require.NotEmpty(t, b.Subject)
					require.Equal(t, desktest.Rosefields, b.CompanyID)
				}
				require.Equal(t, strings.Fields(s.invariant), slices.Sorted(maps.Keys(broken)), "%v", breaches)
			}) {
				for i := range broken(s) {
					tested[i] = true
				}
			}
		}
		w.RequireClean(t)
		for i := range audit.Invariants {
			require.True(t, tested[i], "%s has no sabotage", i)
		}
	})
}

func broken(s sabotage) map[string]bool {
	all := map[string]bool{}
	for i := range strings.FieldsSeq(s.invariant) {
		all[i] = true
	}
	return all
}

// saved copies every row to tables in the same database, and restores them.
type saved struct {
	*desktest.Fixture
	conn *sql.Conn // checks no foreign keys
}

var tables = []string{"idempotency_keys", "events", "emails", "credit_notes", "invoices", "payments", "order_lines", "order_words", "orders", "checkouts", "customers", "customer_emails", "customer_owners", "counters", "companies", "logos", "mail_turns", "mail_pauses", "write_probes", "webhook_deliveries", "webhook_endpoints"}

func save(t *testing.T, w *desktest.Fixture) saved {
	t.Helper()
	conn, err := w.DB.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	s := saved{w, conn}
	if w.Store.Name() == "postgres" {
		s.exec(t, "SET session_replication_role = replica")
	}
	for _, table := range tables {
		s.exec(t, "CREATE TABLE saved_"+table+" AS SELECT * FROM "+table)
	}
	return s
}

// apply runs the sabotage and returns the function that undoes it.
func (s saved) apply(t *testing.T, by sabotage) (undo func()) {
	t.Helper()
	var indexes []string
	for _, name := range by.drop {
		query := "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = $1::regclass"
		if s.Store.Name() == "sqlite" {
			query = "SELECT sql FROM sqlite_master WHERE name = $1"
		}
		var definition string
		require.NoError(t, s.conn.QueryRowContext(t.Context(), query, name).Scan(&definition))
		indexes = append(indexes, definition)
		s.exec(t, "DROP INDEX "+name)
	}
	touched := int64(0)
	for statement := range strings.SplitSeq(by.sql, "; ") {
		touched += s.exec(t, statement)
	}
	require.NotZero(t, touched, "the sabotage changed no row")
	return func() {
		s.restore(t, tables...)
		for _, definition := range indexes {
			s.exec(t, definition)
		}
	}
}

func (s saved) restore(t *testing.T, tables ...string) {
	t.Helper()
	s.exec(t, "DELETE FROM customer_emails") // a trigger of SQLite fills it from the customers
	for _, table := range tables {
		s.exec(t, "DELETE FROM "+table)
		s.exec(t, "INSERT INTO "+table+" SELECT * FROM saved_"+table)
	}
}

func (s saved) exec(t *testing.T, statement string) int64 {
	t.Helper()
	done, err := s.conn.ExecContext(context.Background(), statement)
	require.NoError(t, err, statement)
	n, _ := done.RowsAffected()
	return n
}
