package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Asked is what a request said beside its method and path.
type Asked struct {
	Query  url.Values
	Header http.Header
	Body   []byte
	Cut    bool // the body is not whole: it is not looked at
}

// CheckAsked is nil where the document allows a request that was accepted, and else says what it forbids.
func (d *Document) CheckAsked(o Operation, a Asked, dry bool) error {
	parameters := map[string]*openapi3.Parameter{}
	for _, ref := range o.Parameters {
		p := ref.Value
		if p.In == openapi3.ParameterInQuery {
			parameters[p.Name] = p
		}
		if p.In == openapi3.ParameterInHeader && p.Required && a.Header.Get(p.Name) == "" && !dry {
			return fmt.Errorf("it was accepted without the header %s, which the document requires", p.Name)
		}
	}
	for name, values := range a.Query {
		p := parameters[name]
		if p == nil {
			return fmt.Errorf("the parameter %s was accepted, which the document does not have", name)
		}
		for _, value := range values {
			if err := fitParameter(p.Schema.Value, value); err != nil {
				return fmt.Errorf("the parameter %s was accepted as %q: %w", name, value, err)
			}
		}
	}
	return d.checkAskedBody(o, a)
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

// fitParameter holds a parameter's text against its schema; a list's values are separated by commas.
func fitParameter(s *openapi3.Schema, text string) error {
	if !s.Type.Is("array") {
		return fitText(s, text)
	}
	for part := range strings.SplitSeq(text, ",") {
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
