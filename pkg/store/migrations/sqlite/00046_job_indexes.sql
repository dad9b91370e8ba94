-- +goose Up
-- SQLite has no indexes of a job's arguments and metadata. On PostgreSQL this step removes them.

-- +goose Down
