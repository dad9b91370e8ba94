package store

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"sync"
	"time"
)

// largeWAL is the size above which the write-ahead log of SQLite is emptied. SQLite itself copies the log into the database every
// 1000 pages, but never while a reader is in it, and it never makes the file smaller.
const largeWAL = 8 << 20

// tendWAL looks at the write-ahead log of a file from time to time, and empties it if it is large. It waits neither for a reader
// of the log nor for a writer, but tries again the next time. It returns a function that stops it.
func tendWAL(driver, path string, every time.Duration, log *slog.Logger) (stop func(), err error) {
	db, err := sql.Open(driver, sqliteDSN(path, "deferred", "busy_timeout(100)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(0)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(every):
			}
			if err := checkpoint(ctx, db, path); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "the write-ahead log could not be emptied", "error", err)
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
		_ = db.Close()
	}, nil
}

// checkpoint empties the log if it is large. The first pass copies most of it without stopping anybody.
func checkpoint(ctx context.Context, db *sql.DB, path string) error {
	info, err := os.Stat(path + "-wal")
	if err != nil || info.Size() < largeWAL {
		return nil //nolint:nilerr // without a log there is nothing to do
	}
	for _, mode := range []string{"PASSIVE", "TRUNCATE"} {
		var busy, pages, copied int
		if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &copied); err != nil {
			return err
		}
	}
	return nil
}
