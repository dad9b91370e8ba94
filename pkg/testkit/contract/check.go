package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Exchange is a request and its answer.
type Exchange struct {
	Method, Path string // the path as sent
	Status       int
	Header       http.Header
	Body         []byte
	Cut          bool // the body was truncated, so it is not checked
	Dry          bool // the answer belongs to a dry run
}

// Check returns nil if the document declares the answer, and otherwise what it does not declare. op is the operation's
// name, or empty if the request matches no operation.
func (d *Document) Check(x Exchange) (op string, err error) {
	operation, found, known := d.Find(x.Method, x.Path)
	if !found {
		return "", d.checkStray(x, known)
	}
	declared := operation.Responses.Status(x.Status)
	if declared == nil || declared.Value == nil {
		return operation.OperationID, fmt.Errorf("the status %d is not declared", x.Status)
	}
	answer := declared.Value
	return operation.OperationID, errors.Join(checkHeaders(x, answer), d.checkBody(x, answer))
}

// checkStray checks requests for unknown paths and methods, which must get a problem. The pages beside the API are not
// part of the document.
func (d *Document) checkStray(x Exchange, known bool) error {
	page := x.Path == "/" || x.Path == "/docs" || strings.HasPrefix(x.Path, "/docs/") || strings.HasPrefix(x.Path, "/openapi.")
	switch {
	case x.Method == http.MethodOptions && x.Status == http.StatusNoContent:
		return nil
	case page:
		return nil
	case known && x.Status != http.StatusMethodNotAllowed:
		return fmt.Errorf("a method that the path does not have got the status %d", x.Status)
	case known && x.Header.Get("Allow") != d.allowed(x.Path):
		return fmt.Errorf("the path has %s, but Allow was %q", d.allowed(x.Path), x.Header.Get("Allow"))
	case !known && x.Status != http.StatusNotFound:
		return fmt.Errorf("a path that does not exist got the status %d", x.Status)
	case x.Method == http.MethodHead:
		return nil
	}
	return d.fit(d.Components.Schemas["Problem"].Value, x.Body)
}

// allowed is the expected Allow header for a wrong method: the path's methods in the document, and HEAD and OPTIONS.
func (d *Document) allowed(escapedPath string) string {
	path, _ := d.template(escapedPath)
	methods := slices.Collect(maps.Keys(d.byPath[path]))
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return strings.Join(append(methods, http.MethodOptions), ", ")
}

// always lists headers that must be present whenever a success declares them, except in a dry run. Other headers are
// required as the document says.
var always = []string{"ETag", "Location"} //nolint:gochecknoglobals // a constant list

// quotaOptional lists the statuses that a request may get before the limiter sees it: for two Authorization headers, or for
// a defect in reading one.
var quotaOptional = map[int]bool{http.StatusBadRequest: true, http.StatusInternalServerError: true} //nolint:gochecknoglobals // a constant table

// undeclared lists headers that any answer may have: those of HTTP, of the connection, and for browsers.
var undeclared = []string{ //nolint:gochecknoglobals // a constant list
	"Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Date", "Transfer-Encoding", "Vary", "X-Accel-Buffering",
	"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "Strict-Transport-Security",
	"X-Content-Type-Options", "X-Frame-Options", "Access-Control-Expose-Headers", "Access-Control-Allow-Credentials",
}

func checkHeaders(x Exchange, answer *openapi3.Response) error {
	if x.Header.Get("X-Request-Id") == "" {
		return errors.New("the header X-Request-Id is missing")
	}
	for _, name := range []string{"RateLimit", "RateLimit-Policy"} {
		if answer.Headers[name] != nil && x.Header.Get(name) == "" && !quotaOptional[x.Status] {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	success := x.Status < http.StatusMultipleChoices || x.Status == http.StatusNotModified
	for name, header := range answer.Headers {
		value := x.Header.Get(name)
		if value == "" {
			if header.Value.Required || success && slices.Contains(always, name) && !x.Dry || name == "Retry-After" && x.Status != http.StatusConflict || name == "WWW-Authenticate" {
				return fmt.Errorf("the header %s is missing", name)
			}
			continue
		}
		if err := fitText(header.Value.Schema.Value, value); err != nil {
			return fmt.Errorf("the header %s is %q: %w", name, value, err)
		}
	}
	return unannounced(x, answer)
}

// unannounced returns the first header, by name, that the answer has and the document does not declare.
func unannounced(x Exchange, answer *openapi3.Response) error {
	declared := slices.Clone(undeclared)
	for name := range answer.Headers {
		declared = append(declared, http.CanonicalHeaderKey(name))
	}
	for _, name := range slices.Sorted(maps.Keys(x.Header)) {
		if x.Header.Get(name) != "" && !slices.Contains(declared, name) {
			return fmt.Errorf("the header %s is not declared with %d", name, x.Status)
		}
	}
	return nil
}

// fitText validates a header's text against its schema, as the type of the schema.
func fitText(s *openapi3.Schema, text string) error {
	if s.Type.Includes("string") {
		return s.VisitJSON(text)
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return fmt.Errorf("not of type %v", s.Type)
	}
	return s.VisitJSON(v)
}

func (d *Document) checkBody(x Exchange, answer *openapi3.Response) error {
	if x.Method == http.MethodHead || x.Cut {
		return nil
	}
	given := x.Header.Get("Content-Type")
	if len(answer.Content) == 0 {
		if len(x.Body) > 0 {
			return fmt.Errorf("the answer %d has a body of %s, and declares none", x.Status, given)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(given)
	if err != nil {
		return fmt.Errorf("the Content-Type is %q: %w", given, err)
	}
	media := answer.Content[kind]
	switch {
	case media == nil:
		return fmt.Errorf("the Content-Type %s is not declared with %d", kind, x.Status)
	case kind == "application/x-ndjson":
		return d.fitLines(media.Schema.Value, x.Body)
	case kind == "text/event-stream":
		return d.fitEvents(media.Schema.Value, x.Body)
	case kind != "application/json" && kind != "application/problem+json":
		return nil
	}
	if err := d.fit(media.Schema.Value, x.Body); err != nil || kind == "application/json" {
		return err
	}
	return checkProblem(x, answer)
}

// fit validates a body against a schema.
func (d *Document) fit(s *openapi3.Schema, body []byte) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("the body is not JSON: %w", err)
	}
	if err := s.VisitJSON(v, openapi3.VisitAsResponse(), openapi3.DisableSchemaErrorDetails()); err != nil {
		return fmt.Errorf("the body does not match the schema%s: %w", where(err), err)
	}
	return nil
}

func where(err error) string {
	var schema *openapi3.SchemaError
	if !errors.As(err, &schema) || len(schema.JSONPointer()) == 0 {
		return ""
	}
	return " at /" + strings.Join(schema.JSONPointer(), "/")
}

// fitLines validates each line of an export against the schema that x-row names.
func (d *Document) fitLines(s *openapi3.Schema, body []byte) error {
	name, _ := s.Extensions["x-row"].(string)
	row := d.Components.Schemas[name]
	if row == nil {
		return errors.New("the document does not say what a line of the export is: x-row")
	}
	for line := range bytes.Lines(body) {
		if err := d.fit(row.Value, line); err != nil {
			return err
		}
	}
	return nil
}

// fitEvents validates the data of each whole event of a stream against the schema that x-row names.
func (d *Document) fitEvents(s *openapi3.Schema, body []byte) error {
	var lines [][]byte
	for line := range bytes.Lines(body) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok && bytes.HasSuffix(line, []byte("\n")) {
			lines = append(lines, data)
		}
	}
	return d.fitLines(s, bytes.Join(lines, nil))
}

// checkProblem checks that the operation declares the problem's code with the status, and that the problem is what the
// document shows for the code. Its other texts may depend on the request.
func checkProblem(x Exchange, answer *openapi3.Response) error {
	var problem map[string]any
	if err := json.Unmarshal(x.Body, &problem); err != nil {
		return fmt.Errorf("reading the problem: %w", err)
	}
	code, _ := problem["code"].(string)
	example, declared := answer.Content["application/problem+json"].Examples[code] // one for each code
	if !declared {
		return fmt.Errorf("the code %s is not declared with %d", code, x.Status)
	}
	shown, recorded := example.Value.Value.(map[string]any)
	if !recorded {
		return nil // the operation is new: make examples records its codes
	}
	for _, member := range []string{"type", "title", "status", "retryable"} {
		if problem[member] != shown[member] {
			return fmt.Errorf("%s of %s is %v, and the document shows %v", member, code, problem[member], shown[member])
		}
	}
	return nil
}
