package store

import (
	"context"
	"fmt"
	"time"
)

// OrderRef identifies a document of any company.
type OrderRef struct{ CompanyID, ID string }

// expiredDrafts is the statement for one company. Its constants are those of the partial index orders_open_drafts, so that the sweep
// reads only the rows that it returns. SQLite uses the index only if the statement names it.
const expiredDrafts = `SELECT id FROM orders%s WHERE company_id = ? AND status = 'draft' AND kind = 'order' AND origin = 'W' AND paid = 0
	AND placed_at <= ? ORDER BY placed_at LIMIT ?`

// ExpiredDrafts returns draft web orders that were not checked out within their company's time. It leaves out orders
// with a payment, even a refunded one, unless the payment was taken back.
func (s System) ExpiredDrafts(ctx context.Context, now time.Time, limit int) ([]OrderRef, error) {
	var policies []struct {
		ID               string
		DraftExpiryHours int
	}
	err := s.store.read.WithContext(ctx).Raw("SELECT id, draft_expiry_hours FROM companies WHERE draft_expiry_hours IS NOT NULL").Scan(&policies).Error
	if err != nil {
		return nil, translate(err)
	}
	var refs []OrderRef
	for _, p := range policies {
		var ids []string
		err := s.store.read.WithContext(ctx).Raw(fmt.Sprintf(expiredDrafts, s.store.openDrafts),
			p.ID, now.Add(-time.Duration(p.DraftExpiryHours)*time.Hour), limit).Scan(&ids).Error
		if err != nil {
			return nil, translate(err)
		}
		for _, id := range ids {
			refs = append(refs, OrderRef{p.ID, id})
		}
	}
	return refs, nil
}
