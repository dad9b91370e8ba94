package guides

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the service's answers into the guides, in the shape of the current text")

// guides lists the documents whose commands run, each against its own demo company, from top to bottom.
var guides = []string{"../README.md", "concepts.md", "errors.md", "feed.md", "frontend.md", "idempotency.md", "pagination.md", "storefront.md", "tour.md", "versioning.md", "webhooks.md"}

// Every command of the guides works as shown and prints what the guide says. A block of ```sh runs; the following block
// of ```json, ```http or ```text is compared with its output (see agree). A block of ```console does not run.
func TestGuides(t *testing.T) {
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("the guides' commands need %s, which is not in PATH: install it", program)
		}
	}
	for _, name := range guides {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".md"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(name) //nolint:gosec // a file of the list
			require.NoError(t, err)
			guide := parse(string(raw))
			url, dir := someDesk(t)
			if name == "webhooks.md" {
				receive(t, url, dir)
			}
			guide.run(t, url, dir)
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(guide.String()), 0o644)) //nolint:gosec // a document for everybody
			}
		})
	}
}

// promised is the address in the guides, which is the demo's.
const promised = "http://127.0.0.1:8080"

// someDesk is the demo that make demo-tour has started, or a new one.
func someDesk(t *testing.T) (url, dir string) {
	t.Helper()
	running := os.Getenv("ORDERDESK_URL")
	if running == "" {
		return newDesk(t)
	}
	dir = t.TempDir()
	require.NoError(t, os.Symlink(filepath.Dir(os.Getenv("ORDERDESK_AS")), filepath.Join(dir, "var")))
	return running, dir
}

// newDesk starts a service with the demo company, and returns the directory with its tokens.
func newDesk(t *testing.T) (url, dir string) {
	t.Helper()
	dir = t.TempDir()
	emails := filepath.Join(dir, "var", "mail")
	headers := filepath.Join(dir, "var", "as")
	require.NoError(t, os.MkdirAll(emails, 0o750))
	require.NoError(t, os.MkdirAll(headers, 0o750))
	database, err := company()
	require.NoError(t, err)
	path := filepath.Join(dir, "orderdesk.db")
	require.NoError(t, os.WriteFile(path, database, 0o600))
	s := servicetest.Start(t, "sqlite:"+path, servicetest.Options{
		API:  func(o *api.Options) { o.PublicURL, o.CORSLocal = promised, true },
		Desk: func(o *desk.Options) { o.Sender = mail.NewFiles(emails, o.Now) },
	})
	for _, who := range demo.People() {
		file := filepath.Join(headers, strings.ToLower(strings.ReplaceAll(string(who.Roles[0]), " ", "-")))
		require.NoError(t, os.WriteFile(file, []byte("Authorization: Bearer "+s.Actor(t, who).Token+"\n"), 0o600))
	}
	return s.URL, dir
}

// receive runs what orderdesk receive runs, until the test ends. It returns once the endpoint is added.
func receive(t *testing.T, url, dir string) {
	t.Helper()
	header, err := os.ReadFile(filepath.Join(dir, "var", "as", "admin"))
	require.NoError(t, err)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	said, out := io.Pipe()
	r := demo.Receiver{API: url, Authorization: strings.TrimSpace(strings.TrimPrefix(string(header), "Authorization:")), Listener: l, Out: out, Now: time.Now}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := r.Run(ctx)
		_ = out.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	lines := bufio.NewScanner(said)
	require.True(t, lines.Scan(), "%v", lines.Err())
	require.Contains(t, lines.Text(), "Waiting for events at http://127.0.0.1:")
	go func() { _, _ = io.Copy(io.Discard, said) }()
}

// company is the demo's database, created once.
var company = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "guides")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, path := context.Background(), filepath.Join(dir, "orderdesk.db")
	st, err := store.Open(ctx, "sqlite:"+path, store.Options{})
	if err != nil {
		return nil, err
	}
	_, err = st.Migrate(ctx)
	if err == nil {
		err = demo.Fill(ctx, demo.Options{Store: st, Now: time.Now(), MailDir: dir, MailFrom: "orders@hudsonvine.example", Log: slog.New(slog.DiscardHandler)})
	}
	st.Close()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // our own file
})

// run executes the guide's commands in one shell, so that later blocks see the variables of earlier ones. It compares
// each block's output with the answer after it.
func (g *guide) run(t *testing.T, url, dir string) {
	t.Helper()
	var script strings.Builder
	script.WriteString("set -u\n")
	blocks := g.commands()
	for i, b := range blocks {
		text := strings.ReplaceAll(b.text, promised, url)
		fmt.Fprintf(&script, "{\n%s\n} >out.%d 2>&1\necho $? >code.%d\n", text, i, i)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-s")
	shell.Dir, shell.Stdin = dir, strings.NewReader(script.String())
	shell.WaitDelay = time.Second
	said, err := shell.CombinedOutput()
	require.NoError(t, err, "the shell ended early: %s", said)
	for i, b := range blocks {
		out, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("out.%d", i)))
		require.NoError(t, err)
		code, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("code.%d", i)))
		require.NoError(t, err)
		out = bytes.ReplaceAll(out, []byte(url), []byte(promised))
		where := fmt.Sprintf("line %d:\n%s", b.line, b.text)
		if strings.TrimSpace(string(code)) != "0" {
			t.Errorf("%s\nended with %s and printed:\n%s", where, code, out)
			continue
		}
		if b.answer == nil {
			if len(bytes.TrimSpace(out)) > 0 {
				t.Errorf("%s\nprinted something that the guide does not show. Change the command, or show the output:\n%.2000s", where, out)
			}
			continue
		}
		if *update && b.answer.kind == "json" {
			if b.answer.text, err = rewritten(b.answer.text, string(out)); err == nil {
				continue
			}
		} else {
			err = agree(b.answer.kind, b.answer.text, string(out))
		}
		if err != nil {
			t.Errorf("%s\nprinted something other than the guide says: %v\n%.3000s", where, err, out)
		}
	}
}
