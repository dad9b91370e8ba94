-- +goose NO TRANSACTION
-- +goose Up
-- The days in UTC on which orders were placed, each in the order of changes.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_placed_day_updated;
CREATE INDEX CONCURRENTLY orders_placed_day_updated ON orders (company_id, ((placed_at AT TIME ZONE 'UTC')::date), updated_at, id);
RESET lock_timeout;

-- +goose Down
DROP INDEX orders_placed_day_updated;
