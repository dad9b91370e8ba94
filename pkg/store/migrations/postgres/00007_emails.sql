-- +goose Up
-- Renames letters to emails, with the table's constraints and indexes, so that a migrated schema equals a new one. Newer
-- versions of PostgreSQL also name NOT NULL constraints, so the names are looked up.
ALTER TABLE letters RENAME TO emails;
-- +goose StatementBegin
DO $$
DECLARE old name;
BEGIN
    FOR old IN SELECT conname FROM pg_constraint WHERE conrelid = 'emails'::regclass AND starts_with(conname, 'letters_') LOOP
        EXECUTE format('ALTER TABLE emails RENAME CONSTRAINT %I TO %I', old, 'emails_' || substr(old, length('letters_') + 1));
    END LOOP;
    FOR old IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = 'emails'::regclass AND starts_with(c.relname, 'letters_') LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', old, 'emails_' || substr(old, length('letters_') + 1));
    END LOOP;
END $$;
-- +goose StatementEnd
ALTER INDEX emails_by_hand RENAME TO emails_manual;

-- +goose Down
ALTER INDEX emails_manual RENAME TO emails_by_hand;
ALTER TABLE emails RENAME TO letters;
-- +goose StatementBegin
DO $$
DECLARE old name;
BEGIN
    FOR old IN SELECT conname FROM pg_constraint WHERE conrelid = 'letters'::regclass AND starts_with(conname, 'emails_') LOOP
        EXECUTE format('ALTER TABLE letters RENAME CONSTRAINT %I TO %I', old, 'letters_' || substr(old, length('emails_') + 1));
    END LOOP;
    FOR old IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = 'letters'::regclass AND starts_with(c.relname, 'emails_') LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', old, 'letters_' || substr(old, length('emails_') + 1));
    END LOOP;
END $$;
-- +goose StatementEnd
