package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// freeText is the members that may say anything, one of which most bodies have.
var freeText = []string{"message", "name", "notes", "po_number", "reason", "reference"}

// reuses is the other law of Idempotency-Key: with a body that says something else it is refused, as another intent.
func (f *fuzzer) reuses(t *rapid.T, op contract.Operation, line, path string, body object, schema *openapi3.Schema, pairs []string) {
	if schema == nil {
		return
	}
	at := slices.IndexFunc(freeText, func(name string) bool { return schema.Properties[name] != nil })
	if at < 0 {
		return
	}
	other := maps.Clone(body)
	other[freeText[at]] = fmt.Sprint("other than ", len(fmt.Sprint(body[freeText[at]])))
	again, err := f.admin.Try(op.Method, path, other, pairs...)
	require.NoError(t, err, line)
	if again.Status != http.StatusUnprocessableEntity || codeOf(again) != "idempotency_key_reused" {
		t.Fatalf("%s\nits key with %s changed was answered %d: %s", line, freeText[at], again.Status, again.Body)
	}
	f.counts["reused"]++
}

// ages is the law of If-Match: after a write the version before it is an old one, and the same write on it is refused.
func (f *fuzzer) ages(t *rapid.T, op contract.Operation, line, path string, raw any, pairs []string, answer servicetest.Answer) {
	version, err := strconv.Atoi(strings.Trim(answer.Header.Get("ETag"), `"v`))
	conditional := slices.ContainsFunc(op.Parameters, func(p *openapi3.ParameterRef) bool { return p.Value.Name == "If-Match" })
	if err != nil || version < 2 || !conditional || answer.Header.Get("Dry-Run") != "" || answer.Header.Get("Location") != "" {
		return // a Location has another thing's version
	}
	pairs = append(slices.Clone(pairs), "Idempotency-Key", uuid.NewString(), "If-Match", fmt.Sprintf(`"v%d"`, version-1))
	again, err := f.admin.Try(op.Method, path, raw, pairs...)
	require.NoError(t, err, line)
	if again.Status != http.StatusPreconditionFailed {
		t.Fatalf("%s\nanswered version %d, and again on the one before %d: %s", line, version, again.Status, again.Body)
	}
	f.counts["aged"]++
}

func codeOf(a servicetest.Answer) string {
	var problem struct{ Code string }
	_ = json.Unmarshal(a.Body, &problem)
	return problem.Code
}
