package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// ErrNoBackup means that the database has programs of its own for backups.
var ErrNoBackup = errors.New("back up PostgreSQL with pg_dump (docs/operations.md, Backup and restore)")

// Backup writes a copy of an SQLite database to a new file, as of one moment, while others write. The copy begins a new feed of
// events when it is first opened, because readers of the old feed may be ahead of it. On PostgreSQL it returns ErrNoBackup.
func (s *Store) Backup(ctx context.Context, to string) error {
	if s.backup == nil {
		return ErrNoBackup
	}
	if _, _, err := s.Versions(ctx); err != nil {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s exists already: name a new file", to)
	}
	part := to + ".part"
	_ = os.Remove(part) // of an attempt that was cut off
	err := s.backup(ctx, part)
	if err == nil {
		err = keepFile(part)
	}
	if err == nil {
		return os.Rename(part, to)
	}
	_ = os.Remove(part)
	return fmt.Errorf("write the copy: %w", err)
}

// backupSQLite returns the function that copies the database at the path.
func backupSQLite(driver, path string) func(context.Context, string) error {
	return func(ctx context.Context, to string) error {
		run := func(path, statement string, args ...any) error {
			db, err := sql.Open(driver, sqliteDSN(path, "deferred", "busy_timeout(5000)", "synchronous(FULL)"))
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			_, err = db.ExecContext(ctx, statement, args...)
			return err
		}
		if err := run(path, "VACUUM INTO ?", to); err != nil {
			return err
		}
		return run(to, "UPDATE event_feeds SET home = 'backup'")
	}
}

// keepFile lets only the owner read a file, and writes it to the disk.
func keepFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}
