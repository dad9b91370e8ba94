package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

func (p program) demo(ctx context.Context, args []string) error {
	f := p.flags("demo", "[flags]", "Runs the service with a demo company, on this machine alone. It needs no configuration. It keeps all its data in one\n"+
		"directory: your changes are kept, and deleting the directory starts again from the beginning.")
	addr := f.String("addr", "127.0.0.1:8080", "`address` to listen on, of this machine alone; port 0 picks a free port")
	data := f.String("data", "var", "`directory` of the database, the e-mails and the development secret")
	level := f.String("log", "warn", "the log `level`: debug, info, warn or error; info logs every request")
	if err := parse(f, args); err != nil {
		return err
	}
	if !loopback(*addr) {
		return misuse("other machines can reach --addr %s, and everybody who reaches the demo may do everything, because its tokens are public.\n"+
			"Use an address of this machine alone, such as 127.0.0.1:8080, or run orderdesk serve", *addr)
	}
	var log config.Log
	if err := log.Level.UnmarshalText([]byte(*level)); err != nil {
		return misuse("--log %q: write debug, info, warn or error", *level)
	}
	log.Format = "text"
	dir, err := filepath.Abs(*data)
	if err != nil {
		return err
	}
	return p.runDemo(ctx, *addr, dir, logger(p.stderr, log))
}

// thisMachine is the networks of this machine. The demo sends webhooks to them and to the public internet.
var thisMachine = webhook.Networks{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func (p program) runDemo(ctx context.Context, addr, dir string, log *slog.Logger) error {
	l, err := listen(ctx, "--addr (127.0.0.1:0 picks a free port)", addr)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("create the demo's directory: %w\nChoose another with --data", err)
	}
	cfg := config.Demo(addr, dir)
	if cfg.CORSOrigins, err = config.Origins(p.env); err != nil {
		return err
	}
	if cfg.Tokens.Secret, err = keepSecret(dir); err != nil {
		return err
	}
	if cfg.Webhooks.Keys, err = keepWebhookKey(dir); err != nil {
		return err
	}
	cfg.Webhooks.Allowed = thisMachine
	cfg.PublicURL = "http://" + l.Addr().String()
	fresh, err := p.prepare(ctx, cfg, dir, log)
	if err != nil {
		return err
	}
	st, err := p.openChecked(ctx, cfg.Database, "", log, checkServing)
	if err != nil {
		return err
	}
	roles, err := p.roles(cfg)
	if err != nil {
		st.Close()
		return err
	}
	s, err := newService(ctx, cfg, st, log, p.now, roles)
	if err != nil {
		st.Close()
		return err
	}
	defer s.close()
	s.listener = l
	welcome, err := p.welcome(ctx, s, dir, roles, fresh)
	if err != nil {
		return err
	}
	fmt.Fprint(p.stdout, welcome)
	if err := s.run(ctx, 0); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\nStopped. Your data is kept in %s.\n", dir)
	return nil
}

// roles returns a person for each role, with a token.
func (p program) roles(cfg config.Config) ([]console.Role, error) {
	issuer, err := auth.NewIssuer([]byte(cfg.Tokens.Secret.Reveal()), cfg.Tokens.Issuer, cfg.Tokens.Audience, p.now)
	if err != nil {
		return nil, err
	}
	var roles []console.Role
	for _, who := range demo.People() {
		token, err := issuer.Issue(auth.Grant{Actor: who, TTL: tokenTTL})
		if err != nil {
			return nil, err
		}
		roles = append(roles, console.Role{Role: string(who.Roles[0]), Name: who.Name, Token: token})
	}
	return roles, nil
}

// prepare creates the demo's database if it does not exist, and brings its schema up to date. It reports whether it
// created it. It fills a temporary directory and moves it into place, so that an interrupted start leaves no partial
// company.
func (p program) prepare(ctx context.Context, cfg config.Config, dir string, log *slog.Logger) (fresh bool, err error) {
	file := filepath.Join(dir, "orderdesk.db")
	if _, err := os.Stat(file); err == nil {
		return false, p.catchUp(ctx, cfg, log)
	}
	fmt.Fprintln(p.stdout, "Creating a demo company …")
	temporary, err := os.MkdirTemp(dir, ".making-*")
	if err != nil {
		return false, fmt.Errorf("create the demo company: %w", err)
	}
	defer func() { _ = os.RemoveAll(temporary) }()
	made := config.Demo("", temporary)
	if err := p.fill(ctx, made, log); err != nil {
		return false, err
	}
	if err := moveAll(made.Mail.Dir, cfg.Mail.Dir); err != nil {
		return false, fmt.Errorf("move the e-mails into place: %w", err)
	}
	for _, suffix := range []string{"-wal", ""} { // the log, if SQLite has left one, before the database that needs it
		err := os.Rename(filepath.Join(temporary, filepath.Base(file))+suffix, file+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
			return false, fmt.Errorf("move the database into place: %w", err)
		}
	}
	return true, nil
}

func (p program) fill(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	return p.onMigrated(ctx, cfg, log, func(st *store.Store) error {
		return demo.Fill(ctx, demo.Options{Store: st, Now: p.now(), MailDir: cfg.Mail.Dir, MailFrom: cfg.Mail.From.Address, Log: log})
	})
}

// catchUp migrates the database of an earlier demo.
func (p program) catchUp(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	return p.onMigrated(ctx, cfg, log, func(st *store.Store) error { return requireDemoCompany(ctx, st, cfg) })
}

// onMigrated brings the schema of a demo's database up to date, and then runs the work on it.
func (p program) onMigrated(ctx context.Context, cfg config.Config, log *slog.Logger, work func(*store.Store) error) error {
	st, err := p.openStore(ctx, cfg.Database, "", log)
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Migrate(ctx); err != nil {
		return err
	}
	return work(st)
}

// requireDemoCompany returns an error if the database has no demo company.
func requireDemoCompany(ctx context.Context, st *store.Store, cfg config.Config) error {
	_, err := st.For(demo.Company).Company(ctx)
	if fault.Is(err, fault.CompanyNotSeller) {
		return fmt.Errorf("%s is not a demo's database: it has no demo company\nChoose another directory with --data", cfg.Database.Reveal())
	}
	return err
}

func moveAll(from, to string) error {
	if err := os.MkdirAll(to, 0o750); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// loopback reports whether only this machine can reach an address to listen on.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
