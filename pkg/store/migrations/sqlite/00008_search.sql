-- +goose Up
-- Codes are compared without letter case, and searched without accents too. The next step fills the column.
ALTER TABLE customers ADD COLUMN code_search text NOT NULL DEFAULT '';
CREATE INDEX customers_code_search ON customers (company_id, code_search);

-- +goose Down
DROP INDEX customers_code_search;
ALTER TABLE customers DROP COLUMN code_search;
