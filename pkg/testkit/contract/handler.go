package contract

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// maxBody is the maximum number of bytes of a body that are checked.
const maxBody = 2 << 20

// Violation is an answer that the document does not declare.
type Violation struct {
	Operation string // empty if the request matches no operation
	Request   string // method and address
	Status    int
	Err       error
	Body      string // its first bytes
}

// String returns the violation as a message of a failing test.
func (v Violation) String() string {
	return fmt.Sprintf("%s answered %d, against the API document (%s): %v\n%s", v.Request, v.Status, v.Operation, v.Err, v.Body)
}

// Kind returns the same text for violations that differ only in the request.
func (v Violation) Kind() string { return fmt.Sprintf("%s %d %v", v.Operation, v.Status, v.Err) }

// Wrap wraps the handler, and checks and counts every accepted request and every answer. The client sees the same
// bytes. report may be called concurrently. For a short answer it is called before the end of the answer reaches the
// client. Paths in beside are not checked; they belong to the test.
func Wrap(h http.Handler, report func(Violation), beside ...string) (http.Handler, error) {
	doc, err := Load()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, path, line := r.Method, r.URL.EscapedPath(), r.Method+" "+r.URL.RequestURI()
		if slices.ContainsFunc(beside, func(own string) bool { return fits(strings.Split(own, "/"), strings.Split(path, "/")) }) {
			h.ServeHTTP(w, r)
			return
		}
		sent := Sent{Path: path, Query: r.URL.Query(), Header: r.Header.Clone()}
		body := &listening{ReadCloser: r.Body}
		r = r.WithContext(r.Context()) // a copy, because the server uses its own request's body at the end
		r.Body = body
		tee := &tee{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(tee, r) // a panic passes through, because the handler aborts the answer on purpose
		x := Exchange{Method: method, Path: path, Status: tee.status, Header: w.Header(), Body: tee.body.Bytes(), Cut: tee.cut}
		x.Dry = w.Header().Get("Dry-Run") == "true"
		x.unpack()
		if r.Context().Err() != nil && x.Status < http.StatusBadRequest {
			x.Cut = true // the client has disconnected
		}
		operation, err := doc.Check(x)
		if op, found, _ := doc.Find(method, path); found && err == nil && x.Status < http.StatusMultipleChoices {
			sent.Body, sent.Cut = body.body.Bytes(), body.cut || !body.end
			err = doc.CheckSent(op, sent, x.Dry)
		}
		if operation != "" {
			saw(operation, x.Status)
		}
		if err != nil {
			report(Violation{operation, line, x.Status, err, string(x.Body[:min(len(x.Body), 500)])})
		}
	}), nil
}

// unpack decompresses a gzip body.
func (x *Exchange) unpack() {
	if x.Header.Get("Content-Encoding") != "gzip" || x.Cut || len(x.Body) == 0 {
		return
	}
	reader, err := gzip.NewReader(bytes.NewReader(x.Body))
	if err != nil {
		return // not JSON either; the check reports it
	}
	plain, err := io.ReadAll(io.LimitReader(reader, maxBody))
	x.Body, x.Cut = plain, err != nil || len(plain) == maxBody
}

// tee copies the answer.
type tee struct {
	http.ResponseWriter
	status  int
	settled bool
	body    bytes.Buffer
	cut     bool
}

// WriteHeader keeps the first status that is not informational.
func (t *tee) WriteHeader(status int) {
	if !t.settled && status >= http.StatusOK {
		t.status, t.settled = status, true
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write keeps the first bytes of the body.
func (t *tee) Write(p []byte) (int, error) {
	t.settled = true
	if t.cut = t.cut || t.body.Len()+len(p) > maxBody; !t.cut {
		t.body.Write(p)
	}
	return t.ResponseWriter.Write(p)
}

// Flush serves callers that check for http.Flusher.
func (t *tee) Flush() { _ = http.NewResponseController(t.ResponseWriter).Flush() }

// Unwrap lets an http.ResponseController reach the connection.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }
