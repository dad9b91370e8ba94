-- +goose Up
-- The days in UTC on which orders were placed, each in the order of changes.
CREATE INDEX orders_placed_day_updated ON orders (company_id, (substr(placed_at, 1, 10) || ' 00:00:00+00:00'), updated_at, id);

-- +goose Down
DROP INDEX orders_placed_day_updated;
