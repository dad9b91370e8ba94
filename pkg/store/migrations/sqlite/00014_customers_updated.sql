-- +goose Up
-- Customers are listed by the time of their last change too.
CREATE INDEX customers_updated ON customers (company_id, updated_at, id);

-- +goose Down
DROP INDEX customers_updated;
