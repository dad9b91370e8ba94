-- +goose Up
-- The number of the last step that a program must know to work on this schema. A step that takes something away from older
-- programs raises it to the step from which on programs no longer use that.
CREATE TABLE schema_support (
    id integer PRIMARY KEY CHECK (id = 1),
    oldest_program bigint NOT NULL
);
INSERT INTO schema_support (id, oldest_program) VALUES (1, 0);

-- +goose Down
DROP TABLE schema_support;
