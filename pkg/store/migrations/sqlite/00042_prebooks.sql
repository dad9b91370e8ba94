-- +goose Up
CREATE INDEX orders_prebooks ON orders (company_id, status, placed_at, id) WHERE kind = 'prebook';

-- +goose Down
DROP INDEX orders_prebooks;
