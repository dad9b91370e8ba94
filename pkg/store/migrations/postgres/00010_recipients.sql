-- +goose Up
-- What the provider said about each recipient of an e-mail was one word. Now it has the reason and the time too, which are
-- not known of earlier events.
UPDATE emails SET deliveries = (
    SELECT jsonb_object_agg(d.key, jsonb_build_object('Delivery', d.value, 'Reason', '', 'At', NULL)) FROM jsonb_each(emails.deliveries) d
) WHERE jsonb_typeof(deliveries) = 'object' AND deliveries <> '{}';

-- +goose Down
UPDATE emails SET deliveries = coalesce((
    SELECT jsonb_object_agg(d.key, d.value -> 'Delivery') FROM jsonb_each(emails.deliveries) d WHERE d.value ->> 'Delivery' <> ''
), '{}') WHERE jsonb_typeof(deliveries) = 'object' AND deliveries <> '{}';
