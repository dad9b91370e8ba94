-- +goose Up
-- The salesperson gets one e-mail about each e-mail that is not delivered. Links in e-mails come from a setting.
--
-- SQLite cannot change a constraint of an existing table. The constraints do not change how rows are stored, so this
-- migration edits the table's text in place.
ALTER TABLE companies ADD COLUMN email_salesperson_on_bounce boolean NOT NULL DEFAULT true; -- fails if another process has already taken this step
ALTER TABLE companies ADD COLUMN order_url text NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN about_email_id text;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(replace(sql, '''order_placed'', ''manual'')', '''order_placed'', ''manual'', ''delivery_notice'')'),
    'FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id)',
    'FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id),
    FOREIGN KEY (company_id, about_email_id) REFERENCES emails (company_id, id)')
    WHERE type = 'table' AND name = 'emails';
PRAGMA writable_schema = RESET;
CREATE UNIQUE INDEX emails_about ON emails (company_id, about_email_id) WHERE kind = 'delivery_notice';

-- +goose Down
-- An earlier version knows no notices. They stay as e-mails by staff, which it does not send again.
UPDATE emails SET kind = 'manual', state = CASE WHEN state = 'sent' THEN state ELSE 'failed' END,
    error_code = CASE WHEN state = 'sent' THEN error_code ELSE 'message_rejected' END, sending_since = NULL WHERE kind = 'delivery_notice';
DROP INDEX emails_about;
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(replace(sql, '''order_placed'', ''manual'', ''delivery_notice'')', '''order_placed'', ''manual'')'), ',
    FOREIGN KEY (company_id, about_email_id) REFERENCES emails (company_id, id)', '')
    WHERE type = 'table' AND name = 'emails';
PRAGMA writable_schema = RESET;
ALTER TABLE emails DROP COLUMN about_email_id;
ALTER TABLE companies DROP COLUMN order_url;
ALTER TABLE companies DROP COLUMN email_salesperson_on_bounce;
