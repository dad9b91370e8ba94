-- +goose Up
-- Orders are listed by the address of their salesperson, ignoring case. In the collation "C" lower folds only ASCII, as on SQLite.
ALTER TABLE orders ALTER COLUMN salesperson_email TYPE text COLLATE "C";

-- A customer that an operator deletes takes its rows along that only serve to find it.
-- +goose StatementBegin
CREATE FUNCTION forget_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customer_emails WHERE company_id = OLD.company_id AND customer_id = OLD.id;
    DELETE FROM customer_owners WHERE company_id = OLD.company_id AND customer_id = OLD.id;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER customers_deleted BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION forget_customer();

-- +goose Down
DROP TRIGGER customers_deleted ON customers;
DROP FUNCTION forget_customer();
ALTER TABLE orders ALTER COLUMN salesperson_email TYPE text COLLATE "default";
