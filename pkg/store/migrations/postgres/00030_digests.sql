-- +goose Up
-- What the event recorded, so that a change without an event is found; see Event.Seal. Empty in events of earlier versions.
ALTER TABLE events ADD COLUMN digest text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE events DROP COLUMN digest;
