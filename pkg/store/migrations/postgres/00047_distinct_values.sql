-- +goose Up
-- How many values these columns can have, in place of how many they have now. PostgreSQL keeps one plan of a statement for all values. Where
-- all orders have one status, it expects that of every status, and walks all orders of a company to find the few of another one. Where
-- 1,000 companies have few rows, it expects few of every company, and reads all rows of a large one. With 10 companies it expects a tenth of
-- the table.
ALTER TABLE orders
    ALTER COLUMN kind SET (n_distinct = 2),
    ALTER COLUMN origin SET (n_distinct = 4),
    ALTER COLUMN status SET (n_distinct = 6),
    ALTER COLUMN payment_status SET (n_distinct = 6),
    ALTER COLUMN payment_indicator SET (n_distinct = 2),
    ALTER COLUMN email_status SET (n_distinct = 6);
ALTER TABLE order_lines
    ALTER COLUMN source SET (n_distinct = 4),
    ALTER COLUMN status SET (n_distinct = 4);
ALTER TABLE payments
    ALTER COLUMN kind SET (n_distinct = 2),
    ALTER COLUMN method SET (n_distinct = 6);
ALTER TABLE invoices ALTER COLUMN payment_status SET (n_distinct = 5);
ALTER TABLE webhook_deliveries
    ALTER COLUMN state SET (n_distinct = 5),
    ALTER COLUMN event_type SET (n_distinct = 20);

ALTER TABLE orders ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE order_lines ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE order_words ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE checkouts ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE customers ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE customer_emails ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE payments ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE invoices ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE credit_notes ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE emails ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE events ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE idempotency_keys ALTER COLUMN company_id SET (n_distinct = 10);
ALTER TABLE webhook_deliveries ALTER COLUMN company_id SET (n_distinct = 10);

-- +goose Down
ALTER TABLE orders
    ALTER COLUMN kind RESET (n_distinct),
    ALTER COLUMN origin RESET (n_distinct),
    ALTER COLUMN status RESET (n_distinct),
    ALTER COLUMN payment_status RESET (n_distinct),
    ALTER COLUMN payment_indicator RESET (n_distinct),
    ALTER COLUMN email_status RESET (n_distinct);
ALTER TABLE order_lines
    ALTER COLUMN source RESET (n_distinct),
    ALTER COLUMN status RESET (n_distinct);
ALTER TABLE payments
    ALTER COLUMN kind RESET (n_distinct),
    ALTER COLUMN method RESET (n_distinct);
ALTER TABLE invoices ALTER COLUMN payment_status RESET (n_distinct);
ALTER TABLE webhook_deliveries
    ALTER COLUMN state RESET (n_distinct),
    ALTER COLUMN event_type RESET (n_distinct);
ALTER TABLE orders ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE order_lines ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE order_words ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE checkouts ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE customers ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE customer_emails ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE payments ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE invoices ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE credit_notes ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE emails ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE events ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE idempotency_keys ALTER COLUMN company_id RESET (n_distinct);
ALTER TABLE webhook_deliveries ALTER COLUMN company_id RESET (n_distinct);
