package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The table of e-mails was called letters once. Both directions of the migration keep the rows and rename every
// constraint and index.
func TestTheTableOfEmailsIsRenamedWithItsRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 53, 2)
		docs := sh.add(t, s, 4)
		first := storetest.Noon.Add(time.Second)
		sent := email.Email{
			CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[0].ID, CheckoutID: &docs[0].CheckoutID, Kind: email.KindOrderPlaced,
			Recipients: []string{"ann@rose.example"}, Cc: []string{"bob@rose.example"}, Subject: "Ünïcode", Message: "Hello.\n\nBye.",
			State: email.Sent, Delivery: email.Delivered, Deliveries: map[string]email.Delivery{"ann@rose.example": email.Delivered},
			Attempts: 3, UnknownAttempts: 1, NextAttemptAt: storetest.Noon, FirstAttemptAt: &first, ProviderID: "p1",
			RequestedBy: "who", RequestID: "r1", SentAt: &first, CreatedAt: storetest.Noon, UpdatedAt: first,
		}
		due := email.Email{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[1].ID, Kind: email.KindManual, Recipients: []string{"x@y.example"},
			State: email.Queued, NextAttemptAt: storetest.Noon, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
		sh.write(t, s, func(tx *store.Tx) error { return tx.CreateEmails([]email.Email{sent, due}) })
		read := func() []email.Email {
			var all []email.Email
			for _, id := range []string{sent.ID, due.ID} {
				e, found, err := s.For(sh.id).Email(ctx, id)
				require.NoError(t, err)
				require.True(t, found)
				all = append(all, e)
			}
			return all
		}
		latest := schemaNames(t, s)
		storetest.MigrateDownTo(t, s, 7)
		before, names := read(), schemaNames(t, s)
		require.Equal(t, sent.Deliveries, before[0].Deliveries)
		require.NotContains(t, strings.Join(names, " "), "letters")

		storetest.MigrateDownTo(t, s, 6)
		old := schemaNames(t, s)
		require.NotContains(t, strings.Join(old, " "), "emails")
		require.Len(t, old, len(names))
		require.Equal(t, []string{"queued", "sent"}, texts(t, s.DB(t), "SELECT state FROM letters"))
		require.Error(t, s.TryForTest("UPDATE letters SET kind = 'postcard'"))
		require.Error(t, s.TryForTest("UPDATE letters SET order_id = '"+sh.uuid()+"'"))

		n, err := s.Migrate(ctx)
		require.NoError(t, err)
		require.Positive(t, n)
		require.Equal(t, latest, schemaNames(t, s))
		require.Equal(t, before, read())
		again := sent
		again.ID = sh.uuid()
		_, err = store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.CreateEmails([]email.Email{again}) })
		require.ErrorIs(t, err, store.ErrStale, "one e-mail for a checkout")
	})
}

// schemaNames returns the names of all our tables, indexes and constraints.
func schemaNames(t *testing.T, s *store.Store) []string {
	t.Helper()
	query := "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
	if _, err := s.DB(t).Exec("SELECT 1 FROM sqlite_master"); err == nil {
		query = "SELECT name FROM sqlite_master"
	}
	return texts(t, s.DB(t), query)
}
