-- +goose Up
-- Orders are searched by the beginning of any of their words. order_words is the inverted index. The column has the same words,
-- each after a space, for rows that are examined. The next step fills both.
ALTER TABLE orders ADD COLUMN words text NOT NULL DEFAULT '';
CREATE TABLE order_words (
    company_id text NOT NULL,
    word text NOT NULL,
    order_id text NOT NULL
);
CREATE UNIQUE INDEX order_words_word ON order_words (company_id, word, order_id);
DROP INDEX orders_number;
DROP INDEX orders_code;
DROP INDEX orders_po;

-- +goose Down
CREATE INDEX orders_po ON orders (company_id, po_key) WHERE po_key <> '';
CREATE INDEX orders_code ON orders (company_id, code_key);
CREATE INDEX orders_number ON orders (company_id, number);
DROP TABLE order_words;
ALTER TABLE orders DROP COLUMN words;
