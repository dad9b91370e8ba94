package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// problem returns the answer of one status: the codes that it can have, each with the example that all operations
// share.
func (d *document) problem(r api.Route, status int, codes []string) object {
	examples := object{}
	for _, code := range codes {
		d.codes[code] = true
		examples.set(code, ref("examples", code))
	}
	media := object{{"schema", ref("schemas", "Problem")}, {"examples", examples}}
	return object{
		{"description", http.StatusText(status) + ": " + problemText[status]},
		{"headers", problemHeaders(r, status, codes)},
		{"content", object{{"application/problem+json", media}}},
	}
}

// problemText is what the problems of each status have in common.
var problemText = map[int]string{
	http.StatusBadRequest:            "the request cannot be read, or a parameter or header is invalid. Nothing changed.",
	http.StatusUnauthorized:          "the token is missing or invalid.",
	http.StatusForbidden:             "the caller may not do this.",
	http.StatusNotFound:              "nothing exists at this address, or the caller may not see it.",
	http.StatusNotAcceptable:         "the operation has no media type that Accept allows.",
	http.StatusConflict:              "the current state does not allow the request. The code says why, and remedy says what to do.",
	http.StatusPreconditionFailed:    "the resource changed after the version in If-Match.",
	http.StatusRequestEntityTooLarge: "the body is larger than 1 MiB.",
	http.StatusUnsupportedMediaType:  "the Content-Type of the body is not JSON.",
	http.StatusUnprocessableEntity:   "the body has invalid members. The member errors lists each of them.",
	http.StatusPreconditionRequired:  "an edit needs the header If-Match.",
	http.StatusTooManyRequests:       "the quota is used up. Retry after the seconds in Retry-After.",
	http.StatusInternalServerError:   "the service has a defect. Its log has the request id.",
	http.StatusServiceUnavailable:    "the service cannot answer now. Retry later with the same Idempotency-Key.",
}

func problemHeaders(r api.Route, status int, codes []string) object {
	var names []string
	if status == http.StatusUnauthorized {
		names = append(names, "WWW-Authenticate")
	}
	if slices.ContainsFunc(codes, func(code string) bool {
		e := fault.Code(code).Entry()
		return e.Retryable && e.Kind != fault.Internal
	}) {
		names = append(names, "Retry-After")
	}
	if r.DryRun && status != http.StatusUnauthorized { // without a valid token the service does not read the parameters
		names = append(names, "Dry-Run")
	}
	headers := append(headersOf(names), quotaHeaders(r, status)...)
	return append(headers, headersOf(append(sunsetHeaders(r), "Access-Control-Allow-Origin", "X-Request-Id"))...)
}

// quotaHeaders returns the headers of the rate limiter. The limiter runs after the token check, so a caller without a
// token reads only that its address has no quota left. A request with two Authorization headers, or a defect in reading one, is
// answered before it.
func quotaHeaders(r api.Route, status int) object {
	if r.Tokenless() && status != http.StatusTooManyRequests || status == http.StatusUnauthorized {
		return nil
	}
	return headersOf([]string{"RateLimit", "RateLimit-Policy"})
}

// sharedExamples returns every example that an operation refers to: one for each of its codes, as a running service
// answered it, and its own exchanges.
func (d *document) sharedExamples() object {
	var all object
	for name, e := range d.examples.shown {
		all.set(name, e)
	}
	for _, e := range fault.Catalogue() {
		if !d.codes[string(e.Code)] {
			continue
		}
		example := object{{"summary", e.Title}, {"description", e.Cause}}
		if value, ok := d.examples.problem(string(e.Code)); ok {
			example.set("value", value)
		}
		all.set(string(e.Code), example)
	}
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return all
}

// share moves a problem's answer to the components if several operations with a token have it.
func (d *document) share(operations []object) object {
	count := map[string]int{}
	each := func(visit func(status string, answer object, put func(any))) {
		for _, op := range operations {
			if op.get("security") != nil {
				continue // an operation without a token has fewer problems and keeps them itself
			}
			responses, _ := op.get("responses").(object)
			for i := range responses {
				if a, ok := responses[i].value.(object); ok && len(a.at("content", "application/problem+json")) > 0 {
					visit(responses[i].name, a, func(v any) { responses[i].value = v })
				}
			}
		}
	}
	each(func(status string, a object, _ func(any)) { count[status+fmt.Sprint(a)]++ })
	var shared object
	names := map[string]string{}
	each(func(status string, a object, put func(any)) {
		key := status + fmt.Sprint(a)
		if count[key] < 2 {
			return
		}
		if names[key] == "" {
			names[key] = nameOf(status, a, shared)
			shared.set(names[key], a)
		}
		put(ref("responses", names[key]))
	})
	slices.SortFunc(shared, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return shared
}

// nameOf returns a name for an answer that several operations share: its one code or its status, and whether a dry run
// can have it. If the name is taken, it adds a code that only one of the two answers has.
func nameOf(status string, a, taken object) string {
	n, _ := strconv.Atoi(status)
	codes := codesOf(a)
	name := strings.ReplaceAll(http.StatusText(n), " ", "")
	if len(codes) == 1 {
		name = camel(codes[0])
	}
	if a.at("headers", "Dry-Run") != nil {
		name += "DryRun"
	}
	if taken.get(name) == nil {
		return name
	}
	others := codesOf(taken.at(name))
	for _, code := range codes {
		if longer := name + "With" + camel(code); !slices.Contains(others, code) && taken.get(longer) == nil {
			return longer
		}
	}
	for _, code := range others {
		if longer := name + "Without" + camel(code); !slices.Contains(codes, code) && taken.get(longer) == nil {
			return longer
		}
	}
	panic("openapi: two answers of " + status + " would both be called " + name)
}

// codesOf returns the codes of an answer.
func codesOf(a object) []string {
	var codes []string
	for _, m := range a.at("content", "application/problem+json", "examples") {
		codes = append(codes, m.name)
	}
	return codes
}

// camel spells a code like a type: OrderNotFound.
func camel(code string) string {
	var name strings.Builder
	for _, word := range strings.Split(code, "_") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}
