package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// documents are the Markdown files of the project by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"../*.md", "*.md", "adr/*.md"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			raw, err := os.ReadFile(name) //nolint:gosec // what was globbed
			require.NoError(t, err)
			texts[name] = string(raw)
		}
	}
	require.Greater(t, len(texts), 15)
	return texts
}

// sources is the text of every Go file of a kind, in one.
func sources(t *testing.T, ending string, but string) string {
	t.Helper()
	var all strings.Builder
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "bin" || d.Name() == "var" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ending) || but != "" && strings.HasSuffix(path, but) {
			return nil
		}
		raw, err := os.ReadFile(path) //nolint:gosec // our own sources
		all.Write(raw)
		return err
	}))
	return all.String()
}

var (
	link    = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	aTest   = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`")
	aMetric = regexp.MustCompile(`\borderdesk_[a-z_]+[a-z]\b`)
)

// Links lead somewhere.
func TestLinks(t *testing.T) {
	for name, text := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			to := found[1]
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), to)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, to)
			}
		}
	}
}

// A test that a document names exists.
func TestNamedTestsExist(t *testing.T) {
	code := sources(t, "_test.go", "")
	for name, text := range documents(t) {
		for _, found := range aTest.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(code, "func "+found[1]+"(") {
				t.Errorf("%s names %s, which does not exist", name, found[1])
			}
		}
	}
}

// Every metric that operations.md names is one, and it names every one.
func TestMetricsAreDocumented(t *testing.T) {
	text := documents(t)["operations.md"]
	code := sources(t, ".go", "_test.go")
	inCode := regexp.MustCompile(`"(orderdesk_[a-z_]+)"`)
	known := map[string]bool{}
	for _, found := range inCode.FindAllStringSubmatch(code, -1) {
		known[found[1]] = true
		require.Contains(t, text, found[1], "operations.md does not tell of this metric")
	}
	for _, name := range aMetric.FindAllString(text, -1) {
		require.True(t, known[strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")], "operations.md names %s, which is no metric", name)
	}
}

// ADR 11 explains the direct dependencies of go.mod: these and no others.
func TestDependenciesAreExplained(t *testing.T) {
	text := documents(t)["adr/0011-dependencies.md"]
	raw, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)
	for _, found := range direct.FindAllStringSubmatch(string(raw), -1) {
		module := found[1]
		if strings.HasPrefix(module, "github.com/riverqueue/river/") {
			continue
		}
		require.Contains(t, text, "`"+module+"`", "ADR 11 does not explain it")
	}
	named := regexp.MustCompile("`((?:github\\.com|golang\\.org|gorm\\.io|codeberg\\.org|go\\.yaml\\.in|pgregory\\.net)/[^`]+)`")
	for _, found := range named.FindAllStringSubmatch(text, -1) {
		require.Contains(t, string(raw), "\t"+found[1]+" v", "ADR 11 explains what go.mod does not have")
	}
}
