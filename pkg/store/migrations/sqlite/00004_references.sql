-- +goose Up
-- A reference names an existing row. An order and its invoice refer to each other and are written by one statement
-- each, so the order's reference is checked on COMMIT. A correction takes back a payment of its own order.
--
-- SQLite cannot add a constraint to an existing table. The constraints do not change how rows are stored, so this
-- migration edits the tables' texts in place and then checks the rows.
DROP INDEX payments_order; -- fails if another process has already taken this step
CREATE UNIQUE INDEX payments_of_order ON payments (company_id, order_id, id);
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'id text PRIMARY KEY', 'id text NOT NULL PRIMARY KEY')
    WHERE type = 'table' AND name IN ('companies', 'mail_turns');
UPDATE sqlite_master SET sql = replace(sql, 'FOREIGN KEY (company_id, billed_from_id) REFERENCES orders (company_id, id)',
    'FOREIGN KEY (company_id, billed_from_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id) DEFERRABLE INITIALLY DEFERRED')
    WHERE type = 'table' AND name = 'orders';
UPDATE sqlite_master SET sql = replace(sql, 'FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id)',
    'FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id),
    FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id)')
    WHERE type = 'table' AND name = 'letters';
UPDATE sqlite_master SET sql = replace(sql, 'FOREIGN KEY (company_id, corrects) REFERENCES payments (company_id, id)',
    'FOREIGN KEY (company_id, order_id, corrects) REFERENCES payments (company_id, order_id, id)')
    WHERE type = 'table' AND name = 'payments';
PRAGMA writable_schema = RESET;
CREATE TABLE rows_that_break_the_new_constraints (n integer CONSTRAINT there_are_rows_that_break_the_new_constraints CHECK (n = 0));
INSERT INTO rows_that_break_the_new_constraints SELECT count(*) FROM pragma_foreign_key_check;
INSERT INTO rows_that_break_the_new_constraints SELECT count(*) FROM companies WHERE id IS NULL;
INSERT INTO rows_that_break_the_new_constraints SELECT count(*) FROM mail_turns WHERE company_id IS NULL;
DROP TABLE rows_that_break_the_new_constraints;

-- +goose Down
DROP INDEX payments_of_order;
CREATE INDEX payments_order ON payments (company_id, order_id);
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'id text NOT NULL PRIMARY KEY', 'id text PRIMARY KEY')
    WHERE type = 'table' AND name IN ('companies', 'mail_turns');
UPDATE sqlite_master SET sql = replace(sql, ',
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id) DEFERRABLE INITIALLY DEFERRED', '')
    WHERE type = 'table' AND name = 'orders';
UPDATE sqlite_master SET sql = replace(sql, ',
    FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id)', '')
    WHERE type = 'table' AND name = 'letters';
UPDATE sqlite_master SET sql = replace(sql, 'FOREIGN KEY (company_id, order_id, corrects) REFERENCES payments (company_id, order_id, id)',
    'FOREIGN KEY (company_id, corrects) REFERENCES payments (company_id, id)')
    WHERE type = 'table' AND name = 'payments';
PRAGMA writable_schema = RESET;
CREATE TABLE rows_that_break_the_new_constraints (n integer);
DROP TABLE rows_that_break_the_new_constraints;
