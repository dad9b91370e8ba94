-- +goose Up
-- The bookings of a provider's reference by their turn: one that was taken back frees it for the next.
ALTER TABLE payments ADD COLUMN turn integer NOT NULL DEFAULT 0;
DROP INDEX payments_reference;
CREATE UNIQUE INDEX payments_reference ON payments (company_id, kind, reference, turn) WHERE method IN ('card', 'ach') AND corrects IS NULL;

-- +goose Down
DROP INDEX payments_reference;
ALTER TABLE payments DROP COLUMN turn;
-- Fails where a reference has had a second turn, of which the schema of before knows nothing.
CREATE UNIQUE INDEX payments_reference ON payments (company_id, kind, reference) WHERE method IN ('card', 'ach') AND corrects IS NULL;
