-- +goose Up
-- The days of due dates, for the list by number too.
CREATE INDEX invoices_due_day ON invoices (company_id, due_date, sequence);

-- +goose Down
DROP INDEX invoices_due_day;
