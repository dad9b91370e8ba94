-- +goose NO TRANSACTION
-- +goose Up
-- The days of due dates, for the list by number too.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS invoices_due_day;
CREATE INDEX CONCURRENTLY invoices_due_day ON invoices (company_id, due_date, sequence);
RESET lock_timeout;

-- +goose Down
DROP INDEX invoices_due_day;
