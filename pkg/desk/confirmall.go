package desk

import (
	"context"
	"errors"
)

// errRefused rolls back an all-or-nothing batch because one order was refused.
var errRefused = errors.New("one order of the batch was refused")

// confirmAll confirms all orders in one transaction, or none. It locks rows in the order of their ids, so that two
// batches over the same orders cannot deadlock.
func (s *Service) confirmAll(ctx context.Context, call Call, batch Batch, orders []BatchOrder, encode Encode[Batch]) (Reply, error) {
	reply, err := once(ctx, s, call, encode, func(u unit) (Batch, error) {
		changes, refused, err := u.judgeAll(ctx, &batch, orders)
		if err != nil {
			return batch, err
		}
		if refused {
			return batch, errRefused
		}
		return batch, u.confirmJudged(ctx, &batch, changes, 0)
	})
	if errors.Is(err, errRefused) { // rolled back; the answer says why and is not kept
		answer, err := encode(batch)
		return Reply{Answer: answer, DryRun: call.DryRun}, err
	}
	if err == nil && reply.written() {
		s.countIssued(batch.Count(OutcomeConfirmed))
	}
	return reply, err
}
