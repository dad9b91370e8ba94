-- +goose Up
-- A timeline is in the order in which its events were written, which is that of the versions. Events from before the feed have no
-- such number; they come first, by time.
CREATE INDEX events_timeline ON events (company_id, order_id, coalesce(seq, 0), at, id);

-- +goose Down
DROP INDEX events_timeline;
