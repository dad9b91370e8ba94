-- +goose Up
-- One row that is written to learn whether the database takes writes.
CREATE TABLE write_probes (
    id integer PRIMARY KEY CHECK (id = 1),
    at timestamptz NOT NULL
);

-- +goose Down
DROP TABLE write_probes;
