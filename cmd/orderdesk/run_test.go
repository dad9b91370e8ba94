package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"

	apiversion "github.com/orderdesk/orderdesk/pkg/version"
)

func TestUsage(t *testing.T) {
	code, stdout, stderr := do(t, nil)
	require.Equal(t, exitUsage, code)
	require.Empty(t, stdout)
	for _, c := range commands() {
		require.Contains(t, stderr, "  "+c.name+" ")
	}
	require.Contains(t, ok(t, nil, "help"), "orderdesk demo")

	code, _, stderr = do(t, nil, "confirm", "--all")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, `there is no command "confirm"`)
	require.Contains(t, stderr, "Usage: orderdesk COMMAND")

	code, _, stderr = do(t, nil, "migrate")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "migrate status")
}

// A command of two words explains itself by its first word alone.
func TestGroupOfCommandsExplainsItself(t *testing.T) {
	for group, lists := range map[string]string{"company": "company add", "migrate": "migrate status"} {
		for _, help := range []string{"-h", "--help"} {
			stdout := ok(t, nil, group, help)
			require.Contains(t, stdout, lists)
			require.NotContains(t, stdout, "orderdesk demo")
		}
		code, stdout, stderr := do(t, nil, group, "nonsense")
		require.Equal(t, exitUsage, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, lists)
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, c := range commands() {
		for _, help := range []string{"-h", "--help"} {
			require.Contains(t, ok(t, nil, append(strings.Fields(c.name), help)...), "Usage: orderdesk "+c.name)
		}
		code, stdout, stderr := do(t, nil, append(strings.Fields(c.name), "--nonsense")...)
		require.Equal(t, exitUsage, code, c.name)
		require.Empty(t, stdout, c.name)
		require.Contains(t, stderr, "orderdesk "+c.name+": flag provided but not defined: --nonsense")
		code, _, stderr = do(t, nil, append(strings.Fields(c.name), "surplus")...)
		require.Equal(t, exitUsage, code, c.name)
		require.Contains(t, stderr, `"surplus" is one argument too many`)
	}
}

func TestVersion(t *testing.T) {
	version = "v1.2.3"
	defer func() { version, commit = "", "" }()
	require.Regexp(t, `^orderdesk v1\.2\.3\napi +`+regexp.QuoteMeta(apiversion.API)+`\ncommit +\S+.*\ngo +go1\.`, ok(t, nil, "version"))
	commit = "0123abc"
	require.Contains(t, ok(t, nil, "version"), "\ncommit    0123abc\n")
}

// The image is built without .git. What orderdesk version prints comes from the linker, which must set existing
// variables.
func TestLong_ImageHasItsCommit(t *testing.T) {
	testkit.Long(t)
	raw, err := os.ReadFile("../../Dockerfile")
	require.NoError(t, err)
	flags := regexp.MustCompile(`-ldflags "(.*)"`).FindSubmatch(raw)
	require.Len(t, flags, 2)
	linked := strings.NewReplacer("${VERSION}", "v9.9.9", "${COMMIT}", "0123abc").Replace(string(flags[1]))
	program := filepath.Join(t.TempDir(), "orderdesk")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags", linked, "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(output))
	output, err = exec.CommandContext(t.Context(), program, "version").Output()
	require.NoError(t, err)
	require.Regexp(t, `^orderdesk v9\.9\.9\n(.*\n)*commit +0123abc\n`, string(output))
}

func TestCommandsRefuseInvalidArguments(t *testing.T) {
	const id = "0197a3c4-0000-7000-8000-000000000001"
	signs := environ{"JWT_SECRET": strings.Repeat("s", 32), "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"}
	for _, c := range []struct {
		env  environ
		args string
		says string
	}{
		{nil, "company add --currency USD", "--name is missing"},
		{nil, "company add --name X", "--currency is missing"},
		{nil, "company add --name X --currency XXL", "ISO 4217"},
		{nil, "company add --name X --currency USD --id 7", "not a UUID"},
		{nil, "company add --name X --currency USD --time-zone Mars/Olympus", "--time-zone"},
		{nil, "company add --name X --currency USD", "DATABASE_URL is not set"},
		{nil, "migrate up", "DATABASE_URL is not set"},
		{nil, "check", "DATABASE_URL is not set"},
		{nil, "seed --orders 5", "--company is missing"},
		{nil, "seed --company " + id, "--orders"},
		{nil, "seed --company " + id + " --orders 5 --lines 501", "--lines"},
		{signs, "token --role Sales", "--company is missing"},
		{signs, "token --company " + id, "--role is missing"},
		{signs, "token --company " + id + " --role Boss", "Storefront"},
		{signs, "token --company " + id + " --role Sales --ttl 0s", "--ttl"},
		{signs, "token --company " + id + " --role Sales --sub system", "--sub"},
		{signs.with("JWT_JWKS_URL", "https://id.example/keys"), "token --company " + id + " --role Sales", "JWT_JWKS_URL is set"},
		{signs.with("JWT_PUBLIC_KEY_FILE", "/keys/public.pem"), "token --company " + id + " --role Sales", "JWT_PUBLIC_KEY_FILE is set"},
		{nil, "demo --addr 0.0.0.0:8080", "this machine alone"},
		{nil, "demo --addr :8080", "this machine alone"},
		{nil, "demo --log loud", "--log"},
		{nil, "serve --drain -1s", "--drain"},
	} {
		code, stdout, stderr := do(t, c.env, strings.Fields(c.args)...)
		require.Equal(t, exitUsage, code, c.args)
		require.Contains(t, stderr, c.says, c.args)
		require.Empty(t, stdout, c.args)
	}
}
