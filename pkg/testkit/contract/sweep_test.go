package contract_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

type object = map[string]any

// Every operation gives the answers of the middleware in the documented form. The contract check around each test
// service verifies it.
func TestEveryOperationRefusesInForm(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	counts := map[int]int{}
	for _, o := range doc.Operations() {
		path := strings.NewReplacer("{id}", uuid.NewString(), "{line_id}", apitest.UnknownID, "{delivery_id}", apitest.UnknownID, "{code}", "order_changed").Replace(o.Path)
		admin := s.As(t, auth.Admin)
		has := func(status int) bool { return o.Responses.Status(status) != nil }
		send := func(want int, path string, body any, headers ...string) {
			t.Helper()
			if !has(want) {
				return
			}
			counts[want]++
			pairs := append([]string{"Idempotency-Key", uuid.NewString(), "If-Match", "*"}, headers...)
			a := admin.Do(o.Method, path, body, pairs...)
			require.Equal(t, want, a.Status, "%s %s: %s", o.Method, path, a.Body)
		}
		send(400, path+"?no_such_parameter=1", nil)
		send(406, path, nil, "Accept", "image/webp")
		if strings.HasPrefix(o.Path, "/v1/hooks") {
			send(413, path, strings.Repeat(" ", 1<<20+1))
			continue
		}
		if o.OperationID == "getError" {
			send(404, "/v1/errors/no_such_code", nil)
		}
		send(413, withThing(t, s, o, path), strings.Repeat(" ", 1<<20+1))
		send(415, withThing(t, s, o, path), "{}", "Content-Type", "text/plain")
		send(422, withThing(t, s, o, path), object{"no_such_member": 1})
		if o.Method != http.MethodGet && o.OperationID != "confirmOrders" {
			send(412, withThing(t, s, o, path), apitest.Requests()[o.OperationID].Body(nil, ""), "If-Match", `"v999"`)
		}
	}
	atLeast(t, map[int]int{400: 36, 404: 1, 406: 36, 412: 10, 413: 14, 415: 13, 422: 13}, counts)
}

// atLeast requires a minimum number of tests for each status, because a document that declares none of them would test
// nothing.
func atLeast(t *testing.T, want, counts map[int]int) {
	t.Helper()
	for status, n := range want {
		require.GreaterOrEqual(t, counts[status], n, "%d: %v", status, counts)
	}
}

// withThing returns the path of an existing resource, for answers that come after the look-up.
func withThing(t *testing.T, s *servicetest.Service, o contract.Operation, path string) string {
	t.Helper()
	switch {
	case o.OperationID == "putCustomer":
		code := uuid.NewString()[:20]
		apitest.Customer(t, s, code)
		return strings.ReplaceAll(o.Path, "{code}", code)
	case !strings.Contains(o.Path, "{id}"):
		return path
	case strings.Contains(o.Path, "/webhook-endpoints/"):
		admin := s.As(t, auth.Admin)
		for _, e := range admin.Get("/v1/webhook-endpoints").Is(200).At("data").Items() {
			admin.Delete("/v1/webhook-endpoints/" + e.At("id").Text())
		}
		if !strings.Contains(o.Path, "{delivery_id}") {
			return strings.ReplaceAll(o.Path, "{id}", apitest.Endpoint(admin))
		}
		sweepOrder(t, s) // an event
		id := apitest.Endpoint(admin)
		admin.Post("/v1/webhook-endpoints/"+id+"/replay", object{"only": "all"}).Is(202)
		delivery := admin.Get("/v1/webhook-endpoints/" + id + "/deliveries?limit=1").Is(200).At("data/0/id").Text()
		return strings.NewReplacer("{id}", id, "{delivery_id}", delivery).Replace(o.Path)
	case strings.Contains(o.Path, "/customers/"):
		return strings.ReplaceAll(o.Path, "{id}", apitest.Customer(t, s, uuid.NewString()[:20]))
	}
	made := sweepOrder(t, s)
	return strings.NewReplacer("{id}", made.At("id").Text(), "{line_id}", made.At("lines/0/id").Text()).Replace(o.Path)
}

// sweepOrder places an order.
func sweepOrder(t *testing.T, s *servicetest.Service) servicetest.Value {
	t.Helper()
	if s.As(t, auth.Admin).Get("/v1/customers?code=SWEEP").Is(200).At("data").String() == "[]" {
		apitest.Customer(t, s, "SWEEP")
	}
	return apitest.Place(s.As(t, auth.Admin), apitest.Cart("SWEEP", apitest.Line("on_hand", 1), apitest.Line("on_hand", 2)))
}

// Over the quota, after a timeout and after a defect, every operation gives the same problem.
func TestEveryOperationInTrouble(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	asking, nowhere := apitest.Requests(), &apitest.World{Orders: map[string]string{"mine pending": uuid.NewString()}, Foreign: map[string]string{"order": uuid.NewString()}}
	for name, trouble := range map[string]struct {
		options servicetest.Options
		before  func(*servicetest.Service)
		status  int
		least   int      // the minimum number of operations that declare it
		except  []string // operations that answer differently
	}{
		"quota": {options: servicetest.Options{RateLimit: 1, API: func(o *api.Options) { o.AddressLimit = 1 }}, before: func(s *servicetest.Service) {
			s.As(t, auth.Admin).Get("/v1/me")
			s.Nobody(t).Get("/v1/errors")
		}, status: http.StatusTooManyRequests, least: 31},
		"no time": {options: servicetest.Options{API: func(o *api.Options) {
			o.Draining = func() bool { return true }
			o.RequestTimeout, o.ExportTimeout = time.Nanosecond, time.Nanosecond
		}}, before: func(*servicetest.Service) {}, status: http.StatusServiceUnavailable, least: 31,
			except: []string{"receiveSendGridEvents"}}, // this request has no signature; TestDatabaseAway signs it
		"a defect": {options: servicetest.Options{API: func(o *api.Options) {
			o.Desk, o.Verifier = nil, panics{}
			o.Checks = []api.Check{{Name: "database", Run: func(context.Context) error { panic("a defect") }}}
		}}, before: func(*servicetest.Service) {}, status: http.StatusInternalServerError, least: 36,
			except: []string{"getError", "listErrors", "livez", "readyz", "receiveSendGridEvents"}}, // they need no desk and no token; see TestDefectsAroundTheDesk
	} {
		t.Run(name, func(t *testing.T) {
			trouble.options.NoJobs = true
			s := servicetest.Start(t, storetest.SQLite(t), trouble.options)
			admin := s.As(t, auth.Admin)
			trouble.before(s)
			var other []string
			counts := map[int]int{}
			for _, o := range doc.Operations() {
				if o.Responses.Status(trouble.status) == nil {
					continue
				}
				counts[trouble.status]++
				path := strings.NewReplacer("{id}", uuid.NewString(), "{line_id}", apitest.UnknownID, "{delivery_id}", apitest.UnknownID, "{code}", "order_changed").Replace(o.Path)
				var body any
				if ask, ok := asking[o.OperationID]; ok {
					body = ask.Body(nowhere, "")
				}
				a := admin.Do(o.Method, path, body, "Idempotency-Key", uuid.NewString(), "If-Match", "*")
				if a.Status != trouble.status {
					other = append(other, o.OperationID)
				}
			}
			slices.Sort(other)
			require.Equal(t, trouble.except, other)
			atLeast(t, map[int]int{trouble.status: trouble.least}, counts)
		})
	}
}

// panics is a verifier with a defect.
type panics struct{}

func (panics) Verify(string) (auth.Actor, error) { panic("a defect") }

// Operations that need neither the desk nor a token answer their defects like all others. Here reading a body panics,
// and so does the start of a good answer.
func TestDefectsAroundTheDesk(t *testing.T) {
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true, Handler: func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = panickingBody{}
			h.ServeHTTP(panickingWriter{w}, r)
		})
	}})
	admin := s.As(t, auth.Admin)
	for _, path := range []string{"/v1/errors", "/v1/errors/order_changed", "/livez", "/readyz"} {
		admin.Get(path, "Accept-Encoding", "identity").Refused(http.StatusInternalServerError, "internal_error") // a compressor would have started the answer already
	}
	admin.Post("/v1/hooks/sendgrid", []object{}).Refused(http.StatusInternalServerError, "internal_error")
}

type panickingBody struct{ io.ReadCloser }

func (panickingBody) Read([]byte) (int, error) { panic("a defect") }
func (panickingBody) Close() error             { return nil }

type panickingWriter struct{ http.ResponseWriter }

func (w panickingWriter) WriteHeader(status int) {
	if status < 400 {
		panic("a defect")
	}
	w.ResponseWriter.WriteHeader(status)
}

// A caller with the current version gets 304. An edit without a version gets 428.
func TestEveryOperationWithAVersion(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	w := apitest.NewWorld(t, s)
	w.Issued["order"] = map[string]string{"": w.Orders["mine pending"]}
	admin := s.As(t, auth.Admin)
	counts := map[int]int{}
	for _, o := range doc.Operations() {
		ask, id := apitest.Requests()[o.OperationID], ""
		for _, any := range w.Issued[ask.Thing] {
			id = any
		}
		path := w.Path(o.Path, id)
		if o.Responses.Status(http.StatusNotModified) != nil && o.Method == http.MethodGet && strings.HasPrefix(path, "/v1/") {
			tag := admin.Get(path).Header.Get("ETag")
			require.NotEmpty(t, tag, path)
			require.Equal(t, http.StatusNotModified, admin.Get(path, "If-None-Match", tag).Status, path)
			counts[http.StatusNotModified]++
		}
		if o.Responses.Status(http.StatusPreconditionRequired) != nil {
			admin.Do(o.Method, path, ask.Body(w, id)).Refused(http.StatusPreconditionRequired, "if_match_required")
			counts[http.StatusPreconditionRequired]++
		}
	}
	require.Equal(t, map[int]int{304: 4, 428: 7}, counts)
}

// While another client locks a document or the company for longer than a request waits, the write is refused and
// changes nothing.
func TestHeldLocksRefuseWrites(t *testing.T) {
	s := servicetest.Start(t, storetest.Postgres(t), servicetest.Options{NoJobs: true})
	w := apitest.NewWorld(t, s)
	admin := s.As(t, auth.Admin)
	_, email := apitest.Invoiced(admin, "BLOOM")
	tx, err := s.Database(t).Begin()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	for _, table := range []string{"companies", "counters", "orders", "customers"} {
		_, err = tx.Exec("SELECT 1 FROM " + table + " FOR NO KEY UPDATE") // as an UPDATE does
		require.NoError(t, err)
	}
	before := s.Rows(t)
	id := w.Orders["mine pending"]
	asks := map[string]func() servicetest.Answer{
		"confirmOrders": func() servicetest.Answer {
			return admin.Post("/v1/orders/confirm", object{"ids": []string{id}, "mode": "all_or_nothing"})
		},
		"emailOrder": func() servicetest.Answer { return admin.Post(apitest.At(id, "email"), object{}) },
		"updateSettings": func() servicetest.Answer {
			return admin.Patch("/v1/settings", object{"tax_id": "NL1"}, "If-Match", "*")
		},
		"confirmOrder":          func() servicetest.Answer { return admin.Post(apitest.At(id, "confirm"), nil) },
		"receiveSendGridEvents": func() servicetest.Answer { return apitest.Delivered(t, s, email) },
	}
	answers := make(map[string]servicetest.Answer, len(asks))
	var all sync.WaitGroup
	var mu sync.Mutex
	for name, ask := range asks {
		all.Go(func() {
			a := ask()
			mu.Lock()
			defer mu.Unlock()
			answers[name] = a
		})
	}
	all.Wait()
	for name, a := range answers {
		require.Equal(t, http.StatusConflict, a.Status, "%s: %s", name, a.Body)
		a.Refused(http.StatusConflict, "order_locked")
		require.NotEmpty(t, a.Header.Get("Retry-After"), name)
	}
	require.Equal(t, before, s.Rows(t))
	require.NoError(t, tx.Rollback())
	apitest.Confirm(admin, id)
}
