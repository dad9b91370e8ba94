-- +goose Up
-- Two processes may migrate at once. What only updates would be applied by both, so the second one fails here and goes on.
SELECT CASE WHEN EXISTS (SELECT 1 FROM goose_db_version WHERE version_id = 16 AND is_applied) THEN json('another process has applied it') END;

-- A prebook owes nothing and has no payment status, because the orders billed from it owe its goods. updated_at moves, so that
-- a client that synchronizes by updated_since reads the prebooks again. It is the next whole second, because the text of a time
-- has no zeros at its end.
--
-- SQLite cannot change a constraint of an existing table. The constraint does not change how rows are stored, so this
-- migration edits the table's text in place.
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'payment_status IN (''unpaid''', 'payment_status IN ('''', ''unpaid''') WHERE type = 'table' AND name = 'orders';
PRAGMA writable_schema = RESET;
UPDATE orders SET payment_status = '', balance = 0, updated_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '+1 second') WHERE kind = 'prebook';

-- +goose Down
UPDATE orders SET payment_status = CASE WHEN total = 0 THEN 'paid' ELSE 'unpaid' END,
    balance = CASE WHEN status = 'voided' THEN 0 ELSE total END,
    updated_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '+1 second') WHERE kind = 'prebook';
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'payment_status IN ('''', ''unpaid''', 'payment_status IN (''unpaid''') WHERE type = 'table' AND name = 'orders';
PRAGMA writable_schema = RESET;
