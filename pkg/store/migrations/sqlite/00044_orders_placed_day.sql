-- +goose Up
-- The days in UTC on which orders were placed, each in the order of their numbers.
CREATE INDEX orders_placed_day ON orders (company_id, (substr(placed_at, 1, 10) || ' 00:00:00+00:00'), sequence);

-- +goose Down
DROP INDEX orders_placed_day;
