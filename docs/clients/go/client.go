package orderdesk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/oapi-codegen/runtime"
)

// Client calls the service. New makes one.
type Client struct {
	server string
	client Doer
	edit   []RequestEditorFn
}

// Doer performs requests. An http.Client is one.
type Doer interface {
	Do(req *http.Request) (*http.Response, error)
}

// RequestEditorFn changes a request before it is sent. An error stops the request.
type RequestEditorFn func(ctx context.Context, req *http.Request) error

// ClientOption changes the client that New makes.
type ClientOption func(*Client)

// WithHTTPClient sends the requests through another client than http.DefaultClient.
func WithHTTPClient(client Doer) ClientOption {
	return func(c *Client) { c.client = client }
}

// WithRequestEditorFn changes each request.
func WithRequestEditorFn(edit RequestEditorFn) ClientOption {
	return func(c *Client) { c.edit = append(c.edit, edit) }
}

// RawBody sends this JSON text instead of the body of a call, for example a patch with a null, which clears a field.
func RawBody(text string) RequestEditorFn {
	return func(_ context.Context, req *http.Request) error {
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		return nil
	}
}

// Response is what the answers of all operations have.
type Response struct {
	HTTPResponse *http.Response // its body is read
	Body         []byte
	Problem      *Problem // why the service refused, or nil
}

// StatusCode returns the status of the answer, such as 200.
func (r Response) StatusCode() int { return r.HTTPResponse.StatusCode }

// Status returns the status of the answer with its words, such as "200 OK".
func (r Response) Status() string { return r.HTTPResponse.Status }

// bodies has the place of each status for its JSON body.
type bodies map[int]any

// read reads an answer. A status without a place is a problem, or has no JSON body.
func (r *Response) read(answer *http.Response, err error, into bodies) error {
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	r.HTTPResponse = answer
	if r.Body, err = io.ReadAll(answer.Body); err != nil {
		return err
	}
	if !strings.Contains(answer.Header.Get("Content-Type"), "json") {
		return nil
	}
	place, ok := into[answer.StatusCode]
	switch {
	case ok:
	case answer.StatusCode >= 400:
		place = &r.Problem
	default:
		return nil
	}
	return json.Unmarshal(r.Body, place)
}

// request is a call that is being made. Its first error is the error of the call.
type request struct {
	method, path, contentType string
	queries                   []string
	headers                   http.Header
	body                      io.Reader
	err                       error
}

// newRequest makes the request of an operation. Each %s of the path is a parameter.
func newRequest(method, path string, params ...any) *request {
	r := &request{method: method, headers: http.Header{}}
	escaped := make([]any, len(params))
	for i, p := range params {
		escaped[i] = r.text("simple", false, "path", runtime.ParamLocationPath, p)
	}
	r.path = fmt.Sprintf(path, escaped...)
	return r
}

func (r *request) text(style string, explode bool, name string, at runtime.ParamLocation, value any) string {
	text, err := runtime.StyleParamWithOptions(style, explode, name, value, runtime.StyleParamOptions{ParamLocation: at})
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", name, err)
	}
	return text
}

// absent reports whether an optional parameter is nil.
func absent(value any) bool {
	v := reflect.ValueOf(value)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

func (r *request) query(name string, explode bool, value any) {
	if !absent(value) {
		r.queries = append(r.queries, r.text("form", explode, name, runtime.ParamLocationQuery, value))
	}
}

func (r *request) header(name string, value any) {
	if !absent(value) {
		r.headers.Set(name, r.text("simple", false, name, runtime.ParamLocationHeader, value))
	}
}

func (r *request) json(body any) {
	text, err := json.Marshal(body)
	if err != nil && r.err == nil {
		r.err = err
	}
	r.body, r.contentType = bytes.NewReader(text), "application/json"
}

// send sends the request, changed by the client's editors and then by those of the call.
func (c *Client) send(ctx context.Context, r *request, edit []RequestEditorFn) (*http.Response, error) {
	if r.err != nil {
		return nil, r.err
	}
	address := strings.TrimSuffix(c.server, "/") + r.path
	if len(r.queries) > 0 {
		address += "?" + strings.Join(r.queries, "&")
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, r.body)
	if err != nil {
		return nil, err
	}
	for name, values := range r.headers {
		req.Header[name] = values
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	for _, editors := range [][]RequestEditorFn{c.edit, edit} {
		for _, change := range editors {
			if err := change(ctx, req); err != nil {
				return nil, err
			}
		}
	}
	return c.client.Do(req)
}
