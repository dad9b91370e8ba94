-- +goose Up
-- After a pause the backlog of e-mails goes out slowly, over all processes.
ALTER TABLE mail_pauses
    ADD COLUMN reset_at timestamptz,
    ADD COLUMN released_at timestamptz,
    ADD COLUMN backlog integer NOT NULL DEFAULT 0,
    ADD COLUMN released integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE mail_pauses DROP COLUMN reset_at, DROP COLUMN released_at, DROP COLUMN backlog, DROP COLUMN released;
