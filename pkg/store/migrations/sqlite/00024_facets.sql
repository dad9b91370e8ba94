-- +goose Up
-- Orders of a salesperson, and orders by the status of their e-mail, are found and counted without examining others.
CREATE INDEX orders_salesperson ON orders (company_id, lower(salesperson_email), placed_at, id, salesperson_email) WHERE salesperson_email <> '';
CREATE INDEX orders_email ON orders (company_id, email_status, placed_at, id) WHERE email_status <> '';
-- The orders of a day are in the order of placing.
DROP INDEX orders_ship;
CREATE INDEX orders_ship ON orders (company_id, ship_date, placed_at, id);

-- +goose Down
DROP INDEX orders_ship;
CREATE INDEX orders_ship ON orders (company_id, ship_date, id);
DROP INDEX orders_email;
DROP INDEX orders_salesperson;
