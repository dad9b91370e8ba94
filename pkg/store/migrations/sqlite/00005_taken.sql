-- +goose Up
-- The amount of a prebook's lines that wait to be billed, and the prebook's charges and fixed taxes that an order billed
-- from it took.
ALTER TABLE orders ADD COLUMN billable bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN taken_charges text NOT NULL DEFAULT '[]';
ALTER TABLE orders ADD COLUMN taken_taxes text NOT NULL DEFAULT '[]';
UPDATE orders SET billable = (SELECT coalesce(sum(amount), 0) FROM order_lines l
        WHERE l.company_id = orders.company_id AND l.order_id = orders.id AND l.status = 'checked_out')
    WHERE kind = 'prebook' AND lines_checked_out > lines_billed;
UPDATE orders SET taken_charges = charges, taken_taxes = (SELECT json_group_array(json(value)) FROM json_each(orders.taxes)
        WHERE json_extract(value, '$.Rate') IS NULL)
    WHERE billed_from_id IS NOT NULL;

-- +goose Down
ALTER TABLE orders DROP COLUMN billable;
ALTER TABLE orders DROP COLUMN taken_charges;
ALTER TABLE orders DROP COLUMN taken_taxes;
