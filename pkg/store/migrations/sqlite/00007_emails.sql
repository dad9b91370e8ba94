-- +goose Up
-- Renames letters to emails. SQLite cannot rename an index, so the indexes are created again.
ALTER TABLE letters RENAME TO emails; -- fails if another process has already taken this step
DROP INDEX letters_invoice;
DROP INDEX letters_credit_note;
DROP INDEX letters_checkout;
DROP INDEX letters_order;
DROP INDEX letters_by_hand;
DROP INDEX letters_due;
DROP INDEX letters_sending;
DROP INDEX letters_id;
CREATE UNIQUE INDEX emails_invoice ON emails (company_id, invoice_id) WHERE kind = 'invoice';
CREATE UNIQUE INDEX emails_credit_note ON emails (company_id, credit_note_id) WHERE kind = 'credit_note';
CREATE UNIQUE INDEX emails_checkout ON emails (company_id, checkout_id) WHERE kind = 'order_placed';
CREATE INDEX emails_order ON emails (company_id, order_id, created_at);
CREATE INDEX emails_manual ON emails (company_id, created_at) WHERE kind = 'manual';
CREATE INDEX emails_due ON emails (company_id, next_attempt_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX emails_sending ON emails (sending_since) WHERE state = 'sending';
CREATE UNIQUE INDEX emails_id ON emails (id);

-- +goose Down
ALTER TABLE emails RENAME TO letters;
DROP INDEX emails_invoice;
DROP INDEX emails_credit_note;
DROP INDEX emails_checkout;
DROP INDEX emails_order;
DROP INDEX emails_manual;
DROP INDEX emails_due;
DROP INDEX emails_sending;
DROP INDEX emails_id;
CREATE UNIQUE INDEX letters_invoice ON letters (company_id, invoice_id) WHERE kind = 'invoice';
CREATE UNIQUE INDEX letters_credit_note ON letters (company_id, credit_note_id) WHERE kind = 'credit_note';
CREATE UNIQUE INDEX letters_checkout ON letters (company_id, checkout_id) WHERE kind = 'order_placed';
CREATE INDEX letters_order ON letters (company_id, order_id, created_at);
CREATE INDEX letters_by_hand ON letters (company_id, created_at) WHERE kind = 'manual';
CREATE INDEX letters_due ON letters (company_id, next_attempt_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX letters_sending ON letters (sending_since) WHERE state = 'sending';
CREATE UNIQUE INDEX letters_id ON letters (id);
