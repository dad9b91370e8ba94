-- +goose Up
-- The sweep that voids old drafts runs every 10 seconds. Before, it passed the company's newer orders to find them.
CREATE INDEX orders_open_drafts ON orders (company_id, placed_at) WHERE status = 'draft' AND kind = 'order' AND origin = 'W' AND paid = 0;

-- +goose Down
DROP INDEX orders_open_drafts;
