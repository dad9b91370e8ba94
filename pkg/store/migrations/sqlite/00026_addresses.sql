-- +goose Up
-- A customer that an operator deletes takes its rows along that only serve to find it.
-- +goose StatementBegin
CREATE TRIGGER customers_deleted BEFORE DELETE ON customers
BEGIN
    DELETE FROM customer_emails WHERE company_id = OLD.company_id AND customer_id = OLD.id;
    DELETE FROM customer_owners WHERE company_id = OLD.company_id AND customer_id = OLD.id;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER customers_deleted;
