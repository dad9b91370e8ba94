package main

import (
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
)

// answerHeaders returns the headers of the operation's successful answers.
func answerHeaders(r api.Route, a web.Answer) []string {
	var names []string
	if r.Version != web.Unversioned {
		names = append(names, "ETag")
	}
	if a.Location {
		names = append(names, "Location")
	}
	if api.Paged(a) {
		names = append(names, "Link")
	}
	if r.Key != web.KeyNone {
		names = append(names, "Idempotency-Replayed")
	}
	if r.DryRun {
		names = append(names, "Dry-Run")
	}
	if r.Streamed != nil {
		names = append(names, "Preference-Applied")
	}
	if r.Attaches() {
		names = append(names, "Content-Disposition")
	}
	if !r.Tokenless() {
		names = append(names, "RateLimit", "RateLimit-Policy")
	}
	names = append(names, sunsetHeaders(r)...)
	return append(names, "Access-Control-Allow-Origin", "X-Request-Id")
}

// sunsetHeaders returns the headers that every answer of a deprecated operation has.
func sunsetHeaders(r api.Route) []string {
	if r.Sunset == nil {
		return nil
	}
	names := []string{"Deprecation"}
	if !r.Sunset.Gone.IsZero() {
		names = append(names, "Sunset")
	}
	if r.Sunset.Instead != "" {
		names = append(names, "Link")
	}
	return names
}

func headersOf(names []string) object {
	var headers object
	for _, name := range names {
		headers.set(name, ref("headers", name))
	}
	return headers
}

func sharedHeaders() object {
	text := func(description, pattern, example string) object {
		return object{{"description", description}, {"schema", object{{"type", "string"}, {"maxLength", 2000}, {"pattern", pattern}}}, {"example", example}}
	}
	quota := text("The rest of the quota, and the seconds until it is full again.", `^[\x20-\x7E]*$`, `"token";r=599;t=1`)
	policy := text("The quota: the number of requests (q) in a number of seconds (w).", `^[\x20-\x7E]*$`, `"token";q=600;w=60`)
	yes := func(description string) object {
		return object{{"description", description}, {"schema", object{{"type", "boolean"}}}, {"example", true}}
	}
	return object{
		{"Access-Control-Allow-Origin", text("The caller's Origin, if the configuration allows it, or * if it allows all.", `^(\*|https?://[\x21-\x7E]+)$`, "*")},
		{"Content-Disposition", text("Whether to show the file or to save it, and its name (RFC 6266).", `^(inline|attachment); filename="[^"]*"(; filename\*=UTF-8''[\x21-\x7E]+)?$`, `inline; filename="INV-000123.pdf"`)},
		{"Deprecation", text("When the operation became deprecated (RFC 9745).", `^@[0-9]+$`, "@1793491200")},
		{"Dry-Run", yes("true if the request was a dry run, so nothing was stored.")},
		{"ETag", text("The version of the resource in the answer.", `^"[^"]*"$`, `"v7"`)},
		{"Idempotency-Replayed", yes("true if this is the stored answer of an earlier request with the same key.")},
		{"Link", text("The next and the previous page, and the documentation of what replaces a deprecated operation (RFC 8288).", `^<[^>]*>[\x20-\x7E]*$`, `</v1/orders?cursor=eyJ2IjoiMjAyNiJ9>; rel="next"`)},
		{"Location", text("The address of the new resource.", `^/v1/[\x21-\x7E]+$`, "/v1/orders/0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80")},
		{"Preference-Applied", text("The preference of the request that was applied (RFC 7240).", `^wait=[0-9]{1,2}$`, "wait=20")},
		{"RateLimit", quota},
		{"RateLimit-Policy", policy},
		{"Retry-After", object{{"description", "The seconds to wait before a retry."}, {"schema", object{{"type", "integer"}, {"format", "int32"}, {"minimum", 0}, {"maximum", 86400}}}, {"example", 1}}},
		{"Sunset", text("When the operation may be removed (RFC 8594).", `^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$`, "Wed, 01 Dec 2027 00:00:00 GMT")},
		{"WWW-Authenticate", text("How to authenticate: with a token (RFC 6750), or with a signature for SendGrid.", `^(Bearer|Signature)[\x20-\x7E]*$`, `Bearer error="invalid_token"`)},
		{"X-Request-Id", text("The id of this request. Logs, problems and the timeline have the same id.", web.RequestIDPattern, "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f8b")},
	}
}
