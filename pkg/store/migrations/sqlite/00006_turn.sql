-- +goose Up
-- The turn of a booking with a provider's reference: once a booking is taken back, the next one may use the reference.
ALTER TABLE payments ADD COLUMN turn integer NOT NULL DEFAULT 0;
DROP INDEX payments_reference;
CREATE UNIQUE INDEX payments_reference ON payments (company_id, kind, reference, turn) WHERE method IN ('card', 'ach') AND corrects IS NULL;

-- +goose Down
DROP INDEX payments_reference;
ALTER TABLE payments DROP COLUMN turn;
-- Fails if a reference has had a second turn, because the earlier schema cannot store it.
CREATE UNIQUE INDEX payments_reference ON payments (company_id, kind, reference) WHERE method IN ('card', 'ach') AND corrects IS NULL;
