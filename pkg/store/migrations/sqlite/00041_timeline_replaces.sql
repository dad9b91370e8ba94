-- +goose Up
-- The index of timelines serves what this one served.
DROP INDEX events_order;

-- +goose Down
CREATE INDEX events_order ON events (company_id, order_id, at, id);
