package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/stretchr/testify/require"
)

// demonstration is a running demo.
type demonstration struct {
	out  output
	stop func() int
}

func startDemo(t *testing.T, data string) *demonstration {
	t.Helper()
	return startDemoWith(t, environ{}, data)
}

func startDemoWith(t *testing.T, env environ, data string) *demonstration {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d := &demonstration{}
	done := make(chan int, 1)
	var log output
	go func() {
		done <- run(ctx, env.get, []string{"demo", "--addr", "127.0.0.1:0", "--data", data}, &d.out, &log)
	}()
	d.stop = func() int { cancel(); return <-done }
	t.Cleanup(cancel)
	require.Eventually(t, func() bool { return strings.Contains(d.out.String(), "Ctrl-C") || len(done) > 0 }, time.Minute, 10*time.Millisecond)
	require.Empty(t, done, log.String())
	return d
}

// api returns the address of the API.
func (d *demonstration) api() string {
	_, url, _ := strings.Cut(d.out.String(), "API      ")
	url, _, _ = strings.Cut(url, "\n")
	return url
}

// steps returns the command lines to copy, by the text before them.
func (d *demonstration) steps(t *testing.T) map[string]string {
	t.Helper()
	_, try, found := strings.Cut(d.out.String(), "TRY IT")
	require.True(t, found)
	try, _, _ = strings.Cut(try, "\nCtrl-C")
	steps := map[string]string{}
	for _, part := range strings.Split(try, "\n# ")[1:] {
		title, lines, _ := strings.Cut(part, "\n")
		steps[strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune(":.,", r) })[0]] = lines
	}
	return steps
}

// paste runs the lines as a person would: in a shell of another terminal.
func paste(t *testing.T, dir, lines string) string {
	t.Helper()
	require.NotEmpty(t, lines)
	_, err := exec.LookPath("curl")
	require.NoError(t, err, "the demo's lines need curl: install it")
	cmd := exec.Command("sh", "-c", lines)
	cmd.Dir = dir
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(t, err, "%s\n%s", lines, errs.String())
	require.Empty(t, errs.String(), lines)
	return string(out)
}

func unmarshal(t *testing.T, text string) (v struct {
	Data []struct {
		ID, Number, Kind, Status string
		Origin                   struct{ Code string }
	}
	Order   struct{ Number, Status, Total string }
	Invoice struct{ Number string }
	Orders  []struct{ ID, Status, Total string }
	Number  string
	Lines   []struct{ SKU string }
},
) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &v), text)
	return v
}

func TestTheDemoFromAnEmptyFolderToAnEmail(t *testing.T) {
	data := filepath.Join(t.TempDir(), "it's here", "var") // a path that a shell must quote
	d := startDemo(t, data)
	elsewhere := t.TempDir()
	steps := d.steps(t)
	screen := strings.TrimSuffix(d.api(), "/v1") + "/console/"
	require.Regexp(t, `(?s)^Creating a demo company …\n\nOpen `+screen+` and choose a role\.\n.*\nNow open `+screen+`\n$`, d.out.String())
	for _, who := range demo.People() {
		require.Contains(t, d.out.String(), string(who.Roles[0])+": "+who.Name+"\neyJ")
	}

	waiting := unmarshal(t, paste(t, elsewhere, steps["The web orders that wait to be reviewed"]))
	require.Len(t, waiting.Data, 5)
	for _, o := range waiting.Data {
		require.Equal(t, "W pending", o.Origin.Code+" "+o.Status)
	}
	one := unmarshal(t, paste(t, elsewhere, steps["One of them"]))
	require.Equal(t, waiting.Data[0].Number, one.Number)
	require.NotEmpty(t, one.Lines)
	confirmed := unmarshal(t, paste(t, elsewhere, steps["Confirm it"]))
	require.Equal(t, "confirmed", confirmed.Order.Status)
	require.Equal(t, one.Number, confirmed.Order.Number)
	paste(t, elsewhere, steps["The invoice as a PDF"])
	pdf, err := os.ReadFile(filepath.Join(elsewhere, "invoice.pdf"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))

	require.Eventually(t, func() bool {
		return strings.Contains(paste(t, elsewhere, steps["The e-mails about it"]), strings.ToLower(confirmed.Invoice.Number))
	}, 10*time.Second, 100*time.Millisecond, "the newest e-mail carries the invoice")
	emails := paste(t, elsewhere, steps["The e-mails about it"])
	require.Contains(t, emails, `"kind":"invoice"`)
	name := strings.TrimSpace(emails[strings.LastIndex(strings.TrimSpace(emails), "\n")+1:])
	if i := strings.LastIndex(name, "}"); i >= 0 { // the answer before it does not end with a line break
		name = name[i+1:]
	}
	text, attached := readEmail(t, filepath.Join(data, "mail", name))
	require.Contains(t, text, confirmed.Invoice.Number)
	require.Contains(t, text, confirmed.Order.Total)
	require.Equal(t, []string{string(pdf)}, attached, "the e-mail contains the same invoice, and nothing else")

	place := steps["Place an order as the web shop"]
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, key := range regexp.MustCompile(`Idempotency-Key: [^']+`).FindAllString(string(readme), -1) {
		require.NotContains(t, place, key, "who runs the tour of the README too sends another body with its key")
	}
	first := paste(t, elsewhere, place)
	require.Equal(t, "pending", unmarshal(t, first).Orders[0].Status)
	require.Equal(t, first, paste(t, elsewhere, place), "the same key returns the same answer")
	require.Eventually(t, func() bool {
		files, err := filepath.Glob(filepath.Join(data, "mail", "*.eml"))
		require.NoError(t, err)
		return slices.ContainsFunc(files, func(file string) bool {
			text, _ := readEmail(t, file)
			return strings.Contains(text, screen+"?order="+unmarshal(t, first).Orders[0].ID)
		})
	}, 10*time.Second, 100*time.Millisecond, "the salesperson is told of it, with a link to the console")
	require.Equal(t, exitOK, d.stop())

	// The next start keeps all data, and earlier tokens remain valid.
	again := startDemo(t, data)
	require.Contains(t, again.out.String(), "with all that you did before")
	require.Equal(t, first, paste(t, elsewhere, again.steps(t)["Place an order as the web shop"]))
	_, token, _ := strings.Cut(d.out.String(), "Sales: Anna Keller\n")
	token, _, _ = strings.Cut(token, "\n")
	url := strings.TrimSuffix(again.api(), "/v1")
	status, raw, err := caller{url, token}.ask("GET", "/v1/me", nil)
	require.NoError(t, err)
	require.Equal(t, 200, status, "%s", raw)
	// Tokens from the token command are valid, too.
	status, raw, err = caller{url, ok(t, nil, "token", "--data", data, "--company", demo.Company, "--role", "Cashier")}.ask("GET", "/v1/me", nil)
	require.NoError(t, err)
	require.Equal(t, 200, status, "%s", raw)
	require.Equal(t, exitOK, again.stop())
}

// The demo's address leads to the console, which offers a role to each person. The company names no other page for its e-mails to
// link to, also after a start on another port. One that somebody set stays.
func TestDemoHasAConsole(t *testing.T) {
	data := t.TempDir()
	settings := func(url, token string) string {
		status, raw, err := caller{url, token}.ask("GET", "/v1/settings", nil)
		require.NoError(t, err)
		require.Equal(t, 200, status, "%s", raw)
		var s struct {
			OrderURL string `json:"order_url"`
		}
		require.NoError(t, json.Unmarshal(raw, &s))
		return s.OrderURL
	}
	var token string
	for range 2 {
		d := startDemo(t, data)
		url := strings.TrimSuffix(d.api(), "/v1")
		home, err := http.Get(url)
		require.NoError(t, err)
		require.NoError(t, home.Body.Close())
		require.Equal(t, "/console/", home.Request.URL.Path)
		require.Contains(t, d.out.String(), url+"/console/")
		status, raw, err := caller{url: url}.ask("GET", "/console/demo/tokens", nil)
		require.NoError(t, err)
		require.Equal(t, 200, status, "%s", raw)
		var roles []struct{ Role, Name, Token string }
		require.NoError(t, json.Unmarshal(raw, &roles))
		require.Len(t, roles, len(demo.People()))
		token = roles[0].Token
		require.Empty(t, settings(url, token))
		require.Equal(t, exitOK, d.stop())
	}
	d := startDemo(t, data)
	url := strings.TrimSuffix(d.api(), "/v1")
	const shop = "https://desk.example/orders/{id}"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, url+"/v1/settings", strings.NewReader(`{"order_url": "`+shop+`"}`))
	require.NoError(t, err)
	request.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "If-Match": {"*"}}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, 200, answer.StatusCode)
	require.Equal(t, exitOK, d.stop())
	d = startDemo(t, data)
	require.Equal(t, shop, settings(strings.TrimSuffix(d.api(), "/v1"), token))
	require.Equal(t, exitOK, d.stop())
}

// Pages on localhost may call the demo, and those that CORS_ORIGINS names.
func TestDemoObeysCORSOrigins(t *testing.T) {
	data := t.TempDir()
	d := startDemoWith(t, environ{"CORS_ORIGINS": "https://shop.example"}, data)
	for origin, allowed := range map[string]bool{"https://shop.example": true, "http://localhost:5173": true, "https://other.example": false} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.api()+"/errors", http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Origin", origin)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, allowed, answer.Header.Get("Access-Control-Allow-Origin") == origin, origin)
	}
	require.Equal(t, exitOK, d.stop())

	code, _, stderr := do(t, environ{"CORS_ORIGINS": "*"}, "demo", "--addr", "127.0.0.1:0", "--data", data)
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "CORS_ORIGINS")
}

// Each demo signs with its own secret, which says that it is for development. Only the owner can read the files with
// secrets and tokens.
func TestADemoHasASecretOfItsOwn(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	first, err := keepSecret(a)
	require.NoError(t, err)
	second, err := keepSecret(b)
	require.NoError(t, err)
	require.NotEqual(t, first.Reveal(), second.Reveal())
	require.Contains(t, first.Reveal(), "never for production")
	info, err := os.Stat(secretPath(a))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := keepSecret(a)
	require.NoError(t, err)
	require.Equal(t, first.Reveal(), again.Reveal())

	code, _, stderr := do(t, nil, "token", "--data", t.TempDir(), "--company", demo.Company, "--role", "Sales")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "orderdesk demo")
}

func TestAnInterruptedFirstStartLeavesNoPartialCompany(t *testing.T) {
	data := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs output
	require.Equal(t, exitFailed, run(ctx, environ{}.get, []string{"demo", "--addr", "127.0.0.1:0", "--data", data}, &out, &errs))
	require.NoFileExists(t, filepath.Join(data, "orderdesk.db"))
	left, err := filepath.Glob(filepath.Join(data, ".making-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	d := startDemo(t, data)
	require.Equal(t, exitOK, d.stop())
}

// readEmail returns the plain text and the attached PDFs of an e-mail.
func readEmail(t *testing.T, path string) (text string, attached []string) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	m, err := mail.ReadMessage(f)
	require.NoError(t, err)
	var walk func(contentType string, body io.Reader)
	walk = func(contentType string, body io.Reader) {
		media, params, err := mime.ParseMediaType(contentType)
		require.NoError(t, err)
		if !strings.HasPrefix(media, "multipart/") {
			raw, err := io.ReadAll(body)
			require.NoError(t, err)
			switch media {
			case "text/plain":
				text = string(raw)
			case "application/pdf":
				decoded, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(string(raw))))
				require.NoError(t, err)
				attached = append(attached, string(decoded))
			}
			return
		}
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextPart()
			if err == io.EOF {
				return
			}
			require.NoError(t, err)
			walk(part.Header.Get("Content-Type"), part)
		}
	}
	walk(m.Header.Get("Content-Type"), m.Body)
	return text, attached
}

// The receiver adds itself to the demo, prints what happens, and removes itself when it is stopped. One that was killed leaves its
// endpoint, which the next one removes.
func TestReceivingTheDemosWebhooks(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	d := startDemo(t, data)
	line := d.steps(t)["Receive what happens as webhooks"]
	_, flags, found := strings.Cut(line, " receive ")
	require.True(t, found, line)
	endpoints := func() int {
		return strings.Count(paste(t, data, "curl -sS -H @as/admin "+d.api()+"/webhook-endpoints"), `"description":"orderdesk receive"`)
	}
	receive := func() (out *output, stop func() int) {
		ctx, cancel := context.WithCancel(t.Context())
		done, errs := make(chan int, 1), &output{}
		out = &output{}
		go func() {
			done <- run(ctx, environ{}.get, append([]string{"receive"}, strings.Fields(flags)...), out, errs)
		}()
		require.Eventually(t, func() bool { return strings.Contains(out.String(), "Waiting for events") || len(done) > 0 }, time.Minute, 10*time.Millisecond)
		require.Empty(t, done, errs.String())
		return out, func() int { cancel(); return <-done }
	}
	paste(t, data, `curl -sS -H @as/admin -H 'Content-Type: application/json' `+d.api()+`/webhook-endpoints -d '{"url":"http://127.0.0.1:9/","description":"orderdesk receive"}'`)
	out, stop := receive()
	require.Equal(t, 1, endpoints())
	placed := unmarshal(t, paste(t, data, d.steps(t)["Place an order as the web shop"])).Orders[0].ID
	paste(t, data, "curl -sS -H @as/sales -X POST "+d.api()+"/orders/"+placed+"/confirm")
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "order.confirmed") }, time.Minute, 10*time.Millisecond, out)
	require.Regexp(t, `(?m)^\d\d:\d\d:\d\d  order\.placed +Web shop placed order W\d+\.$`, out.String())
	require.NotContains(t, out.String(), "Refused")
	require.Equal(t, exitOK, stop())
	require.Zero(t, endpoints())

	code, _, problem := do(t, environ{}, "receive", "--data", t.TempDir())
	require.Equal(t, exitFailed, code)
	require.Contains(t, problem, "orderdesk demo")
	code, _, _ = do(t, environ{}, "receive", "--addr", "0.0.0.0:0", "--data", data)
	require.Equal(t, exitUsage, code)
	require.Equal(t, exitOK, d.stop())
}
