package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

var updateExamples = flag.Bool("update", false, "write the examples of the API document anew")

const exampleFolder = "examples"

// The examples in the API document are exchanges with a running service. This has them all again, on both databases,
// and compares: an example that the service no longer answers fails. -update writes them anew.
func TestExamples(t *testing.T) {
	if *updateExamples {
		require.NoError(t, os.RemoveAll(exampleFolder))
		require.NoError(t, os.Mkdir(exampleFolder, 0o750))
	}
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		b := &exampleBook{t: t, s: s, words: map[string]string{}, kept: map[string]bool{}}
		b.tell()
		files, err := filepath.Glob(exampleFolder + "/*.json")
		require.NoError(t, err)
		for _, file := range files {
			require.True(t, b.kept[file], "%s is told by nobody", file)
		}
	})
}

// exchange is an example as its file has it.
type exchange struct {
	Operation string          `json:"operation"`
	Name      string          `json:"name"`
	Summary   string          `json:"summary"`
	Call      string          `json:"call"`
	Status    int             `json:"status"`
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
}

// exampleBook has the exchanges, one after the other, and writes each with the same ids and times in every run.
type exampleBook struct {
	t     *testing.T
	s     *service
	page  int
	words map[string]string // an id or a time of this run by its name in the book
	ids   int
	kept  map[string]bool
}

// show makes a call and keeps it as an example, named operation.name.
func (b *exampleBook) show(c *client, name, summary string, status int, method, path string, body any, headers ...string) value {
	b.t.Helper()
	if method == "POST" {
		headers = append([]string{"Idempotency-Key", fmt.Sprintf("example-%d", b.page)}, headers...)
	}
	answer := c.Do(method, path, body, headers...)
	got := answer.Is(status)
	operation, name, _ := strings.Cut(name, ".")
	request, err := json.Marshal(body)
	require.NoError(b.t, err)
	b.keep(exchange{operation, name, summary, method + " " + path, status, request, answer.Body})
	return got
}

func (b *exampleBook) keep(e exchange) {
	b.t.Helper()
	b.page++
	file := filepath.Join(exampleFolder, e.Operation+"."+e.Name+".json")
	require.False(b.t, b.kept[file], "%s is told twice", file)
	b.kept[file] = true
	e.Call, e.Request, e.Response = b.renamed(e.Call), []byte(b.renamed(string(e.Request))), []byte(b.renamed(string(e.Response)))
	var told bytes.Buffer
	enc := json.NewEncoder(&told)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(b.t, enc.Encode(e))
	if *updateExamples {
		require.NoError(b.t, os.WriteFile(file, told.Bytes(), 0o600))
	}
	known, err := os.ReadFile(file) //nolint:gosec // a file of ours
	require.NoError(b.t, err, "go test ./api -run TestExamples -update writes it")
	require.Equal(b.t, string(known), told.String(), "%s is answered otherwise now; go test ./api -run TestExamples -update writes it anew", file)
}

var (
	anID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anInstant = regexp.MustCompile(`"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"`)
	aRunsOwn  = regexp.MustCompile(`"(hash|next_cursor|prev_cursor|issue_date|due_date)":"[^"]*"`)
	begin     = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
)

// renamed is a text with the book's own ids and times: what the service makes up differs from run to run.
func (b *exampleBook) renamed(text string) string {
	text = anID.ReplaceAllStringFunc(text, func(id string) string {
		if id == servicetest.Company {
			return id
		}
		if b.words[id] == "" {
			b.ids++
			b.words[id] = fmt.Sprintf("0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e%04x", b.ids)
		}
		return b.words[id]
	})
	text = anInstant.ReplaceAllStringFunc(text, func(at string) string {
		if b.words[at] == "" {
			b.words[at] = begin.Add(time.Duration(b.page) * time.Minute).Format(`"` + time.RFC3339 + `"`)
		}
		return b.words[at]
	})
	return aRunsOwn.ReplaceAllStringFunc(text, func(member string) string {
		name, _, _ := strings.Cut(member, ":")
		return name + ":" + map[string]string{
			`"hash"`: `"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`, `"issue_date"`: `"2026-11-24"`, `"due_date"`: `"2026-12-24"`,
			`"next_cursor"`: `"eyJrIjpbIjIwMjYtMTEtMjQiXX0"`, `"prev_cursor"`: `"eyJrIjpbIjIwMjYtMTEtMjMiXX0"`,
		}[name]
	})
}
