-- +goose Up
-- The payment that a refund gives back.
ALTER TABLE payments ADD COLUMN payment_id uuid;

-- +goose Down
ALTER TABLE payments DROP COLUMN payment_id;
