package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

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
	lock    bool // take a session lock, so that replicas that start together apply each migration once
}

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
}

// Migrate brings the schema up to date and returns how many steps it applied.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	applied := 0
	for lost := 0; ; lost++ {
		p, err := s.provider()
		if err != nil {
			return applied, err
		}
		done, err := p.Up(ctx)
		if partly := (*goose.PartialError)(nil); errors.As(err, &partly) {
			done = partly.Applied
		}
		applied += len(done)
		if err == nil {
			return applied, nil
		}
		// SQLite has no session lock. Another process may apply a step first; it then fails here although it is
		// applied.
		if s.migrator.lock || lost == len(p.ListSources()) {
			return applied, fmt.Errorf("migrate: %w", err)
		}
	}
}

// MigrateDown undoes the last step.
func (s *Store) MigrateDown(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := p.Down(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return fmt.Errorf("migrate down: %w", err)
	}
	return nil
}

// Migrations lists every step and whether it is applied.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	states, err := p.Status(ctx)
	if err != nil {
		return nil, translate(err)
	}
	steps := make([]Migration, len(states))
	for i, st := range states {
		steps[i] = Migration{st.Source.Version, st.Source.Path, st.State == goose.StateApplied}
		if st.Source.Type == goose.TypeGo {
			steps[i].Source = "the job queue's tables"
		}
		for _, data := range dataSteps {
			if data.version == st.Source.Version {
				steps[i].Source = data.source
			}
		}
	}
	return steps, nil
}

// Current returns an error unless the schema is the one that this program was built for.
func (s *Store) Current(ctx context.Context) error {
	var version int64
	if err := s.probes.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version); err != nil {
		if fault := translate(err); fault != err { //nolint:errorlint // was it translated?
			return fault
		}
		return fmt.Errorf("the database has no schema yet: run orderdesk migrate up (%w)", err)
	}
	if want := latest(s.migrator.folder); version != want {
		return fmt.Errorf("the schema is at version %d and this program needs %d: run orderdesk migrate up", version, want)
	}
	return nil
}

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

func (s *Store) provider() (*goose.Provider, error) {
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
	return goose.NewProvider(s.migrator.dialect, s.db, files, options...)
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
