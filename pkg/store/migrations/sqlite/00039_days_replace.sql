-- +goose Up
-- The indexes of days serve what these served.
DROP INDEX invoices_issued;
DROP INDEX credit_notes_issued;
DROP INDEX invoices_due;
DROP INDEX invoices_open_due;

-- +goose Down
CREATE INDEX invoices_open_due ON invoices (company_id, due_date, id) WHERE balance > 0;
CREATE INDEX invoices_due ON invoices (company_id, due_date, id);
CREATE INDEX credit_notes_issued ON credit_notes (company_id, issued_at, sequence);
CREATE INDEX invoices_issued ON invoices (company_id, issued_at, sequence);
