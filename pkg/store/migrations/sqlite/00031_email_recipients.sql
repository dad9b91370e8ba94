-- +goose Up
-- Staff e-mail documents to known addresses alone, unless the company permits any.
ALTER TABLE companies ADD COLUMN email_recipients text NOT NULL DEFAULT 'known' CHECK (email_recipients IN ('known', 'any'));

-- +goose Down
ALTER TABLE companies DROP COLUMN email_recipients;
