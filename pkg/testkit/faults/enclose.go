package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// enclosed says that this process has its own table of mounts.
const enclosed = "ORDERDESK_FAULTS_ENCLOSED"

// enclose gives this process a table of mounts of its own, if it may: it runs the program again in one. File systems that a row
// mounts there are small, so that they can be full, and they end with the process.
func enclose() error {
	if os.Geteuid() != 0 || os.Getenv(enclosed) != "" {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), enclosed+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}
	var exit *exec.ExitError
	switch err := cmd.Run(); {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	}
	_ = os.Setenv(enclosed, "no") // the machine does not allow it; rows that need it say so
	return nil
}

// cannotMount says why no file system can be mounted here.
func cannotMount() string {
	if os.Getenv(enclosed) != "1" {
		return "it needs root, to mount a small file system"
	}
	return ""
}

// smallSize is how large each small file system is. What is on it must fit, and little more.
var smallSize = map[string]string{"data": "256m", "wal": "96m", "sqlite": "48m", "mail": "96m"}

// mount mounts a file system of this size.
func mount(size string) (dir string, unmount func(), err error) {
	if dir, err = os.MkdirTemp("/tmp", "faults"); err != nil {
		return "", nil, err
	}
	if err := syscall.Mount("none", dir, "tmpfs", 0, "mode=0755,size="+size); err != nil {
		return "", nil, fmt.Errorf("mount a file system of %s: %w", size, err)
	}
	return dir, func() {
		_ = syscall.Unmount(dir, syscall.MNT_DETACH)
		_ = os.Remove(dir)
	}, nil
}

// fill writes a file until the file system is full, and keeps it full until release.
func fill(dir string) (release func(), err error) {
	name := filepath.Join(dir, "filler")
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		piece := make([]byte, 4096)
		for {
			if _, err := f.Write(piece); err != nil { // it is full; somebody may free something
				select {
				case <-stop:
					return
				case <-time.After(2 * time.Millisecond):
				}
			}
		}
	}()
	return func() {
		close(stop)
		<-done
		_ = f.Close()
		_ = os.Remove(name)
	}, nil
}
