package main

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// problemAnswer is the answer of one status: which codes it can have, and why. exemplify adds an example of each.
func problemAnswer(status int, codes []fault.Code, r api.Route) object {
	var lines []string
	var names []any
	for _, code := range codes {
		entry := code.Entry()
		lines = append(lines, fmt.Sprintf("- `%s`: %s", code, entry.Cause))
		names = append(names, string(code))
	}
	headers := headersOf(append(sunsetHeaders(r), "Access-Control-Allow-Origin", "X-Request-Id")...)
	if r.Auth != web.Public {
		maps.Copy(headers, quotaHeaders(status))
	}
	if r.DryRun && status != http.StatusUnauthorized { // what a stranger asks for is not looked at
		headers["Dry-Run"] = headerRef("Dry-Run")
	}
	if status == http.StatusUnauthorized {
		headers["WWW-Authenticate"] = headerRef("WWW-Authenticate")
	}
	for _, code := range codes {
		if e := code.Entry(); e.Retryable && e.Kind != fault.Internal {
			headers["Retry-After"] = headerRef("Retry-After")
		}
	}
	return object{
		"description": http.StatusText(status) + ".\n\n" + strings.Join(lines, "\n"),
		"x-codes":     names,
		"headers":     headers,
		"content": object{"application/problem+json": object{
			"schema": object{"$ref": refPrefix + "Problem"},
		}},
	}
}

// quotaHeaders is what the limiter writes. It stands behind the token, so that a caller without one has no quota; and two
// Authorization headers, or a defect in reading one, are answered before it.
func quotaHeaders(status int) object {
	switch status {
	case http.StatusUnauthorized:
		return nil
	case http.StatusBadRequest, http.StatusInternalServerError:
		return object{"RateLimit": quotaHeader(false), "RateLimit-Policy": policyHeader(false)}
	}
	return headersOf("RateLimit", "RateLimit-Policy")
}
