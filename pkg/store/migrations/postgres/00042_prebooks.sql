-- +goose NO TRANSACTION
-- +goose Up
-- The list of prebooks. One order in ten is a prebook, so few writes touch the index.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_prebooks;
CREATE INDEX CONCURRENTLY orders_prebooks ON orders (company_id, status, placed_at, id) WHERE kind = 'prebook';
RESET lock_timeout;

-- +goose Down
DROP INDEX orders_prebooks;
