-- +goose NO TRANSACTION
-- +goose Up
-- A timeline is in the order in which its events were written, which is that of the versions. Events from before the feed have no
-- such number; they come first, by time.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS events_timeline;
CREATE INDEX CONCURRENTLY events_timeline ON events (company_id, order_id, coalesce(seq, 0), at, id);
RESET lock_timeout;

-- +goose Down
DROP INDEX events_timeline;
