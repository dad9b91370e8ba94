package floor

const pageSize = 50

// The reads: a page after a position; an order; its lines; what an invoice says of the parties.
var (
	ListSQL = statement(`SELECT ` + orderColumns + ` FROM orders WHERE company_id = {company} AND origin = {origin} AND status = {status}
		AND (placed_at, id) < ({at}, {id}) ORDER BY placed_at DESC, id DESC LIMIT 51`)
	OrderSQL   = statement(`SELECT ` + orderColumns + ` FROM orders WHERE company_id = {company} AND id = {order}`)
	LinesSQL   = statement(`SELECT ` + lineColumns + ` FROM order_lines WHERE company_id = {company} AND order_id = {order} ORDER BY position`)
	partiesSQL = statement(`SELECT c.name, k.terms_label, k.terms_days, k.emails, k.address, o.words FROM companies c, orders o, customers k
		WHERE c.id = {company} AND o.company_id = {company} AND o.id = {order} AND k.company_id = {company} AND k.id = o.customer_id`)
	customerSQL = statement(`SELECT code, code_key, name, name_key, salesperson_name FROM customers WHERE company_id = {company} AND id = {customer}`)
	CounterSQL  = statement(`UPDATE counters SET value = value + 1 WHERE company_id = {company} AND series = 'invoice' RETURNING value`)
)

// PlaceSQL writes all that a placed order is.
var PlaceSQL = statement(`WITH checkout AS (
	INSERT INTO checkouts (company_id, id, external_reference, placed_by, created_at) VALUES ({company}, {checkout}, '', '` + Actor + `', {now})),
placed AS (INSERT INTO orders (company_id, id, kind, sequence, number, origin, status, payment_status, payment_indicator, owner_sub, placed_by, placed_by_name,
		checkout_id, external_reference, reference_key, customer_id, customer_code, customer_name, code_key, name_key, salesperson_name, salesperson_email,
		ship_date, carrier, ship_to, po_number, po_key, notes, internal_notes, words, currency, subtotal, charges_total, taxes_total, total, paid, refunded, balance,
		total_boxes, total_fbe, total_units, line_count, lines_checked_out, lines_billed, billable, charges, taxes, taken_charges, taken_taxes,
		invoice_number, credit_note_number, email_status, version, placed_at, checked_out_at, confirmed_by, confirmed_by_name,
		void_cause, void_reason, voided_by, voided_by_name, created_at, updated_at)
	VALUES ({company}, {order}, 'order', {sequence}, {number}, 'P', 'pending', 'unpaid', false, '` + Actor + `', '` + Actor + `', '` + Actor + `',
		{checkout}, '', '', {customer}, {code}, {name}, {code_key}, {name_key}, {salesperson}, '',
		{ship_date}, {carrier}, '{}', '', '', '', '', {words}, 'USD', {total}, 0, 0, {total}, 0, 0, {total},
		{boxes}, {fbe}, {units}, {lines}, 0, 0, 0, '[]', '[]', '[]', '[]',
		'', '', '', 1, {now}, {now}, '', '', '', '', '', '', {now}, {now})),
line AS (INSERT INTO order_lines (company_id, order_id, id, position, sku, description, source, box_type, boxes, units_per_box, unit_type,
		quantity, unit_price, amount, fbe, status, checked_out_by, checked_out_by_name, mark_code, notes)
	SELECT {company}, {order}, l.id, l.position, l.sku, l.description, l.source, l.box_type, l.boxes, l.units_per_box, l.unit_type,
		l.quantity, l.unit_price, l.amount, l.fbe, '', '', '', '', ''
	FROM unnest({line_ids}::uuid[], {line_positions}::int[], {line_skus}::text[], {line_descriptions}::text[], {line_sources}::text[], {line_box_types}::text[],
		{line_boxes}::bigint[], {line_units}::bigint[], {line_unit_types}::text[], {line_quantities}::bigint[], {line_prices}::bigint[], {line_amounts}::bigint[],
		{line_fbes}::bigint[]) l (id, position, sku, description, source, box_type, boxes, units_per_box, unit_type, quantity, unit_price, amount, fbe)),
word AS (INSERT INTO order_words (company_id, word, order_id) SELECT {company}, w, {order} FROM unnest({word_list}::text[]) w),
event AS (INSERT INTO events (company_id, id, order_id, version, type, at, actor_sub, actor_name, request_id, reason, changes, data, digest)
	VALUES ({company}, {event}, {order}, 1, 'order.placed', {now}, '` + Actor + `', '` + Actor + `', {request}, '', '[]', {data}, {digest})),
kept AS (INSERT INTO idempotency_keys (company_id, subject, operation, key, fingerprint, status, headers, body, replays, created_at, expires_at)
	VALUES ({company}, '` + Actor + `', 'placeOrder', {key}, {fingerprint}, 201, {headers}, {body}, 0, {now}, {expires}))
SELECT 1`)

// ConfirmSQL writes all that a confirmed order is.
var ConfirmSQL = statement(`WITH confirmed AS (
	UPDATE orders o SET status = 'confirmed', confirmed_at = {now}, confirmed_by = '` + Actor + `', confirmed_by_name = '` + Actor + `', invoice_id = {invoice},
		invoice_number = {number}, invoiced_at = {now}, email_status = 'queued', updated_at = {now}, version = o.version + 1, words = {words}
	WHERE o.company_id = {company} AND o.id = {order} AND o.status = 'pending' AND o.version = {version}
	RETURNING o.customer_id, o.customer_code, o.customer_name, o.currency, o.owner_sub, o.subtotal, o.charges_total, o.taxes_total, o.total, o.balance, o.payment_status),
word AS (INSERT INTO order_words (company_id, word, order_id) SELECT {company}, w, {order} FROM unnest({word_list}::text[]) w ON CONFLICT DO NOTHING),
invoice AS (INSERT INTO invoices (company_id, id, order_id, owner_sub, sequence, number, issued_at, issue_date, due_date, customer_id, customer_code, customer_name,
		currency, subtotal, charges_total, taxes_total, total, balance, payment_status, snapshot, hash)
	SELECT {company}, {invoice}, {order}, c.owner_sub, {sequence}, {number}, {now}, {issue_date}, {due_date}, c.customer_id, c.customer_code, c.customer_name,
		c.currency, c.subtotal, c.charges_total, c.taxes_total, c.total, c.balance, c.payment_status, {snapshot}, {hash} FROM confirmed c),
event AS (INSERT INTO events (company_id, id, order_id, version, type, at, actor_sub, actor_name, request_id, reason, changes, data, digest)
	VALUES ({company}, {queued}, {order}, NULL, 'email.queued', {now}, '` + Actor + `', '` + Actor + `', {request}, '', '[]', {queued_data}, {queued_digest}),
		({company}, {event}, {order}, {version} + 1, 'order.confirmed', {now}, '` + Actor + `', '` + Actor + `', {request}, '', {changes}, {data}, {digest})),
email AS (INSERT INTO emails (company_id, id, order_id, invoice_id, kind, recipients, cc, subject, message, state, delivery, deliveries, attempts, unknown_attempts,
		next_attempt_at, error_code, last_error, provider_id, requested_by, request_id, created_at, updated_at)
	VALUES ({company}, {email}, {order}, {invoice}, 'invoice', {recipients}, '[]', {subject}, '', 'queued', '', '{}', 0, 0,
		{now}, '', '', '', '` + Actor + `', {request}, {now}, {now})),
job AS (INSERT INTO river_job (kind, args, max_attempts, metadata, priority, queue, state, tags)
	VALUES ('mail', '{}', 3, '{}', 1, 'default', 'available', '{}')),
kept AS (INSERT INTO idempotency_keys (company_id, subject, operation, key, fingerprint, status, headers, body, replays, created_at, expires_at)
	VALUES ({company}, '` + Actor + `', 'confirmOrder', {key}, {fingerprint}, 200, {headers}, {body}, 0, {now}, {expires}))
SELECT count(*) FROM confirmed`)
