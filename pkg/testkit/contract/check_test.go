package contract_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/stretchr/testify/require"
)

// answer is the service's answer in these tests.
type answer struct {
	status int
	header map[string]string
	body   string
}

var asJSON, keyed = map[string]string{"Content-Type": "application/json"}, map[string]string{"Content-Type": "application/json", "Idempotency-Key": "k"}

var (
	alive  = answer{200, asJSON, `{"status":"alive"}`}
	queued = answer{202, asJSON, `{"id":"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e0024","kind":"manual","to":["buyer@bloom.example"],"cc":[],"recipients":[],"subject":null,"status":"queued",
		"attempts":0,"error_code":null,"last_error":null,"created_at":"2026-11-24T10:47:00Z","next_attempt_at":"2026-11-24T10:47:00Z","sent_at":null,"updated_at":"2026-11-24T10:47:00Z"}`}
)

const mail = "/v1/orders/0197a3c4-0000-7000-8000-000000000001/email"

func problem(status int, code string) answer {
	return titled(status, code, fault.Code(code).Entry().Title)
}

func titled(status int, code, title string) answer {
	return answer{status, map[string]string{"Content-Type": "application/problem+json"}, fmt.Sprintf(
		`{"type":"/v1/errors/%s","title":%q,"status":%d,"detail":"d","instance":"/v1","code":"%s","request_id":"r","retryable":%t,"errors":[]}`,
		code, title, status, code, fault.Code(code).Entry().Retryable)}
}

// withHeader returns the headers with one of them changed.
func withHeader(header map[string]string, name, value string) map[string]string {
	other := maps.Clone(header)
	other[name] = value
	return other
}

func dry(a answer) answer {
	a.header = withHeader(a.header, "Dry-Run", "true")
	return a
}

func allow(a answer, methods string) answer {
	a.header["Allow"] = methods
	return a
}

func unlimited(a answer) answer {
	a.header["RateLimit"], a.header["Retry-After"] = "", "5"
	return a
}

func stranger(a answer) answer {
	a.header["WWW-Authenticate"], a.header["RateLimit-Policy"] = "Bearer", ""
	return a
}

// Every breach of the contract by a request or its answer is reported, and nothing else is.
func TestEachBreachIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, body string
		header             map[string]string
		answer             answer
		says               string // empty: no breach
	}{
		"a refusal as declared":   {"GET", "/v1/settings", "", nil, problem(403, "role_not_allowed"), ""},
		"no such code":            {"GET", "/v1/settings", "", nil, problem(403, "order_not_found"), "the code order_not_found is not declared with 403"},
		"another title":           {"GET", "/v1/settings", "", nil, titled(403, "role_not_allowed", "No"), "title of role_not_allowed is No, and the document shows Role not allowed"},
		"no such status":          {"GET", "/v1/settings", "", nil, problem(418, "role_not_allowed"), "the status 418 is not declared"},
		"another media type":      {"GET", "/v1/settings", "", nil, answer{200, map[string]string{"Content-Type": "text/html", "ETag": `"v1"`}, "<p>"}, "the Content-Type text/html is not declared with 200"},
		"no media type":           {"GET", "/v1/settings", "", nil, answer{200, map[string]string{"ETag": `"v1"`, "Content-Type": ""}, "{}"}, "the Content-Type is"},
		"no ETag":                 {"GET", "/v1/settings", "", nil, answer{200, asJSON, "{}"}, "the header ETag is missing"},
		"a malformed ETag":        {"GET", "/v1/settings", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "ETag": "v1"}, "{}"}, "the header ETag is"},
		"an undeclared header":    {"GET", "/v1/me", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "ETag": `"v1"`}, "{}"}, "the header Etag is not declared with 200"},
		"no Retry-After":          {"GET", "/v1/settings", "", nil, problem(429, "rate_limited"), "the header Retry-After is missing"},
		"no WWW-Authenticate":     {"GET", "/v1/settings", "", nil, problem(401, "token_missing"), "the header WWW-Authenticate is missing"},
		"no RateLimit":            {"GET", "/v1/settings", "", nil, unlimited(problem(503, "database_unavailable")), "the header RateLimit is missing"},
		"a quota of strangers":    {"GET", "/v1/settings", "", nil, stranger(problem(401, "token_missing")), "the header Ratelimit is not declared with 401"},
		"a body that is not JSON": {"GET", "/v1/me", "", nil, answer{200, asJSON, "{"}, "the body is not JSON"},
		"members missing":         {"GET", "/v1/me", "", nil, answer{200, asJSON, "{}"}, "the body does not match the schema"},
		"a stray path":            {"GET", "/v1/nowhere", "", nil, answer{200, nil, ""}, "a path that does not exist got the status 200"},
		"a stray method":          {"DELETE", "/v1/settings", "", nil, answer{200, nil, ""}, "a method that the path does not have got the status 200"},
		"a method without Allow":  {"DELETE", "/v1/settings", "", nil, problem(405, "method_not_allowed"), "the path has GET, HEAD, PATCH, OPTIONS, but Allow was"},
		"a method with Allow":     {"DELETE", "/v1/settings", "", nil, allow(problem(405, "method_not_allowed"), "GET, HEAD, PATCH, OPTIONS"), ""},
		"a header of our own":     {"GET", "/livez", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "X-Shard": "7"}, alive.body}, "the header X-Shard is not declared with 200"},
		"a sheet's name":          {"GET", "/v1/invoices/export", "", nil, answer{200, map[string]string{"Content-Type": "text/csv", "Content-Disposition": `attachment; filename="invoices.csv"`}, "id"}, ""},
		"an export without rows":  {"GET", "/v1/customers/export", "", nil, answer{200, map[string]string{"Content-Type": "application/x-ndjson"}, ""}, ""},
		"a line that is no row":   {"GET", "/v1/customers/export", "", nil, answer{200, map[string]string{"Content-Type": "application/x-ndjson"}, "{\"id\": 1}\n"}, "the body does not match the schema"},
		"a file's name of JSON":   {"GET", "/v1/me", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "Content-Disposition": "attachment"}, "{}"}, "the header Content-Disposition is not declared with 200"},
		"a sunset unannounced":    {"GET", "/livez", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "Deprecation": "@1"}, alive.body}, "the header Deprecation is not declared with 200"},
		"no request id":           {"GET", "/v1/me", "", nil, answer{200, map[string]string{"Content-Type": "application/json", "X-Request-Id": ""}, "{}"}, "the header X-Request-Id is missing"},

		"an unknown parameter accepted":    {"GET", "/livez?verbose=1", "", nil, answer{200, asJSON, alive.body}, "the parameter verbose was accepted"},
		"a body accepted where none is":    {"GET", "/livez", "{}", nil, answer{200, asJSON, alive.body}, "a body was accepted, but the document has none"},
		"a health check as it is":          {"GET", "/livez", "", nil, answer{200, asJSON, alive.body}, ""},
		"a body of another kind accepted":  {"POST", mail, "x", map[string]string{"Content-Type": "text/plain", "Idempotency-Key": "k"}, queued, "a body of text/plain was accepted"},
		"an unknown member accepted":       {"POST", mail, `{"tone":"kind"}`, keyed, queued, "a body was accepted that does not match the schema"},
		"a parameter out of form accepted": {"POST", mail + "?dry_run=perhaps", "{}", keyed, queued, "the parameter dry_run was accepted as"},
		"an e-mail as it is":               {"POST", mail, "{}", keyed, queued, ""},
		"a key out of form accepted":       {"POST", mail, "{}", withHeader(keyed, "Idempotency-Key", "one key"), queued, "the header Idempotency-Key was accepted as"},
		"a tag out of form accepted":       {"POST", mail, "{}", withHeader(keyed, "If-Match", "v1"), queued, "the header If-Match was accepted as"},
		"no key in a dry run":              {"POST", mail + "?dry_run=true", "{}", withHeader(keyed, "Idempotency-Key", "one key"), dry(queued), ""},
		"a request id that is replaced":    {"POST", mail, "{}", withHeader(keyed, "X-Request-Id", "one id"), queued, ""},
		"an id out of form accepted":       {"POST", "/v1/orders/7/email", "{}", keyed, queued, "the path was accepted with \"7\" for id"},
	} {
		t.Run(name, func(t *testing.T) {
			var reported []string
			h, err := contract.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadAll(r.Body)
				w.Header().Set("X-Request-Id", "r")
				if strings.HasPrefix(c.path, "/v1/") {
					w.Header().Set("RateLimit", `"token";r=599;t=1`)
					w.Header().Set("RateLimit-Policy", `"token";q=600;w=60`)
				}
				for name, value := range c.answer.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(c.answer.status)
				_, _ = w.Write([]byte(c.answer.body))
			}), func(v contract.Violation) { reported = append(reported, v.String()) })
			require.NoError(t, err)
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if c.says == "" {
				require.Empty(t, reported)
				return
			}
			require.Len(t, reported, 1)
			require.Contains(t, reported[0], c.says)
		})
	}
}

// A required header that a request omits and the service accepts is reported, except in a dry run.
func TestRequiredHeadersAreMissed(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	edit, found, _ := doc.Find(http.MethodPatch, "/v1/settings")
	require.True(t, found)
	sent := contract.Sent{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
	require.ErrorContains(t, doc.CheckSent(edit, sent, false), "it was accepted without the header If-Match")
	sent.Header.Set("If-Match", "*")
	require.NoError(t, doc.CheckSent(edit, sent, false))
}
