package guides

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// documents returns the project's Markdown files by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	require.NoError(t, walk(func(path string) error {
		if !strings.HasSuffix(path, ".md") {
			return nil
		}
		raw, err := os.ReadFile(path) //nolint:gosec // our own documents
		texts[fromHere(path)] = string(raw)
		return err
	}))
	require.Greater(t, len(texts), 25)
	require.Contains(t, texts, "clients/ts/README.md")
	return texts
}

// fromHere is a path relative to this folder: operations.md and ../docs/operations.md are the same.
func fromHere(path string) string { return strings.TrimPrefix(path, "../docs/") }

// walk visits every file of the project itself.
func walk(visit func(path string) error) error {
	return filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "bin" || d.Name() == "var" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		return visit(path)
	})
}

// sources returns the text of all Go files with this ending, joined.
func sources(t *testing.T, ending string, except string) string {
	t.Helper()
	var all strings.Builder
	require.NoError(t, walk(func(path string) error {
		if !strings.HasSuffix(path, ending) || except != "" && strings.HasSuffix(path, except) {
			return nil
		}
		raw, err := os.ReadFile(path) //nolint:gosec // our own sources
		all.Write(raw)
		return err
	}))
	return all.String()
}

var (
	link    = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]*)?\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	aTest   = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`")
	aMetric = regexp.MustCompile(`\borderdesk_[a-z_]+[a-z]\b`)
)

// Links lead to an existing file and an existing heading.
func TestLinks(t *testing.T) {
	texts := documents(t)
	for name, text := range texts {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if to, anchor := found[1], found[2]; !strings.Contains(to, "://") && !strings.HasPrefix(to, "mailto:") {
				if fault := brokenLink(texts, name, to, strings.TrimPrefix(anchor, "#")); fault != "" {
					t.Errorf("%s links to %s%s, %s", name, to, anchor, fault)
				}
			}
		}
	}
	// The check recognises a missing page, a missing heading, and a link that is right.
	require.NotEmpty(t, brokenLink(texts, "clients/ts/README.md", "../nowhere.md", ""))
	require.NotEmpty(t, brokenLink(texts, "operations.md", "", "nothing-of-the-kind"))
	require.NotEmpty(t, brokenLink(texts, "../README.md", "docs/operations.md", "nothing-of-the-kind"))
	require.Empty(t, brokenLink(texts, "../README.md", "docs/operations.md", "mail-is-paused"))
}

// brokenLink says what is wrong with a link, or returns an empty text.
func brokenLink(texts map[string]string, from, to, anchor string) string {
	target := from
	if to != "" {
		target = filepath.Join(filepath.Dir(from), to)
		if _, err := os.Stat(target); err != nil {
			return "which does not exist"
		}
	}
	if text, read := texts[fromHere(target)]; anchor != "" && read && !anchors(text)[anchor] {
		return "a heading that does not exist"
	}
	return ""
}

// anchors returns GitHub's anchors of a text's headings.
func anchors(text string) map[string]bool {
	names, times := map[string]bool{}, map[string]int{}
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		words := link.ReplaceAllString(strings.ReplaceAll(found[1], "[", ""), "")
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, words)
		if times[name]++; times[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, times[name]-1)
		}
		names[name] = true
	}
	return names
}

// GitHub's anchors of headings: lower case, without punctuation, hyphens for spaces, and a number for repeated
// headings.
func TestAnchors(t *testing.T) {
	require.Equal(t, map[string]bool{"adding": true, "f1-f22-when-sendgrid-answers-503": true, "the-adrs_list": true, "adding-1": true},
		anchors("# Adding…\n\n## F1-F22: when `SendGrid` answers *503*\n```sh\n# no heading\n```\n### The [ADRs](adr/README.md)_list\n## Adding\n"))
}

// Every test that a document names exists.
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

// operations.md names every metric, and nothing else as a metric.
func TestMetricsAreDocumented(t *testing.T) {
	text := documents(t)["operations.md"]
	code := sources(t, ".go", "_test.go")
	inCode := regexp.MustCompile(`"(orderdesk_[a-z_]+)"`)
	known := map[string]bool{}
	for _, found := range inCode.FindAllStringSubmatch(code, -1) {
		known[found[1]] = true
		require.Contains(t, text, found[1], "operations.md does not have this metric")
	}
	for _, name := range aMetric.FindAllString(text, -1) {
		require.True(t, known[strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")], "operations.md names %s, which is not a metric", name)
	}
}

// ADR 11 explains exactly the direct dependencies of go.mod.
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
		require.Contains(t, string(raw), "\t"+found[1]+" v", "ADR 11 explains a dependency that go.mod does not have")
	}
}
