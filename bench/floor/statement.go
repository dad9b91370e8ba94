package floor

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Statement is a statement with named parameters, such as {company}.
type Statement struct {
	Source string // with the names
	text   string // with $1, $2, …
	names  []string
}

type values map[string]any

var parameter = regexp.MustCompile(`\{[a-z_]+\}`)

func statement(source string) Statement {
	s := Statement{Source: source}
	place := map[string]int{}
	s.text = parameter.ReplaceAllStringFunc(source, func(p string) string {
		name := strings.Trim(p, "{}")
		if place[name] == 0 {
			s.names = append(s.names, name)
			place[name] = len(s.names)
		}
		return fmt.Sprintf("$%d", place[name])
	})
	return s
}

// Text is the statement with other texts for its parameters.
func (s Statement) Text(of func(name string) string) string {
	return parameter.ReplaceAllStringFunc(s.Source, func(p string) string { return of(strings.Trim(p, "{}")) })
}

// args are the parameters in their order.
func (s Statement) args(v values) []any {
	out := make([]any, len(s.names))
	for i, name := range s.names {
		value, known := v[name]
		if !known {
			panic("floor: no value for {" + name + "}") // a defect that the test meets
		}
		out[i] = value
	}
	return out
}

func (s Statement) queue(b *pgx.Batch, v values) *pgx.QueuedQuery {
	return b.Queue(s.text, s.args(v)...)
}
