// Package orderdesk holds the API document, so that the binary serves the very file that the repository shows.
package orderdesk

import _ "embed" // the documents

// OpenAPIYAML is openapi.yaml, and OpenAPIJSON the same document as JSON. Both are made by make generate.
var (
	//go:embed openapi.yaml
	OpenAPIYAML []byte
	//go:embed docs/openapi.json
	OpenAPIJSON []byte
)
