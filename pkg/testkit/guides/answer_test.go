package guides

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// agree compares what a guide shows with what was printed.
//
// JSON: the guide shows the relevant members. Each must exist with its value. UUIDs, times and dates match any other
// one. "…" in a text matches anything. A list has as many items as shown, or more if the last one is "…".
//
// Other text: each line of the guide must be printed, in this order; "…" matches anything.
func agree(kind, shown, printed string) error {
	if kind != "json" {
		return agreeLines(shown, printed)
	}
	want, err := readTree(shown)
	if err != nil {
		return fmt.Errorf("the guide's JSON: %w", err)
	}
	got, err := readTree(bodyOf(printed))
	if err != nil {
		return fmt.Errorf("the output is not JSON: %w", err)
	}
	return want.agrees("", got)
}

// bodyOf is the text after the headers that curl -i prints.
func bodyOf(printed string) string {
	if strings.HasPrefix(printed, "HTTP/") {
		_, printed, _ = strings.Cut(strings.ReplaceAll(printed, "\r\n", "\n"), "\n\n")
	}
	return printed
}

func agreeLines(shown, printed string) error {
	rest := strings.Split(strings.ReplaceAll(printed, "\r\n", "\n"), "\n")
	for line := range strings.SplitSeq(shown, "\n") {
		if strings.TrimSpace(line) == "" || strings.TrimSpace(line) == "…" {
			continue
		}
		for {
			if len(rest) == 0 {
				return fmt.Errorf("no line is %q, in this order", line)
			}
			first := rest[0]
			rest = rest[1:]
			if like(line, first) {
				break
			}
		}
	}
	return nil
}

var forms = []*regexp.Regexp{
	regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT[0-9:.]+Z$`),
	regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	regexp.MustCompile(`^/v1/orders/[0-9a-f-]{36}(/.*)?$`),
}

// like reports whether a text matches what the guide shows.
func like(shown, text string) bool {
	if shown == text {
		return true
	}
	if strings.Contains(shown, "…") {
		parts := strings.Split(shown, "…")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(text)
	}
	for _, form := range forms {
		if form.MatchString(shown) {
			return form.MatchString(text)
		}
	}
	return false
}

// tree is a JSON value that keeps the order of its members.
type tree struct {
	value any // of a scalar
	names []string
	kids  []*tree
	open  byte // '{' or '['
}

func readTree(text string) (*tree, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return readValue(d)
}

func readValue(d *json.Decoder) (*tree, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, nested := token.(json.Delim)
	if !nested {
		return &tree{value: token}, nil
	}
	n := &tree{open: byte(open)}
	for d.More() {
		if n.open == '{' {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			n.names = append(n.names, fmt.Sprint(name))
		}
		kid, err := readValue(d)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
	}
	_, err = d.Token()
	return n, err
}

func (n *tree) member(name string) *tree {
	for i, has := range n.names {
		if has == name {
			return n.kids[i]
		}
	}
	return nil
}

// more reports whether the item stands for further ones.
func (n *tree) more() bool { return n.value == "…" }

func (n *tree) agrees(at string, got *tree) error {
	switch n.open {
	case '{':
		for i, name := range n.names {
			kid := got.member(name)
			if kid == nil {
				return fmt.Errorf("%s has no member %s", at, name)
			}
			if err := n.kids[i].agrees(at+"/"+name, kid); err != nil {
				return err
			}
		}
		return nil
	case '[':
		shown := n.kids
		if last := len(shown) - 1; last >= 0 && shown[last].more() {
			shown = shown[:last]
		} else if len(shown) != len(got.kids) {
			return fmt.Errorf("%s has %d items, not %d", at, len(got.kids), len(shown))
		}
		for i, kid := range shown {
			if i >= len(got.kids) {
				return fmt.Errorf("%s has only %d items", at, len(got.kids))
			}
			if err := kid.agrees(fmt.Sprintf("%s/%d", at, i), got.kids[i]); err != nil {
				return err
			}
		}
		return nil
	}
	want, textual := n.value.(string)
	text, isText := got.value.(string)
	if got.open == 0 && (n.value == got.value || textual && isText && like(want, text)) {
		return nil
	}
	return fmt.Errorf("%s is %s, not %v", at, got.inline(), n.value)
}

// rewritten returns what was printed, in the shape of the guide.
func rewritten(shown, printed string) (string, error) {
	want, err := readTree(shown)
	if err != nil {
		return shown, fmt.Errorf("the guide's JSON: %w", err)
	}
	got, err := readTree(bodyOf(printed))
	if err != nil {
		return shown, fmt.Errorf("the output is not JSON: %w", err)
	}
	if err := want.take("", got); err != nil {
		return shown, err
	}
	return want.indented("", 110), nil
}

// take copies the values of what was printed.
func (n *tree) take(at string, got *tree) error {
	if n.open == 0 {
		if text, ok := n.value.(string); ok && strings.Contains(text, "…") {
			return nil
		}
		*n = *got
		if text, ok := n.value.(string); ok && len(text) > 60 && !strings.Contains(text, " ") {
			n.value = text[:16] + "…"
		}
		return nil
	}
	if n.open != got.open {
		return fmt.Errorf("%s is %s", at, got.inline())
	}
	if n.open == '[' && len(n.kids) > 0 && n.kids[0].open == 0 && !n.kids[len(n.kids)-1].more() {
		n.kids = got.kids // a list of texts or numbers is shown in full
		return nil
	}
	for i, kid := range n.kids {
		if n.open == '[' && kid.more() && i == len(n.kids)-1 {
			continue
		}
		at, from := fmt.Sprintf("%s/%d", at, i), (*tree)(nil)
		if n.open == '{' {
			from = got.member(n.names[i])
		} else if i < len(got.kids) {
			from = got.kids[i]
		}
		if from == nil {
			return fmt.Errorf("%s does not exist", at)
		}
		if err := kid.take(at, from); err != nil {
			return err
		}
	}
	return nil
}

// indented formats the value, on one line if it fits.
func (n *tree) indented(indent string, width int) string {
	if line := n.inline(); n.open == 0 || len(n.kids) == 0 || len(indent)+len(line) <= width && n.flat() {
		return line
	}
	var lines []string
	for i, kid := range n.kids {
		name := ""
		if n.open == '{' {
			name = quoted(n.names[i]) + ": "
		}
		lines = append(lines, indent+"  "+name+kid.indented(indent+"  ", width-len(name)))
	}
	return string(n.open) + "\n" + strings.Join(lines, ",\n") + "\n" + indent + map[byte]string{'{': "}", '[': "]"}[n.open]
}

// flat reports whether the nesting is at most one level deep.
func (n *tree) flat() bool {
	for _, kid := range n.kids {
		for _, grand := range kid.kids {
			if grand.open != 0 {
				return false
			}
		}
	}
	return true
}

func (n *tree) inline() string {
	if n.open == 0 {
		return quoted(n.value)
	}
	parts := make([]string, len(n.kids))
	for i, kid := range n.kids {
		if parts[i] = kid.inline(); n.open == '{' {
			parts[i] = quoted(n.names[i]) + ": " + parts[i]
		}
	}
	return string(n.open) + strings.Join(parts, ", ") + map[byte]string{'{': "}", '[': "]"}[n.open]
}

func quoted(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}

// The comparison ignores what may differ, and nothing else.
func TestAgree(t *testing.T) {
	for name, c := range map[string]struct {
		kind, shown, printed string
		agrees               bool
	}{
		"a part":                  {"json", `{"a":1}`, `{"b":2,"a":1}`, true},
		"another value":           {"json", `{"a":1}`, `{"a":2}`, false},
		"no such member":          {"json", `{"a":null}`, `{}`, false},
		"any id":                  {"json", `{"id":"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"}`, `{"id":"01a20d6c-6ae8-7257-839c-873d83896580"}`, true},
		"a word instead of an id": {"json", `{"id":"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"}`, `{"id":"x"}`, false},
		"any time":                {"json", `{"at":"2026-11-24T10:00:00Z"}`, `{"at":"2026-12-24T10:00:00.123Z"}`, true},
		"anything":                {"json", `{"t":"Order … is open"}`, `{"t":"Order W000001 is open"}`, true},
		"more items":              {"json", `{"l":[1,"…"]}`, `{"l":[1,2,3]}`, true},
		"an extra item":           {"json", `{"l":[1]}`, `{"l":[1,2]}`, false},
		"a missing item":          {"json", `{"l":[1,2]}`, `{"l":[1]}`, false},
		"null":                    {"json", `{"a":null}`, `{"a":""}`, false},
		"after headers":           {"json", `{"a":1}`, "HTTP/1.1 200 OK\r\nX: y\r\n\r\n{\"a\":1}", true},
		"lines":                   {"http", "HTTP/1.1 200 OK\nETag: \"v…\"", "HTTP/1.1 200 OK\r\nDate: x\r\nETag: \"v7\"\r\n", true},
		"a missing line":          {"http", "ETag: \"v7\"", "HTTP/1.1 200 OK\r\n", false},
		"lines in another order":  {"text", "b\na", "a\nb\n", false},
	} {
		if err := agree(c.kind, c.shown, c.printed); (err == nil) != c.agrees {
			t.Errorf("%s: %v", name, err)
		}
	}
	text, err := rewritten(`{"id":"","l":[{"n":0},"…"]}`, `{"l":[{"m":1,"n":2},{"n":3}],"id":"x"}`)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"x","l":[{"n":2},"…"]}`, text)
}
