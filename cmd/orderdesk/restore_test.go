package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/stretchr/testify/require"
)

// guided returns the blocks of commands in a chapter of the guide for operators.
func guided(t *testing.T, chapter string) []string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(raw), "\n## "+chapter+"\n")
	require.True(t, found, chapter)
	text, _, _ = strings.Cut(text, "\n## ")
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// shell runs commands of the guide in a shell, as an operator does.
type shell struct {
	dir string
	env environ
}

// newShell gives the shell orderdesk, PostgreSQL's programs and the variables.
func newShell(t *testing.T, env environ) shell {
	t.Helper()
	o := shell{dir: t.TempDir(), env: env}
	self, err := os.Executable()
	require.NoError(t, err)
	bin := filepath.Join(o.dir, "bin")
	require.NoError(t, os.Mkdir(bin, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "orderdesk"), []byte("#!/bin/sh\nORDERDESK_TEST_IS_THE_PROGRAM=1 exec '"+self+"' \"$@\"\n"), 0o700)) //nolint:gosec // a program
	path := bin
	if program, err := pgtest.Program(t.Context(), "pg_dump"); err == nil {
		path += ":" + filepath.Dir(program)
	}
	o.env = o.env.with("PATH", path+":"+os.Getenv("PATH"))
	return o
}

// run runs a block, with the paths of the guide in the operator's directory, and returns what it printed.
func (o shell) run(t *testing.T, block string) string {
	t.Helper()
	bash := exec.CommandContext(t.Context(), "bash", "-eu", "-c", strings.NewReplacer("/var/lib/orderdesk/", o.dir+"/", "/backup/", o.dir+"/backup-").Replace(block)) //nolint:gosec // the guide's commands
	bash.Dir = o.dir
	for n, v := range o.env {
		bash.Env = append(bash.Env, n+"="+v)
	}
	out, err := bash.CombinedOutput()
	require.NoError(t, err, "%s\n%s", block, out)
	return string(out)
}

// The commands of the guide back up a running service and restore it. Nothing from before the backup is lost. E-mails that were
// due at the backup and were sent after it do not go to customers again. A program that follows the feed is told to
// synchronise again.
func TestLong_BackupAndRestore(t *testing.T) {
	testkit.Long(t)
	blocks := guided(t, "Backup and restore")
	require.Len(t, blocks, 4)
	t.Run("postgres", func(t *testing.T) {
		pgtest.Need(t)
		server, err := pgtest.Start(t.Context(), slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		t.Cleanup(func() { _ = server.Stop() })
		u, err := url.Parse(server.URL)
		require.NoError(t, err)
		u.Path = "/restored"
		o := newShell(t, serving(t, server.URL).with("RESTORED_URL", u.String()))
		ok(t, o.env, "migrate", "up")
		backUpAndRestore(t, o, o.env.with("DATABASE_URL", u.String()), blocks[0], blocks[1])
	})
	t.Run("sqlite", func(t *testing.T) {
		o := newShell(t, nil)
		o.env = serving(t, "sqlite:"+o.dir+"/orderdesk.db").with("PATH", o.env["PATH"])
		ok(t, o.env, "migrate", "up")
		backUpAndRestore(t, o, o.env, blocks[2], blocks[3])
	})
}

func backUpAndRestore(t *testing.T, o shell, restored environ, backup, restore string) {
	provider, err := sendgridtest.Start("SG.test", time.Now)
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	provider.Always(sendgridtest.Answer(http.StatusServiceUnavailable))
	companyID := databaseWithCompany(t, o.env["DATABASE_URL"])
	token := ok(t, o.env, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "10h")
	begun := func(env environ) (caller, func()) {
		i := release{env: env}.serve(t)
		return caller{i.url, token}, func() {
			i.signal(t)
			require.NoError(t, i.Wait(), i.stderr.String())
		}
	}
	confirmed := func(c caller) string {
		id, err := c.place()
		require.NoError(t, err)
		status, raw, err := c.ask("POST", "/v1/orders/"+id+"/confirm", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s", raw)
		return id
	}
	get := func(c caller, path string, into any) int {
		status, raw, err := c.ask("GET", path, nil)
		require.NoError(t, err)
		if into != nil {
			require.NoError(t, json.Unmarshal(raw, into))
		}
		return status
	}
	var page struct {
		Page struct {
			NextCursor string `json:"next_cursor"`
		}
	}

	c, stop := begun(o.env.with("MAIL_DIR", "").with("SENDGRID_API_KEY", "SG.test").with("SENDGRID_BASE_URL", provider.URL()))
	before := confirmed(c)
	type emailPage struct {
		Data []struct {
			Kind, Status string
			ErrorCode    string `json:"error_code"`
		}
	}
	require.Eventually(t, func() bool {
		var tried emailPage // an attempt that the backup finds underway would count as lost only after 90 s
		get(c, "/v1/orders/"+before+"/emails", &tried)
		return len(tried.Data) == 1 && tried.Data[0].ErrorCode != ""
	}, 20*time.Second, 10*time.Millisecond, "the provider has refused the first attempt")
	require.Equal(t, http.StatusOK, get(c, "/v1/events?after=latest", &page))
	early := page.Page.NextCursor
	o.run(t, backup)
	after := confirmed(c)
	provider.Heal()
	require.Eventually(t, func() bool { return len(provider.Accepted()) == 2 }, 40*time.Second, 20*time.Millisecond, "both invoices are sent after the backup")
	require.Equal(t, http.StatusOK, get(c, "/v1/events?after=latest", &page))
	stop()

	said := o.run(t, restore)
	require.Contains(t, said, "all invariants hold")
	require.Contains(t, said, "the database was restored or moved")
	folder := filepath.Join(o.dir, "instead")
	c, stop = begun(restored.with("MAIL_DIR", folder))
	for _, cursor := range []string{early, page.Page.NextCursor} {
		require.Equal(t, http.StatusGone, get(c, "/v1/events?after="+cursor, nil), "who follows the feed is told")
	}
	require.Equal(t, http.StatusOK, get(c, "/v1/orders/"+before, nil))
	require.Equal(t, http.StatusNotFound, get(c, "/v1/orders/"+after, nil), "it came after the backup")
	var emails emailPage
	require.Eventually(t, func() bool {
		get(c, "/v1/orders/"+before+"/emails", &emails)
		return len(emails.Data) == 1 && emails.Data[0].Status == "sent"
	}, 60*time.Second, 50*time.Millisecond, "the e-mail that was due is written to a file")
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 1)
	stop()

	c, stop = begun(restored.with("MAIL_DIR", "").with("SENDGRID_API_KEY", "SG.test").with("SENDGRID_BASE_URL", provider.URL()))
	next := confirmed(c)
	require.Eventually(t, func() bool { return len(provider.Accepted()) == 3 }, 40*time.Second, 20*time.Millisecond, "the service goes on")
	var one, two struct{ Invoice struct{ Number string } }
	get(c, "/v1/orders/"+before, &one)
	get(c, "/v1/orders/"+next, &two)
	require.True(t, strings.HasSuffix(one.Invoice.Number, "1") && strings.HasSuffix(two.Invoice.Number, "2"), "%s, %s: the number of the lost invoice is given out again", one.Invoice.Number, two.Invoice.Number)
	stop()
	require.Equal(t, "all invariants hold", ok(t, restored, "check"))
}

// The commands for an upgrade run as the guide has them.
func TestUpgradeCommands(t *testing.T) {
	blocks := guided(t, "Upgrading")
	require.Len(t, blocks, 1)
	o := newShell(t, environ{"DATABASE_URL": storetest.SQLite(t)})
	require.Contains(t, o.run(t, blocks[0]), "The schema is up to date.")
}

// A copy has what was committed when it was made, nobody else may read it, and it replaces nothing.
func TestBackupOfSQLite(t *testing.T) {
	database := storetest.SQLite(t)
	companyID := databaseWithCompany(t, database)
	env := environ{"DATABASE_URL": database}
	file := filepath.Join(t.TempDir(), "copy.db")
	require.Equal(t, "Wrote "+file+".", ok(t, env, "backup", "--to", file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Contains(t, refusal(t, database, "backup", "--to", file), "exists already")
	copied := environ{"DATABASE_URL": "sqlite:" + file}
	require.Equal(t, "all invariants hold", ok(t, copied, "check"))
	require.Contains(t, ok(t, serving(t, "sqlite:"+file), "token", "--company", companyID, "--role", "Sales"), ".")
	nothing := filepath.Join(t.TempDir(), "nothing.db")
	require.Contains(t, refusal(t, "sqlite:"+nothing, "backup", "--to", file+"2"), "no schema yet")
	code, _, stderr := do(t, env, "backup")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "--to is missing")
	if storetest.Addresses()["postgres"] != nil && os.Getenv("TEST_DATABASES") == "" {
		require.Contains(t, refusal(t, storetest.Postgres(t), "backup", "--to", file+"3"), "pg_dump")
	}
}
