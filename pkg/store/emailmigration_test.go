package store_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
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
			State: email.Sent, Delivery: email.Delivered, Deliveries: map[string]email.Report{"ann@rose.example": {Delivery: email.Delivered}},
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
		before, latest := read(), schemaNames(t, s)
		storetest.MigrateDownTo(t, s, 7)
		names := schemaNames(t, s)
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

// A recipient's delivery was one word once. Both directions of the migration keep what is known of it.
func TestWhatIsKnownOfRecipientsIsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 54, 2)
		docs := sh.add(t, s, 4)
		at := storetest.Noon.Add(time.Hour)
		made := func(reports map[string]email.Report) email.Email {
			return email.Email{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[0].ID, Kind: email.KindManual, Recipients: []string{"a@rose.example"},
				State: email.Sent, Deliveries: reports, NextAttemptAt: at, SentAt: &at, CreatedAt: at, UpdatedAt: at}
		}
		all := []email.Email{
			made(map[string]email.Report{
				"a.\"quoted\"@rose.example": {Delivery: email.Bounced, Reason: "550 no such user", At: &at},
				"b@rose.example":            {Delivery: email.Delivered, At: &at}, "c@rose.example": {Reason: "452 full", At: &at},
			}),
			made(map[string]email.Report{"d@rose.example": {Reason: "452 full", At: &at}}), made(map[string]email.Report{}), made(nil),
		}
		sh.write(t, s, func(tx *store.Tx) error { return tx.CreateEmails(all) })
		reports := func(i int) map[string]email.Report {
			e, found, err := s.For(sh.id).Email(ctx, all[i].ID)
			require.NoError(t, err)
			require.True(t, found)
			return e.Deliveries
		}
		require.Equal(t, all[0].Deliveries, reports(0))

		storetest.MigrateDownTo(t, s, 9)
		words := func(i int) map[string]string {
			var kept map[string]string
			require.NoError(t, json.Unmarshal([]byte(texts(t, s.DB(t), "SELECT deliveries FROM emails WHERE id = '"+all[i].ID+"'")[0]), &kept))
			return kept
		}
		require.Equal(t, map[string]string{"a.\"quoted\"@rose.example": "bounced", "b@rose.example": "delivered"}, words(0))
		require.Empty(t, words(1))
		require.Empty(t, words(2))
		require.Empty(t, words(3))

		for range 2 { // two processes of SQLite may start at once
			_, err := s.Migrate(ctx)
			require.NoError(t, err)
		}
		require.Equal(t, map[string]email.Report{"a.\"quoted\"@rose.example": {Delivery: email.Bounced}, "b@rose.example": {Delivery: email.Delivered}}, reports(0))
		for i := 1; i < 4; i++ {
			require.Empty(t, reports(i))
		}
	})
}

// An earlier version knows no acknowledgements. It keeps them as e-mails by staff and sends none of them again.
func TestAcknowledgementsOutliveTheWayBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 55, 2)
		docs := slices.CompactFunc(sh.add(t, s, 8), func(a, b order.Order) bool { return a.CheckoutID == b.CheckoutID })
		require.NotEqual(t, docs[0].CheckoutID, docs[1].CheckoutID)
		made := func(i int, state email.State) email.Email {
			return email.Email{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[i].ID, CheckoutID: &docs[i].CheckoutID, Kind: email.KindOrderReceived,
				Recipients: []string{"a@rose.example"}, State: state, NextAttemptAt: storetest.Noon, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
		}
		all := []email.Email{made(0, email.Sent), made(1, email.Queued)}
		sh.write(t, s, func(tx *store.Tx) error { return tx.CreateEmails(all) })
		_, err := store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
			return struct{}{}, tx.CreateEmails([]email.Email{made(0, email.Queued)})
		})
		require.ErrorIs(t, err, store.ErrStale, "one for a checkout")
		latest := schemaNames(t, s)

		storetest.MigrateDownTo(t, s, 19)
		require.Equal(t, []string{"manual failed", "manual sent"}, texts(t, s.DB(t), "SELECT kind || ' ' || state FROM emails ORDER BY state"))
		require.Error(t, s.TryForTest("UPDATE emails SET kind = 'order_received'"))
		_, err = s.Migrate(ctx)
		require.NoError(t, err)
		require.Equal(t, latest, schemaNames(t, s))
		require.NoError(t, s.TryForTest("UPDATE emails SET kind = 'order_received'"))
		require.Error(t, s.TryForTest("UPDATE emails SET kind = 'postcard'"))
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
