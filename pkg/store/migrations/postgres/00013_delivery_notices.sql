-- +goose Up
-- The salesperson gets one e-mail about each e-mail that is not delivered. Links in e-mails come from a setting.
ALTER TABLE companies ADD COLUMN email_salesperson_on_bounce boolean NOT NULL DEFAULT true;
ALTER TABLE companies ADD COLUMN order_url text NOT NULL DEFAULT '';
ALTER TABLE emails ADD COLUMN about_email_id uuid;
ALTER TABLE emails ADD FOREIGN KEY (company_id, about_email_id) REFERENCES emails (company_id, id);
ALTER TABLE emails DROP CONSTRAINT emails_kind_check;
ALTER TABLE emails ADD CONSTRAINT emails_kind_check CHECK (kind IN ('invoice', 'credit_note', 'order_placed', 'manual', 'delivery_notice'));
CREATE UNIQUE INDEX emails_about ON emails (company_id, about_email_id) WHERE kind = 'delivery_notice';

-- +goose Down
-- An earlier version knows no notices. They stay as e-mails by staff, which it does not send again.
UPDATE emails SET kind = 'manual', state = CASE WHEN state = 'sent' THEN state ELSE 'failed' END,
    error_code = CASE WHEN state = 'sent' THEN error_code ELSE 'message_rejected' END, sending_since = NULL WHERE kind = 'delivery_notice';
DROP INDEX emails_about;
ALTER TABLE emails DROP CONSTRAINT emails_kind_check;
ALTER TABLE emails ADD CONSTRAINT emails_kind_check CHECK (kind IN ('invoice', 'credit_note', 'order_placed', 'manual'));
ALTER TABLE emails DROP COLUMN about_email_id;
ALTER TABLE companies DROP COLUMN order_url;
ALTER TABLE companies DROP COLUMN email_salesperson_on_bounce;
