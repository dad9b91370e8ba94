package pgtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"sync"
	"syscall"
)

// baseDir returns the directory in which the servers' directories are: TEST_DATABASE_DIR, or /tmp. It is not TMPDIR, because a
// socket's path must stay under 108 bytes and the server's account must be able to reach it.
func baseDir() string { return cmp.Or(os.Getenv("TEST_DATABASE_DIR"), "/tmp") }

// keeper stops the server and removes its directory when this process closes the pipe that it reads. That also happens
// if this process dies, even by SIGKILL. Every normal stop uses it too, so that it is tested all the time.
//
// It stops the server by SIGQUIT, the quickest way. The server has ended when postmaster.pid is gone. That file does
// not exist if the server never started or has crashed. A starting process may still write while the keeper removes
// files, so it tries again.
const keeper = `
read -r nothing
pidfile="$1/data/postmaster.pid"
if read -r pid 2>/dev/null <"$pidfile"; then
	kill -QUIT "$pid"
	n=0
	while [ -e "$pidfile" ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done
fi
n=0
until rm -rf "$1" || [ $n -ge 50 ]; do sleep 0.1; n=$((n+1)); done
[ ! -e "$1" ]`

// home is a server's directory and the process that cleans up.
type home struct {
	dir     string
	account *syscall.Credential // the owner of the directory; nil for our own account
	close   func() error        // stops the server, removes the directory and returns once both are done
}

func openHome(ctx context.Context, account *syscall.Credential) (*home, error) {
	dir, err := os.MkdirTemp(baseDir(), "pgtest")
	if err != nil {
		return nil, fmt.Errorf("create a directory for PostgreSQL: %w", err)
	}
	h := &home{dir: dir, account: account}
	if err := h.start(context.WithoutCancel(ctx)); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return h, nil
}

func (h *home) start(ctx context.Context) error {
	if h.account != nil {
		if err := os.Chown(h.dir, int(h.account.Uid), int(h.account.Gid)); err != nil {
			return fmt.Errorf("change the owner of the directory to PostgreSQL's account: %w", err)
		}
	}
	watch := exec.CommandContext(ctx, "/bin/sh", "-c", keeper, "keeper", h.dir)
	watch.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a Ctrl-C or a kill of our process group must not reach it
	pipe, err := watch.StdinPipe()
	if err != nil {
		return fmt.Errorf("open the keeper's pipe: %w", err)
	}
	if err := watch.Start(); err != nil {
		return fmt.Errorf("start the keeper: %w", err)
	}
	h.close = sync.OnceValue(func() error { return letGo(pipe, watch) })
	return nil
}

func letGo(pipe io.Closer, watch *exec.Cmd) error {
	if err := pipe.Close(); err != nil {
		return fmt.Errorf("close the keeper's pipe: %w", err)
	}
	if err := watch.Wait(); err != nil {
		return fmt.Errorf("remove PostgreSQL's directory: %w", err)
	}
	return nil
}

// command runs a program of PostgreSQL in the directory as its owner. It has its own session, so that a Ctrl-C does not
// reach it, and an empty environment, because PG variables would change its behaviour.
func (h *home) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = h.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: h.account}
	return cmd
}

// serverAccount is the account that runs PostgreSQL: our own, or another one if we are root, because PostgreSQL refuses
// root.
func serverAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("read the account %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody to run it")
}
