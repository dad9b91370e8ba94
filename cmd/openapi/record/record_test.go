package record

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/webhook"
	"github.com/stretchr/testify/require"
)

var updateExamples = flag.Bool("update", false, "write the examples of the API document anew")

const exampleFolder = "../examples"

// The examples in the API document are exchanges with a running service. This test repeats them on both databases and
// compares. It fails if the service no longer gives such an answer; -update writes them again.
func TestExamples(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string) {
		b := newExampleBook(t, address)
		b.record()
		b.compareExamples()
	})
}

type object = map[string]any

// exchange is an example in the form of its file.
type exchange struct {
	Operation string          `json:"operation"`
	Name      string          `json:"name"`
	Plain     bool            `json:"plain,omitempty"` // the plain case of the operation, which readers see first
	Summary   string          `json:"summary"`
	Call      string          `json:"call"`
	Status    int             `json:"status"`
	Media     string          `json:"media,omitempty"` // of an answer that is not JSON: its text is a string here
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
}

// exampleBook makes the exchanges one after the other, and writes each with the same ids and times in every run.
type exampleBook struct {
	t     *testing.T
	s     *servicetest.Service
	page  int
	words map[string]string // an id or a time of this run by its name in the book
	ids   int
	kept  []exchange
	plain map[string]string // the name of the plain example of each operation
	ends  atomic.Bool       // the instance is stopping
}

// newExampleBook returns an empty book for a service with the database, at the time of begin.
func newExampleBook(t *testing.T, address string) *exampleBook {
	t.Helper()
	b := &exampleBook{t: t, words: map[string]string{}, plain: map[string]string{}}
	b.s = servicetest.Start(t, address, servicetest.Options{NoJobs: true, Desk: receiving(t), API: func(o *api.Options) {
		o.Checks, o.Draining = []api.Check{{Name: "database", Run: o.Desk.Ready}}, b.ends.Load
	}})
	b.s.Clock.Move(time.Until(begin))
	return b
}

// receiving gives the service a receiver of webhooks, which every name leads to. It has not found what is closed.
func receiving(t *testing.T) func(*desk.Options) {
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/closed" {
			http.Error(w, "not here", http.StatusNotFound)
		}
	}))
	t.Cleanup(receiver.Close)
	roots := x509.NewCertPool()
	roots.AddCert(receiver.Certificate()) // which is example.com's
	return func(o *desk.Options) {
		o.Webhooks.Client = webhook.NewClient(webhook.ClientOptions{
			Now: o.Now, Allowed: webhook.Networks{netip.MustParsePrefix("127.0.0.0/8")}, Resolver: everywhere{}, Roots: roots,
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, receiver.Listener.Addr().String())
			},
		})
	}
}

// everywhere resolves each name to this machine.
type everywhere struct{}

func (everywhere) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

// show makes a call and keeps it as an example, named operation.name.
func (b *exampleBook) show(c *servicetest.Client, name, summary string, status int, method, path string, body any, headers ...string) servicetest.Value {
	b.t.Helper()
	return b.exchange(c, true, name, summary, status, method, path, body, headers...)
}

// ask is show for a call whose answer is like another shown one: it keeps only the request.
func (b *exampleBook) ask(c *servicetest.Client, name, summary string, status int, method, path string, body any, headers ...string) servicetest.Value {
	b.t.Helper()
	return b.exchange(c, false, name, summary, status, method, path, body, headers...)
}

func (b *exampleBook) exchange(c *servicetest.Client, answered bool, name, summary string, status int, method, path string, body any, headers ...string) servicetest.Value {
	b.t.Helper()
	if method == "POST" {
		headers = append([]string{"Idempotency-Key", fmt.Sprintf("example-%d", b.page)}, headers...)
	}
	answer := c.Do(method, path, body, headers...)
	require.Equal(b.t, status, answer.Status, "%s", answer.Body)
	var got servicetest.Value
	if status != http.StatusNoContent {
		got = answer.JSON()
	}
	operation, name, _ := strings.Cut(name, ".")
	request, err := json.Marshal(body)
	require.NoError(b.t, err)
	e := exchange{Operation: operation, Name: name, Summary: summary, Call: method + " " + path, Status: status, Request: request}
	if answered {
		e.Response = answer.Body
	}
	b.keep(e)
	return got
}

// sheet requests a media type other than JSON and keeps the answer as an example, named operation.name, as short as
// shorten makes it.
func (b *exampleBook) sheet(c *servicetest.Client, name, summary, path, media string, shorten func(string) string) {
	b.t.Helper()
	answer := c.Get(path, "Accept", media)
	require.Equal(b.t, 200, answer.Status, "%s", answer.Body)
	got, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	require.NoError(b.t, err)
	require.Equal(b.t, media, got)
	text, err := plainJSON(shorten(string(answer.Body)))
	require.NoError(b.t, err)
	operation, name, _ := strings.Cut(name, ".")
	b.keep(exchange{Operation: operation, Name: name, Summary: summary, Call: "GET " + path, Status: 200, Media: media, Response: []byte(text)})
}

// file returns the content of the example's file: one line for each member. Each body is on one line, because people
// read it in openapi.yaml.
func (e exchange) file() (string, error) {
	line, err := plainJSON(e)
	if err != nil {
		return "", err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &members); err != nil {
		return "", err
	}
	var lines []string
	for _, name := range []string{"operation", "name", "plain", "summary", "call", "status", "media", "request", "response"} {
		if value, ok := members[name]; ok {
			lines = append(lines, fmt.Sprintf("  %q: %s", name, value))
		}
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}\n", nil
}

// plainJSON returns a value as JSON for people: it does not escape &.
func plainJSON(v any) (string, error) {
	var recorded strings.Builder
	enc := json.NewEncoder(&recorded)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(recorded.String(), "\n"), err
}

// Sheets are shown whole, or shortened to an informative part, because a PDF is not text.
func whole(text string) string { return text }

func rows(most int) func(string) string {
	return func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		return strings.Join(lines[:min(most, len(lines))], "")
	}
}

func firstLine(text string) string { line, _, _ := strings.Cut(text, "\n"); return line }
func head(text string) string {
	before, _, _ := strings.Cut(text, "<style>")
	return before + "<style>…</style>\n</head>\n<body>…</body>\n</html>\n"
}

// keep adds the exchange to the book. The first exchange of an operation is its plain example, unless prefer names another.
func (b *exampleBook) keep(e exchange) {
	b.t.Helper()
	b.page++
	e.Call, e.Request, e.Response = b.renamed(e.Call), b.stable(e.Request), b.stable(e.Response)
	b.kept = append(b.kept, e)
	if b.plain[e.Operation] == "" {
		b.plain[e.Operation] = e.Name
	}
}

// prefer makes the example, named operation.name, the plain one of its operation instead of the first.
func (b *exampleBook) prefer(name string) {
	operation, name, _ := strings.Cut(name, ".")
	b.plain[operation] = name
}

// compareExamples compares the exchanges with the files, or writes the files. It is called after the story, so that a story that
// fails leaves all files as they are.
func (b *exampleBook) compareExamples() {
	b.t.Helper()
	recorded, plain := map[string]bool{}, map[string]bool{}
	for _, e := range b.kept {
		file := filepath.Join(exampleFolder, e.Operation+"."+e.Name+".json")
		require.False(b.t, recorded[file], "%s is recorded twice", file)
		recorded[file] = true
		e.Plain = e.Name == b.plain[e.Operation]
		plain[e.Operation] = plain[e.Operation] || e.Plain
		text, err := e.file()
		require.NoError(b.t, err)
		b.compareFile(file, text)
	}
	for operation, name := range b.plain {
		require.True(b.t, plain[operation], "the story has no call %s.%s, which should be the plain example", operation, name)
	}
	files, err := filepath.Glob(exampleFolder + "/*.*.json")
	require.NoError(b.t, err)
	for _, file := range files {
		if *updateExamples && !recorded[file] {
			if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) { // the test on the other database removes it too
				require.NoError(b.t, err)
			}
			continue
		}
		require.True(b.t, recorded[file], "%s is recorded by no call", file)
	}
}

// compareFile compares the text with the file, or writes the file.
func (b *exampleBook) compareFile(name, recorded string) {
	b.t.Helper()
	if *updateExamples {
		require.NoError(b.t, os.WriteFile(name, []byte(recorded), 0o600))
	}
	known, err := os.ReadFile(name) //nolint:gosec // a file of ours
	require.NoError(b.t, err, "make examples writes it")
	require.Equal(b.t, string(known), recorded, "%s differs from the service's answer; make examples writes it again", name)
}

var (
	anID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anInstant = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`)
	aRunsOwn  = regexp.MustCompile(`[0-9a-f]{64}|"(next|prev)_cursor":"[^"]*"|cursor=[\w-]+|whsec_[\w+/=]+|"ms":[0-9]+`)
	begin     = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
)

// stable returns one side of an exchange with the book's own ids and times; null without a body.
func (b *exampleBook) stable(body []byte) []byte {
	if len(body) == 0 {
		return []byte("null")
	}
	return []byte(b.renamed(string(body)))
}

// renamed replaces ids and times with the book's own, because they differ in each run.
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
			b.words[at] = begin.Add(time.Duration(b.page) * time.Minute).Format(time.RFC3339)
		}
		return b.words[at]
	})
	return aRunsOwn.ReplaceAllStringFunc(text, func(own string) string {
		const next, before = "eyJrIjpbIjIwMjYtMTEtMjQiXX0", "eyJrIjpbIjIwMjYtMTEtMjMiXX0"
		switch name, _, _ := strings.Cut(own, ":"); {
		case name == `"next_cursor"`:
			return name + `:"` + next + `"`
		case name == `"prev_cursor"`:
			return name + `:"` + before + `"`
		case strings.HasPrefix(own, "whsec_"):
			return "whsec_Zm9yIGV4YW1wbGVzIG9ubHksIG5ldmVyIHVzZSBpdCE="
		case name == `"ms"`:
			return name + ":34"
		case strings.HasPrefix(own, "cursor="):
			return "cursor=" + next
		}
		return "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" // a document's hash
	})
}
