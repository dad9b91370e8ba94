package document

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"

	"github.com/orderdesk/orderdesk/pkg/script"
)

// ContentSecurityPolicy is the policy in the HTML, which a server should also send with it. It permits only the page's
// own style sheet and logo.
const ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

//go:embed page/document.html.tmpl page/document.css
var page embed.FS

// layout is the page's template. The program parses it when it starts, so that a mistake in it shows before a customer
// needs it.
var layout = template.Must(template.New("document.html.tmpl").Funcs(template.FuncMap{"runsLeft": script.RunsLeft, "language": script.Language}).
	ParseFS(page, "page/document.html.tmpl"))

// stylesheet is the page's style sheet, for screen and print.
var stylesheet = func() template.CSS {
	css, err := fs.ReadFile(page, "page/document.css")
	if err != nil {
		panic(err) // cannot happen: the compiler embedded the file
	}
	return template.CSS(css)
}()

// view is the data of the template.
type view struct {
	Content                        Content
	Heading, Title, BillTo, Policy string
	Style, PageSize                template.CSS
	Size                           string
	Logo                           template.URL
	Facts                          []viewFact
	Header, Footer                 []viewCell
	Rows                           [][]viewCell
	Sums                           []viewSum
}

type viewFact struct {
	Label, Value string
	Wide         bool
}

type viewCell struct {
	Class, Text, Small, Notes string
	Described                 bool
}

type viewSum struct{ Label, Amount, Class string }

// HTML writes the content as one page without scripts and without remote fonts or pictures. It is readable on a screen
// and a telephone, and prints on sheets of its Size with the table's header on every page. All text is escaped. It
// makes the same promises as [PDF].
func HTML(w io.Writer, p Content) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("rendering %s %s as HTML: %v", p.Kind, p.Number, reason)
		}
	}()
	var out bytes.Buffer // w gets the whole page or nothing
	if err := layout.Execute(&out, viewOf(rewritten(p, shown))); err != nil {
		return fmt.Errorf("rendering %s %s as HTML: %w", p.Kind, p.Number, err)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("writing %s %s as HTML: %w", p.Kind, p.Number, err)
	}
	return nil
}

func viewOf(p Content) view {
	v := view{
		Content: p, Heading: p.Heading(), Title: p.title(), BillTo: p.billTo(), Policy: ContentSecurityPolicy,
		Style: stylesheet, PageSize: "@page { size: A4; }", Size: "a4", Logo: logoURL(p.Letterhead.Logo),
	}
	if p.Size == Letter {
		v.PageSize, v.Size = "@page { size: Letter; }", "letter"
	}
	for _, f := range p.facts() {
		v.Facts = append(v.Facts, viewFact{f.Label, f.Value, len([]rune(f.Value)) > 60})
	}
	columns := p.columns()
	for _, col := range columns {
		v.Header = append(v.Header, viewCell{Class: col.class(), Text: col.title})
		if p.summed(columns) {
			v.Footer = append(v.Footer, viewCell{Class: col.class(), Text: col.sum})
		}
	}
	for _, line := range p.Lines {
		row := make([]viewCell, len(columns))
		for i, col := range columns {
			row[i] = viewCell{Class: col.class(), Text: col.cell(line), Described: col.described}
			if col.described {
				row[i].Small, row[i].Notes = line.details(), line.Notes
			}
		}
		v.Rows = append(v.Rows, row)
	}
	for _, row := range p.sums() {
		v.Sums = append(v.Sums, viewSum{row.label, row.amount, string(row.rank)})
	}
	return v
}

// class returns the column's class in the style sheet.
func (c column) class() string {
	switch {
	case c.described:
		return "what"
	case c.left:
		return "start"
	}
	return ""
}

// logoURL returns the logo as a data URL, or an empty string if it cannot be read. Only bytes that decode as a picture
// may bypass html/template's filter of URLs.
func logoURL(data []byte) template.URL {
	if len(data) == 0 {
		return ""
	}
	found, _, err := openLogo(data)
	if err != nil {
		return ""
	}
	return template.URL("data:image/" + found.format + ";base64," + base64.StdEncoding.EncodeToString(found.data))
}
