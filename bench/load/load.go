// Package load sends prepared HTTP requests over kept connections and notes how long each answer takes. It speaks just enough
// HTTP/1.1 for that, so that it takes little of the machine from the server it measures.
package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// Source returns the next request of a connection, as it goes over the wire. A nil request ends the connection's work. The bytes
// may be used again by the next call for the same connection.
type Source func(connection int) []byte

// Result is what a run measured.
type Result struct {
	Requests int64
	Failed   int64  // answers other than 2xx
	Failure  string // one of them
	Bytes    int64  // of the answers' bodies
	Took     time.Duration
	Latency  Histogram
}

// Rate is the number of requests a second.
func (r *Result) Rate() float64 { return float64(r.Requests) / r.Took.Seconds() }

// Add adds what another run measured.
func (r *Result) Add(o *Result) {
	r.Requests += o.Requests
	r.Failed += o.Failed
	r.Bytes += o.Bytes
	r.Took += o.Took
	r.Latency.Merge(&o.Latency)
	if o.Failure != "" {
		r.Failure = o.Failure
	}
}

// Run sends requests over n connections for a time, each after the answer of the one before.
func Run(ctx context.Context, address string, n int, d time.Duration, next Source) (*Result, error) {
	conns := make([]*connection, n)
	for i := range conns {
		c, err := dial(ctx, address)
		if err != nil {
			return nil, err
		}
		defer c.close()
		conns[i] = c
	}
	start := time.Now()
	end := start.Add(d)
	var wait sync.WaitGroup
	errs := make([]error, n)
	for i, c := range conns {
		wait.Go(func() { errs[i] = c.work(ctx, end, func() []byte { return next(i) }) })
	}
	wait.Wait()
	all := &Result{Took: time.Since(start)}
	for _, c := range conns {
		all.Add(&c.result)
	}
	return all, errors.Join(errs...)
}

// connection is a kept connection.
type connection struct {
	net    net.Conn
	in     *bufio.Reader
	result Result
}

func dial(ctx context.Context, address string) (*connection, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{net: c, in: bufio.NewReaderSize(c, 64<<10)}, nil
}

func (c *connection) close() { _ = c.net.Close() }

func (c *connection) work(ctx context.Context, end time.Time, next func() []byte) error {
	for now := time.Now(); now.Before(end) && ctx.Err() == nil; {
		request := next()
		if request == nil {
			return nil
		}
		if _, err := c.net.Write(request); err != nil {
			return fmt.Errorf("send: %w", err)
		}
		status, size, failure, err := c.answer(nil)
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		done := time.Now()
		c.result.Requests++
		c.result.Bytes += size
		c.result.Latency.Add(done.Sub(now))
		if status/100 != 2 {
			c.result.Failed++
			c.result.Failure = fmt.Sprintf("%d %s", status, failure)
		}
		now = done
	}
	return nil
}

// answer reads one answer. It keeps the body of a refusal, and that of any answer in the buffer if there is one.
func (c *connection) answer(keep *bytes.Buffer) (status int, size int64, failure string, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, "", err
	}
	if len(line) < 12 {
		return 0, 0, "", fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, "", fmt.Errorf("not an answer: %q", line)
	}
	length, chunked := int64(0), false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, "", err
		}
		if len(line) <= 2 {
			break
		}
		switch {
		case header(line, "content-length:"):
			if length, err = strconv.ParseInt(string(bytes.TrimSpace(line[15:])), 10, 64); err != nil {
				return 0, 0, "", err
			}
		case header(line, "transfer-encoding:"):
			chunked = true
		}
	}
	if keep == nil && status/100 != 2 {
		keep = &bytes.Buffer{}
		defer func() { failure = keep.String() }()
	}
	if !chunked {
		return status, length, "", c.read(length, keep)
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, "", err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return 0, 0, "", fmt.Errorf("not a chunk: %q", line)
		}
		if err := c.read(n, keep); err != nil {
			return 0, 0, "", err
		}
		if _, err := c.in.Discard(2); err != nil {
			return 0, 0, "", err
		}
		if n == 0 {
			return status, size, "", nil
		}
		size += n
	}
}

func (c *connection) read(n int64, keep *bytes.Buffer) error {
	if keep != nil {
		_, err := io.CopyN(keep, c.in, n)
		return err
	}
	for n > 0 {
		part, err := c.in.Discard(int(min(n, 64<<10)))
		if n -= int64(part); err != nil {
			return err
		}
	}
	return nil
}

// header reports whether a line is this header; the name is in lower case and ends with the colon.
func header(line []byte, name string) bool {
	return len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name))
}

// Once sends one request and returns the answer.
func Once(ctx context.Context, address string, request []byte) (status int, body []byte, err error) {
	c, err := dial(ctx, address)
	if err != nil {
		return 0, nil, err
	}
	defer c.close()
	if _, err := c.net.Write(request); err != nil {
		return 0, nil, err
	}
	var b bytes.Buffer
	status, _, _, err = c.answer(&b)
	return status, b.Bytes(), err
}
