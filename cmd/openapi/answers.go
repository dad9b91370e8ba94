package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
)

// answers returns every answer of the operation by its status: those of its row in the route table, 304 if it has
// versions, and the problems of its codes.
func (d *document) answers(r api.Route, said comment) (object, error) {
	byStatus := map[int]any{}
	var missing []error
	if len(r.Answers) == 0 {
		missing = append(missing, fmt.Errorf("%s answers nothing: give its route the Answers it has", r.Operation))
	}
	for _, a := range r.Answers {
		text := said.answer(a.Status)
		if text == "" {
			missing = append(missing, fmt.Errorf(`the comment of %s does not say what %d is: @Success %[2]d "…"`, r.Operation, a.Status))
		}
		byStatus[a.Status] = d.answer(r, a, text)
	}
	if r.Version == web.Conditional {
		names := []string{"ETag", "RateLimit", "RateLimit-Policy"}
		names = append(append(names, sunsetHeaders(r)...), "Access-Control-Allow-Origin", "X-Request-Id")
		byStatus[http.StatusNotModified] = object{{"description", "The caller has the current version already."}, {"headers", headersOf(names)}}
	}
	for status, codes := range codesByStatus(r) {
		if _, own := byStatus[status]; !own { // readyz has its own answer for 503
			byStatus[status] = d.problem(r, status, codes)
		}
	}
	var all object
	for status := range 600 {
		if a, ok := byStatus[status]; ok {
			all.set(strconv.Itoa(status), a)
		}
	}
	return all, errors.Join(missing...)
}

func (d *document) answer(r api.Route, a web.Answer, text string) object {
	out := object{{"description", text}, {"headers", headersOf(answerHeaders(r, a))}}
	media := r.Produces
	if media == nil && a.Body != nil {
		media = []string{"application/json"}
	}
	var content object
	for _, kind := range media {
		m := object{}
		if kind == "application/json" {
			m.set("schema", d.schemas.of(a.Body, answer))
		} else {
			m.set("schema", d.file(r, a, kind))
		}
		if examples := d.examples.answers(r.Operation, a.Status, kind); len(examples) > 0 {
			m.set("examples", examples)
		}
		content.set(kind, m)
	}
	if len(content) > 0 {
		out.set("content", content)
	}
	return out
}

// rowOf is the extension that names the schema of a line of NDJSON. It is not a $ref, because tools would insert the schema into the text.
const rowOf = "x-row"

// schemaName is the name of the schema that a reference leads to.
func schemaName(reference object) string {
	to, _ := reference.get("$ref").(string)
	return to[strings.LastIndex(to, "/")+1:]
}

// file describes an answer that is not JSON. A schema of 3.1 cannot describe a line or a cell, so the description does.
func (d *document) file(r api.Route, a web.Answer, media string) object {
	if media == "application/pdf" {
		return object{{"type", "string"}, {"format", "binary"}, {"maxLength", 50_000_000}}
	}
	text := object{{"type", "string"}}
	switch media {
	case "application/x-ndjson":
		text.set("description", "Lines of JSON. Each is a row of the list, as the schema in x-row says, and ends with a new line.")
		text.set(rowOf, schemaName(d.schemas.of(a.Body, answer)))
	case web.MediaEventStream:
		text.set("description", "Server-sent events. The data of each is one line of JSON, as the schema in x-row says, and its id is the value for Last-Event-ID and for after.")
		text.set(rowOf, schemaName(d.schemas.of(r.Streamed, answer)))
	case "text/csv":
		text.set("description", "RFC 4180: a header row, then the rows of the list. The columns are "+strings.Join(r.Columns, ", ")+".")
	}
	text.set("contentMediaType", media)
	text.set("maxLength", 4_000_000_000)
	text.set("pattern", `^[\s\S]*$`)
	return text
}

// codesByStatus returns the codes of the operation's problems by status.
func codesByStatus(r api.Route) map[int][]string {
	byStatus := map[int][]string{}
	for _, code := range r.Codes() {
		status := web.Status(code)
		byStatus[status] = append(byStatus[status], string(code))
	}
	for _, codes := range byStatus {
		slices.Sort(codes)
	}
	return byStatus
}
