package desk

import (
	"context"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Limits of the changes that the refusal of a write lists, so that the answer stays small after large edits. The timeline
// has the rest.
const (
	maxListedEvents  = 20  // the newest
	maxListedChanges = 500 // with values, from the newest events; fields names all of them
)

// stale refuses a write that names another version than the current one. It says who changed what since then, each
// value before and after.
func (u unit) stale(ctx context.Context, o *order.Order) error {
	events, err := u.tx.ChangesSince(ctx, o.ID, u.call.lastRead())
	if err != nil {
		return err
	}
	events = events[max(0, len(events)-maxListedEvents):]
	changes, left := make([]map[string]any, len(events)), maxListedChanges
	for i, e := range slices.Backward(events) {
		fields, values := make([]string, 0, len(e.Changes)), []map[string]any{}
		for _, c := range e.Changes {
			if c.Private() && u.call.Actor.IsStorefront() {
				continue
			}
			fields = append(fields, c.Field)
			if left > 0 {
				values = append(values, map[string]any{"field": c.Field, "before": c.Before, "after": c.After})
				left--
			}
		}
		changes[i] = map[string]any{
			"version": *e.Version, "at": e.At.Format(time.RFC3339Nano), "type": string(e.Type), "fields": fields, "changes": values,
			"actor": map[string]any{"sub": e.ActorSub, "name": nullable(e.ActorName)},
		}
	}
	return u.call.mismatch(fault.OrderChanged, o.Version, "%s %s is at version %d now. Read it again, look at changes, and repeat with its ETag.", o.Noun(), o.Number, o.Version).With("changes", changes)
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
