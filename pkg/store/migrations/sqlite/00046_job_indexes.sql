-- +goose Up
-- No statement searches jobs by their kind alone. SQLite has no indexes of their arguments and metadata.
DROP INDEX river_job_kind;

-- +goose Down
CREATE INDEX river_job_kind ON river_job (kind);
