package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/events"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Replay selects events that are sent to an endpoint again.
type Replay struct {
	After      string    // a cursor of the feed; empty: none
	Since      time.Time // of the event, inclusive; zero: none
	Until      time.Time // exclusive; zero: none
	Types      []order.EventPattern
	OnlyFailed bool
}

// Replayed is what a replay did.
type Replayed struct {
	Count int
	Next  *string // the cursor for the next replay if there are more events
}

// MaxReplay is the most events of one replay.
const MaxReplay = 10_000

// ReplayRefusals is the codes of ReplayEvents's refusals, except those that every write shares.
var ReplayRefusals = []fault.Code{fault.WebhookEndpointNotFound, fault.CursorInvalid, fault.CursorGone}

// ReplayEvents sends events to an endpoint again, in the order of the feed: those of its types in a range up to where it has read,
// delivered ones too, or only those that failed. Each has the same webhook-id as before.
//
// Faults: role_not_allowed, and [ReplayRefusals]; body_invalid.
func (s *Service) ReplayEvents(ctx context.Context, call Call, endpointID string, r Replay, encode Encode[Replayed]) (Reply, error) {
	if err := call.Actor.Require(auth.WebhooksWrite); err != nil {
		return Reply{}, err
	}
	feed, err := s.store.System().Feed(ctx)
	if err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (Replayed, error) {
		e, err := u.tx.EndpointHeld(ctx, endpointID)
		if err != nil {
			return Replayed{}, err
		}
		if err := call.MergeFaults(nil); err != nil {
			return Replayed{}, err
		}
		var after store.FeedPosition
		if r.After != "" {
			cursor, err := events.ParseCursor(r.After)
			if err == nil {
				after, err = cursor.Position(feed.ID)
			}
			if err != nil {
				return Replayed{}, err
			}
		}
		n, last, err := u.tx.ReplayEvents(ctx, store.ReplayQuery{
			EndpointID: e.ID, ScopeSub: e.ScopeSub, After: after, Until: store.FeedPosition{Pos: e.Pos, Seq: e.Seq}, From: r.Since, To: r.Until,
			Types: TypesOf(r.Types, patterns(e.Types)), OnlyFailed: r.OnlyFailed, Limit: MaxReplay,
		}, u.now)
		done := Replayed{Count: int(n)}
		if last != nil {
			done.Next = new(events.CursorAt(feed.ID, *last).String())
		}
		return done, err
	})
}

// TypesOf returns the event types that all lists of patterns select.
func TypesOf(lists ...[]order.EventPattern) []string {
	types := []string{""} // SQL has no empty IN list
next:
	for _, t := range order.EventTypes {
		for _, list := range lists {
			if !order.MatchesAny(list, t) {
				continue next
			}
		}
		types = append(types, string(t))
	}
	return types
}

func patterns(texts []string) []order.EventPattern {
	all := make([]order.EventPattern, len(texts))
	for i, text := range texts {
		all[i] = order.EventPattern(text)
	}
	return all
}
