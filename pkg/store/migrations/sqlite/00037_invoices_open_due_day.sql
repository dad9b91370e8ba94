-- +goose Up
-- Like invoices_due_day, of open invoices.
CREATE INDEX invoices_open_due_day ON invoices (company_id, due_date, sequence) WHERE balance > 0;

-- +goose Down
DROP INDEX invoices_open_due_day;
