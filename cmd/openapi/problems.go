package main

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// problemAnswer is the answer of one status: which codes it can have, why, and an example of each.
func problemAnswer(status int, codes []fault.Code, r api.Route) object {
	var lines []string
	examples := object{}
	var names []any
	for _, code := range codes {
		entry := code.Entry()
		lines = append(lines, fmt.Sprintf("- `%s`: %s", code, entry.Cause))
		examples[string(code)] = object{"$ref": "#/components/examples/" + string(code)}
		names = append(names, string(code))
	}
	headers := headersOf("Access-Control-Allow-Origin", "X-Request-Id")
	if r.Auth != api.Public {
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
			"schema": object{"$ref": refPrefix + "Problem"}, "examples": examples,
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

// problemExamples is a problem of every code that an operation can answer.
func problemExamples() object {
	examples := object{}
	for _, r := range api.Routes() {
		for _, code := range r.Codes() {
			e := code.Entry()
			examples[string(code)] = object{"summary": e.Title, "description": e.Cause + " " + e.Fix, "value": problemExample(e)}
		}
	}
	return examples
}

func problemExample(e fault.Entry) object {
	errors := []any{}
	switch e.Code {
	case fault.BodyInvalid:
		errors = []any{object{"pointer": "/lines/0/boxes", "code": "field_out_of_range", "detail": "Must be at least 1; it is 0."}}
	case fault.ParameterInvalid:
		errors = []any{object{"pointer": "limit", "code": "field_out_of_range", "detail": "Must be at most 200; it is 500."}}
	case fault.ParameterUnknown:
		errors = []any{object{"pointer": "orign", "code": "field_unknown", "detail": "There is no such parameter."}}
	}
	example := object{
		"type": "/v1/errors/" + string(e.Code), "title": e.Title, "status": float64(api.Status(e.Code)), "detail": e.Cause, "instance": "/v1/orders",
		"code": string(e.Code), "request_id": "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f8b", "retryable": e.Retryable, "errors": errors,
	}
	for _, m := range e.Members {
		example[m.Name] = memberExample(e.Code, m.Name)
	}
	return example
}
