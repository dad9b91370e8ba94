// Package fuzz makes requests from the API document: valid ones, and ones that break a rule of it. Its fuzzer sends them
// to a running service and checks the answers.
package fuzz

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Fuzzer sends requests made from the API document to a running service. It compares the answers with the document and
// with rules for every answer.
type Fuzzer struct {
	Counts map[string]int // cases of each kind, for the log

	doc      *contract.Document
	only     []contract.Operation
	placing  contract.Operation
	s        *servicetest.Service
	admin    *servicetest.Client
	ids      map[string][]string // existing ids, by the word of the path before {id}
	customer string              // the code of the customer who places the carts
	codes    []string            // of customers

	mu         sync.Mutex
	violations []contract.Violation
}

// World is the data that exists when the fuzzer starts. Its requests use it.
type World struct {
	IDs          map[string][]string // by the word of the path before {id}: orders, invoices, credit-notes, customers
	CustomerCode string              // of the customer who places the carts
}

// Start starts a service on SQLite, fills it, and returns a fuzzer for it.
func Start(t *testing.T, o servicetest.Options, fill func(*servicetest.Service) World) *Fuzzer {
	t.Helper()
	doc, err := contract.Load()
	require.NoError(t, err)
	f := &Fuzzer{Counts: map[string]int{}, doc: doc}
	o.NoJobs = true
	o.Violation = func(v contract.Violation) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.violations = append(f.violations, v)
	}
	f.s = servicetest.Start(t, storetest.SQLite(t), o)
	f.admin = f.s.As(t, auth.Admin)
	for _, op := range doc.Operations() {
		if !strings.HasPrefix(op.Path, "/v1/hooks") { // the fuzzer cannot make SendGrid's signature
			f.only = append(f.only, op)
		}
		if op.OperationID == "placeOrder" {
			f.placing = op
		}
	}
	w := fill(f.s)
	f.ids, f.customer, f.codes = w.IDs, w.CustomerCode, []string{w.CustomerCode}
	return f
}

// Forget removes the violations that were seen so far.
func (f *Fuzzer) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.violations = nil
}

// Case runs one case: a request that follows the document, or breaks one rule of it.
func (f *Fuzzer) Case(t *rapid.T) {
	op := f.only[dice(t, len(f.only))]
	if dice(t, 12) == 0 { // the other operations use up the data
		op = f.placing
	}
	d := drawer{t, slices.Concat(f.ids["orders"], f.ids["customers"]), map[string][]string{
		"customer_code": f.codes, "currency": {"USD"}, "customer_id": f.ids["customers"], "orders": f.ids["orders"], "ids": f.ids["orders"],
	}}
	path, broken := f.path(d, op), ""
	query, headers := f.parameters(d, op)
	body, schema := f.body(d, op)
	token := *f.admin
	if d.chance(50) {
		broken = f.breakRule(d, op, query, headers, body, schema, &token)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	var raw any // no body
	if schema != nil {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		raw = string(text)
		if broken == "malformed" {
			raw = string(text[:len(text)-1])
		}
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		pairs = append(pairs, name, headers[name])
	}
	line := fmt.Sprintf("%s %s %v, broken: %q, body %.600v", op.Method, path, pairs, broken, raw)
	answer, err := token.Try(op.Method, path, raw, pairs...)
	require.NoError(t, err, line)
	f.judge(t, op, line, broken, answer)
	f.allows(t, op, line, contract.Sent{Path: strings.SplitN(path, "?", 2)[0], Query: query, Header: headersOf(raw, pairs), Body: bodyOf(raw)}, answer)
	if answer.Status/100 != 2 {
		return
	}
	if f.replays(t, op, line, &token, path, raw, pairs, answer) {
		f.reuses(t, op, line, path, body, schema, pairs)
	}
	f.versions(t, op, line, answer)
	f.ages(t, op, line, path, raw, pairs, answer)
	f.remember(op, answer)
}

// judge checks a single answer. The contract has already checked that it is declared and fits its schema.
func (f *Fuzzer) judge(t *rapid.T, op contract.Operation, line, broken string, answer servicetest.Answer) {
	f.mu.Lock()
	found := f.violations
	f.violations = nil
	f.mu.Unlock()
	if len(found) > 0 {
		t.Fatalf("%s\n%s", line, found[0])
	}
	if answer.Status >= 500 {
		t.Fatalf("%s\nfailed with %d: %s", line, answer.Status, answer.Body)
	}
	if broken != "" && answer.Status < 400 {
		t.Fatalf("%s\naccepted what breaks a rule, with %d: %s", line, answer.Status, answer.Body)
	}
	kind := "valid"
	if broken != "" {
		kind = "broken"
	}
	f.Counts[kind]++
	f.Counts[kind+" "+strconv.Itoa(answer.Status)]++
	f.Counts["op "+op.OperationID]++
	if broken == "" {
		f.Counts[fmt.Sprintf("op %s %d", op.OperationID, answer.Status)]++
	}
}

// replays checks the rule of Idempotency-Key: the same request again gets the same answer, byte for byte. It reports
// whether there was a stored answer.
func (f *Fuzzer) replays(t *rapid.T, op contract.Operation, line string, c *servicetest.Client, path string, raw any, pairs []string, first servicetest.Answer) bool {
	if !slices.Contains(pairs, "Idempotency-Key") || first.Header.Get("Dry-Run") != "" {
		return false
	}
	again, err := c.Try(op.Method, path, raw, pairs...)
	require.NoError(t, err, line)
	if again.Header.Get("Idempotency-Replayed") == "" && strings.Contains(string(first.Body), `"confirmed":0,"already_confirmed"`) && strings.Contains(fmt.Sprint(raw), "all_or_nothing") {
		return false // rolled back: nothing is done and nothing is stored
	}
	if again.Status != first.Status || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("%s\nanswered %d: %s\nand its replay %d: %s", line, first.Status, first.Body, again.Status, again.Body)
	}
	f.Counts["replayed"]++
	return true
}

// versions checks the rule of ETag: a write answers the version that a following read has.
func (f *Fuzzer) versions(t *rapid.T, op contract.Operation, line string, answer servicetest.Answer) {
	tag := answer.Header.Get("ETag")
	if tag == "" || answer.Header.Get("Dry-Run") != "" || op.Method == http.MethodGet {
		return
	}
	where, _, _ := strings.Cut(strings.TrimPrefix(answer.Header.Get("Location"), f.s.URL), "/lines/") // a line has its document's version
	switch {
	case where != "":
	case strings.HasPrefix(op.Path, "/v1/customers/by-code/"): // a code is not read, but the customer is
		where = "/v1/customers/" + answer.JSON().At("id").Text()
	default:
		where = strings.Join(strings.Split(strings.TrimPrefix(strings.Fields(line)[1], "/"), "/")[:min(3, strings.Count(op.Path, "/"))], "/")
		where, _, _ = strings.Cut("/"+where, "?")
	}
	read, err := f.admin.Try("GET", where, nil)
	require.NoError(t, err, line)
	if read.Header.Get("ETag") != tag {
		t.Fatalf("%s\nanswered ETag %s, and GET %s has %s", line, tag, where, read.Header.Get("ETag"))
	}
	f.Counts["etag"]++
}

// remember stores what was created, so that later cases use it.
func (f *Fuzzer) remember(op contract.Operation, answer servicetest.Answer) {
	var made struct {
		ID      string
		Code    string
		Orders  []struct{ ID string }
		Invoice *struct{ ID string }
	}
	if answer.Header.Get("Dry-Run") != "" || op.Method == http.MethodGet || json.Unmarshal(answer.Body, &made) != nil {
		return
	}
	keep := func(kind, id string) {
		if all := append(slices.Clone(f.ids[kind]), id); id != "" {
			f.ids[kind] = all[max(0, len(all)-40):]
		}
	}
	for _, o := range made.Orders {
		keep("orders", o.ID)
	}
	if made.Invoice != nil {
		keep("invoices", made.Invoice.ID)
	}
	if op.OperationID == "createCustomer" {
		keep("customers", made.ID)
		f.codes = append(f.codes, made.Code)
	}
}

// path returns the operation's path, in most cases that of existing data.
func (f *Fuzzer) path(d drawer, op contract.Operation) string {
	kind := strings.Split(op.Path, "/")[min(2, strings.Count(op.Path, "/"))]
	if ids := f.ids[kind]; len(ids) > 0 && strings.Contains(op.Path, "{id}") {
		d.ids = ids
	}
	path := op.Path
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInPath {
			if p.Value.Name == "line_id" {
				d.ids = f.lines(path)
			}
			text := fmt.Sprint(d.value(p.Value.Schema.Value))
			if text == "" {
				text = "order_not_found"
			}
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(text))
		}
	}
	return path
}

// lines returns the ids of the lines of the document that the path names, or other ids if there is no such document.
func (f *Fuzzer) lines(path string) []string {
	var document struct{ Lines []struct{ ID string } }
	details, _, _ := strings.Cut(path, "/lines/")
	answer, err := f.admin.Try("GET", details, nil)
	if err != nil || json.Unmarshal(answer.Body, &document) != nil || len(document.Lines) == 0 {
		return f.ids["orders"]
	}
	var ids []string
	for _, l := range document.Lines {
		ids = append(ids, l.ID)
	}
	return ids
}

// Checks sets how many cases rapid.Check runs.
func Checks(t *testing.T, n int) {
	t.Helper()
	before := flag.Lookup("rapid.checks").Value.String()
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(n)))
	require.NoError(t, flag.Set("rapid.nofailfile", "true")) // the seed is enough to repeat a failure
	t.Cleanup(func() { require.NoError(t, flag.Set("rapid.checks", before)) })
}
