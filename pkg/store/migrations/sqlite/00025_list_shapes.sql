-- +goose Up
-- Lines of prebooks by source and status. Lines on hand are most lines; they have no status.
CREATE INDEX order_lines_source ON order_lines (company_id, source, status, order_id) WHERE source <> 'on_hand';
-- Refunds are few of many payments.
CREATE INDEX payments_refunds ON payments (company_id, recorded_at, id) WHERE kind = 'refund';
CREATE INDEX payments_refunds_paid ON payments (company_id, paid_at, id) WHERE kind = 'refund';

-- +goose Down
DROP INDEX payments_refunds_paid;
DROP INDEX payments_refunds;
DROP INDEX order_lines_source;
