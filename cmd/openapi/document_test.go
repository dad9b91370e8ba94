package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"github.com/swaggo/swag"

	"github.com/orderdesk/orderdesk/api"
)

const root = "../.."

// What is committed is what make generate writes now, byte for byte, in both of its steps.
func TestCommittedDocumentIsWhatGenerationGives(t *testing.T) {
	p := swag.New(swag.SetDebugger(log.New(io.Discard, "", 0)), swag.SetExcludedDirsAndFiles(root+"/pkg/strictjson/testdata"))
	require.NoError(t, p.ParseAPIMultiSearchDir([]string{root + "/api", root + "/pkg/strictjson"}, "doc.go", 100))
	raw, err := json.MarshalIndent(p.GetSwagger(), "", "    ")
	require.NoError(t, err)
	sameAsCommitted(t, "docs/swagger.json", raw)
	to := t.TempDir()
	require.NoError(t, generate(root, to))
	plain := filepath.Join(to, "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o644))
	for _, name := range []string{"openapi.yaml", "docs/openapi.json"} {
		made, err := os.ReadFile(filepath.Join(to, name))
		require.NoError(t, err)
		require.Equal(t, modeOf(t, plain), modeOf(t, filepath.Join(to, name)), "a document for everybody")
		sameAsCommitted(t, name, made)
	}
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode()
}

func sameAsCommitted(t *testing.T, name string, made []byte) {
	t.Helper()
	committed, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	require.True(t, strings.TrimSpace(string(committed)) == strings.TrimSpace(string(made)), "%s is not what make generate writes now", name)
}

// A reader of OpenAPI 3.1 that is not ours takes the document, and every example fits its schema.
func TestDocumentIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile(root + "/openapi.yaml")
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
}

// A route without a comment, a comment without a route, and a comment under another name stop the generation.
func TestRoutesAndCommentsAgree(t *testing.T) {
	for name, spoil := range map[string]func(paths object){
		"has no swag comment": func(paths object) { delete(paths, "/v1/orders/{id}/bill") },
		"a comment and no route": func(paths object) {
			paths["/v1/nowhere"] = object{"get": object{"operationId": "nowhere", "responses": object{}}}
		},
		"in the route table": func(paths object) { at(paths, "/v1/me", "get")["operationId"] = "whoAmI" },
	} {
		doc, err := converted(root + "/docs/swagger.json")
		require.NoError(t, err)
		spoil(at(doc, "paths"))
		require.ErrorContains(t, describeOperations(doc, nil), name)
	}
}

// The same build twice is the same document.
func TestBuildIsStable(t *testing.T) {
	one, two := documentBytes(t), documentBytes(t)
	require.True(t, one == two)
}

func documentBytes(t *testing.T) string {
	t.Helper()
	doc, err := build(root)
	require.NoError(t, err)
	raw, err := asYAML(doc)
	require.NoError(t, err)
	return string(raw)
}

// The paths stand in the order of the route table, after what a reader wants to know first.
func TestDocumentIsInOrder(t *testing.T) {
	text, from := documentBytes(t), 0
	for _, next := range []string{"openapi: ", "\ninfo:", "\nservers:", "\ntags:", "\npaths:"} {
		found := strings.Index(text[from:], next)
		require.GreaterOrEqual(t, found, 0, next)
		from += found
	}
	last := ""
	for _, r := range api.Routes() {
		if r.Undocumented || r.Path == last || strings.Count(text[:from], "\n  "+r.Path+":\n") == 1 {
			continue
		}
		found := strings.Index(text[from:], "\n  "+r.Path+":\n")
		require.GreaterOrEqual(t, found, 0, r.Path)
		from, last = from+found+1, r.Path
	}
}
