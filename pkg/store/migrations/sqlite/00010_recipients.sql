-- +goose Up
-- Two processes may migrate at once. What only updates would be applied by both, so the second one fails here and goes on.
SELECT CASE WHEN EXISTS (SELECT 1 FROM goose_db_version WHERE version_id = 10 AND is_applied) THEN json('another process has applied it') END;

-- What the provider said about each recipient of an e-mail was one word. Now it has the reason and the time too, which are
-- not known of earlier events. The type keeps the step from being applied twice by two processes.
UPDATE emails SET deliveries = (
    SELECT json_group_object(d.key, json_object('Delivery', d.value, 'Reason', '', 'At', NULL)) FROM json_each(emails.deliveries) d
) WHERE json_type(deliveries) = 'object' AND deliveries <> '{}'
    AND NOT EXISTS (SELECT 1 FROM json_each(emails.deliveries) d WHERE d.type <> 'text');

-- +goose Down
UPDATE emails SET deliveries = (
    SELECT json_group_object(d.key, json_extract(d.value, '$.Delivery')) FROM json_each(emails.deliveries) d WHERE json_extract(d.value, '$.Delivery') <> ''
) WHERE json_type(deliveries) = 'object' AND deliveries <> '{}';
