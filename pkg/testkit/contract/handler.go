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

// most is how much of a body is looked at.
const most = 2 << 20

// Violation is an answer that the document does not announce.
type Violation struct {
	Operation string // empty where the request was for none
	Request   string // its method and address
	Status    int
	Err       error
	Body      string // its beginning
}

// String is the violation for a failing test's message.
func (v Violation) String() string {
	return fmt.Sprintf("%s answered %d, against the API document (%s): %v\n%s", v.Request, v.Status, v.Operation, v.Err, v.Body)
}

// Kind is the same for violations that differ in the request alone.
func (v Violation) Kind() string { return fmt.Sprintf("%s %d %v", v.Operation, v.Status, v.Err) }

// Wrap is the handler, with every request that it accepts and every answer that it gives held against the document, and
// counted. The client sees the same bytes. report may be called by several requests at the same time, and is called
// before the answer's end reaches the client where the answer is short. Paths in beside are not looked at: they are the
// test's own.
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
		asked := Asked{Path: path, Query: r.URL.Query(), Header: r.Header.Clone()}
		body := &listening{ReadCloser: r.Body}
		r = r.WithContext(r.Context()) // a copy: the server looks at its own request's body when it ends
		r.Body = body
		tee := &tee{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(tee, r) // a panic passes: the answer was broken off on purpose
		x := Exchange{Method: method, Path: path, Status: tee.status, Header: w.Header(), Body: tee.body.Bytes(), Cut: tee.cut}
		x.Dry = w.Header().Get("Dry-Run") == "true"
		x.unpack()
		if r.Context().Err() != nil && x.Status < http.StatusBadRequest {
			x.Cut = true // the client has gone
		}
		operation, err := doc.Check(x)
		if op, found, _ := doc.Find(method, path); found && err == nil && x.Status < http.StatusMultipleChoices {
			asked.Body, asked.Cut = body.body.Bytes(), body.cut || !body.end
			err = doc.CheckAsked(op, asked, x.Dry)
		}
		if operation != "" {
			saw(operation, x.Status)
		}
		if err != nil {
			report(Violation{operation, line, x.Status, err, string(x.Body[:min(len(x.Body), 500)])})
		}
	}), nil
}

// unpack undoes gzip.
func (x *Exchange) unpack() {
	if x.Header.Get("Content-Encoding") != "gzip" || x.Cut || len(x.Body) == 0 {
		return
	}
	reader, err := gzip.NewReader(bytes.NewReader(x.Body))
	if err != nil {
		return // no JSON either: the check says so
	}
	plain, err := io.ReadAll(io.LimitReader(reader, most))
	x.Body, x.Cut = plain, err != nil || len(plain) == most
}

// tee keeps what passes.
type tee struct {
	http.ResponseWriter
	status  int
	settled bool
	body    bytes.Buffer
	cut     bool
}

// WriteHeader keeps the first status that is not merely informational.
func (t *tee) WriteHeader(status int) {
	if !t.settled && status >= http.StatusOK {
		t.status, t.settled = status, true
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write keeps the beginning of the body.
func (t *tee) Write(p []byte) (int, error) {
	t.settled = true
	if t.cut = t.cut || t.body.Len()+len(p) > most; !t.cut {
		t.body.Write(p)
	}
	return t.ResponseWriter.Write(p)
}

// Flush is for those who ask for an http.Flusher by name.
func (t *tee) Flush() { _ = http.NewResponseController(t.ResponseWriter).Flush() }

// Unwrap lets an http.ResponseController reach the connection.
func (t *tee) Unwrap() http.ResponseWriter { return t.ResponseWriter }
