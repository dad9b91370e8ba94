// Command streamfigures measures what open streams of events cost, how long after a commit an event arrives, and the same of webhooks.
//
//	go run ./pkg/testkit/streamfigures
//	go run ./pkg/testkit/streamfigures -webhooks
//
// The service is a process of its own, so that its memory and CPU time are those of the streams.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

func main() {
	streams := flag.Int("streams", 500, "open streams")
	orders := flag.Int("orders", 200, "orders to place")
	webhooks := flag.Bool("webhooks", false, "measure webhooks instead of streams")
	flag.Parse()
	run := func(ctx context.Context) error { return measure(ctx, *streams, *orders) }
	if *webhooks {
		run = func(ctx context.Context) error { return measureWebhooks(ctx, *orders) }
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type desk struct {
	dir, url string
	process  *exec.Cmd
	env      []string
}

func measure(ctx context.Context, streams, orders int) error {
	d, err := start(ctx)
	if err != nil {
		return err
	}
	defer d.stop()
	company, err := d.run(ctx, "company", "add", "--name", "Figures", "--currency", "USD")
	if err != nil {
		return err
	}
	id := uuidIn(company)
	token := func(sub string) (string, error) { // five streams for each token
		out, err := d.run(ctx, "token", "--company", id, "--role", "Admin", "--sub", sub, "--ttl", "1h")
		return strings.TrimSpace(out), err
	}
	admin, err := token("admin")
	if err != nil {
		return err
	}
	if err := d.post(ctx, admin, "/v1/customers", `{"code":"BLOOM","name":"Bloom"}`, nil); err != nil {
		return err
	}
	before, err := d.usage()
	if err != nil {
		return err
	}
	sent := &times{at: map[string]time.Time{}}
	seen := make(chan time.Duration, streams*orders*2)
	var open, done sync.WaitGroup
	living, leave := context.WithCancel(ctx)
	defer leave()
	bearer := ""
	for i := range streams {
		if i%5 == 0 {
			if bearer, err = token(fmt.Sprint("reader-", i)); err != nil {
				return err
			}
		}
		open.Add(1)
		done.Go(func() { d.follow(living, bearer, open.Done, sent, seen) })
	}
	open.Wait()
	time.Sleep(2 * time.Second)
	idle, err := d.usage()
	if err != nil {
		return err
	}
	time.Sleep(20 * time.Second)
	rested, err := d.usage()
	if err != nil {
		return err
	}
	for range orders {
		began := time.Now()
		if err := d.post(ctx, admin, "/v1/orders", `{"customer_code":"BLOOM","ship_date":"2099-03-02","lines":[{"source":"on_hand","sku":"ROS","units":10,"unit_type":"stem","unit_price":"1.00"}]}`,
			func(orderID string) { sent.set(orderID, time.Now()) }); err != nil {
			return err
		}
		time.Sleep(max(0, 50*time.Millisecond-time.Since(began)))
	}
	time.Sleep(2 * time.Second)
	after, err := d.usage()
	if err != nil {
		return err
	}
	leave()
	done.Wait()
	close(seen)
	var delays []time.Duration
	for delay := range seen {
		delays = append(delays, delay)
	}
	slices.Sort(delays)
	if len(delays) == 0 {
		return errors.New("no event arrived")
	}
	part := func(p int) time.Duration {
		return delays[min(len(delays)-1, len(delays)*p/100)].Round(100 * time.Microsecond)
	}
	fmt.Printf("%d streams: %.1f MB more, %.0f kB each; idle %.2f %% of a CPU\n", streams, float64(idle.memory-before.memory)/1e6,
		float64(idle.memory-before.memory)/1e3/float64(streams), (rested.cpu-idle.cpu).Seconds()/20*100)
	fmt.Printf("%d orders, one each 50 ms: %d events arrived; %.2f ms of CPU for an order with all its deliveries; %.1f MB more\n", orders, len(delays),
		(after.cpu-rested.cpu).Seconds()*1000/float64(orders), float64(after.memory-before.memory)/1e6)
	fmt.Printf("from the answer of the write to the arrival: p50 %s, p99 %s (negative: the event was first)\n", part(50), part(99))
	return nil
}

// times is when each order's write was answered.
type times struct {
	sync.Mutex
	at map[string]time.Time
}

func (t *times) set(id string, at time.Time) {
	t.Lock()
	defer t.Unlock()
	t.at[id] = at
}

// wait returns when the write was answered, which may be after the event arrived.
func (t *times) wait(id string) time.Time {
	for range 1000 {
		t.Lock()
		at := t.at[id]
		t.Unlock()
		if !at.IsZero() {
			return at
		}
		time.Sleep(10 * time.Millisecond)
	}
	return time.Time{}
}

// follow reads a stream until the context ends.
func (d *desk) follow(ctx context.Context, token string, open func(), sent *times, seen chan<- time.Duration) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"/v1/events?types=order.placed", nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		panic(res.Status)
	}
	open()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		arrived := time.Now()
		_, rest, _ := strings.Cut(data, `"order":{"id":"`)
		seen <- arrived.Sub(sent.wait(rest[:36]))
	}
}

func (d *desk) post(ctx context.Context, token, path, body string, answered func(orderID string)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", uuid.NewString())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s %s (%v)", path, res.Status, raw, err) //nolint:errorlint // it may be nil
	}
	if answered != nil {
		_, rest, _ := strings.Cut(string(raw), `"orders":[{"id":"`)
		answered(rest[:36])
	}
	return nil
}

// start builds the program and serves a new database.
func start(ctx context.Context) (*desk, error) {
	dir, err := os.MkdirTemp("", "streamfigures")
	if err != nil {
		return nil, err
	}
	d := &desk{dir: dir}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "orderdesk"), "./cmd/orderdesk")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	database := "sqlite:" + filepath.Join(dir, "orderdesk.db")
	d.env = append(os.Environ(), "DATABASE_URL="+database, "JWT_SECRET="+strings.Repeat("s", 40), "JWT_ISSUER=figures", "JWT_AUDIENCE=figures",
		"WEBHOOK_KEY="+strings.Repeat("0f", 32), "WEBHOOK_ALLOWED_NETWORKS=127.0.0.0/8", "MAIL_DIR="+filepath.Join(dir, "mail"), "MAIL_FROM=orders@figures.example", "ADDR=127.0.0.1:0", "RATE_LIMIT=1000000", "LOG_FORMAT=text")
	if _, err := d.run(ctx, "migrate", "up"); err != nil {
		return nil, err
	}
	d.process = exec.CommandContext(ctx, filepath.Join(dir, "orderdesk"), "serve", "--drain", "0s")
	d.process.Env = d.env
	log, err := d.process.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := d.process.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), " address="); ok {
			d.url = "http://" + strings.Fields(rest)[0]
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return d, nil
		}
	}
	return nil, errors.New("the service did not start")
}

func (d *desk) stop() {
	_ = d.process.Process.Signal(os.Interrupt)
	_ = d.process.Wait()
	_ = os.RemoveAll(d.dir)
}

func (d *desk) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(d.dir, "orderdesk"), args...)
	cmd.Env = d.env
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("orderdesk %s: %w\n%s", strings.Join(args, " "), err, problems.String())
	}
	return out.String(), nil
}

// usage is the memory and the CPU time of the service.
type usage struct {
	memory int64
	cpu    time.Duration
}

func (d *desk) usage() (usage, error) {
	proc := "/proc/" + strconv.Itoa(d.process.Process.Pid)
	status, err := os.ReadFile(proc + "/status")
	if err != nil {
		return usage{}, err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		return usage{}, err
	}
	stat, err := os.ReadFile(proc + "/stat")
	if err != nil {
		return usage{}, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')'):]))
	var ticks int64
	for _, f := range fields[12:14] { // utime and stime, in hundredths of a second
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return usage{}, err
		}
		ticks += n
	}
	return usage{kilobytes * 1024, time.Duration(ticks) * 10 * time.Millisecond}, nil
}

func uuidIn(text string) string {
	for _, word := range strings.Fields(text) {
		if id, err := uuid.Parse(strings.Trim(word, ".,:")); err == nil {
			return id.String()
		}
	}
	return ""
}
