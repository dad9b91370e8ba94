-- +goose Up
-- The amount of a prebook's lines that wait to be billed, and the prebook's charges and fixed taxes that an order billed
-- from it took.
ALTER TABLE orders
    ADD COLUMN billable bigint NOT NULL DEFAULT 0,
    ADD COLUMN taken_charges jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN taken_taxes jsonb NOT NULL DEFAULT '[]';
UPDATE orders SET billable = (SELECT coalesce(sum(amount), 0) FROM order_lines l
        WHERE l.company_id = orders.company_id AND l.order_id = orders.id AND l.status = 'checked_out')
    WHERE kind = 'prebook' AND lines_checked_out > lines_billed;
UPDATE orders SET taken_charges = charges, taken_taxes = jsonb_path_query_array(taxes, '$[*] ? (@.Rate == null)')
    WHERE billed_from_id IS NOT NULL;

-- +goose Down
ALTER TABLE orders DROP COLUMN billable, DROP COLUMN taken_charges, DROP COLUMN taken_taxes;
