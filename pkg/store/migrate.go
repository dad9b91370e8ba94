package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations
var migrations embed.FS

// migrator is the database-specific part of migrating.
type migrator struct {
	dialect goose.Dialect
	folder  string
	lock    bool                                        // take a session lock, so that replicas that start together apply each migration once
	open    func() (db *sql.DB, done func(), err error) // sessions for migrating
	settle  func(ctx context.Context, db *sql.DB) error // runs after steps were applied; may be nil
}

// A step that alters a table waits for all statements on it, and all later ones wait for the step. So it gives up soon and tries
// again, and requests are held up for lockWait at most.
const lockWait = 250 * time.Millisecond

// riverSteps are River's own migrations as steps of ours. River's migrator takes no lock, and PostgreSQL cannot use an
// enum value in the transaction that added it, so they are two steps. A later version of River becomes a further step.
var riverSteps = []struct {
	version int64
	target  int
}{{2, 5}, {3, 8}}

// dataSteps are steps that fill columns with the code of this program. They have no way back: the older program can read what
// they write, or the step before removes it.
var dataSteps = []struct {
	version int64
	source  string
	run     func(*Store, context.Context, *sql.Tx) error
}{
	{9, "the form of texts and their search keys", (*Store).renewTexts},
	{12, "the words of orders", (*Store).renewWords},
	{19, "the names of people", (*Store).fillNames},
}

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Source  string
	Applied bool
	Unknown bool // a newer program has applied it
}

// Migrate brings the schema up to date and returns how many steps it applied.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	db, done, err := s.migrator.open()
	if err != nil {
		return 0, err
	}
	defer done()
	applied, held := 0, s.turns()
	for lost := 0; ; {
		p, err := s.provider(db)
		if err != nil {
			return applied, err
		}
		done, err := p.Up(ctx)
		if partly := (*goose.PartialError)(nil); errors.As(err, &partly) {
			done = partly.Applied
		}
		applied += len(done)
		switch {
		case err == nil && applied > 0 && s.migrator.settle != nil:
			return applied, s.migrator.settle(ctx, db)
		case err == nil:
			return applied, nil
		case lockTimeout(err):
			if err := held(ctx, "up", err); err != nil {
				return applied, err
			}
		// SQLite has no session lock. Another process may apply a step first; it then fails here although it is
		// applied.
		case s.migrator.lock || lost == len(p.ListSources()):
			return applied, fmt.Errorf("migrate: %w", err)
		default:
			lost++
		}
	}
}

// turns returns a function to call when a step met a table in use. It waits until the step may try again, and returns an error
// when the patience is over.
func (s *Store) turns() func(ctx context.Context, way string, err error) error {
	began := time.Now() //nolint:forbidigo // patience
	return func(ctx context.Context, way string, err error) error {
		if time.Since(began) > s.lockPatience || !pause(ctx, 2*lockWait) { //nolint:forbidigo // as above
			return fmt.Errorf("a table is in use for too long: end the transaction that holds it (pg_stat_activity), and run orderdesk migrate %s again: %w", way, err)
		}
		return nil
	}
}

func lockTimeout(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == lockNotAvailable
}

// pause waits, and reports whether ctx is still alive.
func pause(ctx context.Context, wait time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// MigrateDown undoes the last step. It fails if a newer program has applied it.
func (s *Store) MigrateDown(ctx context.Context) error {
	if at, known, err := s.Versions(ctx); err == nil && at > known {
		return fmt.Errorf("step %d is of a newer program: undo it with that program's orderdesk migrate down", at)
	}
	db, done, err := s.migrator.open()
	if err != nil {
		return err
	}
	defer done()
	p, err := s.provider(db)
	if err != nil {
		return err
	}
	for held := s.turns(); ; {
		_, err := p.Down(ctx)
		switch {
		case err == nil, errors.Is(err, goose.ErrNoNextVersion):
			return nil
		case !lockTimeout(err):
			return fmt.Errorf("migrate down: %w", err)
		}
		if err := held(ctx, "down", err); err != nil {
			return err
		}
	}
}

// Migrations lists every step and whether it is applied, those of a newer program included.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := s.provider(s.db)
	if err != nil {
		return nil, err
	}
	states, err := p.Status(ctx)
	if err != nil {
		return nil, translate(err)
	}
	steps := make([]Migration, len(states))
	for i, st := range states {
		steps[i] = Migration{Version: st.Source.Version, Source: st.Source.Path, Applied: st.State == goose.StateApplied}
		if st.Source.Type == goose.TypeGo {
			steps[i].Source = "the job queue's tables"
		}
		for _, data := range dataSteps {
			if data.version == st.Source.Version {
				steps[i].Source = data.source
			}
		}
	}
	var newer []int64
	err = s.read.WithContext(ctx).Raw("SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > ? ORDER BY version_id", s.knows()).Scan(&newer).Error
	for _, version := range newer {
		steps = append(steps, Migration{Version: version, Source: "a step of a newer program", Applied: true, Unknown: true})
	}
	return steps, translate(err)
}

// Versions returns the last step that is applied, and the last one that this program knows.
func (s *Store) Versions(ctx context.Context) (schema, program int64, err error) {
	program = s.knows()
	if err := s.probes.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&schema); err != nil {
		if fault := translate(err); fault != err { //nolint:errorlint // was it translated?
			return 0, program, fault
		}
		return 0, program, fmt.Errorf("the database has no schema yet: run orderdesk migrate up (%w)", err)
	}
	return schema, program, nil
}

// Current returns an error unless this program can work on the schema: it has all steps that the program knows, and no newer one
// that took something away from it (ADR 22).
func (s *Store) Current(ctx context.Context) error {
	schema, program, err := s.Versions(ctx)
	if err != nil {
		return err
	}
	return s.Supports(ctx, schema, program)
}

// Supports is Current for Versions that were read before.
func (s *Store) Supports(ctx context.Context, schema, program int64) error {
	switch {
	case schema < program:
		return fmt.Errorf("the schema is at version %d and this program needs %d: run orderdesk migrate up", schema, program)
	case schema == program:
		return nil
	}
	var oldest int64
	if err := s.probes.QueryRowContext(ctx, "SELECT oldest_program FROM schema_support").Scan(&oldest); err != nil {
		return translate(err)
	}
	if program < oldest {
		return fmt.Errorf("the schema is at version %d. It needs a program that knows version %d, and this one knows %d: start a newer version of orderdesk", schema, oldest, program)
	}
	return nil
}

// knows returns the last step that this program knows.
func (s *Store) knows() int64 { return latest(s.migrator.folder) }

func latest(folder string) int64 {
	version := max(riverSteps[len(riverSteps)-1].version, dataSteps[len(dataSteps)-1].version)
	files, _ := fs.Glob(migrations, "migrations/"+folder+"/*.sql")
	for _, f := range files {
		if v, err := goose.NumericComponent(f); err == nil && v > version {
			version = v
		}
	}
	return version
}

func (s *Store) provider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+s.migrator.folder)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	for i, step := range riverSteps {
		down := -1
		if i > 0 {
			down = riverSteps[i-1].target
		}
		options = append(options, goose.WithGoMigrations(goose.NewGoMigration(step.version,
			&goose.GoFunc{RunTx: onceOnly(step.version, s.moveRiver(rivermigrate.DirectionUp, step.target))},
			&goose.GoFunc{RunTx: s.moveRiver(rivermigrate.DirectionDown, down)})))
	}
	for _, step := range dataSteps {
		run := func(ctx context.Context, tx *sql.Tx) error { return step.run(s, ctx, tx) }
		options = append(options, goose.WithGoMigrations(goose.NewGoMigration(step.version,
			&goose.GoFunc{RunTx: onceOnly(step.version, run)},
			&goose.GoFunc{RunTx: func(context.Context, *sql.Tx) error { return nil }})))
	}
	if s.migrator.lock {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(s.migrator.dialect, db, files, options...)
}

// onceOnly returns a step that fails if another process has already applied it. Otherwise the step would do nothing and
// be recorded twice.
func onceOnly(version int64, step func(context.Context, *sql.Tx) error) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		var taken int
		if err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM goose_db_version WHERE version_id = %d AND is_applied", version)).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return fmt.Errorf("another process has applied step %d", version)
		}
		return step(ctx, tx)
	}
}

func (s *Store) moveRiver(direction rivermigrate.Direction, target int) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		m, err := rivermigrate.New(s.driver, nil)
		if err != nil {
			return err
		}
		//nolint:staticcheck // in its own transaction River's migrator takes no lock; our steps are those that may share one
		_, err = m.MigrateTx(ctx, tx, direction, &rivermigrate.MigrateOpts{TargetVersion: target})
		return err
	}
}
