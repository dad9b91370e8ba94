package desk

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// DocumentLine is a line in a list, with its document.
type DocumentLine = store.DocumentLine

// LinePage is one page of lines.
type LinePage struct {
	store.LinePage
	Total       *int
	TotalExact  *bool
	SyncedUntil *time.Time // no later commit has an earlier updated_at
}

// Lines returns one page of the lines of the documents that match the filter and that the caller may see. Of the extras it reads
// Count and Synced.
func (s *Service) Lines(ctx context.Context, who auth.Actor, f OrderFilter, extras Extras) (LinePage, error) {
	var page LinePage
	err := limitToVisible(who, &f)
	if err != nil {
		return page, err
	}
	tenant := s.store.For(who.CompanyID)
	if page.SyncedUntil, err = s.syncedUntil(ctx, tenant, extras); err != nil {
		return page, err
	}
	if page.LinePage, err = tenant.Lines(ctx, f); err != nil || !extras.Count {
		return page, err
	}
	n, exact, err := tenant.CountLines(ctx, f)
	page.Total, page.TotalExact = &n, &exact
	return page, err
}
