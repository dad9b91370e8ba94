package main

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// A process with little memory: the garbage collector knows of a limit, and who takes much more is killed, as a container is.
const (
	memoryLimit = "GOMEMLIMIT=160MiB"
	memoryMost  = 320 << 20
)

// limitMemory kills a replica that takes more memory than it may, and starts it again, until it is told to stop. It returns the most
// that a replica took.
func (w *world) limitMemory() (end func() (peak uint64)) {
	stop, done := make(chan struct{}), make(chan struct{})
	most := uint64(0)
	go func() {
		defer close(done)
		for {
			for _, r := range w.replicas {
				took, err := memoryOf(r.pid(), "VmRSS")
				if most = max(most, took); err != nil || took <= memoryMost {
					continue // it ends by itself, or it is well
				}
				w.breach("%s took %d MB and was killed", r.name, took>>20)
				r.kill()
				if err := r.start(); err != nil {
					w.breach("%v", err)
				}
			}
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return most
	}
}

// memoryOf reads a figure of /proc/PID/status, in bytes.
func memoryOf(pid int, name string) (n uint64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if value, found := strings.CutPrefix(line, name+":"); found {
			_, err = fmt.Sscanf(value, "%d kB", &n)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("/proc has no %s", name)
}

// cannotLimit says why a process cannot be limited here.
func cannotLimit() string {
	if _, err := memoryOf(os.Getpid(), "VmHWM"); err != nil {
		return "it needs Linux, to limit and measure the memory of a process"
	}
	return ""
}

// hungry asks for what needs most memory: documents of as many lines as an order may have, exports, and bulk confirms of as many
// orders as may be confirmed together, all at once.
func hungry(w *world) error {
	c := &client{load: w.load}
	var ids []string
	for n := range 100 {
		id, err := w.placeLines(c, n, map[bool]int{true: 500, false: 5}[n == 0])
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	batch, err := json.Marshal(map[string]any{"ids": ids})
	if err != nil {
		return err
	}
	asks := []intent{
		{Path: "/v1/orders/" + ids[0] + "/print?format=pdf", Method: http.MethodGet},
		{Path: "/v1/orders/export?format=ndjson", Method: http.MethodGet},
		{Path: "/v1/orders/export?format=csv", Method: http.MethodGet},
	}
	patient := &client{load: newLoad(w.journal, w.balancer.next, w.tokens)} // the time limit of a request holds for each order of a batch
	patient.http.Timeout = 5 * time.Minute
	if a := w.persist(c, intent{Tag: "logo", Kind: "read", Method: http.MethodPatch, Path: "/v1/settings", IfMatch: "*", Body: `{"letterhead":{"logo":"` + widePicture() + `"}}`}); a.status != http.StatusUnprocessableEntity && !w.twin {
		w.breach("a picture of 4,000,000 by 1 pixels was answered %d", a.status)
	}
	end := w.limitMemory()
	var all sync.WaitGroup
	until := time.Now().Add(12 * time.Second)
	pdfs := 0
	var mu sync.Mutex
	for i := range 64 {
		all.Go(func() {
			for n := 0; time.Now().Before(until); n++ {
				if i%16 == 15 {
					patient.send(intent{Path: "/v1/orders/confirm", Method: http.MethodPost, Body: string(batch), Key: fmt.Sprintf("hungry-batch-%d-%d", i, n)})
					continue
				}
				ask := asks[0]
				if i%4 == 3 {
					ask = asks[1+n%2]
				}
				ask.Tag, ask.Kind = "hungry", "read"
				a := c.ask(ask)
				if bytes.HasPrefix(a.raw, []byte("%PDF")) {
					mu.Lock()
					pdfs++
					mu.Unlock()
				} else if a.status >= 500 {
					time.Sleep(100 * time.Millisecond) // less than a client should wait
				}
			}
		})
	}
	all.Wait()
	most := end()
	if pdfs == 0 {
		w.breach("no document was printed: the load does not need memory")
	}
	fmt.Fprintf(os.Stderr, "little-memory: %d documents were printed, and a process took up to %d MB\n", pdfs, most>>20)
	return nil
}

// widePicture is a PNG of some hundred bytes that takes 93 MB when it is printed.
func widePicture() string {
	const width = 4_000_000
	var pixels, file bytes.Buffer
	z := zlib.NewWriter(&pixels)
	_, _ = z.Write(make([]byte, 1+width/8)) // to memory, which does not fail
	_ = z.Close()
	file.WriteString("\x89PNG\r\n\x1a\n")
	part := func(name string, data []byte) {
		body := append([]byte(name), data...)
		file.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
		file.Write(body)
		file.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
	}
	part("IHDR", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), 1), 1, 0, 0, 0, 0)) // one bit a pixel
	part("IDAT", pixels.Bytes())
	part("IEND", nil)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes())
}

// placeLines places an order of so many lines beside the journal, and returns its id.
func (w *world) placeLines(c *client, n, lines int) (string, error) {
	var list []any
	for i := range lines {
		list = append(list, map[string]any{"source": "on_hand", "sku": fmt.Sprint("ROSE-", i), "description": strings.Repeat("Roses ", 30), "units": 100, "unit_price": "0.2350"})
	}
	raw, err := json.Marshal(map[string]any{"customer_code": "BLOOM", "ship_date": c.ship, "lines": list})
	if err != nil {
		return "", err
	}
	var placed struct{ Orders []struct{ ID string } }
	a := w.persist(c, intent{Tag: "lines", Kind: "read", Method: http.MethodPost, Path: "/v1/orders", Body: string(raw), Key: fmt.Sprintf("order-of-lines-%06d", n)})
	if json.Unmarshal(a.raw, &placed) != nil || len(placed.Orders) != 1 {
		return "", fmt.Errorf("an order of %d lines was answered %d: %s", lines, a.status, a.raw[:min(len(a.raw), 500)])
	}
	return placed.Orders[0].ID, nil
}

// persist sends a request until it is answered.
func (w *world) persist(c *client, i intent) (a answer) {
	_ = w.wait(30*time.Second, "an answer", func() bool {
		a = c.ask(i)
		return a.status != 0 && !a.Retryable
	})
	return a
}
