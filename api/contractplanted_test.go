package api_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// faulty is the API with a defect in what one operation answers.
func faulty(operation func(*http.Request) bool, spoil func(*httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !operation(r) {
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

// The fuzzer finds defects that are planted: what it is told by an answer is not lost on it.
func TestContractFuzzFindsPlantedBugs(t *testing.T) {
	rapidly(t, 1500)
	settings := func(r *http.Request) bool { return r.URL.Path == "/v1/settings" }
	placing := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/orders" }
	adding := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/customers" } // random carts seldom name a customer there is
	times := 0
	for name, bug := range map[string]struct {
		in    func(*http.Request) bool
		spoil func(*httptest.ResponseRecorder)
		says  string
	}{
		"an undeclared member": {settings, func(w *httptest.ResponseRecorder) {
			text := w.Body.String()
			w.Body.Reset()
			w.Body.WriteString(strings.Replace(text, "{", `{"secret":1,`, 1))
		}, `property "secret" is unsupported`},
		"an undeclared status":       {settings, func(w *httptest.ResponseRecorder) { w.Code = http.StatusTeapot }, "the status 418 is not declared"},
		"an undeclared header":       {settings, func(w *httptest.ResponseRecorder) { w.Header().Set("Link", "<x>") }, "the header Link is not declared"},
		"invalid accepted":           {placing, func(w *httptest.ResponseRecorder) { spoilRefusal(w) }, "answered"},
		"another answer to a replay": {placing, func(w *httptest.ResponseRecorder) { times++; w.Body.WriteString(strings.Repeat(" ", times)) }, "and its replay"},
		"a version nobody has": {adding, func(w *httptest.ResponseRecorder) {
			if w.Header().Get("ETag") != "" {
				w.Header().Set("ETag", `"v9`+strconv.Itoa(w.Code)+`"`)
			}
		}, "answered ETag"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFuzzer(t, servicetest.Options{Handler: faulty(bug.in, bug.spoil)})
			f.violations = nil // the preparation had its own
			said := ""
			for range 5 { // one round of cases may not come upon what the bug spoils
				found := &finding{TB: t}
				func() {
					defer func() { _ = recover() }() // finding ends a failed check so
					rapid.Check(found, f.one)
				}()
				if said = found.said.String(); strings.Contains(said, bug.says) {
					break
				}
			}
			require.Contains(t, said, bug.says)
		})
	}
}

// spoilRefusal lets a refused cart through, in the form of an accepted one.
func spoilRefusal(w *httptest.ResponseRecorder) {
	if w.Code == http.StatusUnprocessableEntity || w.Code == http.StatusBadRequest {
		w.Code = http.StatusCreated
	}
}
