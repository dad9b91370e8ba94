package jobs_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// event is what receivers read of a webhook.
type event struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Version *int   `json:"version"`
	Order   *struct {
		ID     string `json:"id"`
		Number string `json:"number"`
	} `json:"order"`
	Changes []struct {
		Field string `json:"field"`
	} `json:"changes"`
	Data map[string]any `json:"data"`
}

// receiver is a real HTTP server that notes what it gets, and answers as the test says.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	answer   func(n int, e event, w http.ResponseWriter, r *http.Request) // n counts requests from 1; nil: 200
	got      []event
	headers  []http.Header
	bodies   [][]byte
	underway map[string]int // by document
	overlaps int            // attempts of a document while another was under way
}

func receive(t *testing.T, answer func(n int, e event, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	rec := &receiver{answer: answer, underway: map[string]int{}}
	rec.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var e event
		if json.Unmarshal(body, &e) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		document := ""
		if e.Order != nil {
			document = e.Order.ID
		}
		rec.mu.Lock()
		rec.got, rec.headers, rec.bodies = append(rec.got, e), append(rec.headers, r.Header.Clone()), append(rec.bodies, body)
		n, answer := len(rec.got), rec.answer
		if rec.underway[document]++; rec.underway[document] > 1 && document != "" {
			rec.overlaps++
		}
		rec.mu.Unlock()
		if answer != nil {
			answer(n, e, w, r)
		}
		rec.mu.Lock()
		rec.underway[document]--
		rec.mu.Unlock()
	}))
	t.Cleanup(rec.Close)
	return rec
}

func (rec *receiver) setAnswer(answer func(n int, e event, w http.ResponseWriter, r *http.Request)) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.answer = answer
}

func (rec *receiver) events() []event {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return slices.Clone(rec.got)
}

// ids returns the ids of the events that came, each once, in the order of their first attempts.
func (rec *receiver) ids() []string {
	var ids []string
	for _, e := range rec.events() {
		if !slices.Contains(ids, e.ID) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// count returns how many different events of a type came.
func (rec *receiver) count(eventType string) int {
	seen := map[string]bool{}
	for _, e := range rec.events() {
		if e.Type == eventType {
			seen[e.ID] = true
		}
	}
	return len(seen)
}

func (rec *receiver) await(t *testing.T, what string, done func() bool) {
	t.Helper()
	require.Eventually(t, done, 30*time.Second, 10*time.Millisecond, what)
}

func status(code int, headers ...string) func(int, event, http.ResponseWriter, *http.Request) {
	return func(_ int, _ event, w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

// endpoint adds an endpoint for a receiver and returns its path and secret.
func endpoint(t *testing.T, admin *servicetest.Client, rec *receiver, extra apitest.Object) (path, secret string) {
	t.Helper()
	body := apitest.Object{"url": rec.URL + "/hooks"}
	for name, value := range extra {
		body[name] = value
	}
	created := admin.Post("/v1/webhook-endpoints", body).Is(201)
	return "/v1/webhook-endpoints/" + created.At("id").Text(), created.At("secret").Text()
}

// feed returns the ids of all events of the feed.
func feed(admin *servicetest.Client) (ids []string) {
	after := ""
	for {
		page := admin.Get("/v1/events?limit=200" + after).Is(200)
		for _, e := range page.At("data").Items() {
			ids = append(ids, e.At("id").Text())
		}
		if !page.At("page/has_more").Bool() {
			return ids
		}
		after = "&after=" + page.At("page/next_cursor").Text()
	}
}

func place(admin *servicetest.Client) string {
	return admin.Post("/v1/orders", apitest.Cart("BLOOM", apitest.Line("on_hand", 1))).Is(201).At("orders/0/id").Text()
}

func addCustomer(t *testing.T, s *servicetest.Service) *servicetest.Client {
	t.Helper()
	admin := s.As(t, auth.Admin)
	admin.Post("/v1/customers", apitest.Object{"code": "BLOOM", "name": "Bloom & Co"}).Is(201)
	return admin
}

func TestWebhooksArriveSignedInOrder(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		place(admin) // before the endpoint: it does not get this
		s.AwaitFeed(t)
		before := len(feed(admin))
		rec := receive(t, nil)
		path, secret := endpoint(t, admin, rec, nil)
		for range 4 {
			id := place(admin)
			admin.Post("/v1/orders/"+id+"/confirm", nil).Is(200)
		}
		rec.await(t, "the e-mails of all orders have failed, because the customer has no address", func() bool { return rec.count("email.failed") == 4 })
		s.AwaitFeed(t)
		rec.await(t, "every event arrives", func() bool { return len(rec.ids()) == len(feed(admin))-before })
		place := map[string]int{}
		for i, id := range feed(admin)[before:] {
			place[id] = i
		}
		require.Len(t, rec.ids(), len(place))
		for i, id := range rec.ids() { // requests that are on their way together may change places
			require.InDelta(t, place[id], i, 3, "first attempts are in the order of the feed")
		}
		library, err := standardwebhooks.NewWebhook(secret)
		require.NoError(t, err)
		versions := map[string]int{}
		for i, e := range rec.got {
			require.NoError(t, library.VerifyIgnoringTimestamp(rec.bodies[i], rec.headers[i]))
			require.Equal(t, e.ID, rec.headers[i].Get(webhook.HeaderID))
			if e.Version != nil {
				require.Greater(t, *e.Version, versions[e.Order.ID])
				versions[e.Order.ID] = *e.Version
			}
		}
		require.Zero(t, rec.overlaps)
		shown := admin.Get(path).Is(200)
		require.Equal(t, "enabled", shown.At("status").Text())
		rec.await(t, "the endpoint has caught up", func() bool { return behind(admin, path) == 0 })
		delivered := func() servicetest.Value { return admin.Get(path + "/deliveries?state=delivered&limit=200").Is(200) }
		rec.await(t, "every delivery is settled", func() bool { return len(delivered().At("data").Items()) == len(rec.ids()) })
		page := delivered()
		require.Equal(t, 200, page.At("data/0/attempts/0/status").Int())
	})
}

// The body of a webhook is the event of the feed, byte for byte.
func TestAWebhookIsTheEventOfTheFeed(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		rec := receive(t, nil)
		endpoint(t, admin, rec, apitest.Object{"types": []string{"order.placed"}})
		place(admin)
		rec.await(t, "the event arrives", func() bool { return len(rec.events()) == 1 })
		require.Contains(t, string(admin.Get("/v1/events?types=order.placed").Body), strings.TrimSpace(string(rec.bodies[0])))
	})
}

func behind(admin *servicetest.Client, path string) int {
	return admin.Get(path).Is(200).At("health/behind_by").Int()
}

func TestMisbehavingReceivers(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(int, event, http.ResponseWriter, *http.Request)
		status int
		error  string
		wait   time.Duration // until the next attempt
	}{
		"500":             {status(500), 500, "answered 500", 5 * time.Second},
		"a redirect":      {status(302, "Location", "http://127.0.0.1:1/"), 302, "not followed", 5 * time.Second},
		"closes":          {func(int, event, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "no answer", 5 * time.Second},
		"429 for an hour": {status(429, "Retry-After", "3600"), 429, "answered 429", time.Hour},
		"503 for a year":  {status(503, "Retry-After", "31536000"), 503, "answered 503", 24 * time.Hour},
		"404":             {status(404), 404, "answered 404", 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
				admin := addCustomer(t, s)
				rec := receive(t, c.answer)
				path, _ := endpoint(t, admin, rec, apitest.Object{"types": []string{"order.placed"}})
				place(admin)
				delivery := func() servicetest.Value { return admin.Get(path + "/deliveries").Is(200) }
				rec.await(t, "the attempt is noted", func() bool {
					page := delivery()
					return len(page.At("data").Items()) == 1 && len(page.At("data/0/attempts").Items()) == 1
				})
				page := delivery()
				require.Equal(t, "pending", page.At("data/0/state").Text())
				if c.status == 0 {
					require.True(t, page.At("data/0/attempts/0/status").Null())
				} else {
					require.Equal(t, c.status, page.At("data/0/attempts/0/status").Int())
				}
				require.Contains(t, page.At("data/0/attempts/0/error").Text(), c.error)
				next, err := time.Parse(time.RFC3339, page.At("data/0/next_attempt_at").Text())
				require.NoError(t, err)
				require.InDelta(t, c.wait.Seconds(), next.Sub(s.Clock.Now()).Seconds(), c.wait.Seconds()*0.2+5)
				require.Len(t, rec.events(), 1)

				rec.setAnswer(nil)
				s.Clock.Move(25 * time.Hour)
				admin = s.As(t, auth.Admin)
				rec.await(t, "it is tried again", func() bool { return delivery().At("data/0/state").Text() == "delivered" })
				require.Len(t, rec.events(), 2)
				require.Equal(t, rec.events()[0].ID, rec.events()[1].ID, "with the same id")
			})
		})
	}
}

// A delivery that is retried holds up neither other documents nor later events of its own.
func TestRetriesHoldNothingUp(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		rec := receive(t, func(n int, _ event, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.WriteHeader(500)
			}
		})
		endpoint(t, admin, rec, apitest.Object{"types": []string{"order.placed", "order.confirmed"}})
		first := place(admin)
		rec.await(t, "the first attempt fails", func() bool { return len(rec.events()) == 1 })
		admin.Post("/v1/orders/"+first+"/confirm", nil).Is(200)
		place(admin)
		rec.await(t, "the others arrive", func() bool { return len(rec.ids()) == 3 })
		require.Len(t, rec.events(), 3)
	})
}

func TestGoneDisablesAndEnablingGoesOn(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		rec := receive(t, status(410))
		path, _ := endpoint(t, admin, rec, apitest.Object{"types": []string{"order.placed"}, "notify_email": "ops@rosefields.example"})
		watch := receive(t, nil)
		endpoint(t, admin, watch, apitest.Object{"types": []string{"order.placed", "webhook_endpoint.*"}})
		place(admin)
		rec.await(t, "410 disables", func() bool { return admin.Get(path).Is(200).At("status").Text() == "disabled" })
		require.Equal(t, "gone", admin.Get(path).Is(200).At("disabled_reason").Text())
		rec.await(t, "somebody is told", func() bool { return len(s.SendGrid.Accepted()) == 1 })
		require.Contains(t, s.SendGrid.Accepted()[0].Subject, "are disabled")
		rec.await(t, "another endpoint is told", func() bool { return len(watch.ids()) == 2 })
		told := watch.events()[slices.IndexFunc(watch.events(), func(e event) bool { return e.Type == "webhook_endpoint.disabled" })]
		require.Nil(t, told.Order)
		require.Nil(t, told.Version)
		require.Equal(t, map[string]any{"endpoint_id": strings.TrimPrefix(path, "/v1/webhook-endpoints/"), "reason": "gone"}, told.Data)
		row := admin.Get("/v1/events?types=webhook_endpoint.disabled").Is(200).At("data/0")
		require.Equal(t, told.ID, row.At("id").Text())
		require.Equal(t, "The service disabled a webhook endpoint, which answered that it wants no more events.", row.At("sentence").Text())
		require.Empty(t, s.As(t, auth.Storefront).Get("/v1/events?types=webhook_endpoint.disabled").Is(200).At("data").Items(), "it is about no document of a storefront")

		place(admin)
		rec.await(t, "the next event goes to the other endpoint", func() bool { return len(watch.ids()) == 3 })
		require.Len(t, rec.events(), 1, "a disabled endpoint gets nothing")
		require.Equal(t, 3, behind(admin, path), "the first order, the event that it is disabled, and the second order")

		rec.setAnswer(nil)
		version := admin.Get(path).Header.Get("ETag")
		admin.Patch(path, apitest.Object{"status": "enabled"}, "If-Match", version).Is(200)
		rec.await(t, "it goes on where it stopped, and what got 410 is sent again", func() bool { return len(rec.events()) == 3 })
		require.Len(t, rec.ids(), 2)
	})
}

func TestRotationRedeliveryAndReplay(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin := addCustomer(t, s)
		place(admin) // before the endpoint
		s.AwaitFeed(t)
		rec := receive(t, nil)
		path, old := endpoint(t, admin, rec, apitest.Object{"types": []string{"order.placed"}})
		key := []string{"Idempotency-Key", "rotate-once"}
		fresh := admin.Post(path+"/rotate-secret", apitest.Object{"expires_in": 3600}, key...).Is(200).At("secret").Text()
		require.NotEqual(t, old, fresh)
		require.Equal(t, fresh, admin.Post(path+"/rotate-secret", apitest.Object{"expires_in": 3600}, key...).Is(200).At("secret").Text(), "a replay derives it again")
		admin.Post(path+"/rotate-secret", apitest.Object{}).Refused(409, "webhook_secret_rotating")
		place(admin)
		rec.await(t, "the event arrives", func() bool { return len(rec.events()) == 1 })
		for _, secret := range []string{old, fresh} {
			library, err := standardwebhooks.NewWebhook(secret)
			require.NoError(t, err)
			require.NoError(t, library.VerifyIgnoringTimestamp(rec.bodies[0], rec.headers[0]), "both sign")
		}
		id := rec.events()[0].ID
		rec.await(t, "it is delivered", func() bool {
			return len(admin.Get(path+"/deliveries?state=delivered&event_id="+id).Is(200).At("data").Items()) == 1
		})
		admin.Post(path+"/deliveries/"+id+"/redeliver", nil).Is(202)
		rec.await(t, "it is sent again", func() bool { return len(rec.events()) == 2 })
		require.Equal(t, id, rec.events()[1].ID)
		rec.await(t, "it is delivered again", func() bool { return len(admin.Get(path+"/deliveries?state=delivered").Is(200).At("data").Items()) == 1 })

		require.Equal(t, 0, admin.Post(path+"/replay", apitest.Object{"types": []string{"order.*"}}).Is(202).At("count").Int(), "nothing failed")
		require.Equal(t, 2, admin.Post(path+"/replay", apitest.Object{"types": []string{"order.*"}, "only": "all"}).Is(202).At("count").Int(), "also what was before the endpoint")
		rec.await(t, "both are sent", func() bool { return len(rec.ids()) == 2 && len(rec.events()) == 4 })

		result := admin.Post(path+"/test", nil).Is(200)
		require.Equal(t, 200, result.At("status").Int())
		require.Equal(t, "webhook.test", rec.events()[4].Type)
		require.Nil(t, rec.events()[4].Order)

		require.Equal(t, 204, admin.Delete(path).Status)
		admin.Get(path).Refused(404, "webhook_endpoint_not_found")
	})
}

// Receivers that never answer take the turns of their own company alone.
func TestSlowReceiversDelayTheirCompanyAlone(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *servicetest.Service) {
		admin, theirs := addCustomer(t, s), apitest.Other(t, s)
		apitest.ForeignCustomer(t, s)
		hang := make(chan struct{})
		silent := receive(t, func(_ int, _ event, _ http.ResponseWriter, r *http.Request) {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		})
		t.Cleanup(func() { close(hang) }) // before the server is closed
		for range 6 {
			endpoint(t, admin, silent, apitest.Object{"types": []string{"order.placed"}})
		}
		quick := receive(t, nil)
		endpoint(t, theirs, quick, apitest.Object{"types": []string{"order.placed"}})
		place(admin)
		silent.await(t, "their turns are taken", func() bool { return len(silent.events()) >= 4 })
		apitest.Placed(theirs, apitest.Cart("FOREIGN", apitest.Line("on_hand", 1)))
		quick.await(t, "the other company gets its event", func() bool { return len(quick.events()) == 1 })
		require.Len(t, silent.events(), 4, "the fifth endpoint waits, and nobody was answered meanwhile")
	})
}
