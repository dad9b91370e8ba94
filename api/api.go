// Package api is the resources of the service over HTTP: the routes, and for each resource its handlers and bodies. Package web
// does what is the same for every operation.
//
// A handler is decode, call, encode, and nothing about the business:
//
//	func (s *service) updateOrder(c web.Request) error {
//		var patch orderPatch
//		id, call, err := decodeWrite(c, fault.OrderNotFound, &patch)
//		if err != nil {
//			return err
//		}
//		reply, err := s.Desk.Edit(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK, orderHeaders, s.orderBodyOf))
//		return sendReply(c, reply, err)
//	}
//
// Its row in routes.go says who may call it, and whether it takes an Idempotency-Key or a dry run. Its Spec, beside the handler,
// says what it takes and answers. web has checked the request before the handler runs. A handler returns errors and never writes
// them: web turns them into problems.
//
// Helpers of a write are in write.go (decodeWrite, deskCall, encoder, sendReply), of lists and exports in page.go (readList,
// listPageOf, readExport, export), of single values in values.go.
//
//	@title		orderdesk
//	@version	1
package api

import (
	"context"
	"crypto/ecdsa"
	"net/http"
	"sync"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// New is the whole API as one handler.
func New(o Options) http.Handler { return build(o, append(Routes(), consoleRoutes(o.Console)...)) }

func build(o Options, routes []Route) http.Handler {
	s := &service{Options: o.withDefaults(), streams: o.Streams, consoleFiles: map[string]*web.File{}}
	if s.streams == nil {
		s.streams = &web.Streams{}
	}
	if o.Console != nil {
		for name, f := range o.Console.Files() {
			s.consoleFiles[name] = web.NewFile(f.Media, f.Raw)
		}
	}
	s.Wording = wording(routes)
	endpoints := make([]web.Endpoint, len(routes))
	for i, r := range routes {
		endpoints[i] = web.Endpoint{Route: r.Route, Handle: s.handler(r)}
	}
	return web.New(s.Options.Options, endpoints)
}

// handler is the route's handler. What may be read from a replica is decided here.
func (s *service) handler(r Route) web.Handler {
	return func(c web.Request) error {
		if r.ReadsReplica() && s.Desk != nil {
			c.SetRequest(c.Request().WithContext(s.Desk.Reading(c.Request().Context())))
		}
		return r.handle(s, c)
	}
}

// WithPaths replaces each operation that a text names, such as {billOrder}, by its method and path. It is for the API document;
// handlers use service.Wording.
func WithPaths(text string) string { return wording(Routes())(text) }

func wording(routes []Route) func(text string) string {
	rows := make([]web.Route, len(routes))
	for i, r := range routes {
		rows[i] = r.Route
	}
	return web.Wording(rows)
}

func (o Options) withDefaults() Options {
	o.Reader = Reader()
	if o.Desk != nil {
		o.Known = o.Desk.Known
	}
	if o.Draining == nil {
		o.Draining = func() bool { return false }
	}
	return o
}

// Options is what the API needs from outside. Verifier, Logger and Now are required; Reader, Known and Wording are set by New.
type Options struct {
	web.Options
	Desk        *desk.Service    // the use cases; nil in tests without them
	Checks      []Check          // what /readyz runs, all at once
	Draining    func() bool      // reports whether the instance is stopping; nil means never
	SendGridKey *ecdsa.PublicKey // verifies SendGrid's events; nil refuses them
	Console     *console.Console // the Order Summary page; nil serves none
	Streams     *web.Streams     // counts the open streams of events; nil: only for itself
	PublicURL   string           // prefix of the addresses in Link, without a final slash; empty leaves them relative
}

// Degraded is the failure of a check that no other instance would pass either. It is shown, and the instance stays ready.
type Degraded struct{ Cause error }

func (d Degraded) Error() string { return d.Cause.Error() }

// Check is one thing that must work for the instance to be ready.
type Check struct {
	Name string // as /readyz shows it, such as database
	Run  func(context.Context) error
}

// service has the handlers as its methods, and everything they need from outside.
type service struct {
	Options
	consoleFiles map[string]*web.File // by name; empty where the console is off
	streams      *web.Streams
}

// Reader reads the bodies and parameters of every operation. The API document is generated from its shapes.
var Reader = sync.OnceValue(func() *strictjson.Reader { return strictjson.New(tradeFormats()) })

// tradeFormats is the formats of texts that only the trade knows. If the trade has a better message for a wrong number, the
// format accepts every decimal number and the trade checks the rest. A test compares the two.
func tradeFormats() map[string]strictjson.Format {
	const longest = 50 // programs write zeros at the end, such as 1.50000000000000000000, and a longer number is a mistake
	decimal := func(pattern, example string) strictjson.Format {
		return strictjson.Format{Meaning: `a decimal number in a string, such as "` + example + `"`, InQuery: "a decimal number such as " + example, Pattern: pattern, Length: longest, Keyword: "decimal",
			Valid: strictjson.Matches(strictjson.DecimalPattern)}
	}
	matching := func(meaning, pattern string, length int) strictjson.Format {
		return strictjson.Format{Meaning: meaning, Pattern: pattern, Length: length, Valid: strictjson.Matches(pattern)}
	}
	return map[string]strictjson.Format{
		"code": matching("a code such as order_changed", `^[a-z_]+$`, 50),
		"uri-reference": {Meaning: "an address, or a part of one", Pattern: `^[\s\S]*$`, Length: 2000, Keyword: "uri-reference",
			Valid: func(string) bool { return true }},
		"price":          decimal(money.PricePattern, "0.2350"),
		"rate":           decimal(money.RatePattern, "8.25"),
		"amount":         decimal(money.AmountPattern, "12.50"),
		"amount-from-0":  decimal(money.FromZeroPattern, "12.50"),
		"amount-above-0": decimal(money.AboveZeroPattern, "12.50"),
		// The trade has better messages for the codes that it refuses.
		"customer-code": {Meaning: "a text on one line without invisible characters, and without letters of scripts that look alike", Pattern: strictjson.LinePattern(true),
			Length: company.MaxCode, OneLine: true, Exact: true, Valid: strictjson.Matches(strictjson.LinePattern(false))},
		"event-type": {Meaning: "an event type such as order.confirmed, all of a group such as order.*, or *", Pattern: `^(\*|[a-z_]+\.(\*|[a-z_]+))$`, Length: 50,
			Valid: func(s string) bool { return order.EventPattern(s).Known() }},
		"currency":     {Meaning: "a currency's code such as USD", Pattern: `^[A-Z]{3}$`, Length: money.CodeLength, Valid: func(string) bool { return true }},
		"time-of-day":  matching("a time of day such as 09:30", company.ClockPattern, company.ClockLength),
		"origin":       matching("W, P, S, X, web, phone, standing or external", order.OriginPattern(), 8),
		"order-number": matching("an origin's letter, digits, or both: W, W000123, W123, 123", order.NumberPattern(), 20),
		"number-prefix": {Meaning: "letters, digits, /, _ and -", Pattern: strictjson.Pasted(company.PrefixPattern), Length: company.MaxPrefix, OneLine: true,
			Valid: strictjson.Matches(company.PrefixPattern)},
		"logo": matching("a data URI of a PNG or JPEG: data:image/png;base64,…", company.LogoPattern, company.MaxLogoURI),
	}
}
