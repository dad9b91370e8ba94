// Package pgtest gives tests a real PostgreSQL: a throw-away server that needs only PostgreSQL's programs, and a new
// database for each test.
//
// Tests call [Database]. Its server is the one of TEST_DATABASE_URL, or one that the package starts once in a test
// process. `make test` starts one for all packages, with the command withpg.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a running throw-away PostgreSQL server. Its files are removed when it stops.
type Server struct {
	// URL connects to the database "postgres" as the superuser, over a Unix socket.
	URL string

	home    *home
	bin     binaries
	args    []string // of the program postgres
	process *os.Process
	exited  chan struct{} // closed when the server process has ended
}

// Layout says where a server's files are. The zero value is: in its own directory.
type Layout struct {
	Data string // an empty directory for everything, or one with the data of an earlier server; its files stay when the server stops
	WAL  string // an empty directory for the write-ahead log alone
}

// durabilityOff gives up surviving a crash of the machine for speed. Autovacuum is off, because its workers would visit
// every test's database, and because a plan must not change during a test.
var durabilityOff = []string{
	"fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=200",
}

// Start starts a new PostgreSQL server and returns when it answers. Settings such as "fsync=on" override the fast ones.
// The context limits the start only; the server ends with Stop or with this process, however it ends. If there are no
// server programs, the error says what to install.
func Start(ctx context.Context, log *slog.Logger, settings ...string) (*Server, error) {
	return StartIn(ctx, log, Layout{}, settings...)
}

// StartIn is Start for a server with files in other places.
func StartIn(ctx context.Context, log *slog.Logger, where Layout, settings ...string) (*Server, error) {
	s, err := open(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx, where, settings); err != nil {
		return nil, errors.Join(err, s.home.close())
	}
	log.DebugContext(ctx, "PostgreSQL started", "binaries", s.bin.dir, "url", s.URL)
	return s, nil
}

// open returns a server that has a directory but no data yet.
func open(ctx context.Context) (*Server, error) {
	bin, err := findBinaries(ctx, os.Getenv, installDirs)
	if err != nil {
		return nil, err
	}
	account, err := serverAccount()
	if err != nil {
		return nil, err
	}
	home, err := openHome(ctx, account)
	if err != nil {
		return nil, err
	}
	return &Server{home: home, bin: bin, URL: socketURL(home.dir)}, nil
}

// Stop stops the server and removes its files. A second call does nothing.
func (s *Server) Stop() error {
	if err := s.home.close(); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

func (s *Server) start(ctx context.Context, where Layout, settings []string) error {
	create := []string{"-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"}
	for _, dir := range []string{where.Data, where.WAL} {
		if dir != "" && s.home.account != nil {
			if err := os.Chown(dir, int(s.home.account.Uid), int(s.home.account.Gid)); err != nil {
				return fmt.Errorf("change the owner of the directory to PostgreSQL's account: %w", err)
			}
		}
	}
	if where.Data != "" {
		if err := os.Symlink(where.Data, filepath.Join(s.home.dir, "data")); err != nil {
			return fmt.Errorf("lead to the directory of the data: %w", err)
		}
	}
	if where.WAL != "" {
		create = append(create, "--waldir="+where.WAL)
	}
	if _, err := os.Stat(filepath.Join(where.Data, "PG_VERSION")); where.Data == "" || err != nil {
		if out, err := s.home.command(ctx, s.bin.initdb(), create...).CombinedOutput(); err != nil {
			return fmt.Errorf("initdb: %w\n%s", err, out)
		}
	}
	s.args = []string{"-D", "data", "-k", s.home.dir, "-p", port, "-c", "listen_addresses="}
	for _, setting := range append(durabilityOff, settings...) {
		s.args = append(s.args, "-c", setting)
	}
	return s.launch(ctx)
}

// launch starts the server's process on its data and returns when it answers.
func (s *Server) launch(ctx context.Context) error {
	postgres := s.home.command(context.WithoutCancel(ctx), s.bin.postgres(), s.args...)
	log, err := os.OpenFile(s.home.logFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("create the server's log: %w", err)
	}
	defer log.Close() // the server has its own descriptor
	postgres.Stdout, postgres.Stderr = log, log
	s.exited = make(chan struct{})
	if err := postgres.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.process = postgres.Process
	go s.reap(postgres, s.exited)
	return s.ready(ctx)
}

// reap waits for the server's end. It also keeps the home reachable until then: if a Server without references were
// garbage collected, its keeper's pipe would be closed and the server would stop.
func (s *Server) reap(postgres *exec.Cmd, exited chan struct{}) {
	_ = postgres.Wait() // only the end matters; the waiting caller shows the log
	runtime.KeepAlive(s.home)
	close(exited)
}

// ready returns when the server accepts connections. Its error contains the server's log.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			return fmt.Errorf("PostgreSQL ended while starting:\n%s", s.home.logTail())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, s.home.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// port only names the socket. It is also in the URL, so that PGPORT in the environment has no effect.
const port = "5432"

func socketURL(dir string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres"}
	u.RawQuery = url.Values{"host": {dir}, "port": {port}}.Encode()
	return u.String()
}

func (h *home) logFile() string { return filepath.Join(h.dir, "log") }

func (h *home) logTail() []byte {
	const maxLog = 4 << 10
	log, err := os.ReadFile(h.logFile())
	if err != nil {
		return []byte(err.Error())
	}
	return bytes.TrimSpace(log[max(0, len(log)-maxLog):])
}
