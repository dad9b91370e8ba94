package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// DocumentLine is a line in a list, with its document.
type DocumentLine = store.DocumentLine

// Lines returns one page of the lines of the documents that match the filter and that the caller may see. Of the extras it reads
// Count and Synced.
func (s *Service) Lines(ctx context.Context, who auth.Actor, f OrderFilter, extras Extras) (Page[DocumentLine], error) {
	if err := limitToVisible(who, &f); err != nil {
		return Page[DocumentLine]{}, err
	}
	tenant := s.store.For(who.CompanyID)
	return readPage(ctx, s, tenant, f, extras, tenant.Lines, tenant.CountLines)
}
