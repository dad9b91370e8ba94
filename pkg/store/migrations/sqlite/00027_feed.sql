-- +goose Up
-- The feed of events (ADR 19). Its position is (pos, seq). Earlier events have none: the feed begins here. There is one writer, so
-- the order of the rows is the order of the commits. A trigger sets the columns, so that a program of before writes to the feed too.
CREATE TABLE event_feeds (
    id text PRIMARY KEY NOT NULL,
    base bigint NOT NULL,
    home text NOT NULL
);
INSERT INTO event_feeds (id, base, home) VALUES (lower(hex(randomblob(16))), 0, '');

ALTER TABLE events ADD COLUMN pos bigint;
ALTER TABLE events ADD COLUMN seq bigint;
-- +goose StatementBegin
CREATE TRIGGER events_pos AFTER INSERT ON events WHEN NEW.pos IS NULL BEGIN
    UPDATE events SET pos = (SELECT base FROM event_feeds) + NEW.rowid, seq = NEW.rowid WHERE rowid = NEW.rowid;
END;
-- +goose StatementEnd
CREATE INDEX events_feed ON events (company_id, pos, seq) WHERE pos IS NOT NULL;

-- +goose Down
DROP INDEX events_feed;
DROP TRIGGER events_pos;
ALTER TABLE events DROP COLUMN seq;
ALTER TABLE events DROP COLUMN pos;
DROP TABLE event_feeds;
