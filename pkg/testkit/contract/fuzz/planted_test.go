package fuzz_test

import (
	"bytes"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract/fuzz"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// faulty is the API with a defect in one operation, in reading requests or in its answers.
func faulty(operation func(*http.Request) bool, ask func(*http.Request), spoil func(*httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operation(r) && ask != nil {
				ask(r)
			}
			if !operation(r) || spoil == nil {
				next.ServeHTTP(w, r)
				return
			}
			r.Header.Del("Accept-Encoding")
			kept := httptest.NewRecorder()
			next.ServeHTTP(kept, r)
			spoil(kept)
			for name, values := range kept.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(kept.Code)
			_, _ = w.Write(kept.Body.Bytes())
		})
	}
}

// The fuzzer finds planted defects.
func TestLong_ContractFuzzFindsPlantedBugs(t *testing.T) {
	testkit.Long(t)
	fuzz.Checks(t, 1500)
	settings := func(r *http.Request) bool { return r.URL.Path == "/v1/settings" }
	placing := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/orders" }
	adding := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/customers" } // random carts seldom name an existing customer
	anything := func(*http.Request) bool { return true }
	times := 0
	for name, bug := range map[string]struct {
		in    func(*http.Request) bool
		ask   func(*http.Request)
		spoil func(*httptest.ResponseRecorder)
		says  string
	}{
		"an undeclared member": {settings, nil, func(w *httptest.ResponseRecorder) {
			text := w.Body.String()
			w.Body.Reset()
			w.Body.WriteString(strings.Replace(text, "{", `{"secret":1,`, 1))
		}, `property "secret" is unsupported`},
		"an undeclared status":  {settings, nil, func(w *httptest.ResponseRecorder) { w.Code = http.StatusTeapot }, "the status 418 is not declared"},
		"an undeclared header":  {settings, nil, func(w *httptest.ResponseRecorder) { w.Header().Set("Link", "<x>") }, "the header Link is not declared"},
		"invalid accepted":      {placing, nil, acceptBroken(), "accepted what breaks a rule, with 201"},
		"a well-formed failure": {settings, nil, fail, "failed with 500"},
		"what is allowed refused": {func(r *http.Request) bool { return r.URL.Query().Get("limit") != "" }, func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "limit=", "limit=9", 1)
		}, nil, "refused what the document allows, with 400: [limit field_out_of_range]"},
		"any version will do":        {anything, star, nil, "and again on the one before"},
		"a key of its body":          {anything, saltKey, nil, "its key with"},
		"another answer to a replay": {placing, nil, func(w *httptest.ResponseRecorder) { times++; w.Body.WriteString(strings.Repeat(" ", times)) }, "and its replay"},
		"a version nobody has": {adding, nil, func(w *httptest.ResponseRecorder) {
			if w.Header().Get("ETag") != "" {
				w.Header().Set("ETag", `"v9`+strconv.Itoa(w.Code)+`"`)
			}
		}, "answered ETag"},
	} {
		t.Run(name, func(t *testing.T) {
			f := fuzz.Start(t, servicetest.Options{Handler: faulty(bug.in, bug.ask, bug.spoil)}, func(s *servicetest.Service) fuzz.World { return fuzzed(apitest.NewWorld(t, s)) })
			f.Forget() // the preparation had violations of its own
			said := ""
			for range 5 { // one round of cases may miss the defect
				found := &finding{TB: t}
				func() {
					defer func() { _ = recover() }() // finding ends a failed check with a panic
					rapid.Check(found, f.Case)
				}()
				if said = found.said.String(); strings.Contains(said, bug.says) {
					break
				}
			}
			require.Contains(t, said, bug.says)
		})
	}
}

// acceptBroken answers a cart with an invalid sender like a valid one. The contract itself finds a broken body or
// header.
func acceptBroken() func(*httptest.ResponseRecorder) {
	var header http.Header
	var body []byte
	return func(w *httptest.ResponseRecorder) {
		if w.Code == http.StatusCreated && w.Header().Get("Dry-Run") == "" {
			header, body = w.Header().Clone(), bytes.Clone(w.Body.Bytes())
		}
		text := w.Body.String()
		if body == nil || !strings.Contains(text, `"token_missing"`) {
			return
		}
		w.Code, w.Body = http.StatusCreated, bytes.NewBuffer(bytes.Clone(body))
		clear(w.Header())
		maps.Copy(w.Header(), header)
	}
}

// fail turns every success into a defect, answered like a real one.
func fail(w *httptest.ResponseRecorder) {
	if w.Code >= http.StatusMultipleChoices {
		return
	}
	w.Code, w.Body = http.StatusInternalServerError, bytes.NewBufferString(`{"type":"/v1/errors/internal_error","title":"Internal error","status":500,"detail":"d","instance":"/v1/settings",`+
		`"code":"internal_error","request_id":"r","retryable":true,"errors":[]}`)
	w.Header().Set("Content-Type", "application/problem+json")
	for _, name := range []string{"ETag", "Content-Length", "Idempotency-Replayed"} {
		w.Header().Del(name)
	}
}

// star replaces If-Match, like a service that ignores versions.
func star(r *http.Request) {
	if r.Header.Get("If-Match") != "" {
		r.Header.Set("If-Match", "*")
	}
}

// saltKey makes a key valid for only one body.
func saltKey(r *http.Request) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 200 {
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Set("Idempotency-Key", key+strconv.Itoa(int(crc32.ChecksumIEEE(body))))
}
