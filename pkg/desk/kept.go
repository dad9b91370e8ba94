package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/store"
)

// keptAnswer returns the answer kept under the call's key, if there is one.
func (s *Service) keptAnswer(ctx context.Context, call Call, key store.Key) (Reply, bool, error) {
	tenant := s.store.For(call.Actor.CompanyID)
	if call.Key == "" {
		return Reply{}, false, nil
	}
	var reply Reply
	used := false
	err := retry(ctx, func() (err error) {
		used, err = store.InTx(ctx, tenant, func(tx *store.Tx) (bool, error) {
			used, err := tx.KeyUsed(ctx, key, s.at(tx))
			if err != nil || !used {
				return false, err
			}
			return true, s.replay(ctx, tx, call, key, &reply)
		})
		return err
	})
	if err != nil {
		return Reply{}, true, err
	}
	s.countReplay(reply)
	return reply, used, nil
}

// keepAnswer keeps an answer whose effect is committed already. If an identical request kept one first, it returns that
// one.
func (s *Service) keepAnswer(ctx context.Context, call Call, key store.Key, answer Answer) (Reply, error) {
	reply := Reply{Answer: answer, DryRun: call.DryRun}
	if call.Key == "" {
		return reply, nil
	}
	err := retry(ctx, func() error {
		_, err := store.InTx(ctx, s.store.For(call.Actor.CompanyID), func(tx *store.Tx) (struct{}, error) {
			now := s.at(tx)
			fresh, err := tx.ClaimKey(ctx, key, call.Fingerprint, now, now.Add(s.ttl))
			if err != nil {
				return struct{}{}, err
			}
			if !fresh {
				return struct{}{}, s.replay(ctx, tx, call, key, &reply)
			}
			return struct{}{}, tx.KeepAnswer(key, answer)
		})
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	s.countReplay(reply)
	return reply, nil
}
