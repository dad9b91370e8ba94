package api

import (
	"cmp"
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/console"
)

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

// consolePageSpec is the page's. Its parameters are the filters and the open order. The page's script reads them, so that none is
// refused here.
func consolePageSpec() web.Spec {
	return web.Spec{Undocumented: true, Produces: anyMedia(), Query: struct{}{}}
}

// consoleHome leads to the page. The address is relative, as home's.
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
