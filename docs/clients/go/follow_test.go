package orderdesk_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
)

// TestFollow follows a running demo from its first event, and is told of an order that is placed meanwhile.
func TestFollow(t *testing.T) {
	url := service(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sales := as(t, url, "sales")
	end, err := sales.ListEventsWithResponse(ctx, &orderdesk.ListEventsParams{After: ptr("latest")})
	must(t, err)
	key := "go-follow-" + time.Now().String()
	placed, err := as(t, url, "storefront").PlaceOrderWithResponse(ctx, &orderdesk.PlaceOrderParams{IdempotencyKey: strings.ReplaceAll(key, " ", "-")[:60]}, cart())
	must(t, err)
	if placed.JSON201 == nil {
		t.Fatalf("place: %s", placed.Body)
	}
	enough := errors.New("enough")
	var seen []string
	err = sales.Follow(ctx, orderdesk.FollowOptions{After: end.JSON200.Page.NextCursor, Types: []string{"order.*"}}, func(cursor string, e orderdesk.Event) error {
		seen = append(seen, string(e.Type))
		if e.Order == nil || e.Order.Id != placed.JSON201.Orders[0].Id || cursor == "" {
			t.Errorf("an event of another order: %+v", e)
		}
		return enough
	})
	if !errors.Is(err, enough) || len(seen) != 1 || seen[0] != "order.placed" {
		t.Fatalf("followed to %v: %v", seen, err)
	}
	err = sales.Follow(ctx, orderdesk.FollowOptions{After: "bm93aGVyZS4xLjE"}, func(string, orderdesk.Event) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "cursor_gone") {
		t.Fatalf("a cursor of another feed: %v", err)
	}
}
