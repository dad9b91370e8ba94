package record

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/webhook"
	"github.com/stretchr/testify/require"
)

// The problems in the API document come from a running service. This test provokes each code of each operation and
// compares the problem; -update writes them again. For a shared problem it calls one operation (see exampleOperation).
func TestProblemExamples(t *testing.T) {
	b := newRefusals(t)
	b.unauthorized()
	b.malformed()
	b.following()
	b.conflicting()
	b.contended()
	b.failing()
	b.checkComplete()
	b.checkRemedies()
	b.compare()
}

// exampleOperation is the operation that is called for a code whose problem is the same for all operations.
func exampleOperation(r api.Route, code fault.Code) string {
	switch status := web.Status(code); {
	case code == fault.WebhooksNotConfigured:
		return "createWebhookEndpoint"
	case r.Tokenless() && code != fault.InternalError:
		return r.Operation
	case slices.Contains([]int{401, 406, 500}, status), slices.Contains([]fault.Code{fault.RateLimited, fault.CapacityReached, fault.DatabaseUnavailable, fault.RequestTimeout}, code):
		return "listOrders"
	case slices.Contains([]int{413, 415, 503}, status):
		return "placeOrder"
	}
	return r.Operation
}

// request is a request that must be refused.
type request struct {
	who     *servicetest.Client
	method  string
	path    string
	body    any
	headers http.Header
}

// refusals collects the problems that a service answers, by operation and code.
type refusals struct {
	*exampleBook
	w     *apitest.World
	wire  *pgtest.Wire
	paths map[string]api.Route // by operation
	doc   *contract.Document
	mu    sync.Mutex
	got   map[string]map[string]exchange

	order map[string]string // documents by their state
	line  map[string]string // lines of the partly billed prebook by their status
	first map[string]string // the first line of each document

	email string // the id of the e-mail with the invoice of the confirmed order
}

func newRefusals(t *testing.T) *refusals {
	t.Helper()
	wire, address := pgtest.NewWire(t, storetest.Postgres(t))
	s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Store: store.Options{MaxConns: 64, ShareWait: time.Minute}})
	s.Clock.Move(time.Until(begin))
	doc, err := contract.Load()
	require.NoError(t, err)
	b := &refusals{exampleBook: &exampleBook{t: t, s: s, words: map[string]string{}}, wire: wire, doc: doc,
		paths: map[string]api.Route{}, got: map[string]map[string]exchange{}, order: map[string]string{}, line: map[string]string{}, first: map[string]string{}}
	for _, r := range api.Routes() {
		if !r.Undocumented {
			b.paths[r.Operation] = r
		}
	}
	b.documents()
	return b
}

// documents adds a document in each state that refuses an action.
func (b *refusals) documents() {
	apitest.Customer(b.t, b.s, "BLOOM")
	apitest.Customer(b.t, b.s, "CARD", apitest.PayByCard)
	admin := b.s.As(b.t, auth.Admin)
	fresh := func() string {
		return apitest.Placed(admin, apitest.Cart("BLOOM", apitest.Line("on_hand", 1), apitest.Line("on_hand", 1)))
	}
	b.order["pending"], b.order["confirmed"], b.order["voided"], b.order["edited"] = fresh(), fresh(), fresh(), fresh()
	b.order["unpaid"] = apitest.Placed(admin, apitest.But(apitest.Cart("CARD", apitest.Line("on_hand", 1)), object{"origin": "W"}))
	b.order["draft"] = apitest.Placed(admin, apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), object{"checkout": false}))
	b.email = apitest.Confirm(admin, b.order["confirmed"]).At("email/id").Text()
	admin.Post(apitest.At(b.order["voided"], "void"), object{"reason": "Ordered twice"}).Is(200)
	admin.Patch(apitest.At(b.order["edited"]), object{"carrier": "Armellini"}, "If-Match", "*").Is(200)
	out := apitest.But(apitest.Line("k2k", 1), object{"checked_out": true})
	prebook := apitest.Place(admin, apitest.Cart("BLOOM", out, out, apitest.Line("k2k", 1)))
	b.order["prebook"] = prebook.At("id").Text()
	for i, status := range []string{"billed", "checked_out", "open"} {
		b.line[status] = prebook.At(fmt.Sprintf("lines/%d/id", i)).Text()
	}
	admin.Post(apitest.At(b.order["prebook"], "bill"), object{"line_ids": []string{b.line["billed"]}}).Is(201)
	b.order["checked out"] = apitest.Placed(admin, apitest.Cart("BLOOM", out))
	discounted := apitest.Place(admin, apitest.But(apitest.Cart("BLOOM", out, out, apitest.Line("k2k", 1)), object{"charges": []object{{"amount": "-30.00"}}})).At("id").Text()
	b.order["discounted"] = admin.Post(apitest.At(discounted, "bill"), nil).Is(201).At("id").Text()
	admin.Patch(apitest.At(discounted), object{"charges": []object{{"amount": "-60.00"}}}, "If-Match", "*").Is(200)
	b.s.AwaitFeed(b.t)
	b.order["endpoint"] = apitest.Endpoint(admin)
	admin.Post("/v1/webhook-endpoints/"+b.order["endpoint"]+"/replay", object{"only": "all"}).Is(202)
	b.order["delivery"] = admin.Get("/v1/webhook-endpoints/" + b.order["endpoint"] + "/deliveries").Is(200).At("data/0/id").Text()
	b.w = &apitest.World{Service: b.s, Orders: map[string]string{"mine pending": b.order["pending"]}, Foreign: map[string]string{"order": unknownID}}
}

const unknownID = apitest.UnknownID

// validRequest returns a valid request of an Admin, which a test makes invalid.
func (b *refusals) validRequest(operation string) request {
	r := b.paths[operation]
	req := request{who: b.s.As(b.t, auth.Admin), method: r.Method, headers: http.Header{}}
	things := map[string]string{"order": b.order["pending"], "webhook endpoint": b.order["endpoint"], "old webhook endpoint": b.order["endpoint"]}
	sample := apitest.Requests()[operation]
	id, ok := things[sample.Thing]
	if !ok {
		id = unknownID
	}
	req.path = strings.ReplaceAll(b.at(operation, id), "{code}", "order_changed")
	if sample.Body != nil {
		req.body = sample.Body(b.w, id)
	}
	if r.Precondition() == web.IfMatchRequired {
		req.headers.Set("If-Match", "*")
	}
	if r.Key != web.KeyNone {
		req.headers.Set("Idempotency-Key", uuid.NewString())
	}
	if operation == "receiveSendGridEvents" {
		req.who, req.body = b.s.Nobody(b.t), []sendgridtest.Event{{Email: "buyer@bloom.example", Timestamp: begin.Unix(), Event: "delivered", EventID: "ZGVsaXZlcmVk", EmailID: b.email}}
	}
	return req
}

// at returns the path of an operation on a resource. A line is the first one of its document.
func (b *refusals) at(operation, id string) string {
	path := strings.NewReplacer("{id}", id, "{delivery_id}", b.order["delivery"]).Replace(b.paths[operation].Path)
	if !strings.Contains(path, "{line_id}") {
		return path
	}
	if b.first[id] == "" { // kept, since the database is away at the end
		b.first[id] = unknownID
		if details := b.s.As(b.t, auth.Admin).Get(apitest.At(id)); details.Status == http.StatusOK {
			b.first[id] = details.JSON().At("lines/0/id").Text()
		}
	}
	return strings.ReplaceAll(path, "{line_id}", b.first[id])
}

func (req request) as(who *servicetest.Client) request { req.who = who; return req }

func (req request) withPath(path string) request { req.path = path; return req }

func (req request) withBody(body any) request { req.body = body; return req }

func (req request) withHeader(name, value string) request {
	req.headers = req.headers.Clone()
	req.headers.Set(name, value)
	return req
}

// send makes the request. A text body is sent unchanged.
func (b *refusals) send(req request) (int, []byte) {
	b.t.Helper()
	var body io.Reader
	switch content := req.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(content)
	default:
		raw, err := json.Marshal(content)
		require.NoError(b.t, err)
		body = bytes.NewReader(raw)
	}
	outgoing, err := http.NewRequestWithContext(b.t.Context(), req.method, req.who.Service.URL+req.path, body)
	require.NoError(b.t, err)
	maps.Copy(outgoing.Header, req.headers)
	if body != nil && outgoing.Header.Get("Content-Type") == "" {
		outgoing.Header.Set("Content-Type", "application/json")
	}
	if req.who.Token != "" && len(outgoing.Header["Authorization"]) == 0 {
		outgoing.Header.Set("Authorization", "Bearer "+req.who.Token)
	}
	if text, ok := req.body.(string); strings.HasPrefix(req.path, "/v1/hooks/") && outgoing.Header.Get(sendgridtest.SignatureHeader) == "" {
		raw := []byte(text)
		if !ok {
			raw, err = json.Marshal(req.body)
			require.NoError(b.t, err)
		}
		maps.Copy(outgoing.Header, req.who.Service.SendGrid.Sign(strconv.FormatInt(req.who.Service.Clock.Now().Unix(), 10), raw))
	}
	res, err := http.DefaultClient.Do(outgoing)
	require.NoError(b.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return res.StatusCode, raw
}

// refuse makes the request and keeps the refusal as the operation's example of the code.
func (b *refusals) refuse(operation string, code fault.Code, req request) {
	b.t.Helper()
	status, raw := b.send(req)
	var problem struct{ Code string }
	if err := json.Unmarshal(raw, &problem); err != nil || problem.Code != string(code) {
		b.t.Errorf("%s answered %d instead of %s: %s", operation, status, code, raw)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.got[operation] == nil {
		b.got[operation] = map[string]exchange{}
	}
	b.got[operation][string(code)] = exchange{Operation: operation, Name: string(code), Call: req.method + " " + req.path, Status: status, Response: raw}
}

// each runs a function for every operation that has its own example of the code.
func (b *refusals) each(code fault.Code, do func(operation string, r api.Route)) {
	for _, r := range api.Routes() {
		if !r.Undocumented && slices.Contains(r.Codes(), code) && (exampleOperation(r, code) == r.Operation) {
			do(r.Operation, r)
		}
	}
}

// refuseAll calls every operation with the code, with a request that was made invalid.
func (b *refusals) refuseAll(code fault.Code, change func(req request) request) {
	b.t.Helper()
	b.each(code, func(operation string, _ api.Route) { b.refuse(operation, code, change(b.validRequest(operation))) })
}

// unauthorized provokes the refusals of callers without a valid token or company.
func (b *refusals) unauthorized() {
	b.refuseAll(fault.TokenMissing, func(req request) request { return req.as(b.s.Nobody(b.t)) })
	b.refuseAll(fault.TokenInvalid, func(req request) request { return req.as(b.s.WithToken(b.t, "not.a.token")) })
	b.refuseAll(fault.HeaderInvalid, func(req request) request {
		req.headers["Authorization"] = []string{"Bearer " + req.who.Token, "Bearer " + req.who.Token}
		return req
	})
	b.refuseAll(fault.CompanyNotSeller, func(req request) request { return req.as(b.s.Claims(b.t, map[string]any{"company_type": "buyer"})) })
	b.refuseAll(fault.RoleMissing, func(req request) request {
		return req.as(b.s.Claims(b.t, map[string]any{"roles": []string{"Purchasing"}}))
	})
	shop := apitest.Placed(b.s.As(b.t, auth.Storefront), apitest.Cart("BLOOM", apitest.Line("on_hand", 1)))
	b.each(fault.RoleNotAllowed, func(operation string, r api.Route) {
		req := b.validRequest(operation).as(b.s.As(b.t, mayNot(r)))
		if strings.Contains(r.Path, "/orders/{id}") {
			req = req.withPath(b.at(operation, shop))
		}
		b.refuse(operation, fault.RoleNotAllowed, req)
	})
}

// mayNot returns a role that may not call the operation, or the Storefront if every role may.
func mayNot(r api.Route) auth.Role {
	for _, role := range auth.Roles() {
		if !slices.ContainsFunc(r.Roles(), func(s api.RoleScope) bool { return s.Role == string(role) }) {
			return role
		}
	}
	return auth.Storefront
}

// malformed provokes the refusals of requests that cannot be read or that break a rule.
func (b *refusals) malformed() {
	b.each(fault.ParameterUnknown, func(operation string, r api.Route) {
		wrong := "verbose=true"
		if list := r.Parameters(); len(list) > 0 {
			name := list[0]
			wrong = name[:len(name)-1] + "=W"
		} else if r.DryRun {
			wrong = "dryrun=true"
		}
		req := b.validRequest(operation)
		b.refuse(operation, fault.ParameterUnknown, req.withPath(req.path+"?"+wrong))
	})
	b.each(fault.ParameterInvalid, func(operation string, r api.Route) {
		wrong := "dry_run=perhaps"
		switch {
		case operation == "putCustomer":
			return // putting provokes it
		case operation == "printOrder":
			wrong = "format=docx"
		case !r.DryRun:
			wrong = wrongParameter(r)
		}
		req := b.validRequest(operation)
		b.refuse(operation, fault.ParameterInvalid, req.withPath(req.path+"?"+wrong))
	})
	b.each(fault.CursorInvalid, func(operation string, r api.Route) {
		if operation == "replayWebhookEvents" {
			return // hooking provokes it
		}
		req, parameter := b.validRequest(operation), "cursor"
		if !slices.Contains(r.Parameters(), parameter) {
			parameter = "after"
		}
		b.refuse(operation, fault.CursorInvalid, req.withPath(req.path+"?"+parameter+"=eyJrIjpbXX0"))
	})
	b.refuseAll(fault.NotAcceptableFormat, func(req request) request { return req.withHeader("Accept", "image/png") })
	b.refuseAll(fault.MediaTypeUnsupported, func(req request) request {
		return req.withBody("lines: none").withHeader("Content-Type", "application/yaml")
	})
	b.refuseAll(fault.BodyTooLarge, func(req request) request { return req.withBody(`"` + strings.Repeat("x", 1<<20) + `"`) })
	b.refuseAll(fault.JSONMalformed, func(req request) request { return req.withBody(`{"lines": [`) })
	b.refuseAll(fault.JSONTooDeep, func(req request) request { return req.withBody(strings.Repeat("[", 40)) })
	b.refuseAll(fault.JSONTrailingData, func(req request) request { return req.withBody(`{} {}`) })
	b.each(fault.JSONDuplicateMember, func(operation string, _ api.Route) {
		member := b.member(operation)
		b.refuse(operation, fault.JSONDuplicateMember, b.validRequest(operation).withBody(fmt.Sprintf(`{%q: null, %q: null}`, member, member)))
	})
	b.each(fault.JSONMemberCase, func(operation string, _ api.Route) {
		member := b.member(operation)
		b.refuse(operation, fault.JSONMemberCase, b.validRequest(operation).withBody(fmt.Sprintf(`{%q: null}`, strings.ToUpper(member[:1])+member[1:])))
	})
	b.refuseAll(fault.IdempotencyKeyMissing, func(req request) request { req.headers.Del("Idempotency-Key"); return req })
	b.refuseAll(fault.IdempotencyKeyInvalid, func(req request) request { return req.withHeader("Idempotency-Key", "two words") })
	b.refuseAll(fault.IfMatchRequired, func(req request) request { req.headers.Del("If-Match"); return req.withPath(b.known(req.path)) })
	b.each(fault.BodyInvalid, func(operation string, _ api.Route) {
		req := b.validRequest(operation)
		if operation == "billOrder" {
			req = req.withPath(apitest.At(b.order["prebook"], "bill"))
		}
		b.refuse(operation, fault.BodyInvalid, req.withPath(b.known(req.path)).withBody(badBodies[operation]))
	})
	for _, code := range []fault.Code{fault.OrderNotFound, fault.InvoiceNotFound, fault.CreditNoteNotFound, fault.CustomerNotFound, fault.WebhookEndpointNotFound} {
		b.each(code, func(operation string, _ api.Route) {
			if operation == "putCustomer" {
				return // putting provokes it
			}
			b.refuse(operation, code, b.validRequest(operation).withPath(b.at(operation, unknownID)))
		})
	}
	b.refuseAll(fault.LineNotFound, func(req request) request {
		order, _, _ := strings.Cut(req.path, "/lines/")
		return req.withPath(order + "/lines/" + unknownID)
	})
	b.refuseAll(fault.WebhookDeliveryNotFound, func(req request) request {
		return req.withPath(strings.ReplaceAll(req.path, b.order["delivery"], unknownID))
	})
	b.refuseAll(fault.ErrorNotFound, func(req request) request { return req.withPath("/v1/errors/order_vanished") })
	b.refuseAll(fault.SignatureInvalid, unsigned)
}

// unsigned returns a request with a signature that is wrong.
func unsigned(req request) request {
	return req.withHeader(sendgridtest.SignatureHeader, "MEUCIQ").withHeader(sendgridtest.TimestampHeader, "1795514400")
}

// wrongParameter returns a parameter of the operation with an invalid value: limit if it has one, because most have.
func wrongParameter(r api.Route) string {
	list := r.Parameters()
	return list[max(slices.Index(list, "limit"), 0)] + "=500"
}

// known returns the path of an existing customer if the path is a customer's.
func (b *refusals) known(path string) string {
	if !strings.HasPrefix(path, "/v1/customers/") || strings.HasPrefix(path, "/v1/customers/by-code/") {
		return path
	}
	return "/v1/customers/" + b.s.As(b.t, auth.Admin).Get("/v1/customers?code=BLOOM").Is(200).At("data/0/id").Text()
}

// member returns a member that the operation's body may have.
func (b *refusals) member(operation string) string {
	r := b.paths[operation]
	o, found, _ := b.doc.Find(r.Method, strings.NewReplacer("{id}", unknownID, "{line_id}", unknownID, "{delivery_id}", unknownID).Replace(r.Path))
	require.True(b.t, found)
	if o.RequestBody == nil {
		return "force"
	}
	names := slices.Sorted(maps.Keys(o.RequestBody.Value.Content["application/json"].Schema.Value.Properties))
	return names[0]
}

// badBodies has a body for each operation that breaks its rules.
var badBodies = map[string]any{
	"placeOrder": apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 0)), object{"ship_date": nil}), "updateOrder": object{"ship_date": "soon", "status": "confirmed"},
	"checkoutOrder": object{"line_ids": []string{"7"}}, "billOrder": object{"line_ids": []string{unknownID}}, "confirmOrder": object{"force": true},
	"confirmOrders": object{"ids": []string{}, "mode": "some"}, "voidOrder": object{"reason": ""}, "emailOrder": object{"to": []string{"nobody"}},
	"recordPayment": object{"method": "gold", "amount": "0.00"}, "recordRefund": object{"method": "cash", "amount": "1.001"},
	"createCustomer": object{"code": "", "terms": object{"label": "Net 30", "days": -1}}, "updateCustomer": object{"emails": []string{"nobody"}, "name": nil},
	"putCustomer":    object{"name": "Bloom Flowers", "code": "PETAL"},
	"updateSettings": object{"time_zone": "Mars/Olympus", "currency": "EUR"},
	"addLine":        object{"boxes": 2, "position": 9}, "updateLine": object{"boxes": 0, "amount": "1.00"}, "removeLine": object{"force": true},
	"createWebhookEndpoint": object{"url": "https://10.0.0.1/orderdesk", "types": []string{"order.vanished"}}, "updateWebhookEndpoint": object{"url": "ftp://erp.example", "status": "disabled"},
	"deleteWebhookEndpoint": object{"force": true}, "rotateWebhookSecret": object{"expires_in": -1}, "testWebhookEndpoint": object{"force": true},
	"redeliverWebhook": object{"force": true}, "replayWebhookEvents": object{"only": "none"},
}

// hooking provokes the refusals of webhook endpoints.
func (b *refusals) hooking() {
	for _, operation := range []string{"updateWebhookEndpoint", "deleteWebhookEndpoint", "rotateWebhookSecret"} {
		b.refuse(operation, fault.WebhookEndpointChanged, b.validRequest(operation).withHeader("If-Match", `"v99"`))
	}
	admin := b.s.As(b.t, auth.Admin)
	admin.Post(b.at("rotateWebhookSecret", b.order["endpoint"]), object{"force": true}).Is(200)
	b.refuse("rotateWebhookSecret", fault.WebhookSecretRotating, b.validRequest("rotateWebhookSecret").withBody(object{}))
	b.refuse("replayWebhookEvents", fault.CursorGone, b.validRequest("replayWebhookEvents").withBody(object{"after": base64.RawURLEncoding.EncodeToString([]byte("another-feed.1.1"))}))
	b.refuse("replayWebhookEvents", fault.CursorInvalid, b.validRequest("replayWebhookEvents").withBody(object{"after": "eyJrIjpbXX0"}))
	without := servicetest.Start(b.t, storetest.SQLite(b.t), servicetest.Options{NoJobs: true, Desk: func(o *desk.Options) { o.Webhooks.Keys = webhook.Keys{} }})
	without.Clock.Move(time.Until(begin))
	b.refuse("createWebhookEndpoint", fault.WebhooksNotConfigured, b.validRequest("createWebhookEndpoint").as(without.As(b.t, auth.Admin)))
	var more []string
	for len(admin.Get("/v1/webhook-endpoints").Is(200).At("data").Items()) < hook.MaxEndpoints {
		more = append(more, apitest.Endpoint(admin))
	}
	b.refuse("createWebhookEndpoint", fault.WebhookLimitReached, b.validRequest("createWebhookEndpoint"))
	for _, id := range more {
		require.Equal(b.t, http.StatusNoContent, admin.Delete("/v1/webhook-endpoints/"+id).Status)
	}
}

// putting provokes the refusals of a customer that is put by its code.
func (b *refusals) putting() {
	const bloom = "/v1/customers/by-code/BLOOM"
	put := b.validRequest("putCustomer").withBody(object{"name": "Bloom & Co"})
	b.refuse("putCustomer", fault.ParameterInvalid, put.withPath("/v1/customers/by-code/"+strings.Repeat("x", 51)))
	b.refuse("putCustomer", fault.CustomerNotFound, put.withPath("/v1/customers/by-code/NOBODY").withHeader("If-Match", `"v1"`))
	b.refuse("putCustomer", fault.CustomerChanged, put.withPath(bloom).withHeader("If-Match", `"v99"`))
	b.refuse("putCustomer", fault.CustomerExists, put.withPath(bloom).withHeader("If-None-Match", "*"))
	b.refuse("putCustomer", fault.CustomerCodeTaken, put.as(b.s.Claims(b.t, map[string]any{"sub": "another-shop", "roles": []string{"Storefront"}})).withPath(bloom))
}

// following provokes the refusals of the feed.
func (b *refusals) following() {
	valid := b.validRequest("listEvents")
	b.refuse("listEvents", fault.CursorGone, valid.withPath("/v1/events?after="+base64.RawURLEncoding.EncodeToString([]byte("another-feed.1.1"))))
	ctx, leave := context.WithCancel(b.t.Context())
	for range web.MaxStreams {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.s.URL+"/v1/events", nil)
		require.NoError(b.t, err)
		req.Header.Set("Authorization", "Bearer "+valid.who.Token)
		req.Header.Set("Accept", web.MediaEventStream)
		res, err := http.DefaultClient.Do(req)
		require.NoError(b.t, err)
		defer func() { _ = res.Body.Close() }()
		require.Equal(b.t, http.StatusOK, res.StatusCode)
	}
	b.refuse("listEvents", fault.StreamLimitReached, valid.withHeader("Accept", web.MediaEventStream))
	leave()
}

// conflicting provokes the refusals of versions, keys and states.
func (b *refusals) conflicting() {
	admin, sales := b.s.As(b.t, auth.Admin), b.s.As(b.t, auth.Sales)
	b.each(fault.OrderChanged, func(operation string, _ api.Route) {
		b.refuse(operation, fault.OrderChanged, b.validRequest(operation).withPath(b.at(operation, b.order["edited"])).withHeader("If-Match", `"v1"`))
	})
	b.refuse("updateSettings", fault.SettingsChanged, b.validRequest("updateSettings").withHeader("If-Match", `"v99"`))
	b.refuse("updateCustomer", fault.CustomerChanged, b.validRequest("updateCustomer").withPath(b.known("/v1/customers/")).withHeader("If-Match", `"v99"`))
	b.refuse("createCustomer", fault.CustomerCodeTaken, b.validRequest("createCustomer").withBody(object{"code": "BLOOM", "name": "Bloom & Co"}))
	b.refuse("updateCustomer", fault.CustomerCodeTaken, b.validRequest("updateCustomer").withPath(b.known("/v1/customers/")).withBody(object{"code": "CARD"}))
	b.putting()
	b.hooking()
	referred := apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), object{"external_reference": "shop-cart-9931"})
	apitest.Placed(admin, referred)
	b.refuse("placeOrder", fault.ExternalReferenceTaken, b.validRequest("placeOrder").withBody(referred))
	b.reused()

	on := func(operation string, code fault.Code, document string, body any) {
		b.t.Helper()
		b.refuse(operation, code, b.validRequest(operation).withPath(b.at(operation, b.order[document])).withBody(body))
	}
	on("checkoutOrder", fault.OrderNotCheckoutable, "voided", nil)
	on("confirmOrder", fault.OrderNotConfirmable, "voided", nil)
	on("confirmOrder", fault.PrebookHasNoInvoice, "prebook", nil)
	on("voidOrder", fault.PrebookPartlyBilled, "prebook", object{"reason": "Ordered twice"})
	on("voidOrder", fault.OrderNotVoidable, "discounted", object{"reason": "The truck broke down"})
	on("billOrder", fault.OrderNotBillable, "pending", nil)
	on("billOrder", fault.LineNotCheckedOut, "prebook", object{"line_ids": []string{b.line["open"]}})
	on("billOrder", fault.LineAlreadyBilled, "prebook", object{"line_ids": []string{b.line["billed"]}})
	on("updateOrder", fault.OrderNotEditable, "confirmed", object{"carrier": "Armellini"})
	on("updateOrder", fault.LineNotEditable, "prebook", object{"lines": []object{{"id": b.line["billed"]}, {"id": b.line["checked_out"], "boxes": 2}, {"id": b.line["open"]}}})
	for operation, body := range map[string]any{"addLine": apitest.Line("on_hand", 1), "updateLine": object{"boxes": 2}, "removeLine": nil} {
		on(operation, fault.OrderNotEditable, "confirmed", body)
	}
	on("addLine", fault.LineNotEditable, "checked out", apitest.Line("k2k", 1))
	on("updateLine", fault.LineNotEditable, "prebook", object{"boxes": 2})
	on("removeLine", fault.LineNotEditable, "prebook", nil)
	on("recordPayment", fault.PrebookTakesNoPayment, "prebook", object{"method": "cash", "amount": "5.00"})
	on("recordRefund", fault.PrebookTakesNoPayment, "prebook", object{"method": "cash", "amount": "5.00"})
	on("recordRefund", fault.RefundExceedsPaid, "pending", object{"method": "cash", "amount": "5.00"})
	card := object{"method": "card", "amount": "10.00", "reference": "ch_3PqLkJ2eZvKYlo2C"}
	admin.Post(apitest.At(b.order["edited"], "payments"), card).Is(201)
	on("recordPayment", fault.PaymentReferenceTaken, "edited", apitest.But(card, object{"amount": "12.00"}))
	back := object{"method": "card", "amount": "1.00", "reference": "re_3PqLkJ2eZvKYlo2C"}
	admin.Post(apitest.At(b.order["edited"], "refunds"), back).Is(201)
	on("recordRefund", fault.PaymentReferenceTaken, "edited", apitest.But(back, object{"amount": "2.00"}))
	apitest.Settings(b.t, b.s, object{"unpaid_card_orders": "block"})
	on("confirmOrder", fault.PaymentRequired, "unpaid", nil)
	b.order["late"] = placedLate(admin)
	apitest.Settings(b.t, b.s, object{"confirmation_cutoff": object{"tuesday": "00:00"}})
	b.refuse("confirmOrder", fault.PastCutoff, b.validRequest("confirmOrder").as(sales).withPath(apitest.At(b.order["late"], "confirm")))
	apitest.Settings(b.t, b.s, object{"confirmation_cutoff": nil})
	for admin.Post(apitest.At(b.order["confirmed"], "email"), object{}).Status == http.StatusAccepted {
	}
	on("emailOrder", fault.EmailLimitReached, "confirmed", object{})
}

// placedLate returns an order that ships on the current day, a Tuesday.
func placedLate(c *servicetest.Client) string {
	return apitest.Placed(c, apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), object{"ship_date": begin.Format(time.DateOnly)}))
}

// reused repeats each operation's key with another request.
func (b *refusals) reused() {
	admin := b.s.As(b.t, auth.Admin)
	fresh := func(changes object, lines ...object) string {
		if lines == nil {
			lines = []object{apitest.Line("on_hand", 1)}
		}
		return apitest.Placed(admin, apitest.But(apitest.Cart("BLOOM", lines...), changes))
	}
	paid := fresh(nil)
	apitest.Pay(admin, paid, "5.00")
	first := map[string]string{
		"checkoutOrder": fresh(object{"checkout": false}), "confirmOrder": fresh(nil), "voidOrder": fresh(nil), "recordPayment": fresh(nil), "recordRefund": paid,
		"emailOrder": b.order["confirmed"], "billOrder": fresh(nil, apitest.But(apitest.Line("k2k", 1), object{"checked_out": true})),
		"deleteWebhookEndpoint": apitest.Endpoint(admin),
		"updateOrder":           fresh(nil), "addLine": fresh(nil), "updateLine": fresh(nil), "removeLine": fresh(nil, apitest.Line("on_hand", 1), apitest.Line("on_hand", 1)),
	}
	b.each(fault.IdempotencyKeyReused, func(operation string, _ api.Route) {
		req := b.validRequest(operation)
		if id := first[operation]; id != "" {
			req = req.withPath(b.at(operation, id))
		}
		if operation == "confirmOrders" {
			req = req.withBody(object{"ids": []string{fresh(nil)}})
		}
		req = req.withPath(b.known(req.path))
		status, raw := b.send(req)
		require.Less(b.t, status, 300, "%s: %s", operation, raw)
		other := b.validRequest(operation).withHeader("Idempotency-Key", req.headers.Get("Idempotency-Key"))
		switch operation {
		case "placeOrder":
			other = other.withBody(apitest.Cart("BLOOM", apitest.Line("on_hand", 2)))
		case "putCustomer":
			other = other.withBody(object{"name": "Petal Studio"})
		case "createCustomer":
			other = other.withBody(object{"code": "PETAL", "name": "Petal Studio"})
		case "updateCustomer":
			other = other.withPath(b.known(other.path)).withBody(object{"phone": "+1 305 555 0100"})
		case "updateSettings":
			other = other.withBody(object{"tax_id": "59-1234567"})
		case "createWebhookEndpoint", "updateWebhookEndpoint":
			other = other.withBody(object{"url": "https://shop.example/orderdesk"})
		case "rotateWebhookSecret":
			other = other.withBody(object{"expires_in": 60})
		case "replayWebhookEvents":
			other = other.withBody(object{"only": "all"})
		case "redeliverWebhook":
			other = other.withPath(strings.ReplaceAll(other.path, b.order["delivery"], unknownID))
		}
		b.refuse(operation, fault.IdempotencyKeyReused, other)
	})
}

// contended provokes the refusals while another client holds a key or a row.
func (b *refusals) contended() {
	b.locked("idempotency_keys", fault.IdempotencyInProgress)
	b.locked("counters, orders, customers, emails, webhook_endpoints, webhook_deliveries", fault.OrderLocked, "updateSettings")
	b.locked("companies", fault.OrderLocked, slices.DeleteFunc(slices.Sorted(maps.Keys(b.paths)), func(o string) bool { return o == "updateSettings" })...)
}

// locked calls every operation with the code at the same time, except those that use other tables, while another client
// locks the tables.
func (b *refusals) locked(tables string, code fault.Code, except ...string) {
	b.t.Helper()
	known := b.known("/v1/customers/")
	tx, err := b.s.Database(b.t).Begin()
	require.NoError(b.t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec("LOCK TABLE " + tables + " IN EXCLUSIVE MODE")
	require.NoError(b.t, err)
	var all sync.WaitGroup
	defer all.Wait()
	b.each(code, func(operation string, _ api.Route) {
		if slices.Contains(except, operation) {
			return
		}
		req := b.validRequest(operation)
		switch operation {
		case "updateCustomer":
			req = req.withPath(known).withBody(object{"name": "Bloom & Co"})
		case "putCustomer":
			req = req.withBody(object{"name": "Petal Studio"})
		case "updateSettings":
			req = req.withBody(object{"tax_id": "59-1234567"})
			if code == fault.OrderLocked {
				req.headers.Del("Idempotency-Key") // the row of a key names the company, and so waits for the table first
			}
		case "confirmOrders":
			req = req.withBody(object{"ids": []string{b.order["pending"]}, "mode": "all_or_nothing"})
		case "checkoutOrder":
			req = req.withPath(apitest.At(b.order["draft"], "checkout"))
		case "billOrder":
			req = req.withPath(apitest.At(b.order["prebook"], "bill"))
		case "recordRefund":
			req = req.withPath(apitest.At(b.order["edited"], "refunds"))
		}
		all.Go(func() { b.refuse(operation, code, req) })
	})
}

// failing provokes the problems of a service that fails: over the quota, after a timeout, with a defect, without its
// database.
func (b *refusals) failing() {
	b.each(fault.OutcomeUnknown, func(operation string, _ api.Route) {
		b.wire.CutAtCommit(false)
		b.refuse(operation, fault.OutcomeUnknown, b.validRequest(operation))
	})
	b.refuseElsewhere(fault.RateLimited, servicetest.Options{RateLimit: 1, API: func(o *api.Options) { o.AddressLimit = 1 }})
	b.refuseElsewhere(fault.CapacityReached, servicetest.Options{Store: store.Options{MaxConns: 1, ShareWait: time.Millisecond}}, func(s *servicetest.Service) {
		storetest.Hold(b.t, s.Store, servicetest.Company, 1)
	})
	b.refuseElsewhere(fault.RequestTimeout, servicetest.Options{API: func(o *api.Options) { o.RequestTimeout, o.ExportTimeout = time.Nanosecond, time.Nanosecond }})
	b.refuseElsewhere(fault.ClockSkewed, servicetest.Options{
		Store: store.Options{Now: func() time.Time { return time.Now().Add(time.Minute) }}, Desk: func(o *desk.Options) { o.Now = nil },
	})
	b.refuseElsewhere(fault.InternalError, servicetest.Options{API: func(o *api.Options) { o.Desk = nil }})
	b.s.Store.Close()
	b.refuseAll(fault.DatabaseUnavailable, func(req request) request { return req })
}

// refuseElsewhere calls another service, which has the options and to which things were done, with every operation that has the
// code.
func (b *refusals) refuseElsewhere(code fault.Code, o servicetest.Options, done ...func(*servicetest.Service)) {
	b.t.Helper()
	o.NoJobs = true
	s := servicetest.Start(b.t, storetest.Postgres(b.t), o)
	s.Clock.Move(time.Until(begin))
	admin := s.As(b.t, auth.Admin)
	admin.Get("/v1/me")
	s.Nobody(b.t).Get("/v1/errors")
	for _, do := range done {
		do(s)
	}
	b.each(code, func(operation string, r api.Route) {
		req := b.validRequest(operation)
		if r.Tokenless() {
			req.who.Service = s
			if code == fault.RateLimited && r.Auth == web.Signed {
				req = unsigned(req) // a signed request has no limit
			}
		} else {
			req.who = admin
		}
		b.refuse(operation, code, req)
	})
}

// checkComplete fails if an operation declares a code without a recorded problem, its own or that of exampleOperation.
func (b *refusals) checkComplete() {
	b.t.Helper()
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		for _, code := range r.Codes() {
			if _, got := b.got[exampleOperation(r, code)][string(code)]; !got {
				b.t.Errorf("%s announces %s, and no call got it: add one to cmd/openapi/record/problems_test.go, or take the code out of the refusals of the use case", r.Operation, code)
			}
		}
	}
}

// checkRemedies fails if a refusal should have a remedy and has none.
func (b *refusals) checkRemedies() {
	b.t.Helper()
	for operation, problems := range b.got {
		for code, e := range problems {
			var problem map[string]any
			require.NoError(b.t, json.Unmarshal(e.Response, &problem))
			if remedy, promised := problem["remedy"]; promised && remedy == nil {
				b.t.Errorf("%s: the remedy of %s is null", operation, code)
			}
		}
	}
}

// problemFile has one problem for each code. One operation stands for all that declare the code.
const problemFile = exampleFolder + "/problems.json"

// sharedProblems returns one problem for each code: that of the first operation with a token that has it, or else of the first.
func (b *refusals) sharedProblems() map[string]exchange {
	recorded := map[string]exchange{}
	for _, tokenless := range []bool{false, true} {
		for _, r := range api.Routes() {
			for code, e := range b.got[r.Operation] {
				if _, known := recorded[code]; !known && r.Tokenless() == tokenless {
					recorded[code] = e
				}
			}
		}
	}
	return recorded
}

// compare compares the problems with the files, or writes the files.
func (b *refusals) compare() {
	b.t.Helper()
	problems := b.sharedProblems()
	for _, code := range slices.Sorted(maps.Keys(problems)) {
		e := problems[code]
		b.page++
		e.Call, e.Request, e.Response = b.renamed(e.Call), b.stable(nil), b.stable(e.Response)
		problems[code] = e
	}
	b.compareFile(problemFile, linesOf(b.t, problems))
	own := map[string]map[string]any{}
	for _, operation := range slices.Sorted(maps.Keys(b.got)) {
		for _, code := range slices.Sorted(maps.Keys(b.got[operation])) {
			if shared := problems[code]; shared.Operation != operation {
				if differing := b.differing(b.got[operation][code], shared); len(differing) > 0 {
					own[operation+" "+code] = differing
				}
			}
		}
	}
	b.compareFile(ownFile, linesOf(b.t, own))
}

// ownFile has the members of each operation's problems that differ from the document's example of the code. A problem that
// is not in the file is the same as the example.
const ownFile = "testdata/problems.json"

// differing returns the members of a problem that differ from the example of its code. The texts may differ, but not what
// clients read: the members that there are, and the values of some. Each request has its own instance and request_id.
func (b *refusals) differing(e, shared exchange) map[string]any {
	b.t.Helper()
	b.page++
	var problem, example map[string]any
	require.NoError(b.t, json.Unmarshal(b.stable(e.Response), &problem))
	require.NoError(b.t, json.Unmarshal(shared.Response, &example))
	require.Equal(b.t, slices.Sorted(maps.Keys(example)), slices.Sorted(maps.Keys(problem)), "the members of %s are not those of %s: %s", e.Operation, shared.Operation, e.Name)
	path, _, _ := strings.Cut(b.renamed(e.Call), "?")
	require.Equal(b.t, path, strings.Fields(path)[0]+" "+fmt.Sprint(problem["instance"]), "%s: %s", e.Operation, e.Name)
	for _, member := range []string{"type", "title", "status", "code", "retryable"} {
		require.Equal(b.t, example[member], problem[member], "%s of %s: %s", member, e.Operation, e.Name)
	}
	maps.DeleteFunc(problem, func(member string, value any) bool {
		return member == "instance" || member == "request_id" || reflect.DeepEqual(value, example[member])
	})
	return problem
}

// linesOf returns a JSON object with each member on a line.
func linesOf[V any](t *testing.T, members map[string]V) string {
	t.Helper()
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		line, err := plainJSON(members[name])
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("  %q: %s", name, line))
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}\n"
}
