package limit

// The values that the statements take from one row. Ids are UUIDs of version 7, made of x, which is the time and a random part. The
// other values are those that the floor would compute.

const newX = `lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 11)`

const placeValues = `x AS MATERIALIZED (SELECT ` + newX + ` AS x, nextval('` + numbers + `') AS n, c.* , t.place AS body FROM ` + Buyers + ` b
	JOIN customers c ON c.company_id = b.company AND c.id = b.customer, ` + texts + ` t WHERE b.k = :k),
b AS MATERIALIZED (SELECT company_id AS company, (x || '0000')::uuid AS checkout, (x || '0001')::uuid AS "order", n AS sequence, 'P' || n AS number, now() AS now,
	id AS customer, code, code_key, name, name_key, salesperson_name AS salesperson, '2026-12-10'::date AS ship_date, 'Armellini' AS carrier,
	' 1 60 armellini bloom freedom market p' || n || ' petal rose s1' AS words,
	ARRAY['1', '60', 'armellini', 'bloom', 'freedom', 'market', 'p' || n, 'petal', 'rose', 's1'] AS word_list,
	75200 AS total, 16 AS boxes, 8000 AS fbe, 3200 AS units, 5 AS lines,
	(SELECT array_agg((x || '100' || i)::uuid) FROM generate_series(1, 5) i) AS line_ids, ARRAY[1, 2, 3, 4, 5] AS line_positions,
	array_fill('ROSE-FREEDOM-60'::text, ARRAY[5]) AS line_skus, array_fill('Rose Freedom 60 cm'::text, ARRAY[5]) AS line_descriptions,
	array_fill('on_hand'::text, ARRAY[5]) AS line_sources, array_fill('HB'::text, ARRAY[5]) AS line_box_types, array_fill(4::bigint, ARRAY[5]) AS line_boxes,
	array_fill(200::bigint, ARRAY[5]) AS line_units, array_fill('stem'::text, ARRAY[5]) AS line_unit_types, array_fill(800::bigint, ARRAY[5]) AS line_quantities,
	array_fill(2350::bigint, ARRAY[5]) AS line_prices, array_fill(18800::bigint, ARRAY[5]) AS line_amounts, array_fill(2000::bigint, ARRAY[5]) AS line_fbes,
	(x || '0002')::uuid AS event, x AS request, '1:' || md5(x) || ':' || md5(x || 'b') AS digest,
	jsonb_build_object('lines', 5, 'total', '752.00', 'number', 'P' || n, 'status', 'pending', 'currency', 'USD') AS data,
	'limit-' || x AS key, decode(md5(x) || md5(x), 'hex') AS fingerprint, body, now() + interval '24 hours' AS expires,
	jsonb_build_object('ETag', '"v1"', 'Location', '/v1/orders/' || x) AS headers FROM x)`

// confirmReads reads what an invoice needs, takes its number, and makes the rest.
const confirmReads = `p AS MATERIALIZED (SELECT p.company, p.id AS "order", o.customer_id, o.version, o.words FROM %s p JOIN orders o ON o.company_id = p.company AND o.id = p.id WHERE k = :k),
l AS MATERIALIZED (SELECT count(l.amount), max(l.description) FROM p JOIN order_lines l ON l.company_id = p.company AND l.order_id = p."order"),
n AS (%s),
x AS MATERIALIZED (SELECT ` + newX + ` AS x, p.*, n.value AS n, k.emails, k.terms_days, c.name, t.confirm AS body, t.snapshot FROM p
	JOIN customers k ON k.company_id = p.company AND k.id = p.customer_id JOIN companies c ON c.id = p.company, n, ` + texts + ` t),
b AS MATERIALIZED (SELECT company, "order", version, now() AS now, n AS sequence, 'INV-' || n AS number, (x || '0001')::uuid AS invoice,
	words || ' inv ' || n AS words, ARRAY['inv', n::text] AS word_list, now()::date AS issue_date, now()::date + terms_days AS due_date,
	snapshot, md5(x) || md5(x || 'b') AS hash, (x || '0002')::uuid AS queued, (x || '0003')::uuid AS event, (x || '0004')::uuid AS email, x AS request,
	jsonb_build_object('to', emails, 'kind', 'invoice', 'error', NULL, 'email_id', x) AS queued_data, '1:' || md5(x) || ':' AS queued_digest,
	jsonb_build_array(jsonb_build_object('Line', NULL, 'After', 'confirmed', 'Field', 'status', 'Before', 'pending'),
		jsonb_build_object('Line', NULL, 'After', 'INV-' || n, 'Field', 'invoice', 'Before', NULL)) AS changes,
	jsonb_build_object('invoice_id', x, 'invoice_number', 'INV-' || n) AS data, '1:' || md5(x) || ':' || md5(x || 'b') AS digest,
	emails AS recipients, 'Invoice INV-' || n || ' from ' || name AS subject,
	'limit-' || x AS key, decode(md5(x) || md5(x), 'hex') AS fingerprint, '{"ETag": "\"v2\""}'::jsonb AS headers, body, now() + interval '24 hours' AS expires FROM x)`
