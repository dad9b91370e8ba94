package store

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// Page is one page of a list. Next and Prev are nil at the ends. A page may have fewer rows than its limit, even none, although
// there is a next one: see keyset.Bounds.Fill.
type Page[Row any] = keyset.Page[Row]

// Window selects a page of a list.
type Window = keyset.Window

// Position is a place in a list where a page begins or ends.
type Position = keyset.Position

// Sort is the order of a list.
type Sort = keyset.Sort

// SortKey names the column by which a list is sorted.
type SortKey = keyset.SortKey

// Tally is a count. It is exact up to 10,000. Beyond that, or if more than 10,000 rows would be examined, it is the
// count up to that point.
type Tally = keyset.Tally

// scope is the first column of every index of a list.
const scope = "company_id"

// page reads one page of a list of the company.
func page[F, R any](ctx context.Context, r reader, t *keyset.Table[F, R], f F, request keyset.Request) (keyset.Page[R], error) {
	p, err := t.Page(forCompany(ctx, r.company), r.lists(), r.company, f, request, keyset.PageBounds)
	return p, translate(err)
}

// keys returns the keys of the texts as arguments, without repeats.
func keys(texts []string, keyOf func(string) string) []any {
	folded := make([]string, len(texts))
	for i, text := range texts {
		folded[i] = keyOf(text)
	}
	keyset.Narrow(&folded, nil)
	return keyset.Texts(folded)
}

// search is the filter q. A text of marks alone has no key, which every text would begin with: it finds nothing.
func search[F any](query func(*F) string, branches func(companyID, text string) []keyset.Branch) keyset.Filter[F] {
	filter := keyset.Search("q", query, branches)
	filter.Narrow = func(f *F) bool {
		return query(f) == "" || keyset.Storable(query(f)) && canon.SearchKeyOf(query(f)) != ""
	}
	return filter
}

// SyncedUntil returns a time after which all later commits are stamped: every change of the company that was stamped
// before it is visible to a list that is read from now on. A list returns it as page.synced_until, and the client sends
// it as the next updated_since.
//
// Call it before the page is read, because a change that commits between the page and the answer would be in neither.
// In a walk over several pages the first page's value counts, because rows may change during the walk.
//
// It is the moment after the newest change that is committed, or earlier while transactions are open. No clock has to be
// right for that: a transaction that begins later sees that change, or a newer one, and Stamp gives it a later stamp.
//
// A zero time means that it is unknown (see settledPostgres).
func (t Tenant) SyncedUntil(ctx context.Context) (time.Time, error) {
	at, err := t.store.settled(onPrimary(ctx), t) // the open transactions are the primary's
	readAfresh(ctx)
	return at, err
}

// anyCase returns the values that lower(column) may have, on both databases. lower leaves letters beyond ASCII unchanged,
// so these need both cases.
func anyCase(texts []string) []any {
	var all []string
	for _, s := range texts {
		all = append(all, keyset.Lower(s), keyset.Lower(strings.ToUpper(s)), strings.ToLower(s))
	}
	keyset.Narrow(&all, nil)
	return keyset.Texts(all)
}
