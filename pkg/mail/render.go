package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strings"
	"sync"
	texttemplate "text/template" // only for the plain-text part, which needs no escaping
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/script"
)

//go:embed templates
var files embed.FS

// wording is the two templates of an e-mail. The text template also has the subject. It calls the method Subject where a use case needs
// the subject alone, because a template takes many times as long. The layouts have what several e-mails share, sentences.tmpl what both
// templates of one share.
type wording struct {
	html *htmltemplate.Template
	text *texttemplate.Template
}

// wordings are parsed when the first e-mail is rendered, so that the program starts without them.
var wordings = sync.OnceValue(func() map[string]wording {
	m := map[string]wording{}
	for _, name := range []string{"invoice", "credit_note", "order_placed", "order_received", "manual", "delivery_notice", "endpoint_disabled"} {
		m[name] = wording{
			html: htmltemplate.Must(htmltemplate.New("layout.html").Funcs(functions).
				ParseFS(files, "templates/layout.html", "templates/sentences.tmpl", "templates/"+name+".html")),
			text: texttemplate.Must(texttemplate.New(name+".txt").Funcs(functions).
				ParseFS(files, "templates/layout.txt", "templates/sentences.tmpl", "templates/"+name+".txt")),
		}
	}
	return m
})

// labelled is a value with its label. The large figure also has a note below.
type labelled struct{ Label, Value, Note string }

var functions = map[string]any{
	"row":        func(label, value string) labelled { return labelled{Label: label, Value: value} },
	"figure":     func(label, value, note string) labelled { return labelled{label, value, note} },
	"document":   func(d PlacedDocument, url string) PlacedDocument { d.URL = url; return d },
	"lines":      lines,
	"paragraphs": paragraphs,
	"lower":      strings.ToLower,
	"link":       link,
	"runsLeft":   script.RunsLeft,
	"language":   script.Language,
	"isolate":    isolate,
	"apart":      apart,
}

// render renders an e-mail. Its templates get only texts, so they cannot fail for one e-mail and not for another. A
// failure is a defect that the tests find.
func render(name string, data any) (subject, text, html string) {
	w := wordings()[name]
	var s, t, h strings.Builder
	for _, err := range []error{
		w.text.ExecuteTemplate(&s, "subject", data),
		w.text.Execute(&t, data),
		w.html.Execute(&h, data),
	} {
		if err != nil {
			panic(fmt.Sprintf("mail: render the e-mail %s: %v", name, err))
		}
	}
	return OneLine(s.String()), t.String(), h.String()
}

// OneLine returns the text as a subject: without line breaks, and without the marks that change the direction of
// writing, because such a mark in a customer's name could disguise the rest.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, withoutTurns(s))
	s = strings.Join(strings.Fields(s), " ")
	const longest = 250
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

// withoutTurns returns the text without the marks that change the direction of writing.
func withoutTurns(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

// isolate returns a value for a sentence of the plain text. A value written from right to left must not move the words
// around it. HTML has the element bdi for that.
func isolate(value string) string {
	if !script.RunsLeft(value) {
		return value
	}
	return script.FirstStrongIsolate + apart(value) + script.PopDirectionalIsolate
}

// apart returns a text of its own, in which numbers and codes keep their direction among letters that run from right to left.
func apart(text string) string { return script.Apart(withoutTurns(text)) }

// lines returns the non-blank lines of the text.
func lines(text string) []string {
	var kept []string
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// paragraphs returns the parts of the text between blank lines.
func paragraphs(text string) []string {
	var all []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// link returns the address if it is an http or https address, and otherwise an empty string.
func link(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return address
}
