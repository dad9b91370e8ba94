package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is the service or the floor.
type process struct {
	name    string
	program string
	args    []string
	env     []string
	cmd     *exec.Cmd
	log     *lastLines
	exited  chan struct{}
	address string // where it listens
}

// start starts it and returns when it listens.
func (p *process) start(ctx context.Context) error {
	p.log = &lastLines{serving: make(chan string, 1)}
	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), p.program, p.args...)
	p.cmd.Env, p.cmd.Stderr = p.env, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it must not outlive this process
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.exited = make(chan struct{})
	go func() {
		_ = p.cmd.Wait() // its log says why
		close(p.exited)
	}()
	select {
	case p.address = <-p.log.serving:
		return nil
	case <-p.exited:
		return fmt.Errorf("%s ended while starting: %s", p.name, p.log)
	case <-time.After(time.Minute):
		p.stop()
		return fmt.Errorf("%s does not start: %s", p.name, p.log)
	}
}

// stop ends it.
func (p *process) stop() {
	if p.cmd == nil || p.cmd.Process == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.exited:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// lastLines keeps the end of a log, and finds the line that says where the process listens.
type lastLines struct {
	mu      sync.Mutex
	b       bytes.Buffer
	found   bool
	serving chan string
}

const keptLog = 16 << 10

func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > keptLog {
		l.b.Reset()
	}
	l.b.Write(p)
	if !l.found {
		for line := range strings.Lines(l.b.String()) {
			var said struct{ Msg, Address string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "serving" {
				l.found = true
				l.serving <- said.Address
			}
		}
	}
	return len(p), nil
}

func (l *lastLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
