-- +goose Up
-- After a pause the backlog of e-mails goes out slowly, over all processes.
ALTER TABLE mail_pauses ADD COLUMN reset_at datetime;
ALTER TABLE mail_pauses ADD COLUMN released_at datetime;
ALTER TABLE mail_pauses ADD COLUMN backlog integer NOT NULL DEFAULT 0;
ALTER TABLE mail_pauses ADD COLUMN released integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE mail_pauses DROP COLUMN reset_at;
ALTER TABLE mail_pauses DROP COLUMN released_at;
ALTER TABLE mail_pauses DROP COLUMN backlog;
ALTER TABLE mail_pauses DROP COLUMN released;
