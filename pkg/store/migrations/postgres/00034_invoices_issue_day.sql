-- +goose NO TRANSACTION
-- +goose Up
-- A list reads a range of old days day by day, each in the order of the list. Before, it passed all later rows first.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS invoices_issue_day;
CREATE INDEX CONCURRENTLY invoices_issue_day ON invoices (company_id, issue_date, sequence);
RESET lock_timeout;

-- +goose Down
DROP INDEX invoices_issue_day;
