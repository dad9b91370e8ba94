package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// replica is one process of the service.
type replica struct {
	name    string
	program string
	args    []string
	env     []string
	log     *lines

	mu      sync.Mutex
	cmd     *exec.Cmd
	exited  chan struct{}
	url     string
	metrics string
	ready   atomic.Bool
}

// start runs the process and returns once it listens.
func (r *replica) start() error {
	cmd := exec.Command(r.program, r.args...)
	cmd.Env, cmd.Stderr = r.env, r.log
	from := r.log.len()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", r.name, err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	r.mu.Lock()
	r.cmd, r.exited = cmd, exited
	r.mu.Unlock()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-exited:
			return fmt.Errorf("%s ended while starting: %s", r.name, r.log.since(from))
		default:
		}
		for line := range strings.Lines(r.log.since(from)) {
			var l struct {
				Msg, Address   string
				MetricsAddress string `json:"metrics_address"`
			}
			if json.Unmarshal([]byte(line), &l) == nil && l.Msg == "serving" {
				r.mu.Lock()
				r.url, r.metrics = "http://"+l.Address, "http://"+l.MetricsAddress
				r.mu.Unlock()
				return nil
			}
		}
	}
	return fmt.Errorf("%s does not start: %s", r.name, r.log.since(from))
}

// address is where the process listens.
func (r *replica) address() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.url
}

func (r *replica) pid() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cmd.Process.Pid
}

// signal sends a signal, and waits for the end of the process.
func (r *replica) signal(s syscall.Signal) error {
	r.mu.Lock()
	cmd, exited := r.cmd, r.exited
	r.mu.Unlock()
	if s == syscall.SIGKILL {
		r.ready.Store(false) // the next probe would notice
	}
	if cmd == nil {
		return nil
	}
	_ = cmd.Process.Signal(s) // it may have ended by itself
	select {
	case <-exited:
		return nil
	case <-time.After(35 * time.Second):
		_ = cmd.Process.Kill()
		<-exited
		return errors.New(r.name + " did not end within 35 s of the signal")
	}
}

func (r *replica) kill() { _ = r.signal(syscall.SIGKILL) }

// probe asks /readyz, as a load balancer does.
func (r *replica) probe(client *http.Client) (status int, body string) {
	res, err := client.Get(r.address() + "/readyz")
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	return res.StatusCode, b.String()
}

// lines collects what a process logs.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Len()
}

func (l *lines) since(from int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b.Bytes()[from:])
}

// balancer sends each request to a replica that is ready.
type balancer struct {
	list []*replica
	turn atomic.Uint64
	stop chan struct{}
	done chan struct{}
}

const probeEvery = 100 * time.Millisecond

func newBalancer(list []*replica) *balancer {
	b := &balancer{list: list, stop: make(chan struct{}), done: make(chan struct{})}
	go b.watch()
	return b
}

func (b *balancer) watch() {
	defer close(b.done)
	client := &http.Client{Timeout: 2 * time.Second}
	for {
		var all sync.WaitGroup
		for _, r := range b.list {
			all.Go(func() {
				status, _ := r.probe(client)
				r.ready.Store(status == http.StatusOK)
			})
		}
		all.Wait()
		select {
		case <-b.stop:
			client.CloseIdleConnections()
			return
		case <-time.After(probeEvery):
		}
	}
}

func (b *balancer) close() {
	close(b.stop)
	<-b.done
}

// next is the address of a ready replica, or of any if none is ready.
func (b *balancer) next() string {
	n := b.turn.Add(1)
	for i := range b.list {
		if r := b.list[(int(n)+i)%len(b.list)]; r.ready.Load() {
			return r.address()
		}
	}
	return b.list[int(n)%len(b.list)].address()
}

// green reports whether every replica is ready.
func (b *balancer) green() bool {
	for _, r := range b.list {
		if !r.ready.Load() {
			return false
		}
	}
	return true
}
