-- +goose Up
-- The customer may get one e-mail about each checkout, with what was placed.
--
-- SQLite cannot change a constraint of an existing table. The constraint does not change how rows are stored, so this
-- migration edits the table's text in place.
ALTER TABLE companies ADD COLUMN email_customer_on_order boolean NOT NULL DEFAULT false; -- fails if another process has already taken this step
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, '''manual'', ''delivery_notice'')', '''manual'', ''delivery_notice'', ''order_received'')')
    WHERE type = 'table' AND name = 'emails';
PRAGMA writable_schema = RESET;
CREATE UNIQUE INDEX emails_received ON emails (company_id, checkout_id) WHERE kind = 'order_received';

-- +goose Down
-- An earlier version knows no acknowledgements. They stay as e-mails by staff, which it does not send again.
UPDATE emails SET kind = 'manual', state = CASE WHEN state = 'sent' THEN state ELSE 'failed' END,
    error_code = CASE WHEN state = 'sent' THEN error_code ELSE 'message_rejected' END, sending_since = NULL WHERE kind = 'order_received';
DROP INDEX emails_received;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, '''manual'', ''delivery_notice'', ''order_received'')', '''manual'', ''delivery_notice'')')
    WHERE type = 'table' AND name = 'emails';
PRAGMA writable_schema = RESET;
ALTER TABLE companies DROP COLUMN email_customer_on_order;
