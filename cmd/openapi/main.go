// Command openapi writes what is made of the code: openapi.yaml, OpenAPI 3.1, and the tables in the guides. Run it in the
// root of the repository; make generate does.
//
// swag reads the comments above the handlers: summary, description, parts of the path, and what each answer is. The routes
// (api/routes.go) name the types of bodies and answers, who may call and which codes a problem can have. The shapes that
// the strict reader reads requests by give bounds, formats, required and nullable members, and the comments of types and
// fields say what they mean. Nothing else is needed: no database, no running service, no recorded file. The examples in
// cmd/openapi/examples are shown where they are there. The output is the same for the same input, byte for byte.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// generate writes the document and the guides of the repository at root.
func generate(root string) error {
	doc, err := sourceAt(root).build()
	if err != nil {
		return err
	}
	yaml, err := asYAML(doc)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "openapi.yaml"), yaml, 0o644); err != nil {
		return err
	}
	return writeGuides(root)
}
