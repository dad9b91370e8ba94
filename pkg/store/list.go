package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// Position is a place in a list: where a page begins or ends.
type Position = keyset.Position

// Sort is the order of a list.
type Sort = keyset.Sort

// SortKey is what a list may be sorted by.
type SortKey = keyset.SortKey

// Tally is a count. It is exact up to 10,000; beyond, and where more than 100,000 rows would be examined, it is what was
// counted until then.
type Tally = keyset.Tally

// scope is the column that every index of a list begins with.
const scope = "company_id"

// page reads one page of a list of the company.
func page[F, R any](ctx context.Context, r reader, t *keyset.Table[F, R], f F, request keyset.Request) (keyset.Page[R], error) {
	p, err := t.Page(ctx, r.db, r.company, f, request, keyset.PageBounds)
	return p, translate(err)
}

// keys are the texts' keys as arguments, each once.
func keys(texts []string) []any {
	folded := make([]string, len(texts))
	for i, text := range texts {
		folded[i] = company.KeyOf(text)
	}
	keyset.Narrow(&folded, nil)
	return keyset.Texts(folded)
}

// SyncedUntil is the moment behind which nothing appears any more: every change stamped before it is visible to a list
// read from now on. It is what a list's page.synced_until says, the next updated_since.
//
// Ask before the page is read: a change that commits between the page and the answer would be in neither. Of a walk over
// several pages the first one's counts, since rows may change behind the walk.
//
// The zero time says that nobody can tell (see settledPostgres).
//
// It relies on stamps being taken inside the transaction that writes them, which InTx's callbacks do.
func (t Tenant) SyncedUntil(ctx context.Context, now time.Time) (time.Time, error) {
	return t.store.settled(ctx, t.store, now)
}
