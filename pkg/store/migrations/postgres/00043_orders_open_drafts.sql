-- +goose NO TRANSACTION
-- +goose Up
-- The sweep that voids old drafts runs every 10 seconds. Before, it passed the company's newer orders to find them.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_open_drafts;
CREATE INDEX CONCURRENTLY orders_open_drafts ON orders (company_id, placed_at) WHERE status = 'draft' AND kind = 'order' AND origin = 'W' AND paid = 0;
RESET lock_timeout;

-- +goose Down
DROP INDEX orders_open_drafts;
