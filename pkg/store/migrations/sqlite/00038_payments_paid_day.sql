-- +goose Up
-- The days in UTC on which money moved, each in the order of recording.
CREATE INDEX payments_paid_day ON payments (company_id, (substr(paid_at, 1, 10) || ' 00:00:00+00:00'), recorded_at, id);

-- +goose Down
DROP INDEX payments_paid_day;
