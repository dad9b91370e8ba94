package main

import (
	"github.com/orderdesk/orderdesk/pkg/version"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// about returns the parts of the document about the whole service.
func about() object {
	var list []any
	for _, t := range tags {
		list = append(list, object{{"name", t[0]}, {"description", t[1]}})
	}
	return object{
		{"openapi", "3.1.0"},
		{"info", object{
			{"title", "orderdesk"}, {"version", version.API},
			{"summary", "Review and confirm the web orders of a wholesaler's customers."},
			{"description", introduction},
			{"license", object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
			{"contact", object{{"name", "orderdesk"}, {"url", "https://github.com/orderdesk/orderdesk"}}},
		}},
		{"servers", []any{object{{"url", "/"}, {"description", "The service that serves this document, in production."}, {"x-internal", false}}}},
		{"security", []any{object{{"BearerAuth", []any{}}}}},
		{"tags", list},
	}
}

func securitySchemes() object {
	return object{
		{"BearerAuth", object{
			{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"},
			{"description", "A JWT of your identity provider, signed with the key that the service is configured with. The algorithm is fixed, as RFC8725 demands. " +
				"Claims: sub, name, email, company_id, company_type (seller), roles, iss, aud, exp, iat."},
		}},
		{"SendGridSignature", object{
			{"type", "apiKey"}, {"in", "header"}, {"name", webhook.SignatureHeader},
			{"description", "SendGrid's signature of " + webhook.TimestampHeader + " followed by the body, unchanged: ECDSA over SHA-256, in base64. " +
				"The service verifies it with the verification key that SendGrid shows."},
		}},
	}
}

var tags = [][2]string{
	{"orders", "Orders and prebooks: place, review, edit, check out, confirm, void, bill, print and e-mail."},
	{"payments", "Payments and refunds of an order, and its payment status."},
	{"invoices", "Issued invoices and credit notes. They never change."},
	{"customers", "The accounts that buy from the company."},
	{"settings", "Settings of the company: autoconfirm, e-mails, cut-off, letterhead."},
	{"meta", "The caller, and the state machines and the role matrix as data."},
	{"errors", "The meaning of every error code."},
	{"events", "What happens to the company's documents, in order, as pages or as a stream."},
	{"webhooks", "Endpoints of yours that get the events, and what was sent to them."},
	{"hooks", "Webhooks that other services call."},
	{"operations", "Liveness and readiness of the process."},
}

const introduction = `A storefront posts the carts of its customers. The wholesaler's staff review the orders and confirm one or many. Confirming issues the invoice, gives it a number and sends it to the customer by e-mail.

**Documents.** Lines from stock on hand make an *order*. Lines from future sales, K2K and vendor availability make a *prebook*. One cart may make both. ` + "`GET /v1/meta/order-states`" + ` returns the two state machines. ` + "`allowed_actions`" + ` of a document says what you may do now and, if not, why.

**Tokens.** Send ` + "`Authorization: Bearer`" + ` with a JWT of a seller company. ` + "`GET /v1/me`" + ` says who you are. ` + "`GET /v1/meta/roles`" + ` says what each role may do.

**Retries.** Send ` + "`Idempotency-Key`" + ` with a fresh UUID for each intent, and the same key with each retry. The write takes effect once. A retry gets the first answer, byte for byte.

**Request ids.** Every operation takes ` + "`X-Request-Id`" + `, 1 to 64 letters, digits, dots, dashes and underscores. It is in the answer, in logs and in problems. The service makes one if there is none, or one of another form.

**Versions.** Documents, customers and settings have an ` + "`ETag`" + `. An edit needs ` + "`If-Match`" + `. If the version is out of date, the answer says what changed.

**Errors** are ` + "`application/problem+json`" + ` (RFC 9457) with a stable ` + "`code`" + ` and a sentence. Errors of the content list every fault at once, each with a JSON pointer. ` + "`type`" + ` is the path of a page about the error. If a path does not have a method, the answer is 405, and ` + "`Allow`" + ` lists the methods. Every ` + "`GET`" + ` also answers ` + "`HEAD`" + `.

**Lists** have pages with an opaque cursor. Their exports, such as ` + "`GET /v1/orders/export`" + `, stream all rows that match the filter as CSV or NDJSON.

**Events.** ` + "`GET /v1/events`" + ` tells what happened behind a cursor, once and in order. Follow it instead of reading lists again.

**Dry runs.** ` + "`?dry_run=true`" + ` on a write of an order makes the same checks and gives the same answer, and keeps nothing.

**Amounts and prices** are decimal strings with a currency. Times are RFC 3339 in UTC. Dates are YYYY-MM-DD. A field without a value is null. New enum values and members may be added within v1.`
