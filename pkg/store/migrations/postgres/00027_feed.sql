-- +goose Up
-- The feed of events (ADR 19). Its position is (pos, seq). Earlier events have none: the feed begins here, and no row is rewritten.
-- The columns have defaults, so that a program of before writes to the feed too.
CREATE TABLE event_feeds (
    id text PRIMARY KEY,
    base bigint NOT NULL,
    home text NOT NULL
);
INSERT INTO event_feeds (id, base, home) VALUES (replace(gen_random_uuid()::text, '-', ''), 0, '');

-- The position of an event is not below the id of its transaction, so everything below the oldest open transaction is decided. It is
-- not below the id of any transaction that its statement can see either, so a version is not before the version that it follows,
-- although its transaction may have taken its id earlier. Both are completed once the transaction is, so the event can be read then.
-- +goose StatementBegin
CREATE FUNCTION event_pos() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    feed_base bigint;
BEGIN
    SELECT base INTO STRICT feed_base FROM event_feeds;
    RETURN feed_base + greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1);
END $$;
-- +goose StatementEnd
CREATE SEQUENCE events_seq;
ALTER TABLE events ADD COLUMN pos bigint, ADD COLUMN seq bigint;
ALTER TABLE events ALTER COLUMN pos SET DEFAULT event_pos(), ALTER COLUMN seq SET DEFAULT nextval('events_seq');
ALTER SEQUENCE events_seq OWNED BY events.seq;
CREATE INDEX events_feed ON events (company_id, pos, seq) WHERE pos IS NOT NULL;

-- +goose Down
DROP INDEX events_feed;
ALTER TABLE events DROP COLUMN seq, DROP COLUMN pos;
DROP FUNCTION event_pos();
DROP TABLE event_feeds;
