package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/orderdesk/orderdesk/bench/load"
	"github.com/orderdesk/orderdesk/bench/meter"
)

// The answers of the server that both tools are tried on.
const (
	answerSize  = 6100                   // of details
	later       = 5 * time.Millisecond   // of /later
	muchLater   = 50 * time.Millisecond  // of one in seenLater of them
	seenLater   = 50                     // which is more than the hundredth that p99 leaves out
	stallEvery  = 2 * time.Second        // of /stall; a run of whole multiples has as many stalls as every other
	stallLength = 300 * time.Millisecond // no request is answered meanwhile
)

// serveAnswers is a server whose durations are known. It is a process of its own, so that its processor time can be measured.
func serveAnswers() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	body := bytes.Repeat([]byte("x"), answerSize)
	answer := func(delay func() time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if d := delay(); d > 0 {
				time.Sleep(d)
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body)
		}
	}
	var n atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/now", answer(func() time.Duration { return 0 }))
	mux.HandleFunc("/later", answer(func() time.Duration {
		if n.Add(1)%seenLater == 0 {
			return muchLater
		}
		return later
	}))
	mux.HandleFunc("/stall", answer(func() time.Duration {
		return max(later, stallLength-time.Duration(time.Now().UnixNano())%stallEvery)
	}))
	return serveOn(ctx, listener, mux)
}

// toolTable compares the tool that makes the load with wrk, on a server whose durations are known. Both send one request after the answer
// of the one before. wrk then corrects its latencies to those of a constant rate, so ours are corrected in the same way here. The other
// tables show latencies as they were measured.
func (s settings) toolTable(ctx context.Context) error {
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("the tool is compared with wrk, which is missing (Debian: apt-get install wrk)")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p := &process{name: "answers", program: self, args: []string{"answers"}, env: os.Environ()}
	if err := p.start(ctx); err != nil {
		return err
	}
	defer p.stop()
	var rows [][]string
	for _, path := range []string{"/now", "/later", "/stall"} {
		for _, conns := range s.conns {
			var best [2]figures
			var measured time.Duration
			for round := range max(1, s.rounds) {
				for i, run := range []func(context.Context, string, string, int) (figures, time.Duration, error){s.byUs, s.byWrk} {
					s.settle()
					before, err := meter.Take(p.pid())
					if err != nil {
						return err
					}
					f, more, err := run(ctx, p.address, path, conns)
					if err != nil {
						return err
					}
					after, err := meter.Take(p.pid())
					if err != nil {
						return err
					}
					f.server = time.Duration(after.Since(before).Trees[0].Seconds() / (f.rate * s.time.Seconds()) * 1e9)
					if round == 0 || f.rate > best[i].rate { // other work on the machine makes a run slower
						best[i] = f
						if i == 0 {
							measured = more
						}
					}
				}
			}
			ours, wrk := best[0], best[1]
			rows = append(rows, []string{
				path, strconv.Itoa(conns), thousands(int64(ours.rate)), thousands(int64(wrk.rate)), ratio(ours.rate, wrk.rate),
				micros(ours.server) + ", " + micros(wrk.server), micros(ours.tool) + ", " + micros(wrk.tool),
				millis(ours.p50) + ", " + millis(wrk.p50), millis(ours.p99) + ", " + millis(wrk.p99), millis(measured),
			})
			fmt.Fprintf(s.log, "%s, %d connections: %.0f and %.0f requests a second\n", path, conns, ours.rate, wrk.rate)
		}
	}
	fmt.Fprintf(s.out, "The tool of the bench and wrk, in turn on one server of net/http. Latencies are corrected to those of a constant rate, as wrk does. /now answers %.1f KB at once; /later after %s, and one in %d after %s; /stall after %s, but nothing for %s in every %s.\n\n",
		float64(answerSize)/1000, later, seenLater, muchLater, later, stallLength, stallEvery)
	table(s.out, strings.Split("path|connections|ours, req/s|wrk, req/s|ours/wrk|server CPU µs, ours, wrk|tool CPU µs, ours, wrk|p50 ms, ours, wrk|p99 ms, ours, wrk|p99 ms, ours, not corrected", "|"), rows)
	fmt.Fprintf(s.out, "Measured with %s.\n", commandLine())
	return nil
}

func (s settings) byUs(ctx context.Context, address, path string, conns int) (figures, time.Duration, error) {
	before, err := meter.Take()
	if err != nil {
		return figures{}, 0, err
	}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, address)
	r, err := load.Run(ctx, address, conns, s.time, func(int) []byte { return request })
	if err != nil {
		return figures{}, 0, err
	}
	after, err := meter.Take()
	if err != nil {
		return figures{}, 0, err
	}
	atRate := r.Latency.AtConstantRate(r.Took * time.Duration(conns) / time.Duration(r.Requests)) // as wrk does
	return figures{
		rate: r.Rate(), p50: atRate.Quantile(.5), p99: atRate.Quantile(.99), tool: after.Since(before).Own / time.Duration(r.Requests),
	}, r.Latency.Quantile(.99), nil
}

var (
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkQuantile = regexp.MustCompile(`(50|99)%\s+([\d.]+)(us|ms|s)\b`)
)

func (s settings) byWrk(ctx context.Context, address, path string, conns int) (f figures, _ time.Duration, err error) {
	c := exec.CommandContext(ctx, "wrk", "-t", strconv.Itoa(min(conns, 2)), "-c", strconv.Itoa(conns), "-d", strconv.Itoa(int(s.time.Seconds()))+"s", "--latency", "http://"+address+path)
	out, err := c.CombinedOutput()
	if err != nil {
		return f, 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	rate := wrkRate.FindSubmatch(out)
	quantiles := wrkQuantile.FindAllSubmatch(out, -1)
	if rate == nil || len(quantiles) != 2 {
		return f, 0, fmt.Errorf("wrk prints something else: %s", out)
	}
	if f.rate, err = strconv.ParseFloat(string(rate[1]), 64); err != nil {
		return f, 0, err
	}
	for i, into := range []*time.Duration{&f.p50, &f.p99} {
		if *into, err = time.ParseDuration(string(quantiles[i][2]) + string(quantiles[i][3])); err != nil {
			return f, 0, err
		}
	}
	f.tool = time.Duration((c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds() / (f.rate * s.time.Seconds()) * 1e9)
	return f, 0, nil
}
