-- +goose NO TRANSACTION
-- +goose Up
-- A timeline needs the time and the id of an event only where it has no number, which are few events. The sweep of drafts reads
-- orders_open_drafts.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS events_of_order;
CREATE INDEX CONCURRENTLY events_of_order ON events (company_id, order_id, coalesce(seq, 0));
DROP INDEX CONCURRENTLY IF EXISTS events_timeline;
DROP INDEX CONCURRENTLY IF EXISTS orders_drafts;
RESET lock_timeout;

-- +goose Down
CREATE INDEX orders_drafts ON orders (placed_at) WHERE status = 'draft' AND kind = 'order' AND origin = 'W';
CREATE INDEX events_timeline ON events (company_id, order_id, coalesce(seq, 0), at, id);
DROP INDEX events_of_order;
