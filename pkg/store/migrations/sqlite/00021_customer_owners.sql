-- +goose Up
-- The customers of each storefront, by the subject of its token: those that it wrote, and those that bought through it. A program of
-- before writes no rows here; such a customer is the storefront's from its next order on.
CREATE TABLE customer_owners (
    company_id text NOT NULL,
    owner_sub text NOT NULL,
    customer_id text NOT NULL,
    PRIMARY KEY (company_id, owner_sub, customer_id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
INSERT INTO customer_owners SELECT DISTINCT company_id, owner_sub, customer_id FROM orders WHERE origin = 'W';

-- The e-mail addresses of customers in lower case, to find a customer by a whole address. Triggers keep it, so that a program of
-- before does too.
CREATE TABLE customer_emails (
    company_id text NOT NULL,
    email text NOT NULL,
    customer_id text NOT NULL,
    PRIMARY KEY (company_id, email, customer_id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
CREATE INDEX customer_emails_customer ON customer_emails (company_id, customer_id);
INSERT INTO customer_emails SELECT DISTINCT c.company_id, lower(e.value), c.id FROM customers c, json_each(c.emails) e;

-- +goose StatementBegin
CREATE TRIGGER customer_emails_added AFTER INSERT ON customers
BEGIN
    INSERT INTO customer_emails SELECT DISTINCT NEW.company_id, lower(e.value), NEW.id FROM json_each(NEW.emails) e;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customer_emails_changed AFTER UPDATE ON customers WHEN OLD.emails IS NOT NEW.emails
BEGIN
    DELETE FROM customer_emails WHERE company_id = NEW.company_id AND customer_id = NEW.id;
    INSERT INTO customer_emails SELECT DISTINCT NEW.company_id, lower(e.value), NEW.id FROM json_each(NEW.emails) e;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER customer_emails_changed;
DROP TRIGGER customer_emails_added;
DROP TABLE customer_emails;
DROP TABLE customer_owners;
