package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Limits of the changes that the refusal of a write lists, so that the answer stays small after large edits. The timeline
// has the rest.
const (
	maxListedEvents  = 20  // the newest
	maxSentences     = 3   // of the newest events, in the detail
	maxListedChanges = 500 // with values, from the newest events; fields names all of them
)

// stale refuses a write that names another version than the current one. It says who changed what since then, each
// value before and after. The detail says it in a sentence.
func (u unit) stale(ctx context.Context, o *order.Order) error {
	events, err := u.tx.ChangesSince(ctx, o.ID, u.call.lastRead())
	if err != nil {
		return err
	}
	co, err := u.tx.Company(ctx)
	if err != nil {
		return err
	}
	private, earlier := !u.call.Actor.IsStorefront(), max(0, len(events)-maxSentences)
	var sentences []string
	for _, e := range events[earlier:] {
		sentences = append(sentences, e.SentenceWithTime(o, private, co.Location(), u.now))
	}
	switch {
	case earlier == 1:
		sentences = append(sentences, "There is 1 earlier change.")
	case earlier > 1:
		sentences = append(sentences, fmt.Sprintf("There are %d earlier changes.", earlier))
	}
	sentences = append(sentences, fmt.Sprintf("Look at %s %s again, and repeat your change.", strings.ToLower(o.Noun()), o.Number))
	events = events[max(0, len(events)-maxListedEvents):]
	changes, left := make([]map[string]any, len(events)), maxListedChanges
	for i, e := range slices.Backward(events) {
		fields, values := make([]string, 0, len(e.Changes)), []map[string]any{}
		for _, c := range e.Changes {
			if c.Private() && !private {
				continue
			}
			fields = append(fields, c.Field)
			if left > 0 {
				value := map[string]any{"field": c.Field, "before": c.Before, "after": c.After}
				if c.Line != nil {
					value["line_id"], value["position"] = c.Line.ID, c.Line.Position
					if c.Line.SKU != "" {
						value["sku"] = c.Line.SKU
					}
				}
				values = append(values, value)
				left--
			}
		}
		changes[i] = map[string]any{
			"version": *e.Version, "at": e.At.Format(time.RFC3339Nano), "type": string(e.Type), "fields": fields, "changes": values,
			"sentence": e.SentenceWithTime(o, private, co.Location(), u.now),
			"actor":    map[string]any{"sub": e.ActorSub, "name": nullable(e.ActorName)},
		}
	}
	return u.call.mismatch(fault.OrderChanged, o.Version, "%s", strings.Join(sentences, " ")).With("changes", changes)
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
