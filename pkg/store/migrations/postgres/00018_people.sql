-- +goose Up
-- The name of whoever did something is kept beside the subject. It is '' where it is not known: a program of the version before
-- writes no name. The next step fills the rows that there are, so that this one holds its locks for a moment only.
ALTER TABLE orders ADD COLUMN placed_by_name text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN confirmed_by_name text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN voided_by_name text NOT NULL DEFAULT '';
ALTER TABLE order_lines ADD COLUMN checked_out_by_name text NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN recorded_by_name text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE payments DROP COLUMN recorded_by_name;
ALTER TABLE order_lines DROP COLUMN checked_out_by_name;
ALTER TABLE orders DROP COLUMN voided_by_name;
ALTER TABLE orders DROP COLUMN confirmed_by_name;
ALTER TABLE orders DROP COLUMN placed_by_name;
