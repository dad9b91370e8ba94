package main

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// problemList writes every problem, by status and code.
func problemList(w io.Writer) {
	byStatus := map[int][]fault.Entry{}
	for _, e := range fault.Catalogue() {
		if !e.Field && !e.Hint {
			byStatus[web.Status(e.Code)] = append(byStatus[web.Status(e.Code)], e)
		}
	}
	for status := 400; status < 600; status++ {
		if len(byStatus[status]) == 0 {
			continue
		}
		fmt.Fprintf(w, "### %d %s\n\n", status, http.StatusText(status))
		for _, e := range byStatus[status] {
			entry(w, e)
		}
	}
}

func entry(w io.Writer, e fault.Entry) {
	repeat := ""
	if e.Retryable {
		repeat = " Repeating the same request may succeed."
	}
	fmt.Fprintf(w, "**`%s`** %s. %s %s%s\n", e.Code, e.Title, e.Cause, api.WithPaths(e.Fix), repeat)
	for _, m := range e.Members {
		fmt.Fprintf(w, "- `%s`: %s\n", m.Name, m.Meaning)
	}
	fmt.Fprintln(w)
}

// fieldErrors writes the codes of errors[].
func fieldErrors(w io.Writer) {
	fmt.Fprintln(w, "| code | why | what to do |\n|---|---|---|")
	for _, e := range fault.Catalogue() {
		if e.Field {
			fmt.Fprintf(w, "| `%s` | %s | %s |\n", e.Code, e.Cause, api.WithPaths(e.Fix))
		}
	}
}

// hints writes the codes that only allowed_actions has.
func hints(w io.Writer) {
	for _, e := range fault.Catalogue() {
		if e.Hint {
			entry(w, e)
		}
	}
}

// environment writes every variable with its meaning and default.
func environment(w io.Writer) {
	fmt.Fprintln(w, "| variable | meaning | default |\n|---|---|---|")
	for _, v := range config.Variables() {
		name := "`" + v.Name + "`"
		if v.File {
			name += " or `" + v.Name + "_FILE`"
		}
		fmt.Fprintf(w, "| %s | %s | %s |\n", name, plain(v.Meaning), need(v))
	}
}

// plain escapes a text so that Markdown does not read it as HTML.
func plain(text string) string { return strings.ReplaceAll(text, "<", "&lt;") }

func need(v config.Variable) string {
	switch {
	case v.Need == config.Required:
		return "**required**"
	case v.Need != config.Optional:
		return "**required:** " + string(v.Need)
	case v.Default != "":
		return "`" + v.Default + "`"
	}
	return ""
}

// settings writes what serve requires, and names the optional variables.
func settings(w io.Writer) {
	fmt.Fprintln(w, "| needed | meaning |\n|---|---|")
	groups := map[config.Need][]string{}
	for _, v := range config.Variables() {
		if v.Need == config.Required {
			fmt.Fprintf(w, "| `%s` | %s |\n", v.Name, plain(v.Meaning))
		}
		groups[v.Need] = append(groups[v.Need], "`"+v.Name+"`")
	}
	fmt.Fprintf(w, "| %s | how tokens are verified; set exactly one |\n", strings.Join(groups[config.OneKey], ", "))
	fmt.Fprintf(w, "| %s | where e-mails go; set exactly one |\n", strings.Join(groups[config.OneMail], ", "))
	fmt.Fprintf(w, "\nOptional: %s.\n", strings.Join(groups[config.Optional], ", "))
}

// keys writes which operations take an Idempotency-Key and a dry run.
func keys(w io.Writer) {
	fmt.Fprintln(w, "| operation | `Idempotency-Key` | `?dry_run=true` |\n|---|---|---|")
	for _, r := range api.Routes() {
		if !r.Writes() {
			continue
		}
		fmt.Fprintf(w, "| `%s %s` | %s | %s |\n", r.Method, r.Path, [...]string{"–", "honoured", "required"}[r.Key], map[bool]string{true: "✓", false: "–"}[r.DryRun])
	}
}

// queryTable writes what an operation takes in its query: the comment of each parameter, and its values.
func queryTable(w io.Writer, words *words, r api.Route) error {
	fmt.Fprintln(w, "| parameter | meaning | values |\n|---|---|---|")
	for _, f := range api.Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
		text, err := words.field(f.Owner, f.Go.Name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| `%s` | %s | %s |\n", f.Name, strings.Join(strings.Fields(text), " "), valuesOf(f))
	}
	return nil
}

// valuesOf returns the values of a parameter in words.
func valuesOf(f strictjson.Field) string {
	value, list := f.Shape, f.Shape.Kind == strictjson.List
	if list {
		value = value.Elem
	}
	rule, values := value.Rule, "a text"
	switch {
	case rule.Enum != nil:
		values = "`" + strings.Join(rule.Enum, "`, `") + "`"
	case rule.Format != nil:
		values = rule.Format.Meaning
	case rule.Minimum != nil && rule.Maximum != nil:
		values = fmt.Sprintf("%d to %d", *rule.Minimum, *rule.Maximum)
	}
	if list {
		values += "; several, separated by commas"
	}
	if f.Default != nil {
		values += "; default `" + *f.Default + "`"
	}
	return values
}

// sunsets writes the deprecated operations.
func sunsets(w io.Writer) {
	none := true
	for _, r := range api.Routes() {
		if r.Sunset != nil {
			none = false
			fmt.Fprintf(w, "- `%s %s`, deprecated since %s\n", r.Method, r.Path, r.Sunset.Deprecated.Format("2006-01-02"))
		}
	}
	if none {
		fmt.Fprintln(w, "None at present.")
	}
}
