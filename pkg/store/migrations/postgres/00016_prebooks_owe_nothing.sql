-- +goose Up
-- A prebook owes nothing and has no payment status, because the orders billed from it owe its goods. updated_at moves, so that
-- a client that synchronizes by updated_since reads the prebooks again.
ALTER TABLE orders DROP CONSTRAINT orders_payment_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_payment_status_check CHECK (payment_status IN ('', 'unpaid', 'partially_paid', 'paid', 'overpaid', 'refunded'));
UPDATE orders SET payment_status = '', balance = 0, updated_at = now() WHERE kind = 'prebook';

-- +goose Down
UPDATE orders SET payment_status = CASE WHEN total = 0 THEN 'paid' ELSE 'unpaid' END,
    balance = CASE WHEN status = 'voided' THEN 0 ELSE total END, updated_at = now() WHERE kind = 'prebook';
ALTER TABLE orders DROP CONSTRAINT orders_payment_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_payment_status_check CHECK (payment_status IN ('unpaid', 'partially_paid', 'paid', 'overpaid', 'refunded'));
