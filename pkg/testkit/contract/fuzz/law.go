package fuzz

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
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

// freeText is the members with free text. Most bodies have one.
var freeText = []string{"message", "name", "notes", "po_number", "reason", "reference"}

// reuses checks the other rule of Idempotency-Key: the same key with another body is refused.
func (f *Fuzzer) reuses(t *rapid.T, op contract.Operation, line, path string, body object, schema *openapi3.Schema, pairs []string) {
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
	f.Counts["reused"]++
}

// ages checks the rule of If-Match: after a write, the same write with the previous version is refused.
func (f *Fuzzer) ages(t *rapid.T, op contract.Operation, line, path string, raw any, pairs []string, answer servicetest.Answer) {
	version, err := strconv.Atoi(strings.Trim(answer.Header.Get("ETag"), `"v`))
	conditional := slices.ContainsFunc(op.Parameters, func(p *openapi3.ParameterRef) bool { return p.Value.Name == "If-Match" })
	if err != nil || version < 2 || !conditional || answer.Header.Get("Dry-Run") != "" || answer.Header.Get("Location") != "" {
		return // a Location has the version of another resource
	}
	pairs = append(slices.Clone(pairs), "Idempotency-Key", uuid.NewString(), "If-Match", fmt.Sprintf(`"v%d"`, version-1))
	again, err := f.admin.Try(op.Method, path, raw, pairs...)
	require.NoError(t, err, line)
	if again.Status != http.StatusPreconditionFailed {
		t.Fatalf("%s\nanswered version %d, and again on the one before %d: %s", line, version, again.Status, again.Body)
	}
	f.Counts["aged"]++
}

// formCodes is the codes about one member alone: its type, format, length or size. The document states these rules.
// Every other code is about several members, the caller, or stored data.
var formCodes = []string{"field_type", "field_invalid", "field_too_long", "field_out_of_range", "field_unknown", "field_required", "decimals_too_many"}

// explained lists members and parameters whose format may be refused although the document allows it, with the reason.
var explained = []struct{ pointer, code, why string }{
	{`/(lines/\d+/)?(sku|boxes|units_per_box)`, "field_required", "which of them a line needs depends on the others"},
	{`/taxes/\d+/rate`, "field_required", "a tax has a rate or an amount"},
	{`/customer_id`, "field_required", "a cart has customer_id or customer_code"},
	{`/ids`, "field_required", "ids or orders, one of the two"},
	{`/reference`, "field_required", "card and ach need one"},
	{`/to`, "field_required", "a customer without an e-mail address gives no default"},
	{`/(lines/\d+/|charges/\d+/|taxes/\d+/)?(amount)`, "decimals_too_many", "how many decimals there are depends on the company's currency"},
	{`/(lines/\d+/|charges/\d+/|taxes/\d+/)?(amount)`, "field_out_of_range", "how large an amount may be depends on the company's currency; and of a tax that is edited, whether it has a rate"},
	{`/amount`, "field_invalid", "a correction takes the whole payment back"},
	{`(placed|issued|recorded|paid|due)_(from|to)`, "field_invalid", "how many days a month has"},
	{`total_(min|max)`, "field_invalid", "how many decimals there are depends on the company's currency"},
	{`salesperson`, "field_invalid", "me is an address only where the token has one"},
	{`types|type|/types/\d+`, "field_invalid", "which types of events there are; new ones may come within v1"},
	{`/url`, "field_invalid", "whether it is an address of a public host is more than a pattern says"},
	{`/scope`, "field_invalid", "the company or a storefront, one of the two"},
	{`/status`, "field_invalid", "an endpoint is disabled by the service alone"},
	{`/code`, "field_invalid", "a code has no invisible characters, and mixes no scripts that look alike"},
	{`/time_zone`, "field_invalid", "zones are a list, which changes"},
	{`/order_url`, "field_invalid", "whether it is an address, with one place for the id after the host, is more than a pattern says"},
	{`/letterhead/logo`, "field_invalid", "what the data are, their content tells"},
	{`/(lines/\d+/)?(source|unit_price)`, "field_required", "a line without the id of one that is there is new"},
	{`/(lines/\d+/)?source`, "field_invalid", "which goods a line may be of depends on the kind of its document"},
	{`/position`, "field_invalid", "how far a position may be depends on the number of lines"},
	{``, "field_out_of_range", "whether a line is the last one depends on the document"},
}

// misfits returns the faults about format that the document should have stated.
func misfits(answer servicetest.Answer) []string {
	var problem struct {
		Code   string
		Errors []struct{ Pointer, Code string }
	}
	_ = json.Unmarshal(answer.Body, &problem)
	malformed := answer.Status == http.StatusBadRequest && problem.Code != "parameter_invalid"
	if malformed || answer.Status == http.StatusUnprocessableEntity && problem.Code != "body_invalid" && problem.Code != "idempotency_key_reused" {
		return []string{problem.Code}
	}
	if answer.Status != http.StatusBadRequest && answer.Status != http.StatusUnprocessableEntity {
		return nil
	}
	var faults []string
	for _, e := range problem.Errors {
		form := slices.Contains(formCodes, e.Code)
		for _, known := range explained {
			form = form && (e.Code != known.code || !regexp.MustCompile("^"+known.pointer+"$").MatchString(e.Pointer))
		}
		if form {
			faults = append(faults, e.Pointer+" "+e.Code)
		}
	}
	return faults
}

// allows checks the rule of the document's bounds: a request that follows the document is not refused for its format.
func (f *Fuzzer) allows(t *rapid.T, op contract.Operation, line string, sent contract.Sent, answer servicetest.Answer) {
	refused := answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnprocessableEntity
	if !refused || codeOf(answer) == "cursor_invalid" || f.doc.CheckSent(op, sent, sent.Query.Get("dry_run") == "true") != nil {
		return // a cursor must come from a list
	}
	if faults := misfits(answer); len(faults) > 0 {
		t.Fatalf("%s\nrefused what the document allows, with %d: %s: %s", line, answer.Status, faults, answer.Body)
	}
	f.Counts["explained"]++
}

// headersOf returns the headers that the client sends.
func headersOf(body any, pairs []string) http.Header {
	header := http.Header{}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(pairs); i += 2 {
		header.Set(pairs[i], pairs[i+1])
	}
	return header
}

func bodyOf(body any) []byte {
	text, _ := body.(string)
	return []byte(text)
}

func codeOf(a servicetest.Answer) string {
	var problem struct{ Code string }
	_ = json.Unmarshal(a.Body, &problem)
	return problem.Code
}
