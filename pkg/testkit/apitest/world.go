package apitest

import (
	"cmp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
)

// World is the data of the matrix: documents of two owners in every state, and another company's data.
type World struct {
	Service  *servicetest.Service
	Orders   map[string]string            // ids by owner and state: "mine pending". "mine" ones are the storefront's, "staff's" the Admin's
	Lines    map[string]string            // the first line of each of these documents
	Issued   map[string]map[string]string // ids of invoices, credit notes and customers, by kind and owner
	Foreign  map[string]string            // ids of the other company, by kind
	Delivery string                       // a delivery of the webhook endpoint
}

// NewWorld adds the documents to a service.
func NewWorld(t *testing.T, s *servicetest.Service) *World {
	t.Helper()
	w := &World{Service: s, Orders: map[string]string{}, Lines: map[string]string{}, Issued: map[string]map[string]string{"invoice": {}, "credit note": {}, "customer": {}, "webhook endpoint": {}, "old webhook endpoint": {}}, Foreign: map[string]string{}}
	w.Issued["customer"]["mine"], w.Issued["customer"]["staff's"] = Customer(t, s, "BLOOM"), Customer(t, s, "STAFF") // the storefront orders for BLOOM
	admin := s.As(t, auth.Admin)
	for owner, who := range map[string]*servicetest.Client{"mine": s.As(t, auth.Storefront), "staff's": admin} {
		w.Orders[owner+" draft"] = Placed(who, But(Cart("BLOOM", Line("on_hand", 1), Line("on_hand", 1)), Object{"checkout": false}))
		w.Orders[owner+" pending"] = Placed(who, Cart("BLOOM", Line("on_hand", 1), Line("on_hand", 1)))
		w.Orders[owner+" prebook"] = Placed(who, Cart("BLOOM", Line("k2k", 1), But(Line("k2k", 1), Object{"checked_out": true})))
		confirmed, voided := Placed(who, Cart("BLOOM", Line("on_hand", 1))), Placed(who, Cart("BLOOM", Line("on_hand", 1)))
		w.Issued["invoice"][owner] = Confirm(admin, confirmed).At("invoice/id").Text()
		w.Orders[owner+" confirmed"] = confirmed
		Confirm(admin, voided)
		w.Issued["credit note"][owner] = admin.Post(At(voided, "void"), Object{"reason": "Ordered twice"}).Is(200).At("credit_note/id").Text()
		for _, id := range []string{w.Orders[owner+" draft"], w.Orders[owner+" pending"], confirmed} {
			Pay(admin, id, "5.00")
			who.Post(At(id, "payments"), Object{"method": "card", "amount": "5.00", "reference": uuid.NewString()}).Is(201) // a storefront refunds its own
		}
	}
	for _, id := range w.Orders {
		w.Lines[id] = Details(admin, id).At("lines/0/id").Text()
	}
	s.AwaitFeed(t)
	w.Issued["webhook endpoint"]["mine"], w.Issued["old webhook endpoint"]["mine"] = Endpoint(admin), Endpoint(admin)
	endpoint := "/v1/webhook-endpoints/" + w.Issued["webhook endpoint"]["mine"]
	admin.Post(endpoint+"/replay", Object{"only": "all", "types": []string{"order.*"}}).Is(202)
	w.Delivery = admin.Get(endpoint + "/deliveries?limit=1").Is(200).At("data/0/id").Text()
	w.Foreign["customer"] = ForeignCustomer(t, s)
	theirs := Other(t, s)
	w.Foreign["webhook endpoint"] = Endpoint(theirs)
	w.Foreign["old webhook endpoint"] = w.Foreign["webhook endpoint"]
	id := Placed(theirs, Cart("FOREIGN", Line("on_hand", 1)))
	w.Foreign["order"], w.Foreign["invoice"] = id, Confirm(theirs, id).At("invoice/id").Text()
	w.Foreign["credit note"] = theirs.Post(At(id, "void"), Object{"reason": "x"}).Is(200).At("credit_note/id").Text()
	return w
}

// Endpoint adds a webhook endpoint, paused so that nothing is sent, and returns its id.
func Endpoint(admin *servicetest.Client) string {
	id := admin.Post("/v1/webhook-endpoints", Object{"url": "http://127.0.0.1:9/"}).Is(201).At("id").Text()
	admin.Patch("/v1/webhook-endpoints/"+id, Object{"status": "paused"}, "If-Match", "*").Is(200)
	return id
}

// Path returns the path of a route for a thing. A line is the first one of its document.
func (w *World) Path(route, id string) string {
	return strings.NewReplacer("{id}", id, "{line_id}", cmp.Or(w.Lines[id], UnknownID), "{delivery_id}", cmp.Or(w.Delivery, UnknownID), "{code}", uuid.NewString()).Replace(route)
}

// UnknownID is an id that does not exist.
const UnknownID = "0197a3c4-0000-7000-8000-00000000dead"

// Send sends the operation's request about a thing.
func (w *World) Send(c *servicetest.Client, r api.Route, ask Request, id string) servicetest.Answer {
	path := w.Path(r.Path, id)
	if r.DryRun {
		path += "?dry_run=true" // so that every caller can repeat it
	}
	headers := []string{"Idempotency-Key", uuid.NewString(), "X-Request-Id", "same"}
	if r.Precondition() == web.IfMatchRequired {
		headers = append(headers, "If-Match", "*")
	}
	return c.Do(r.Method, path, ask.Body(w, id), headers...)
}
