package desk

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// How webhooks are sent.
const (
	atOnce        = 8           // attempts of an endpoint at the same time
	readAtOnce    = 100         // events of the feed that an endpoint reads together
	enoughUntried = 2 * atOnce  // an endpoint with this many deliveries that were never tried reads no further
	writePatience = time.Second // how long an attempt waits for the one before it to be written; 8 of them are far below hook.SendingLimit
)

// EndpointRef identifies a webhook endpoint of any company.
type EndpointRef = store.EndpointRef

// HasEndpoints reports whether any company has an endpoint that gets events.
func (s *Service) HasEndpoints(ctx context.Context) (bool, error) {
	if !s.webhooks.Keys.Configured() {
		return false, nil
	}
	return s.store.System().HasEndpoints(ctx)
}

// EndpointsWithWork returns the endpoints for which Dispatch may have something to do.
func (s *Service) EndpointsWithWork(ctx context.Context) ([]EndpointRef, error) {
	return s.store.System().EndpointsWithWork(ctx, s.now())
}

// OnRecord has f called after each commit of this process that adds events. f must not block.
func (s *Service) OnRecord(f func()) { s.store.OnRecord(func(string) { f() }) }

// Dispatch gives an endpoint a turn: it reads the feed from where the endpoint stopped, and makes a few attempts that are due, all at
// once. It returns how much it did; 0 means that nothing can be done now.
//
// An attempt is claimed before it is made, and its outcome is written afterwards. If the process dies in between, the delivery stays
// in the state sending, which ReconcileWebhooks finds. First attempts begin in the order of the feed, and no two attempts of a
// document are made at once. Retries wait for their time, and nothing waits for them.
func (s *Service) Dispatch(ctx context.Context, ref EndpointRef) (done int, err error) {
	defer fault.CatchPanic("dispatch webhooks", &err)
	t, found, err := s.begin(ctx, ref)
	if err != nil || len(t.claimed) == 0 {
		return t.read, err
	}
	byID := make(map[string]*FeedEvent, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	var wait sync.WaitGroup
	errs := make([]error, len(t.claimed))
	for i, d := range t.claimed {
		written := make(chan struct{})
		began := sync.OnceFunc(func() { close(written) })
		wait.Go(func() {
			defer began()
			errs[i] = s.attempt(webhook.WithSent(ctx, began), &t.endpoint, d, byID[d.ID])
		})
		select { // so that they arrive in their order, unless the network reorders them
		case <-written:
		case <-time.After(writePatience):
		}
	}
	wait.Wait()
	return t.read + len(t.claimed), errors.Join(errs...)
}

// begin claims the attempts of a turn and reads their events. If the events cannot be read, the reconciler makes the attempts due
// again.
func (s *Service) begin(ctx context.Context, ref EndpointRef) (t turn, found []FeedEvent, err error) {
	defer s.withDatabase()()
	feed, err := s.store.System().Feed(ctx)
	if err != nil {
		return t, nil, err
	}
	tenant := s.store.For(ref.CompanyID)
	err = retry(ctx, func() error {
		t, err = store.InTx(ctx, tenant, func(tx *store.Tx) (turn, error) { return s.take(ctx, tx, ref.ID, feed.Until, s.at(tx)) })
		return err
	})
	if err == nil && len(t.claimed) > 0 {
		found, err = tenant.FeedEvents(ctx, t.ids())
	}
	return t, found, err
}

// withDatabase waits for a slot of the database, of which there are few, so that most connections serve requests. Call leave to
// free the slot.
func (s *Service) withDatabase() (leave func()) {
	s.dispatching <- struct{}{}
	return func() { <-s.dispatching }
}

// turn is what an endpoint does next.
type turn struct {
	endpoint hook.Endpoint
	claimed  []hook.Delivery
	read     int // events of the feed
}

func (t turn) ids() []string {
	ids := make([]string, len(t.claimed))
	for i := range t.claimed {
		ids[i] = t.claimed[i].ID
	}
	return ids
}

// take reads on in the feed and claims attempts. It holds the endpoint, so that two processes do not claim at once.
func (s *Service) take(ctx context.Context, tx *store.Tx, id string, until int64, now time.Time) (t turn, err error) {
	t.endpoint, err = tx.EndpointHeld(ctx, id)
	if err != nil || t.endpoint.Status != hook.Enabled {
		return turn{}, ignoreGone(err)
	}
	underway, err := tx.Underway(ctx, id)
	if err != nil || len(underway) >= atOnce {
		return t, err
	}
	room := atOnce - len(underway)
	first, err := tx.FirstAttempts(ctx, id, enoughUntried)
	if err == nil && len(first) < enoughUntried {
		var news []hook.Delivery
		if news, t.read, err = readOn(ctx, tx, &t.endpoint, until, now); err == nil {
			first = append(first, news...)
		}
	}
	if err != nil {
		return t, err
	}
	retries, err := tx.DueRetries(ctx, id, now, room)
	if err != nil {
		return t, err
	}
	// Retries get half of the room if there are first attempts too.
	share := max(room-len(first), (room+1)/2)
	for i := 0; i < len(retries) && len(t.claimed) < share; i++ {
		underway = t.claim(tx, retries[i], underway, now)
	}
	for i := 0; i < len(first) && len(t.claimed) < room; i++ {
		before := len(t.claimed)
		if underway = t.claim(tx, first[i], underway, now); len(t.claimed) == before {
			break // a later first attempt must not overtake it
		}
	}
	return t, nil
}

// claim claims a delivery unless an attempt of its document is under way. It returns the documents that then are.
func (t *turn) claim(tx *store.Tx, d hook.Delivery, underway []string, now time.Time) []string {
	was := d
	if d.OrderID != nil && slices.Contains(underway, *d.OrderID) || !d.Claim(now) || tx.UpdateDelivery(&d, was) != nil {
		return underway
	}
	t.claimed = append(t.claimed, d)
	if d.OrderID != nil {
		underway = append(underway, *d.OrderID)
	}
	return underway
}

// ignoreGone returns nil if the error is that the endpoint was removed meanwhile.
func ignoreGone(err error) error {
	if fault.Is(err, fault.WebhookEndpointNotFound) {
		return nil
	}
	return err
}

// readOn reads the next events of the feed for an endpoint and makes a delivery of each that it gets.
func readOn(ctx context.Context, tx *store.Tx, e *hook.Endpoint, until int64, now time.Time) (news []hook.Delivery, read int, err error) {
	rows, err := tx.Feed(ctx, store.FeedQuery{After: store.FeedPosition{Pos: e.Pos, Seq: e.Seq}, Until: until, Limit: readAtOnce})
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	pick := pickFor(e)
	for i := range rows {
		if _, picked := pick(rows[i]); picked {
			at := rows[i].Position()
			news = append(news, hook.Delivery{CompanyID: e.CompanyID, EndpointID: e.ID, ID: rows[i].ID, EventType: string(rows[i].Type), OrderID: nullText(rows[i].OrderID),
				Pos: at.Pos, Seq: at.Seq, State: hook.Pending, NextAttemptAt: now, CreatedAt: now, UpdatedAt: now})
		}
	}
	last := rows[len(rows)-1].Position()
	e.Pos, e.Seq = last.Pos, last.Seq
	if err := tx.SaveEndpoint(e); err != nil {
		return nil, 0, err
	}
	return news, len(rows), tx.CreateDeliveries(news)
}

func nullText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// pickFor picks the events that an endpoint gets, as it may see them.
func pickFor(e *hook.Endpoint) events.Pick {
	who := auth.Actor{CompanyID: e.CompanyID, Roles: []auth.Role{auth.Admin}}
	if e.ScopeSub != "" {
		who = auth.Actor{CompanyID: e.CompanyID, Subject: e.ScopeSub, Roles: []auth.Role{auth.Storefront}}
	}
	if pick := events.For(who, patterns(e.Types), ""); pick != nil {
		return pick
	}
	return func(event FeedEvent) (FeedEvent, bool) { return event, true }
}
