package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// guides are the documents that have generated parts, by their path from the root. A part is between the lines
// <!-- generated: NAME --> and <!-- end -->.
var guides = []string{
	"README.md", "docs/concepts.md", "docs/errors.md", "docs/idempotency.md", "docs/operations.md", "docs/pagination.md", "docs/versioning.md",
}

// parts writes the text of each part.
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
	"filters":        filters,
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
		fresh, err := fill(old)
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

var part = regexp.MustCompile(`(?s)(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)`)

// fill returns the document with up-to-date parts.
func fill(document []byte) ([]byte, error) {
	var unknown error
	fresh := part.ReplaceAllFunc(document, func(found []byte) []byte {
		groups := part.FindSubmatch(found)
		write, ok := parts[string(groups[2])]
		if !ok {
			unknown = fmt.Errorf("there is no part %q", groups[2])
			return found
		}
		out := bytes.NewBuffer(append([]byte(nil), groups[1]...))
		out.WriteByte('\n')
		write(out)
		out.WriteByte('\n')
		out.Write(groups[3])
		return out.Bytes()
	})
	return fresh, unknown
}
