// Package version is what this program and its API are called.
package version

// API is the version of the HTTP API, in the document and in orderdesk version. It follows semantic versioning; the
// changelog names every one.
const API = "1.0.0-alpha.1"
