-- +goose NO TRANSACTION
-- +goose Up
-- Like invoices_issue_day.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS credit_notes_issue_day;
CREATE INDEX CONCURRENTLY credit_notes_issue_day ON credit_notes (company_id, issue_date, sequence);
RESET lock_timeout;

-- +goose Down
DROP INDEX credit_notes_issue_day;
