-- +goose NO TRANSACTION
-- +goose Up
-- Like invoices_due_day, of open invoices.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS invoices_open_due_day;
CREATE INDEX CONCURRENTLY invoices_open_due_day ON invoices (company_id, due_date, sequence) WHERE balance > 0;
RESET lock_timeout;

-- +goose Down
DROP INDEX invoices_open_due_day;
