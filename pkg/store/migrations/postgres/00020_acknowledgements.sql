-- +goose Up
-- The customer may get one e-mail about each checkout, with what was placed.
ALTER TABLE companies ADD COLUMN email_customer_on_order boolean NOT NULL DEFAULT false;
ALTER TABLE emails DROP CONSTRAINT emails_kind_check;
ALTER TABLE emails ADD CONSTRAINT emails_kind_check CHECK (kind IN ('invoice', 'credit_note', 'order_placed', 'manual', 'delivery_notice', 'order_received'));
CREATE UNIQUE INDEX emails_received ON emails (company_id, checkout_id) WHERE kind = 'order_received';

-- +goose Down
-- An earlier version knows no acknowledgements. They stay as e-mails by staff, which it does not send again.
UPDATE emails SET kind = 'manual', state = CASE WHEN state = 'sent' THEN state ELSE 'failed' END,
    error_code = CASE WHEN state = 'sent' THEN error_code ELSE 'message_rejected' END, sending_since = NULL WHERE kind = 'order_received';
DROP INDEX emails_received;
ALTER TABLE emails DROP CONSTRAINT emails_kind_check;
ALTER TABLE emails ADD CONSTRAINT emails_kind_check CHECK (kind IN ('invoice', 'credit_note', 'order_placed', 'manual', 'delivery_notice'));
ALTER TABLE companies DROP COLUMN email_customer_on_order;
