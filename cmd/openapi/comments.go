package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/go-openapi/spec"
	"github.com/swaggo/swag"
)

// comment is the comment of an operation above its handler, in swag's syntax: @Summary, @Description, @Tags, a @Param
// for each part of the path, and a @Success for each answer.
type comment struct {
	*spec.Operation
	method, path string
}

// readComments lets swag read the comments in the folders. It looks up no types, because the route names them.
func readComments(folders ...string) (map[string]comment, error) {
	parser := swag.New(swag.SetDebugger(log.New(io.Discard, "", 0)))
	if err := parser.ParseAPIMultiSearchDir(folders, "api.go", 0); err != nil {
		return nil, fmt.Errorf("read the operations' comments: %w", err)
	}
	comments := map[string]comment{}
	for path, item := range parser.GetSwagger().Paths.Paths {
		for method, op := range map[string]*spec.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPatch: item.Patch, http.MethodPut: item.Put, http.MethodDelete: item.Delete} {
			if op == nil {
				continue
			}
			if other, twice := comments[op.ID]; twice {
				return nil, fmt.Errorf("%s %s and %s %s are both called %s", other.method, other.path, method, path, op.ID)
			}
			comments[op.ID] = comment{op, method, path}
		}
	}
	return comments, nil
}

// answer is the text of a @Success for a status.
func (c comment) answer(status int) string {
	if c.Responses == nil {
		return ""
	}
	said := c.Responses.StatusCodeResponses[status].Description
	if said == http.StatusText(status) { // swag's default for a comment without text
		return ""
	}
	return sentence(said)
}

// sentence turns a note into a sentence: with a capital at the start and a full stop at the end.
func sentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
