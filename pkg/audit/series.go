package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/store"
)

// series checks that numbers are 1 to N, and that N matches the counter (I3). Documents may be issued at the same time,
// so the counter is read before and after. A number and its document commit together.
//
// Documents commit in the order of the sequence, because the counter's row is locked until COMMIT. Their times prove
// nothing, because a clock may have been set back between two of them.
func (c *check) series(ctx context.Context, series store.Series) error {
	atLeast, err := c.tenant.Counter(ctx, series)
	if err != nil {
		return err
	}
	var last int64
	for {
		issued, err := c.tenant.Series(ctx, series, last, chunk) // a repeated number is found unless a page ends between the two
		if err != nil {
			return err
		}
		if len(issued) == 0 {
			break
		}
		for _, i := range issued {
			switch {
			case i.Sequence == last:
				c.report("I3", i.Number, "the %s sequence %d exists twice", series, i.Sequence)
			case i.Sequence != last+1:
				c.report("I3", i.Number, "the %s sequence goes from %d to %d", series, last, i.Sequence)
			}
			if !strings.HasSuffix(i.Number, fmt.Sprintf("%06d", i.Sequence)) {
				c.report("I3", i.Number, "the number does not match the %s sequence %d", series, i.Sequence)
			}
			last = i.Sequence
		}
	}
	atMost, err := c.tenant.Counter(ctx, series)
	if err == nil && (last < atLeast || last > atMost) {
		c.report("I3", string(series), "the last sequence is %d, but the counter is at %d", last, atMost)
	}
	return err
}
