-- +goose Up
-- Orders are sorted by status too.
CREATE INDEX orders_status ON orders (company_id, status, id);

-- +goose Down
DROP INDEX orders_status;
