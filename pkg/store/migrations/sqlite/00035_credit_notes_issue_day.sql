-- +goose Up
-- Like invoices_issue_day.
CREATE INDEX credit_notes_issue_day ON credit_notes (company_id, issue_date, sequence);

-- +goose Down
DROP INDEX credit_notes_issue_day;
