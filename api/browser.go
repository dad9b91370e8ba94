package api

import (
	"cmp"
	"embed"
	"io/fs"
	"net/http"
	"sync"

	swaggerui "github.com/swaggo/files/v2"

	"github.com/orderdesk/orderdesk"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/console"
)

// page is our own part of the docs page. Swagger UI's own page runs inline scripts, which a strict policy forbids.
//
//go:embed page
var page embed.FS

// docsPolicy allows the page to run its own files and to call this service, and nothing else. Swagger UI writes style attributes
// and shows pictures from data URIs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

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
	name := c.Param("file")
	if name == "" {
		name = "docs.html"
	}
	f, found := docsFiles()[name]
	if !found {
		return web.NoResource()
	}
	c.Response().Header().Set("Content-Security-Policy", docsPolicy)
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return web.WriteFile(c, f)
}

// docsFiles are the files of the page: our own, and those of Swagger UI that it loads. Its other files are not served.
var docsFiles = sync.OnceValue(func() map[string]*web.File {
	const script, style = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
	own, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // it is in the binary, as all of these files
	}
	files := map[string]*web.File{}
	add := func(from fs.FS, name, media string) {
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			panic(err)
		}
		files[name] = web.NewFile(media, raw)
	}
	add(own, "docs.html", web.MediaHTML+"; charset=utf-8")
	add(own, "docs.js", script)
	add(own, "docs.css", style)
	add(swaggerui.FS, "swagger-ui.css", style)
	add(swaggerui.FS, "swagger-ui-bundle.js", script)
	add(swaggerui.FS, "favicon-32x32.png", "image/png")
	add(swaggerui.FS, "favicon-16x16.png", "image/png")
	return files
})

// The API document, in both forms.
var (
	yamlFile = sync.OnceValue(func() *web.File { return web.NewFile("application/yaml; charset=utf-8", orderdesk.OpenAPIYAML) })
	jsonFile = sync.OnceValue(func() *web.File { return web.NewFile(web.MediaJSON, orderdesk.OpenAPIJSON()) })
)

func (s *service) openAPIYAML(c web.Request) error { return web.WriteFile(c, yamlFile()) }

func (s *service) openAPIJSON(c web.Request) error { return web.WriteFile(c, jsonFile()) }

func docsSpec() web.Spec {
	return web.Spec{Undocumented: true, Produces: anyMedia()}
}

// consoleRoutes is the console's files, and in the demo the tokens of its roles. Where the console is off, they do not exist.
// They are pages and no operations, so Routes does not have them.
func consoleRoutes(c *console.Console) []Route {
	if c == nil {
		return nil
	}
	public := caller{auth: web.Public}
	routes := []Route{
		route(http.MethodGet, "/console", "console", public, docsSpec(), (*service).consoleHome),
		route(http.MethodGet, "/console/", "consolePage", public, consolePageSpec(), (*service).consoleFile),
		route(http.MethodGet, "/console/{file}", "consoleFile", public, docsSpec(), (*service).consoleFile),
	}
	if c.Demo() {
		routes = append(routes, route(http.MethodGet, "/console/demo/tokens", "consoleTokens", public, docsSpec(), (*service).consoleTokens))
	}
	return routes
}

// consolePageSpec is the Spec of the console's page. Its parameters are the filters and the open order. The page's script reads
// them, so none is refused here.
func consolePageSpec() web.Spec {
	return web.Spec{Undocumented: true, Produces: anyMedia(), Query: struct{}{}}
}

// consoleHome redirects to the page. The address is relative, for the same reason as in home.
func (*service) consoleHome(c web.Request) error {
	return c.Redirect(http.StatusFound, "console/")
}

// consoleFile serves one of the console's files, from the binary. The browser asks whether it changed each time, so that a new
// version of the service is never used with an old page.
func (s *service) consoleFile(c web.Request) error {
	f, found := s.consoleFiles[cmp.Or(c.Param("file"), console.Page)]
	if !found {
		return web.NoResource()
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", console.Policy)
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
	return web.WriteFile(c, f)
}

// consoleTokens answers the demo's roles with their tokens, to this machine's own page alone.
func (s *service) consoleTokens(c web.Request) error {
	roles := s.Console.Roles(c.Request())
	if roles == nil {
		return web.NoResource()
	}
	return web.WriteJSON(c, http.StatusOK, roles)
}
