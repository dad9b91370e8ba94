package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fuzzer sends requests made from the API document to a running service, and holds what comes back against what every
// answer must keep to.
type fuzzer struct {
	doc  *contract.Document
	only []contract.Operation

	placing contract.Operation
	s       *service
	admin   *client
	ids     map[string][]string // what there is, by the word of the path before {id}
	codes   []string            // of customers
	counts  map[string]int

	mu         sync.Mutex
	violations []contract.Violation
}

func newFuzzer(t *testing.T, o servicetest.Options) *fuzzer {
	t.Helper()
	doc, err := contract.Load()
	require.NoError(t, err)
	f := &fuzzer{doc: doc, counts: map[string]int{}}
	o.NoJobs = true
	o.Violation = func(v contract.Violation) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.violations = append(f.violations, v)
	}
	f.s = servicetest.Start(t, storetest.SQLite(t), o)
	f.admin = f.s.As(t, auth.Admin)
	for _, op := range doc.Operations() {
		if !strings.HasPrefix(op.Path, "/v1/hooks") { // SendGrid's signature keeps the fuzzer out
			f.only = append(f.only, op)
		}
		if op.OperationID == "placeOrder" {
			f.placing = op
		}
	}
	w := newWorld(t, f.s)
	f.codes = []string{"BLOOM"}
	f.ids = map[string][]string{
		"orders": slices.Sorted(maps.Values(w.order)), "invoices": slices.Sorted(maps.Values(w.issued["invoice"])),
		"credit-notes": slices.Sorted(maps.Values(w.issued["credit note"])), "customers": slices.Sorted(maps.Values(w.issued["customer"])),
	}
	return f
}

// one is one case: a request that keeps to the document, or breaks one rule of it.
func (f *fuzzer) one(t *rapid.T) {
	op := f.only[dice(t, len(f.only))]
	if dice(t, 12) == 0 { // what the other operations are about is used up
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
	f.allows(t, op, line, contract.Asked{Path: strings.SplitN(path, "?", 2)[0], Query: query, Header: headersOf(raw, pairs), Body: bodyOf(raw)}, answer)
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

// judge is the oracle of a single answer; that it is declared and fits, the contract has said by now.
func (f *fuzzer) judge(t *rapid.T, op contract.Operation, line, broken string, answer servicetest.Answer) {
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
	f.counts[kind]++
	f.counts[kind+" "+strconv.Itoa(answer.Status)]++
	f.counts["op "+op.OperationID]++
	if broken == "" {
		f.counts[fmt.Sprintf("op %s %d", op.OperationID, answer.Status)]++
	}
}

// replays is the law of Idempotency-Key: the same request again is the same answer, byte for byte. It reports whether
// there was an answer to keep.
func (f *fuzzer) replays(t *rapid.T, op contract.Operation, line string, c *client, path string, raw any, pairs []string, first servicetest.Answer) bool {
	if !slices.Contains(pairs, "Idempotency-Key") || first.Header.Get("Dry-Run") != "" {
		return false
	}
	again, err := c.Try(op.Method, path, raw, pairs...)
	require.NoError(t, err, line)
	if again.Header.Get("Idempotency-Replayed") == "" && strings.Contains(string(first.Body), `"confirmed":0,"already_confirmed"`) && strings.Contains(fmt.Sprint(raw), "all_or_nothing") {
		return false // rolled back: nothing is done twice, and nothing kept
	}
	if again.Status != first.Status || !bytes.Equal(again.Body, first.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Fatalf("%s\nanswered %d: %s\nand its replay %d: %s", line, first.Status, first.Body, again.Status, again.Body)
	}
	f.counts["replayed"]++
	return true
}

// versions is the law of ETag: a write answers the version that a read then has.
func (f *fuzzer) versions(t *rapid.T, op contract.Operation, line string, answer servicetest.Answer) {
	tag := answer.Header.Get("ETag")
	if tag == "" || answer.Header.Get("Dry-Run") != "" || op.Method == http.MethodGet {
		return
	}
	where := strings.TrimPrefix(answer.Header.Get("Location"), f.s.URL)
	if where == "" {
		where = strings.Join(strings.Split(strings.TrimPrefix(strings.Fields(line)[1], "/"), "/")[:min(3, strings.Count(op.Path, "/"))], "/")
		where, _, _ = strings.Cut("/"+where, "?")
	}
	read, err := f.admin.Try("GET", where, nil)
	require.NoError(t, err, line)
	if read.Header.Get("ETag") != tag {
		t.Fatalf("%s\nanswered ETag %s, and GET %s has %s", line, tag, where, read.Header.Get("ETag"))
	}
	f.counts["etag"]++
}

// remember keeps what was made, so that later cases are about it.
func (f *fuzzer) remember(op contract.Operation, answer servicetest.Answer) {
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

// path is the operation's address, most of the time of something that is there.
func (f *fuzzer) path(d drawer, op contract.Operation) string {
	kind := strings.Split(op.Path, "/")[min(2, strings.Count(op.Path, "/"))]
	if ids := f.ids[kind]; len(ids) > 0 && strings.Contains(op.Path, "{id}") {
		d.ids = ids
	}
	path := op.Path
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInPath {
			text := fmt.Sprint(d.value(p.Value.Schema.Value))
			if text == "" {
				text = "order_not_found"
			}
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", url.PathEscape(text))
		}
	}
	return path
}

// cases is how many requests a run makes: few in a test, as many as CONTRACT_CASES says by make fuzz-contract.
func cases() int {
	if n, err := strconv.Atoi(os.Getenv("CONTRACT_CASES")); err == nil {
		return n
	}
	return 300
}

// rapidly sets how many cases rapid.Check runs.
func rapidly(t *testing.T, n int) {
	t.Helper()
	before := flag.Lookup("rapid.checks").Value.String()
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(n)))
	require.NoError(t, flag.Set("rapid.nofailfile", "true")) // the seed says enough
	t.Cleanup(func() { require.NoError(t, flag.Set("rapid.checks", before)) })
}

// Whatever the document allows is answered as the document says, and whatever it forbids is refused.
func TestContractFuzz(t *testing.T) {
	rapidly(t, cases())
	f := newFuzzer(t, servicetest.Options{})
	seed := uuid.New().ID()
	if given := flag.Lookup("rapid.seed").Value.String(); given == "0" {
		require.NoError(t, flag.Set("rapid.seed", strconv.Itoa(int(seed))))
		t.Cleanup(func() { require.NoError(t, flag.Set("rapid.seed", "0")) })
	}
	rapid.Check(t, f.one)
	t.Logf("seed %s: %d valid requests, %d with one rule broken, %d replays, %d other bodies with a key that was used, %d reads of a version, %d writes on an old one, %d refusals of what the document allows that are explained", flag.Lookup("rapid.seed").Value,
		f.counts["valid"], f.counts["broken"], f.counts["replayed"], f.counts["reused"], f.counts["etag"], f.counts["aged"], f.counts["explained"])
	for _, what := range slices.Sorted(maps.Keys(f.counts)) {
		t.Logf("%7d %s", f.counts[what], what)
	}
}
