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
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// Sent is a request without its method.
type Sent struct {
	Path   string // as sent
	Query  url.Values
	Header http.Header
	Body   []byte
	Cut    bool // the body was truncated, so it is not checked
}

// CheckSent returns nil if the document allows an accepted request, and otherwise what it forbids.
func (d *Document) CheckSent(o Operation, a Sent, dry bool) error {
	parameters := map[string]*openapi3.Parameter{}
	for _, ref := range o.Parameters {
		var err error
		switch p := ref.Value; p.In {
		case openapi3.ParameterInQuery:
			parameters[p.Name] = p
		case openapi3.ParameterInHeader:
			err = checkSentHeader(p, a.Header, dry)
		case openapi3.ParameterInPath:
			err = checkSentStep(p, o.Path, a.Path)
		}
		if err != nil {
			return err
		}
	}
	for name, values := range a.Query {
		p := parameters[name]
		if p == nil {
			return fmt.Errorf("the parameter %s was accepted, but is not in the document", name)
		}
		for _, value := range values {
			if err := Fit(p.Schema.Value, value); err != nil {
				return fmt.Errorf("the parameter %s was accepted as %q: %w", name, value, err)
			}
		}
	}
	return d.checkSentBody(o, a)
}

// checkSentHeader checks a header that the document has. An invalid X-Request-Id is never refused, because the service
// replaces it. A dry run keeps nothing, so it ignores the key.
func checkSentHeader(p *openapi3.Parameter, header http.Header, dry bool) error {
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

// checkSentStep checks the part of the path that is a parameter.
func checkSentStep(p *openapi3.Parameter, template, path string) error {
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

func (d *Document) checkSentBody(o Operation, a Sent) error {
	if a.Cut || len(bytes.TrimSpace(a.Body)) == 0 {
		if o.RequestBody != nil && o.RequestBody.Value.Required && !a.Cut {
			return fmt.Errorf("it was accepted without a body, which the document requires")
		}
		return nil
	}
	if strings.HasPrefix(o.Path, "/v1/hooks/") {
		return nil // whatever SendGrid has signed is accepted, because SendGrid may add to it
	}
	if o.RequestBody == nil {
		return fmt.Errorf("a body was accepted, but the document has none")
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("a body without a Content-Type was accepted: %w", err)
	}
	media := o.RequestBody.Value.Content[kind]
	if media == nil {
		return fmt.Errorf("a body of %s was accepted, but is not in the document", kind)
	}
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		return fmt.Errorf("a body that is not JSON was accepted: %w", err)
	}
	read, readable := d.byPath[o.Path][http.MethodGet]
	if !readable {
		read = o
	}
	if answer := read.Responses.Status(http.StatusOK); (o.Method == http.MethodPatch || o.Method == http.MethodPut) && answer != nil {
		answered := answer.Value.Content["application/json"].Schema.Value
		if strings.HasSuffix(o.Path, "/lines/{line_id}") {
			answered = answered.Properties["lines"].Value.Items.Value
		}
		dropComputed(v, media.Schema.Value, answered)
	}
	if err := media.Schema.Value.VisitJSON(v, openapi3.VisitAsRequest(), openapi3.DisableSchemaErrorDetails()); err != nil {
		return fmt.Errorf("a body was accepted that does not match the schema%s: %w", where(err), err)
	}
	return nil
}

// dropComputed removes from a patch what its answer has and the patch cannot change. The document does not list these
// members, but a client may send back what it has read.
func dropComputed(v any, patch, answer *openapi3.Schema) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			answered := answer.Properties[name]
			switch member := patch.Properties[name]; {
			case answered == nil:
			case member == nil:
				delete(v, name)
			default:
				dropComputed(value, member.Value, answered.Value)
			}
		}
	case []any:
		if patch.Items == nil || answer.Items == nil {
			return
		}
		for _, item := range v {
			dropComputed(item, patch.Items.Value, answer.Items.Value)
		}
	}
}

// Fit returns nil if a parameter's text matches its schema. It splits a list as the service does.
func Fit(s *openapi3.Schema, text string) error {
	if !s.Type.Is("array") {
		return fitText(s, text)
	}
	parts := strictjson.SplitList(text)
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

// listening copies a request's body as it is read.
type listening struct {
	io.ReadCloser
	body bytes.Buffer
	cut  bool
	end  bool
}

// Read copies what it reads.
func (l *listening) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.cut = l.cut || l.body.Len()+n > maxBody; !l.cut {
		l.body.Write(p[:n])
	}
	l.end = l.end || err == io.EOF
	return n, err
}
