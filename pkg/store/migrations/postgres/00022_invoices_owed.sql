-- +goose Up
-- Invoices show their sums, and what is owed on them now, which payments and a void change. The list finds open and due invoices.
ALTER TABLE invoices
    ADD COLUMN subtotal bigint NOT NULL DEFAULT 0,
    ADD COLUMN charges_total bigint NOT NULL DEFAULT 0,
    ADD COLUMN taxes_total bigint NOT NULL DEFAULT 0,
    ADD COLUMN balance bigint NOT NULL DEFAULT 0,
    ADD COLUMN payment_status text NOT NULL DEFAULT 'unpaid' CHECK (payment_status IN ('unpaid', 'partially_paid', 'paid', 'overpaid', 'refunded'));
UPDATE invoices SET subtotal = o.subtotal, charges_total = o.charges_total, taxes_total = o.taxes_total, balance = o.balance, payment_status = o.payment_status
    FROM orders o WHERE o.company_id = invoices.company_id AND o.id = invoices.order_id AND o.kind = 'order'; -- a prebook never has one
CREATE INDEX invoices_open ON invoices (company_id, sequence) WHERE balance > 0;
CREATE INDEX invoices_due ON invoices (company_id, due_date, id);
CREATE INDEX invoices_open_due ON invoices (company_id, due_date, id) WHERE balance > 0;
CREATE INDEX invoices_payment ON invoices (company_id, payment_status, sequence);

-- +goose Down
DROP INDEX invoices_payment;
DROP INDEX invoices_due;
DROP INDEX invoices_open_due;
DROP INDEX invoices_open;
ALTER TABLE invoices
    DROP COLUMN payment_status,
    DROP COLUMN balance,
    DROP COLUMN taxes_total,
    DROP COLUMN charges_total,
    DROP COLUMN subtotal;
