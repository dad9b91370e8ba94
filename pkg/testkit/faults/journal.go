package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// intent is something that a client wants done once. It keeps its key for all its attempts.
type intent struct {
	Tag     string // names it in what it writes
	Kind    string // place, edit, confirm, pay, batch
	Company int
	Method  string
	Path    string
	Body    string
	Key     string
	IfMatch string `json:",omitempty"`
	Orders  []string
}

// outcome is how an intent ended.
type outcome struct {
	intent
	Status     int    // of the last answer; 0: none came
	Code       string `json:",omitempty"` // of a refusal
	Body       []byte `json:"-"`
	Answered   bool   // the client knows what became of it
	Unresolved bool   // the client gave up without knowing
}

// journal is what clients know, in the memory of this process and in a file.
type journal struct {
	mu       sync.Mutex
	file     *os.File
	ended    []*outcome
	began    map[string]bool
	acks     atomic.Int64   // acknowledged writes
	unknown  int            // answers that did not tell the outcome
	statuses map[string]int // of every attempt
	longest  time.Duration
	slowest  string
	reads    time.Duration    // the longest wait of a read
	waits    [2]time.Duration // the longest of each company
	shed     [2]int           // requests of each company that were refused with capacity_reached
	readShed int              // reads among them
	asked    [2]int           // requests of each company
	stale    []string         // reads that did not see what was acknowledged before
}

func openJournal(path string) (*journal, error) {
	f, err := os.Create(path)
	return &journal{file: f, began: map[string]bool{}, statuses: map[string]int{}}, err
}

// note writes a line to the file before the client goes on.
func (j *journal) note(event string, what any) {
	raw, err := json.Marshal(map[string]any{"at": time.Now().UTC(), "event": event, "what": what})
	if err == nil {
		_, err = j.file.Write(append(raw, '\n'))
	}
	if err != nil {
		panic(fmt.Errorf("write the journal: %w", err)) // without the journal nothing can be shown
	}
}

func (j *journal) begin(i intent) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.began[i.Tag] = true
	j.note("begin", i)
}

// attempt counts one request. status is 0 if no answer came.
func (j *journal) attempt(i intent, status int, code string, took time.Duration, unknown bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	name := "no answer"
	if status != 0 {
		name = fmt.Sprint(status)
	}
	if code != "" {
		name += " " + code
	}
	j.statuses[name]++
	j.asked[i.Company]++
	if unknown {
		j.unknown++
	}
	if took > j.longest {
		j.longest, j.slowest = took, i.Kind+" "+name
	}
	if i.Kind == "read" {
		j.reads = max(j.reads, took)
	}
	if code == "capacity_reached" {
		j.shed[i.Company]++
		if i.Kind == "read" {
			j.readShed++
		}
	}
	j.waits[i.Company] = max(j.waits[i.Company], took)
	if i.Kind != "read" {
		j.note("attempt", map[string]any{"tag": i.Tag, "status": status, "code": code, "ms": took.Milliseconds(), "unknown": unknown})
	}
}

// readStale notes a read that did not see what was acknowledged before.
func (j *journal) readStale(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stale = append(j.stale, fmt.Sprintf(format, args...))
}

func (j *journal) end(o *outcome) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = append(j.ended, o)
	if o.acked() {
		j.acks.Add(1)
	}
	j.note("end", o)
}

// acknowledged returns what was answered with 2xx.
func (j *journal) acknowledged() []*outcome {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(j.ended), func(o *outcome) bool { return !o.acked() })
}

func (o *outcome) acked() bool { return o.Answered && o.Status < 300 }

func (j *journal) unresolved() (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, o := range j.ended {
		if o.Unresolved {
			n++
		}
	}
	return n
}

// measure forgets the longest waits and the refusals, and returns them as they are later: those of a fault alone.
func (j *journal) measure() func() measured {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reads, j.waits, j.shed, j.readShed, j.asked = 0, [2]time.Duration{}, [2]int{}, 0, [2]int{}
	return func() measured {
		j.mu.Lock()
		defer j.mu.Unlock()
		return measured{j.reads, j.waits, j.shed, j.readShed, j.asked}
	}
}

type measured struct {
	reads    time.Duration
	waits    [2]time.Duration
	shed     [2]int
	readShed int
	asked    [2]int
}

// refused is the share of a company's requests that were refused, in percent.
func (m measured) refused(company int) int { return 100 * m.shed[company] / max(1, m.asked[company]) }
