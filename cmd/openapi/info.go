package main

import (
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/version"
)

// describe writes what the document says of the service as a whole.
func describe(doc object, told refusals) error {
	doc["info"] = object{
		"title": "orderdesk", "version": version.API,
		"summary":     "Review and confirm the web orders of a wholesaler's customers.",
		"description": about,
		"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		"contact":     object{"name": "orderdesk", "url": "https://github.com/orderdesk/orderdesk"},
	}
	doc["servers"] = []any{object{"url": "/", "description": "Production, or whichever service serves this document.", "x-internal": false}}
	doc["security"] = []any{object{"BearerAuth": []any{}}}
	var list []any
	for _, t := range tags {
		list = append(list, object{"name": t[0], "description": t[1]})
	}
	doc["tags"] = list
	components := at(doc, "components")
	components["securitySchemes"] = object{"BearerAuth": object{
		"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
		"description": "A JWT of your identity provider, signed by the key that the service was given; the algorithm is pinned, as RFC8725 asks. Claims: sub, name, email, company_id, company_type (seller), roles, iss, aud, exp, iat.",
	}}
	at(components, "securitySchemes")["SendGridSignature"] = sendGridSignature()
	components["parameters"] = parameters()
	components["headers"] = headers()
	at(components, "schemas")["SendGridEvent"] = sendGridEvent()
	if err := exemplify(doc, told); err != nil {
		return err
	}
	shareAnswers(doc)
	delete(components, "requestBodies")
	return nil
}

var tags = [][2]string{
	{"orders", "Orders and prebooks: place, review, edit, check out, confirm, void, bill, print and mail."},
	{"payments", "An order's ledger of payments and refunds, and what it comes to."},
	{"invoices", "Issued invoices and credit notes, frozen as they were issued."},
	{"customers", "The accounts that buy from the company."},
	{"settings", "How the company works: autoconfirm, e-mail, cut-off, letterhead."},
	{"meta", "Who you are, and the state machine and role matrix as data."},
	{"errors", "What every error code means."},
	{"hooks", "What other services tell this one."},
	{"operations", "Whether the process is alive and ready."},
}

const about = `A storefront posts carts; the wholesaler's staff review them, and confirm one or many: in that moment the invoice exists, has its number, and is on its way to the customer by e-mail.

**Documents.** Lines from stock on hand make an *order*; lines from future sales, K2K and vendor availability make a *prebook*. One cart may make both. ` + "`GET /v1/meta/order-states`" + ` has the two state machines, ` + "`allowed_actions`" + ` on every document what you may do now and, if not, why.

**Tokens.** Send ` + "`Authorization: Bearer`" + ` with a JWT of a seller company. ` + "`GET /v1/me`" + ` says who you are; ` + "`GET /v1/meta/roles`" + ` who may do what.

**Repeating.** Send ` + "`Idempotency-Key`" + ` with a fresh UUID for each intent and the same one for each retry: the effect happens once, and a retry gets the first answer, byte for byte.

**Versions.** Documents, customers and settings have an ` + "`ETag`" + `. Edits need ` + "`If-Match`" + `; a stale one is told what changed.

**Errors** are ` + "`application/problem+json`" + ` (RFC 9457) with a stable ` + "`code`" + `, a sentence, and for content every fault at once by JSON pointer. The ` + "`type`" + ` leads to a page. A method that a path does not have is 405, with those that it has in ` + "`Allow`" + `; ` + "`HEAD`" + ` comes with every ` + "`GET`" + `.

**Lists** go page by page with an opaque cursor; ` + "`Accept: text/csv`" + ` or ` + "`application/x-ndjson`" + ` streams everything that the filter leaves.

**Dry run.** ` + "`?dry_run=true`" + ` on every order write runs the same checks and answers the same, and keeps nothing.

**Money and prices** are decimal strings beside a currency. Times are RFC 3339 in UTC, dates YYYY-MM-DD. A field without a value is null. New enum values and members may appear within v1.`

func parameters() object {
	text := func(pattern string, longest int) object {
		return object{"type": "string", "minLength": float64(1), "maxLength": float64(longest), "pattern": pattern}
	}
	key, tags := text(web.KeyPattern, web.LongestKeyHeader), text(web.TagsPattern, web.LongestTags)
	header := func(name, text string, required bool, schema object, example string) object {
		return object{"name": name, "in": "header", "description": text, "required": required, "schema": schema, "example": example}
	}
	const uuid = "6f1c0a52-3c57-4b4f-9d35-6a1f0b6f0c11"
	return object{
		"DryRun": object{"name": "dry_run", "in": "query", "required": false, "schema": object{"type": "boolean", "default": false}, "example": true,
			"description": "Run the same checks and answer the same, with Dry-Run: true, and keep nothing: no row, no number, no letter."},
		"IdempotencyKeyRequired": header("Idempotency-Key", "Required, save in a dry run, which keeps nothing: without it the answer is idempotency_key_missing. A fresh UUID for each intent, the same one for each retry. Kept 24 hours.", false, key, uuid),
		"IdempotencyKey":         header("Idempotency-Key", "A fresh UUID for each intent, the same one for each retry. Kept 24 hours.", false, key, uuid),
		"IfMatchRequired":        header("If-Match", "The ETag of the version that you edit.", true, tags, `"v7"`),
		"IfMatch":                header("If-Match", "The ETag of the version that you mean; without it, whichever is there.", false, tags, `"v7"`),
		"IfNoneMatch":            header("If-None-Match", "The ETag that you have: 304 where it is current.", false, tags, `"v7"`),
		"RequestId":              header("X-Request-Id", "Your own id of the request, for logs on both sides; in place of one of another form, or of none, the service makes one.", false, text(web.RequestIDPattern, web.LongestRequestID), "web-7f3a"),
	}
}

func headerText(description, pattern, example string) object {
	return object{"description": description, "schema": object{"type": "string", "maxLength": float64(2000), "pattern": pattern}, "example": example}
}

// quotaHeader is always there once the limiter was asked: serve takes no limit of 0.
func quotaHeader(always bool) object {
	h := headerText("What is left of the quota, and in how many seconds it is full again.", `^[\x20-\x7E]*$`, `"token";r=599;t=1`)
	h["required"] = always
	return h
}

func policyHeader(always bool) object {
	h := headerText("The quota: so many requests in so many seconds.", `^[\x20-\x7E]*$`, `"token";q=600;w=60`)
	h["required"] = always
	return h
}

func headers() object {
	text := headerText
	return object{
		"Access-Control-Allow-Origin": text("The caller's Origin, where the configuration allows it.", `^https?://[\x21-\x7E]+$`, "https://shop.example"),
		"X-Request-Id":                text("The id of this request, in logs, problems and timeline alike.", web.RequestIDPattern, "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f8b"),
		"ETag":                        text("The version of what was answered.", `^"[^"]*"$`, `"v7"`),
		"Location":                    text("Where what was made is.", `^/v1/[\x21-\x7E]+$`, "/v1/orders/0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"),
		"Link":                        text("The next and the previous page, and where to read what to use in place of an operation that is to go (RFC 8288).", `^<[^>]*>[\x20-\x7E]*$`, `</v1/orders?cursor=eyJ2IjoiMjAyNiJ9>; rel="next"`),
		"RateLimit":                   quotaHeader(true),
		"RateLimit-Policy":            policyHeader(true),
		"Retry-After":                 object{"description": "In how many seconds to try again.", "schema": object{"type": "integer", "format": "int32", "minimum": float64(0), "maximum": float64(86400)}, "example": float64(1)},
		"Idempotency-Replayed":        object{"description": "true where this is the kept answer of an earlier request with the key.", "schema": object{"type": "boolean"}, "example": true},
		"Dry-Run":                     object{"description": "true where nothing was kept.", "schema": object{"type": "boolean"}, "example": true},
		"Content-Disposition":         text("Whether to show it or to keep it, and under which name (RFC 6266).", `^(inline|attachment); filename="[^"]*"$`, `inline; filename="INV-000123.pdf"`),
		"Deprecation":                 text("Since when the operation is about to go (RFC 9745).", `^@[0-9]+$`, "@1793491200"),
		"Sunset":                      text("From when on it may be gone (RFC 8594).", `^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$`, "Wed, 01 Dec 2027 00:00:00 GMT"),
		"WWW-Authenticate":            text("How to authenticate: a token (RFC 6750), or for SendGrid a signature.", `^(Bearer|Signature)[\x20-\x7E]*$`, `Bearer error="invalid_token"`),
	}
}
