package store

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
)

// timelinePostgres is the beginning of the name of the file that the server writes its log to.
const timelinePostgres = `CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END`

// untold is the timeline of a server that does not tell it, and of SQLite.
const untold = "''"

// timelineReader reads the timeline of a server, if the server tells it. A distributed database may lack the functions for it, and a
// role may lack the right to call them. The service then works, but cannot notice a failover.
type timelineReader struct {
	hidden atomic.Bool
	log    *slog.Logger
}

// read runs f, which reads the timeline if it is told to. If the server refuses a function, f runs again without it.
func (r *timelineReader) read(ctx context.Context, f func(wanted bool) error) error {
	if r.hidden.Load() {
		return f(false)
	}
	err := f(true)
	if !refusesFunction(err) || f(false) != nil {
		return err
	}
	if !r.hidden.Swap(true) {
		r.log.WarnContext(ctx, "the server does not tell its timeline: a failover that loses writes is not noticed", "error", err,
			"remedy", "GRANT EXECUTE ON FUNCTION pg_walfile_name(pg_lsn), pg_current_wal_lsn(), pg_control_system() to the role, and restart")
	}
	return nil
}

// refusesFunction reports whether a function is missing, must not be called by this role, or is not supported.
func refusesFunction(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || outdatedPlan(err) {
		return false
	}
	return pg.Code == "42883" || pg.Code == "42501" || pg.Code == "0A000"
}
