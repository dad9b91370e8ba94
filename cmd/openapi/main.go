// Command openapi makes openapi.yaml and docs/openapi.json, OpenAPI 3.1, of what swag wrote (docs/swagger.json) and of
// the code's own tables: routes, roles, error codes, bounds, and the examples in api/examples.
//
// swag's comments hold what only a person can say: summary, description, types. Everything that the code decides comes
// from the code, so that the document cannot say otherwise. The output is the same for the same input, byte for byte.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := generate(root, root); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// generate reads the inputs below one folder and writes the documents below another.
func generate(from, to string) error {
	doc, err := build(from)
	if err != nil {
		return err
	}
	yaml, err := asYAML(doc)
	if err != nil {
		return err
	}
	json, err := asJSON(doc)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"openapi.yaml": yaml, "docs/openapi.json": json} {
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build is the document as a tree of JSON values.
func build(root string) (object, error) {
	doc, err := converted(filepath.Join(root, "docs", "swagger.json"))
	if err != nil {
		return nil, err
	}
	examples, err := readExamples(filepath.Join(root, "api", "examples"))
	if err != nil {
		return nil, err
	}
	told, err := readRefusals(filepath.Join(root, "api", "examples", "problems"))
	if err != nil {
		return nil, err
	}
	tidySchemas(doc)
	if err := describeOperations(doc, examples); err != nil {
		return nil, err
	}
	maps.Copy(at(doc, "components", "schemas", "Problem", "properties"), problemMembers()) // before lift copies what may be null
	maps.Copy(at(doc, "components", "schemas"), problemSchemas())
	lift(doc)
	if doc["webhooks"], err = webhooks(examples); err != nil {
		return nil, err
	}
	if err := describe(doc, told); err != nil {
		return nil, err
	}
	prune(doc)
	return doc, nil
}
