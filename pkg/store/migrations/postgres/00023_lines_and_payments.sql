-- +goose Up
-- Lines are listed by their SKU, ignoring case, and payments across orders. In the collation "C" lower folds only ASCII, as on
-- SQLite.
ALTER TABLE order_lines ALTER COLUMN sku TYPE text COLLATE "C";
CREATE INDEX order_lines_sku ON order_lines (company_id, lower(sku), order_id);
CREATE INDEX payments_recorded ON payments (company_id, recorded_at, id);
CREATE INDEX payments_paid ON payments (company_id, paid_at, id);
CREATE INDEX payments_method ON payments (company_id, method, recorded_at, id);
CREATE INDEX payments_referenced ON payments (company_id, reference) WHERE reference <> '';

-- +goose Down
DROP INDEX payments_referenced;
DROP INDEX payments_method;
DROP INDEX payments_paid;
DROP INDEX payments_recorded;
DROP INDEX order_lines_sku;
ALTER TABLE order_lines ALTER COLUMN sku TYPE text COLLATE "default";
