package audit

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// webhooks compares endpoints and deliveries with the feed of events, and with the values that the service can write.
func (c *check) webhooks(ctx context.Context, st *store.Store) error {
	endpoints, err := c.tenant.Endpoints(ctx)
	if err != nil {
		return err
	}
	feed, err := st.System().Feed(ctx) // read after the endpoints, because their positions advance meanwhile
	if err != nil {
		return err
	}
	for i := range endpoints {
		c.endpoint(&endpoints[i], feed)
	}
	odd, err := c.tenant.OddDeliveries(ctx, c.now, chunk)
	for _, id := range odd {
		c.report("I8", id, "a webhook of this event waits longer, or was tried more often, than its attempts explain")
	}
	return err
}

func (c *check) endpoint(e *hook.Endpoint, feed store.FeedState) {
	if disabled := e.Status == hook.Disabled; disabled != (e.DisabledReason == hook.ReasonGone || e.DisabledReason == hook.ReasonNoSuccess) {
		c.report("I8", e.ID, "the webhook endpoint is %s for the reason %q", e.Status, e.DisabledReason)
	}
	if e.Pos >= feed.Until {
		c.report("I8", e.ID, "the webhook endpoint has read up to %d, and the feed ends before %d", e.Pos, feed.Until)
	}
	for what, at := range map[string]*time.Time{"last success": e.LastSuccessAt, "first failure": e.FailingSince} {
		if at != nil && at.After(c.now.Add(overlap)) {
			c.report("I8", e.ID, "the %s of the webhook endpoint is in the future", what)
		}
	}
	if e.OldUntil != nil && e.OldUntil.After(c.now.Add(hook.MaxOverlap+overlap)) {
		c.report("I8", e.ID, "the old secret of the webhook endpoint signs until %s", e.OldUntil.UTC().Format(time.RFC3339))
	}
}
