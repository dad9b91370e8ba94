package api

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"path"
	"sync"

	echoswagger "github.com/swaggo/echo-swagger"

	"github.com/orderdesk/orderdesk"
	"github.com/orderdesk/orderdesk/api/web"
)

// page is our own part of the docs page. Swagger UI's own page runs inline scripts, which a strict policy forbids.
//
//go:embed page
var page embed.FS

// docsPolicy allows the page to run its own files and to call this service, and nothing else. Swagger UI writes style attributes
// and shows pictures from data URIs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

var ownFiles = map[string]string{"docs.html": web.MediaHTML, "docs.js": "text/javascript", "docs.css": "text/css"} //nolint:gochecknoglobals // constant

// docsFiles are the files of Swagger UI that the page loads. Its other files are not served.
var docsFiles = map[string]bool{"swagger-ui.css": true, "swagger-ui-bundle.js": true, "favicon-32x32.png": true, "favicon-16x16.png": true} //nolint:gochecknoglobals // constant

// home leads a person who opens the service's address to the console, or to the docs page where the console is off. The address
// is relative, so that it is right behind a proxy that serves the API below a path.
func (s *service) home(c web.Request) error {
	if s.Console != nil {
		return c.Redirect(http.StatusFound, "console/")
	}
	return c.Redirect(http.StatusFound, "docs/")
}

// docs serves the docs page and its files, from the binary.
func (s *service) docs(c web.Request) error {
	c.Response().Header().Set("Content-Security-Policy", docsPolicy)
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	name := c.Param("file")
	if name == "" {
		name = "docs.html"
	}
	if media, own := ownFiles[name]; own {
		raw, err := page.ReadFile(path.Join("page", name))
		if err != nil {
			return err
		}
		return file(c, media+"; charset=utf-8", raw, fileTag(raw))
	}
	if docsFiles[name] {
		return swaggerFile(c)
	}
	return web.NoResource()
}

// swaggerFile answers a file of Swagger UI.
func swaggerFile(c web.Request) error {
	received := c.Request()
	defer c.SetRequest(received)
	get := received.WithContext(received.Context()) // a copy: the server itself drops the body of a HEAD
	get.Method = http.MethodGet                     // echo-swagger knows no other
	c.SetRequest(get)
	return echoswagger.WrapHandler(c)
}

// The tags of the API document. They are computed once, since the document is large.
var (
	yamlTag = sync.OnceValue(func() string { return fileTag(orderdesk.OpenAPIYAML) })
	jsonTag = sync.OnceValue(func() string { return fileTag(orderdesk.OpenAPIJSON()) })
)

func (s *service) openAPIYAML(c web.Request) error {
	return file(c, "application/yaml; charset=utf-8", orderdesk.OpenAPIYAML, yamlTag())
}

func docsSpec() web.Spec {
	return web.Spec{Undocumented: true, Produces: anyMedia()}
}

func (s *service) openAPIJSON(c web.Request) error {
	return file(c, web.MediaJSON, orderdesk.OpenAPIJSON(), jsonTag())
}

// fileTag is the ETag of a file that changes only with the binary.
func fileTag(raw []byte) string {
	sum := sha256.Sum256(raw)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// file answers a file, or 304 if the caller already has it.
func file(c web.Request, media string, raw []byte, tag string) error {
	if done, err := web.NotModified(c, tag); done || err != nil {
		return err
	}
	return c.Blob(http.StatusOK, media, raw)
}
