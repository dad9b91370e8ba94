package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// databaseWait is how long a command waits for the database's first answer.
const databaseWait = 10 * time.Second

// openStore opens the database at the address and checks that it answers. A read replica may be away.
func (p program) openStore(ctx context.Context, address, replica config.Secret, log *slog.Logger) (*store.Store, error) {
	return p.openChecked(ctx, address, replica, log, checkSession)
}

// openCurrent is openStore for commands that need an up-to-date schema.
func (p program) openCurrent(ctx context.Context, address, replica config.Secret, log *slog.Logger) (*store.Store, error) {
	return p.openChecked(ctx, address, replica, log, checkCurrent)
}

func (p program) openChecked(ctx context.Context, address, replica config.Secret, log *slog.Logger, check func(context.Context, *store.Store, *slog.Logger) error) (*store.Store, error) {
	st, err := p.open(ctx, address, replica, log)
	if err != nil {
		return nil, err
	}
	if err := check(ctx, st, log); err != nil {
		st.Close()
		return nil, err
	}
	return st, nil
}

// open reads the address. Nothing is connected yet.
func (p program) open(ctx context.Context, address, replica config.Secret, log *slog.Logger) (*store.Store, error) {
	st, err := store.Open(ctx, address.Reveal(), store.Options{Log: log, Now: p.now, ReadURL: replica.Reveal()})
	if err != nil {
		return nil, fmt.Errorf("%w\nCheck DATABASE_URL", err)
	}
	return st, nil
}

// checkSession checks that the database answers, and that its sessions are what this program needs.
func checkSession(ctx context.Context, st *store.Store, log *slog.Logger) error {
	waiting, cancel := context.WithTimeout(ctx, databaseWait)
	defer cancel()
	if err := st.Ping(waiting); err != nil {
		return fmt.Errorf("the database does not answer: %w\nCheck DATABASE_URL, and that the database is running", plain(err))
	}
	session, err := st.Session(waiting)
	if err != nil {
		return plain(err)
	}
	if len(session.Loses) > 0 {
		log.WarnContext(ctx, "a crash of the database server can lose what was acknowledged", "settings", strings.Join(session.Loses, ", "))
	}
	return nil
}

// checkCurrent is checkSession and then a check of the schema. One after the other, because behind a pooler the second would take part in
// what the first looks for: sessions that mix up prepared statements.
func checkCurrent(ctx context.Context, st *store.Store, log *slog.Logger) error {
	if err := checkSession(ctx, st, log); err != nil {
		return err
	}
	schema, program, err := st.Versions(ctx)
	if err == nil {
		err = st.Supports(ctx, schema, program)
	}
	if err != nil {
		return plain(err)
	}
	if schema > program {
		log.WarnContext(ctx, "this program is older than the schema, and can work on it", "schema", schema, "program", program)
	}
	return nil
}

// checkServing is checkCurrent for a process that writes events. It prepares a feed that is in another database than before. Whether events
// were copied into its own database is left to service.run: with many companies that takes longer than all other checks.
func checkServing(ctx context.Context, st *store.Store, log *slog.Logger) error {
	if err := checkCurrent(ctx, st, log); err != nil {
		return err
	}
	home, err := st.System().FeedAtHome(ctx)
	if err != nil {
		return fmt.Errorf("prepare the feed of events: %w", plain(err))
	}
	if home {
		return nil
	}
	return continueFeed(ctx, st, log)
}

// withStore runs a command's work on the database at DATABASE_URL, which must have an up-to-date schema.
func (p program) withStore(ctx context.Context, work func(*store.Store) error) error {
	return p.onDatabase(ctx, p.openCurrent, work)
}

// withAnySchema is withStore for commands that also work on an older schema, or on none.
func (p program) withAnySchema(ctx context.Context, work func(*store.Store) error) error {
	return p.onDatabase(ctx, p.openStore, work)
}

type opener func(ctx context.Context, address, replica config.Secret, log *slog.Logger) (*store.Store, error)

func (p program) onDatabase(ctx context.Context, open opener, work func(*store.Store) error) error {
	address, err := config.Database(p.env)
	if err != nil {
		return err
	}
	st, err := open(ctx, address, "", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer st.Close()
	return plain(work(st))
}

// plain returns an error for an operator. A fault has a text for clients of the API; its cause tells an operator more.
func plain(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	if cause := errors.Unwrap(f); cause != nil {
		return cause
	}
	return errors.New(f.Detail)
}
