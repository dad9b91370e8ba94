package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// stale refuses a write that names another version than the current one. It says who changed what since then.
func (u unit) stale(ctx context.Context, o *order.Order) error {
	events, err := u.tx.ChangesSince(ctx, o.ID, u.call.lastRead())
	if err != nil {
		return err
	}
	const most = 20 // only the newest; the timeline has the rest
	events = events[max(0, len(events)-most):]
	changes := make([]map[string]any, len(events))
	for i, e := range events {
		fields := make([]string, 0, len(e.Changes))
		for _, c := range e.Changes {
			if !c.Private() || !u.call.Actor.IsStorefront() {
				fields = append(fields, c.Field)
			}
		}
		changes[i] = map[string]any{
			"version": *e.Version, "at": e.At.Format(time.RFC3339Nano), "type": string(e.Type), "fields": fields,
			"actor": map[string]any{"sub": e.ActorSub, "name": nullable(e.ActorName)},
		}
	}
	return fault.New(fault.OrderChanged, "%s %s is at version %d now. Read it again, look at changes, and repeat with its ETag.", o.Noun(), o.Number, o.Version).
		With("current_version", o.Version).With("changes", changes)
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
