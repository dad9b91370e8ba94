-- +goose Up
-- The customers of each storefront, by the subject of its token: those that it wrote, and those that bought through it. A program of
-- before writes no rows here; such a customer is the storefront's from its next order on.
CREATE TABLE customer_owners (
    company_id uuid NOT NULL,
    owner_sub text NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (company_id, owner_sub, customer_id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
INSERT INTO customer_owners SELECT DISTINCT company_id, owner_sub, customer_id FROM orders WHERE origin = 'W';

-- The e-mail addresses of customers in lower case, to find a customer by a whole address. Triggers keep it, so that a program of
-- before does too.
CREATE TABLE customer_emails (
    company_id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    customer_id uuid NOT NULL,
    PRIMARY KEY (company_id, email, customer_id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
CREATE INDEX customer_emails_customer ON customer_emails (company_id, customer_id);
INSERT INTO customer_emails SELECT DISTINCT c.company_id, lower(e.value COLLATE "C"), c.id FROM customers c, jsonb_array_elements_text(c.emails) e;

-- +goose StatementBegin
CREATE FUNCTION index_customer_emails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customer_emails WHERE company_id = NEW.company_id AND customer_id = NEW.id;
    INSERT INTO customer_emails SELECT DISTINCT NEW.company_id, lower(e.value COLLATE "C"), NEW.id FROM jsonb_array_elements_text(NEW.emails) e;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER customer_emails_added AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION index_customer_emails();
CREATE TRIGGER customer_emails_changed AFTER UPDATE ON customers FOR EACH ROW WHEN (OLD.emails IS DISTINCT FROM NEW.emails)
    EXECUTE FUNCTION index_customer_emails();

-- +goose Down
DROP TRIGGER customer_emails_changed ON customers;
DROP TRIGGER customer_emails_added ON customers;
DROP FUNCTION index_customer_emails();
DROP TABLE customer_emails;
DROP TABLE customer_owners;
