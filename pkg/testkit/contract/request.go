package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Asked is what a request said beside its method.
type Asked struct {
	Path   string // as it was sent
	Query  url.Values
	Header http.Header
	Body   []byte
	Cut    bool // the body is not whole: it is not looked at
}

// CheckAsked is nil where the document allows a request that was accepted, and else says what it forbids.
func (d *Document) CheckAsked(o Operation, a Asked, dry bool) error {
	parameters := map[string]*openapi3.Parameter{}
	for _, ref := range o.Parameters {
		var err error
		switch p := ref.Value; p.In {
		case openapi3.ParameterInQuery:
			parameters[p.Name] = p
		case openapi3.ParameterInHeader:
			err = checkAskedHeader(p, a.Header, dry)
		case openapi3.ParameterInPath:
			err = checkAskedStep(p, o.Path, a.Path)
		}
		if err != nil {
			return err
		}
	}
	for name, values := range a.Query {
		p := parameters[name]
		if p == nil {
			return fmt.Errorf("the parameter %s was accepted, which the document does not have", name)
		}
		for _, value := range values {
			if err := Fit(p.Schema.Value, value); err != nil {
				return fmt.Errorf("the parameter %s was accepted as %q: %w", name, value, err)
			}
		}
	}
	return d.checkAskedBody(o, a)
}

// checkAskedHeader is about a header that the document has. An X-Request-Id of another form is never refused: the service
// replaces it. A dry run keeps nothing, and so neither needs a key nor looks at one.
func checkAskedHeader(p *openapi3.Parameter, header http.Header, dry bool) error {
	lines, given := header[http.CanonicalHeaderKey(p.Name)]
	switch {
	case p.Name == "X-Request-Id" || p.Name == "Idempotency-Key" && dry:
		return nil
	case !given && p.Required && !dry:
		return fmt.Errorf("it was accepted without the header %s, which the document requires", p.Name)
	case !given:
		return nil
	}
	if err := fitText(p.Schema.Value, strings.Join(lines, ", ")); err != nil {
		return fmt.Errorf("the header %s was accepted as %q: %w", p.Name, lines, err)
	}
	return nil
}

// checkAskedStep is about the step of the path that is a parameter.
func checkAskedStep(p *openapi3.Parameter, template, path string) error {
	steps := strings.Split(path, "/")
	at := slices.Index(strings.Split(template, "/"), "{"+p.Name+"}")
	text, err := url.PathUnescape(steps[at])
	if err == nil {
		err = fitText(p.Schema.Value, text)
	}
	if err != nil {
		return fmt.Errorf("the path was accepted with %q for %s: %w", steps[at], p.Name, err)
	}
	return nil
}

func (d *Document) checkAskedBody(o Operation, a Asked) error {
	if a.Cut || len(bytes.TrimSpace(a.Body)) == 0 {
		if o.RequestBody != nil && o.RequestBody.Value.Required && !a.Cut {
			return fmt.Errorf("it was accepted without a body, which the document requires")
		}
		return nil
	}
	if strings.HasPrefix(o.Path, "/v1/hooks/") {
		return nil // what SendGrid has signed is taken, whatever they add to it one day
	}
	if o.RequestBody == nil {
		return fmt.Errorf("a body was accepted, and the document has none")
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("a body without a Content-Type was accepted: %w", err)
	}
	media := o.RequestBody.Value.Content[kind]
	if media == nil {
		return fmt.Errorf("a body of %s was accepted, which the document does not have", kind)
	}
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		return fmt.Errorf("a body that is no JSON was accepted: %w", err)
	}
	if err := media.Schema.Value.VisitJSON(v, openapi3.VisitAsRequest(), openapi3.DisableSchemaErrorDetails()); err != nil {
		return fmt.Errorf("a body was accepted that does not fit%s: %w", where(err), err)
	}
	return nil
}

// Fit is nil where a parameter's text fits its schema; a list's values are separated by commas.
func Fit(s *openapi3.Schema, text string) error {
	if !s.Type.Is("array") {
		return fitText(s, text)
	}
	parts := strings.Split(text, ",")
	if s.MaxItems != nil && len(parts) > int(*s.MaxItems) {
		return fmt.Errorf("%d values", len(parts))
	}
	for _, part := range parts {
		if err := fitText(s.Items.Value, part); err != nil {
			return err
		}
	}
	return nil
}

// listening keeps what is read of a request's body.
type listening struct {
	io.ReadCloser
	body bytes.Buffer
	cut  bool
	end  bool
}

// Read keeps what it reads.
func (l *listening) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.cut = l.cut || l.body.Len()+n > most; !l.cut {
		l.body.Write(p[:n])
	}
	l.end = l.end || err == io.EOF
	return n, err
}
