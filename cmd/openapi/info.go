package main

import (
	"github.com/orderdesk/orderdesk/pkg/version"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// about is what the document says of the service as a whole.
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
		{"servers", []any{object{{"url", "/"}, {"description", "Production, or whichever service serves this document."}, {"x-internal", false}}}},
		{"security", []any{object{{"BearerAuth", []any{}}}}},
		{"tags", list},
	}
}

func securitySchemes() object {
	return object{
		{"BearerAuth", object{
			{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"},
			{"description", "A JWT of your identity provider, signed by the key that the service was given; the algorithm is pinned, as RFC8725 asks. " +
				"Claims: sub, name, email, company_id, company_type (seller), roles, iss, aud, exp, iat."},
		}},
		{"SendGridSignature", object{
			{"type", "apiKey"}, {"in", "header"}, {"name", webhook.SignatureHeader},
			{"description", "SendGrid's signature of " + webhook.TimestampHeader + " and the body as they were sent, one after the other: ECDSA over SHA-256, in base64. " +
				"It must be right by the verification key that SendGrid shows and the service was given."},
		}},
	}
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

const introduction = `A storefront posts carts; the wholesaler's staff review them, and confirm one or many: in that moment the invoice exists, has its number, and is on its way to the customer by e-mail.

**Documents.** Lines from stock on hand make an *order*; lines from future sales, K2K and vendor availability make a *prebook*. One cart may make both. ` + "`GET /v1/meta/order-states`" + ` has the two state machines, ` + "`allowed_actions`" + ` on every document what you may do now and, if not, why.

**Tokens.** Send ` + "`Authorization: Bearer`" + ` with a JWT of a seller company. ` + "`GET /v1/me`" + ` says who you are; ` + "`GET /v1/meta/roles`" + ` who may do what.

**Repeating.** Send ` + "`Idempotency-Key`" + ` with a fresh UUID for each intent and the same one for each retry: the effect happens once, and a retry gets the first answer, byte for byte.

**Versions.** Documents, customers and settings have an ` + "`ETag`" + `. Edits need ` + "`If-Match`" + `; a stale one is told what changed.

**Errors** are ` + "`application/problem+json`" + ` (RFC 9457) with a stable ` + "`code`" + `, a sentence, and for content every fault at once by JSON pointer. The ` + "`type`" + ` leads to a page. A method that a path does not have is 405, with those that it has in ` + "`Allow`" + `; ` + "`HEAD`" + ` comes with every ` + "`GET`" + `.

**Lists** go page by page with an opaque cursor; ` + "`Accept: text/csv`" + ` or ` + "`application/x-ndjson`" + ` streams everything that the filter leaves.

**Text** is kept and compared in Unicode NFC, lengths are those of that form, and line ends are ` + "`\\n`" + `: ` + "`\\r\\n`" + ` and ` + "`\\r`" + ` become it, and behind what stands on one line it is dropped. Search and sort ignore case and accents; codes ignore case alone.

**List parameters** take several values, separated by commas or each in a parameter of its own. Blanks around a value do not count; an empty one is refused. A comma within a value is written ` + "`\\,`" + ` and a backslash before a comma ` + "`\\\\`" + `.

**Dry run.** ` + "`?dry_run=true`" + ` on every order write runs the same checks and answers the same, and keeps nothing.

**Money and prices** are decimal strings beside a currency. Times are RFC 3339 in UTC, dates YYYY-MM-DD. A field without a value is null. New enum values and members may appear within v1.`
