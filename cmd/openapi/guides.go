package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"github.com/orderdesk/orderdesk/api"
)

// guides are the documents that have generated parts, by their path from the root. A part is between the lines
// <!-- generated: NAME --> and <!-- end -->.
var guides = []string{
	"README.md", "docs/concepts.md", "docs/errors.md", "docs/idempotency.md", "docs/operations.md", "docs/pagination.md", "docs/versioning.md",
}

// parts writes the text of each part. There is one more: "query of GET /v1/orders" is the parameters of that operation.
var parts = map[string]func(io.Writer){
	"order states":   orderStates,
	"prebook states": prebookStates,
	"steps":          steps,
	"roles":          roles,
	"payment":        payment,
	"errors":         problemList,
	"hints":          hints,
	"field errors":   fieldErrors,
	"environment":    environment,
	"settings":       settings,
	"keys":           keys,
	"sunsets":        sunsets,
}

// writeGuides writes the generated parts of every guide.
func writeGuides(root string) error {
	for _, name := range guides {
		path := filepath.Join(root, name)
		old, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fresh, err := fill(old, newWords(root))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if bytes.Equal(old, fresh) {
			continue
		}
		if err := os.WriteFile(path, fresh, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var part = regexp.MustCompile(`(?s)(<!-- generated: ([A-Za-z0-9/ -]+) -->\n).*?(<!-- end -->)`)

// queryOf begins the name of a part that lists an operation's parameters.
const queryOf = "query of "

// fill returns the document with up-to-date parts. Its meanings of parameters are the words.
func fill(document []byte, words *words) ([]byte, error) {
	var failed error
	fresh := part.ReplaceAllFunc(document, func(found []byte) []byte {
		groups := part.FindSubmatch(found)
		out := bytes.NewBuffer(append([]byte(nil), groups[1]...))
		out.WriteByte('\n')
		if err := writePart(out, string(groups[2]), words); err != nil {
			failed = err
			return found
		}
		out.WriteByte('\n')
		out.Write(groups[3])
		return out.Bytes()
	})
	return fresh, failed
}

func writePart(w io.Writer, name string, words *words) error {
	if write, ok := parts[name]; ok {
		write(w)
		return nil
	}
	for _, r := range api.Routes() {
		if name == queryOf+r.Method+" "+r.Path && r.Query != nil {
			return queryTable(w, words, r)
		}
	}
	return fmt.Errorf("there is no part %q", name)
}
