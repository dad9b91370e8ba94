// Package version has the version of the API.
package version

// API is the version of the HTTP API. The API document and the command orderdesk version show it. It follows semantic
// versioning, and CHANGELOG.md has an entry for each version.
const API = "1.0.0-alpha.1"
