package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"
)

// New is the endpoints as one handler. HEAD comes with every GET, OPTIONS and 405 with every path.
func New(o Options, endpoints []Endpoint) http.Handler {
	o = o.withDefaults()
	quota, open := newLimiter(o.RateLimit, o.Now), &downloads{}
	e := echo.New()
	e.IPExtractor = ipExtractor(o.TrustedProxies)
	e.HTTPErrorHandler = func(error, echo.Context) {} // observe has already answered
	e.Use(o.renewDeadlines, o.observe, secure(o.HTTPSOnly), cors(o), o.limitAddresses(endpoints), noOtherSpelling, compress(endpoints))
	allowed := map[string][]string{}
	alternate := alternates(endpoints)
	for _, r := range endpoints {
		r.alternate = alternate[r.Path]
		methods := []string{r.Method}
		if r.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		checked := o.withChecks(r, quota, open)
		for _, method := range methods {
			e.Add(method, echoPath(r.Path), checked)
		}
		allowed[r.Path] = append(allowed[r.Path], methods...)
	}
	for path, methods := range allowed {
		other := otherMethods(methods)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if !slices.Contains(methods, method) {
				e.Add(method, echoPath(path), other)
			}
		}
		e.RouteNotFound(echoPath(path), other) // unknown methods
	}
	return e
}

// otherMethods answers OPTIONS, and refuses every method that a path does not have. It is registered for each path, since
// Echo would otherwise treat GET /v1/orders/confirm as an order with the id confirm.
func otherMethods(methods []string) Handler {
	slices.Sort(methods)
	allow := strings.Join(append(methods, http.MethodOptions), ", ")
	return func(c Request) error {
		c.Response().Header().Set("Allow", allow)
		if c.Request().Method == http.MethodOptions {
			return c.NoContent(http.StatusNoContent)
		}
		return echo.ErrMethodNotAllowed
	}
}

// compress gzips answers of 1 KiB and more. Exports are flushed through it. Files were compressed before; see WriteFile.
// Streams of events are not compressed, because each would need a window of its own.
func compress(endpoints []Endpoint) middleware {
	files := map[string]bool{}
	for _, e := range endpoints {
		if e.Undocumented {
			files[echoPath(e.Path)] = true
		}
	}
	return echomw.GzipWithConfig(echomw.GzipConfig{MinLength: 1024, Skipper: func(c Request) bool {
		if files[c.Path()] || strings.Contains(c.Request().Header.Get("Accept"), MediaEventStream) {
			return true
		}
		plain := quality(c.Request().Header.Values("Accept-Encoding"), "gzip") == 0
		if plain {
			c.Response().Header().Add("Vary", "Accept-Encoding") // as echo does for the others
		}
		return plain
	}})
}

// ipExtractor trusts X-Forwarded-For of the trusted proxies only. Echo's default trusts everyone.
func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		_, network, err := net.ParseCIDR(p.Masked().String())
		if err == nil {
			options = append(options, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// quality is the weight of a coding in a list such as Accept-Encoding. 0 means not acceptable.
func quality(headers []string, coding string) float64 {
	wildcard := 0.0
	for _, one := range parseWeighted(headers) {
		switch strings.ToLower(one.value) {
		case coding:
			return one.q
		case "*":
			wildcard = one.q
		}
	}
	return wildcard
}

// echoPath converts {id} in a path to Echo's :id.
func echoPath(path string) string { return echoParameters.Replace(path) }

// One for all paths, because each replacer builds a table of several KB at its first use.
var echoParameters = strings.NewReplacer("{", ":", "}", "")
