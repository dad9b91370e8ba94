package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Crash kills every process of the server at once, as a machine that stops. Its data are as they were on the disk.
func (s *Server) Crash() error {
	children := s.children()
	if err := s.process.Kill(); err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
	}
	<-s.exited
	return s.gone(children)
}

// Shut stops the server's processes in the usual way (SIGINT): it ends every session. The data stay, and Restart starts it again.
func (s *Server) Shut() error {
	if err := s.process.Signal(syscall.SIGINT); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	select {
	case <-s.exited:
		return nil
	case <-time.After(30 * time.Second):
		return errors.New("PostgreSQL does not stop")
	}
}

// Freeze stops every process of the server without ending it, as a machine that hangs, until Thaw.
func (s *Server) Freeze() { s.signalAll(syscall.SIGSTOP) }

// Thaw continues a server after Freeze.
func (s *Server) Thaw() { s.signalAll(syscall.SIGCONT) }

func (s *Server) signalAll(signal syscall.Signal) {
	for _, pid := range append([]int{s.process.Pid}, s.children()...) {
		_ = syscall.Kill(pid, signal) // it may have ended by itself
	}
}

// Exited reports whether the server has ended by itself.
func (s *Server) Exited() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// Restart starts the server on its data, after Crash, Shut or an end of its own.
func (s *Server) Restart(ctx context.Context) error { return s.launch(ctx) }

// Standby starts a second server that follows this one. This one must allow it: the setting synchronous_standby_names, for example.
// Stop stops it.
func (s *Server) Standby(ctx context.Context, settings ...string) (*Server, error) {
	program, err := s.bin.program("pg_basebackup")
	if err != nil {
		return nil, err
	}
	follower, err := open(ctx)
	if err != nil {
		return nil, err
	}
	copied := follower.home.command(ctx, program, "-D", "data", "-h", s.home.dir, "-p", port, "-U", "postgres", "-R", "-c", "fast", "--no-sync")
	if out, err := copied.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("pg_basebackup: %w\n%s", err, out), follower.home.close())
	}
	follower.args = []string{"-D", "data", "-k", follower.home.dir, "-p", port, "-c", "listen_addresses="}
	for _, setting := range append(durabilityOff, settings...) {
		follower.args = append(follower.args, "-c", setting)
	}
	if err := follower.launch(ctx); err != nil {
		return nil, errors.Join(err, follower.home.close())
	}
	return follower, nil
}

// Promote makes a standby a server of its own, which takes writes.
func (s *Server) Promote(ctx context.Context) error {
	program, err := s.bin.program("pg_ctl")
	if err != nil {
		return err
	}
	if out, err := s.home.command(ctx, program, "promote", "-D", "data", "-w", "-t", "30").CombinedOutput(); err != nil {
		return fmt.Errorf("promote the standby: %w\n%s", err, out)
	}
	return nil
}

// LogTail returns the end of the server's log.
func (s *Server) LogTail() string { return string(s.home.logTail()) }

// PID is the id of the server's first process. All others descend from it.
func (s *Server) PID() int { return s.process.Pid }

// SocketDir is the directory of the server's socket, for an address with several servers.
func (s *Server) SocketDir() string { return s.home.dir }

// children lists the processes that the server has started.
func (s *Server) children() []int {
	pid := s.process.Pid
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	var list []int
	for _, field := range strings.Fields(string(raw)) {
		if child, err := strconv.Atoi(field); err == nil {
			list = append(list, child)
		}
	}
	return list
}

// gone waits until none of the processes runs, because a server does not start while one of the old ones does.
func (s *Server) gone(pids []int) error {
	for range 500 {
		alive := false
		for _, pid := range pids {
			alive = alive || syscall.Kill(pid, 0) == nil && !zombie(pid)
		}
		if !alive {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("processes of PostgreSQL outlive a SIGKILL")
}

// zombie reports whether the process has ended and only waits for its parent.
func zombie(pid int) bool {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(raw), ") ")
	return strings.HasPrefix(after, "Z")
}
