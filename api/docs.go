package api

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"path"

	echoswagger "github.com/swaggo/echo-swagger"

	"github.com/orderdesk/orderdesk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// page is our own part of the docs page. Swagger UI's own page runs inline scripts, which a policy worth having forbids.
//
//go:embed page
var page embed.FS

// docsPolicy lets the page run its own files and call this service, and nothing else. Swagger UI writes style attributes
// and shows pictures from data URIs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

var ownFiles = map[string]string{"docs.html": mediaHTML, "docs.js": "text/javascript", "docs.css": "text/css"} //nolint:gochecknoglobals // constant

// docsFiles are the files of Swagger UI that the page asks for; its other builds and maps are not served.
var docsFiles = map[string]bool{"swagger-ui.css": true, "swagger-ui-bundle.js": true, "favicon-32x32.png": true, "favicon-16x16.png": true} //nolint:gochecknoglobals // constant

// docs serves the docs page and its files, from the binary.
func (s *service) docs(c request) error {
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
		return file(c, media+"; charset=utf-8", raw)
	}
	if docsFiles[name] {
		return echoswagger.EchoWrapHandler()(c)
	}
	return fault.New(fault.RouteNotFound, "There is nothing at this path.")
}

func (s *service) openAPIYAML(c request) error {
	return file(c, "application/yaml; charset=utf-8", orderdesk.OpenAPIYAML)
}

func (s *service) openAPIJSON(c request) error {
	return file(c, mediaJSON, orderdesk.OpenAPIJSON)
}

// file answers a file that changes only with the binary: whoever has it already hears so.
func file(c request, media string, raw []byte) error {
	sum := sha256.Sum256(raw)
	if done, err := notModified(c, `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`); done || err != nil {
		return err
	}
	return c.Blob(http.StatusOK, media, raw)
}
