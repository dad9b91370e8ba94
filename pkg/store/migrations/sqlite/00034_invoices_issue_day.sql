-- +goose Up
-- A list reads a range of old days day by day, each in the order of the list. Before, it passed all later rows first.
CREATE INDEX invoices_issue_day ON invoices (company_id, issue_date, sequence);

-- +goose Down
DROP INDEX invoices_issue_day;
