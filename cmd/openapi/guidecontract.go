package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/fault"
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
	fmt.Fprintf(w, "**`%s`** %s. %s %s%s\n", e.Code, e.Title, e.Cause, api.Written(e.Fix), repeat)
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
			fmt.Fprintf(w, "| `%s` | %s | %s |\n", e.Code, e.Cause, api.Written(e.Fix))
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

// filters writes the parameters of the Order Summary.
func filters(w io.Writer) {
	fmt.Fprintln(w, "| parameter | takes |\n|---|---|")
	for _, r := range api.Routes() {
		if r.Operation != "listOrders" {
			continue
		}
		for _, p := range r.Parameters() {
			takes := ""
			if meaning, ok := meanings[p.Name]; ok {
				takes = meaning
			} else if values, ok := p.Schema["enum"].([]string); ok {
				takes = "`" + strings.Join(values, "`, `") + "`"
			} else if name, ok := p.Schema["format"].(string); ok && name != "int32" {
				takes = api.Reader().Formats()[name].Meaning
			} else {
				panic("say in meanings what the parameter " + p.Name + " takes")
			}
			if p.List {
				takes += "; several, separated by commas"
			}
			if p.Default != nil {
				takes += "; default " + *p.Default
			}
			fmt.Fprintf(w, "| `%s` | %s |\n", p.Name, takes)
		}
	}
}

// meanings describes the parameters whose schema does not say enough for a reader.
var meanings = map[string]string{
	"origin":             "a letter or a name: `W` or `web`, `P` or `phone`, `S` or `standing`, `X` or `external`",
	"customer_code":      "current codes of customers, in any letter case",
	"salesperson":        "e-mail addresses, or `me`",
	"number":             "the Order field of the screen: `W` finds all web orders; `W000123`, `W123` and `123` find one document; `W0001` finds those that begin so",
	"external_reference": "complete references",
	"q":                  "words that begin words of number, customer code or name, PO number, reference, invoice number, carrier or SKU, ignoring case and accents",
	"placed_from":        "a day in the company's time zone, or a time; inclusive",
	"placed_to":          "a day in the company's time zone, or a time; inclusive",
	"ship_date_from":     "a day; inclusive",
	"ship_date_to":       "a day; inclusive",
	"total_min":          "a decimal number such as `12.50`; inclusive",
	"total_max":          "a decimal number such as `12.50`; inclusive",
	"updated_since":      "a time such as `2026-05-31T12:00:00Z`; inclusive",
	"limit":              "1 to 200 rows a page",
	"cursor":             "`next_cursor` or `prev_cursor` of a page",
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
