-- +goose Up
-- A reference names an existing row. An order and its invoice refer to each other and are written by one statement
-- each, so the order's reference is checked on COMMIT. A correction takes back a payment of its own order.
ALTER TABLE orders ADD FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders ADD FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE letters ADD FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id);
DROP INDEX payments_order;
CREATE UNIQUE INDEX payments_of_order ON payments (company_id, order_id, id);
ALTER TABLE payments DROP CONSTRAINT payments_company_id_corrects_fkey;
ALTER TABLE payments ADD FOREIGN KEY (company_id, order_id, corrects) REFERENCES payments (company_id, order_id, id);

-- +goose Down
ALTER TABLE payments DROP CONSTRAINT payments_company_id_order_id_corrects_fkey;
ALTER TABLE payments ADD FOREIGN KEY (company_id, corrects) REFERENCES payments (company_id, id);
DROP INDEX payments_of_order;
CREATE INDEX payments_order ON payments (company_id, order_id);
ALTER TABLE letters DROP CONSTRAINT letters_company_id_checkout_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_company_id_credit_note_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_company_id_invoice_id_fkey;
