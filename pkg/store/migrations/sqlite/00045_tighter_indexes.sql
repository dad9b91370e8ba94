-- +goose Up
-- A timeline needs the time and the id of an event only where it has no number, which are few events. The sweep of drafts reads
-- orders_open_drafts.
CREATE INDEX events_of_order ON events (company_id, order_id, coalesce(seq, 0));
DROP INDEX events_timeline;
DROP INDEX orders_drafts;

-- +goose Down
CREATE INDEX orders_drafts ON orders (placed_at) WHERE status = 'draft' AND kind = 'order' AND origin = 'W';
CREATE INDEX events_timeline ON events (company_id, order_id, coalesce(seq, 0), at, id);
DROP INDEX events_of_order;
