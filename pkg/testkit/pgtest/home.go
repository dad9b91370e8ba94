package pgtest

import (
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

// baseDir is not TMPDIR: a socket's path must stay under 108 bytes, and the server's account must be able to reach it.
const baseDir = "/tmp"

// keeper ends the server and removes its directory, when this process closes the pipe it reads or dies in whatever way,
// SIGKILL included. It is the only way in which a server ends, so that each ordinary stop proves it.
//
// The server is told by SIGQUIT, its quickest stop, and has gone once its postmaster.pid has. The pid file is not there
// if the server never started or has crashed. A process that is still starting may write while we remove: so try again.
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

// home is a server's directory, and what makes sure that it and the server go away.
type home struct {
	dir     string
	account *syscall.Credential // whose the directory is; nil for our own
	close   func() error        // ends the server, removes the directory and returns when both are done
}

func openHome(ctx context.Context, account *syscall.Credential) (*home, error) {
	dir, err := os.MkdirTemp(baseDir, "pgtest")
	if err != nil {
		return nil, fmt.Errorf("make a directory for PostgreSQL: %w", err)
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
			return fmt.Errorf("give the directory to PostgreSQL's account: %w", err)
		}
	}
	watch := exec.CommandContext(ctx, "/bin/sh", "-c", keeper, "keeper", h.dir)
	watch.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // out of reach of a Ctrl-C or a kill of our process group
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

// command is a program of PostgreSQL that runs in the directory as its owner, in a session of its own so that a Ctrl-C
// is not for it, and without our environment, where PG variables would count.
func (h *home) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = h.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: h.account}
	return cmd
}

// serverAccount is the account that PostgreSQL runs as: our own, save that it refuses to run as root.
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
	return nil, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody for it")
}
