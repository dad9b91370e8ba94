-- +goose NO TRANSACTION
-- +goose Up
-- The days in UTC on which money moved, each in the order of recording.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS payments_paid_day;
CREATE INDEX CONCURRENTLY payments_paid_day ON payments (company_id, ((paid_at AT TIME ZONE 'UTC')::date), recorded_at, id);
RESET lock_timeout;

-- +goose Down
DROP INDEX payments_paid_day;
