-- +goose NO TRANSACTION
-- +goose Up
-- No statement searches jobs by their arguments, their metadata or their kind alone, and each write of a job wrote to all three indexes.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS river_job_args_index;
DROP INDEX CONCURRENTLY IF EXISTS river_job_metadata_index;
DROP INDEX CONCURRENTLY IF EXISTS river_job_kind;
RESET lock_timeout;

-- +goose Down
CREATE INDEX river_job_kind ON river_job (kind);
CREATE INDEX river_job_args_index ON river_job USING gin (args);
CREATE INDEX river_job_metadata_index ON river_job USING gin (metadata);
