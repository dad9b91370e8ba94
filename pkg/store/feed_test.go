package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

// versionOf is the event of a version of the shop's first document.
func (sh *shop) versionOf(version int) order.Event {
	return order.Event{CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[0].ID, Version: &version, Type: order.EventEdited, At: storetest.Noon}
}

func (sh *shop) record(t testing.TB, s *store.Store, versions ...int) {
	sh.write(t, s, func(tx *store.Tx) error {
		var events []order.Event
		for _, v := range versions {
			events = append(events, sh.versionOf(v))
		}
		return tx.Record(events)
	})
}

// follow reads the feed behind the position. It returns the versions, and the end.
func (sh *shop) follow(t testing.TB, s *store.Store, after store.FeedPosition) ([]int, store.FeedPosition) {
	t.Helper()
	state, err := s.System().Feed(t.Context())
	require.NoError(t, err)
	events, err := s.For(sh.id).Feed(t.Context(), store.FeedQuery{After: after, Until: state.Until, Limit: 100})
	require.NoError(t, err)
	versions := []int{}
	for i := range events {
		require.Equal(t, sh.docs[0].Number, events[i].OrderNumber)
		require.True(t, after.Before(events[i].Position()))
		after = events[i].Position()
		versions = append(versions, *events[i].Version)
	}
	return versions, state.End()
}

func feedShop(t testing.TB, s *store.Store) *shop {
	sh := newShop(t, s, 1, 1)
	sh.add(t, s, 1)
	return sh
}

// An event can be read as soon as it is committed, although no other transaction follows.
func TestFeedShowsWhatIsCommitted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := feedShop(t, s)
		_, begin := sh.follow(t, s, store.FeedPosition{})
		at := begin
		for version := 1; version <= 3; version++ {
			sh.write(t, s, func(tx *store.Tx) error {
				claimed := claim(t, tx, sh.uuid())
				if s.Name() == "postgres" { // another transaction ends between the first statement of this one and its event
					sh.write(t, s, func(tx *store.Tx) error { claim(t, tx, sh.uuid()); return nil })
				}
				require.True(t, claimed)
				return tx.Record([]order.Event{sh.versionOf(version)})
			})
			var seen []int
			seen, at = sh.follow(t, s, at)
			require.Equal(t, []int{version}, seen)
		}
		sh.record(t, s, 4, 5, 6)
		all, _ := sh.follow(t, s, begin)
		require.Equal(t, []int{1, 2, 3, 4, 5, 6}, all)
	})
}

// claim takes a key, as most writes do first. The transaction has its id from then on.
func claim(t testing.TB, tx *store.Tx, key string) bool {
	t.Helper()
	fresh, err := tx.ClaimKey(t.Context(), store.Key{Subject: "s", Operation: "o", Key: key}, []byte{}, storetest.Noon, storetest.Noon)
	require.NoError(t, err)
	return fresh
}

// A transaction that began earlier and writes the later version neither turns versions round nor appears behind a reader.
func TestFeedKeepsVersionsInOrder(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	sh := feedShop(t, s)
	_, begin := sh.follow(t, s, store.FeedPosition{})
	at, seen := begin, []int(nil)
	read := func() {
		var more []int
		more, at = sh.follow(t, s, at)
		seen = append(seen, more...)
	}
	sh.write(t, s, func(slow *store.Tx) error {
		claim(t, slow, "slow") // the slow transaction has the lower id
		sh.record(t, s, 1)
		read()
		require.Empty(t, seen, "what an open transaction may still add comes before it")
		return slow.Record([]order.Event{sh.versionOf(2)})
	})
	read()
	require.Equal(t, []int{1, 2}, seen)

	// A writer whose event has been written, but not yet committed.
	sh.write(t, s, func(slow *store.Tx) error {
		require.NoError(t, slow.Record([]order.Event{sh.versionOf(3)}))
		require.NoError(t, slow.Flush(t.Context()))
		other := order.Event{CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[0].ID, Type: order.EventEmailSent, At: storetest.Noon}
		sh.write(t, s, func(tx *store.Tx) error { return tx.Record([]order.Event{other}) })
		read()
		require.Equal(t, []int{1, 2}, seen)
		return nil
	})
	events, err := s.For(sh.id).Feed(t.Context(), store.FeedQuery{After: at, Until: at.Pos + 100, Limit: 10})
	require.NoError(t, err)
	require.Len(t, events, 2, "none of them is behind the reader")
}

// A transaction that only reads, such as a backup's, does not hold the feed back.
func TestReadersDoNotHoldTheFeedBack(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	sh := feedShop(t, s)
	_, at := sh.follow(t, s, store.FeedPosition{})
	sh.write(t, s, func(reader *store.Tx) error {
		_, err := reader.Order(t.Context(), sh.docs[0].ID)
		require.NoError(t, err)
		sh.record(t, s, 1)
		seen, _ := sh.follow(t, s, at)
		require.Equal(t, []int{1}, seen)
		return nil
	})
}

// A feed whose positions are ahead of the database, as after a restore, begins again above them with another id.
func TestRenewFeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := feedShop(t, s)
		renew := func() bool {
			renewed, err := s.System().RenewFeed(t.Context())
			require.NoError(t, err)
			return renewed
		}
		atHome := func() bool {
			at, err := s.System().FeedAtHome(t.Context())
			require.NoError(t, err)
			return at
		}
		tells := s.Name() == "postgres" // a file does not
		require.False(t, atHome(), "it has not begun")
		require.False(t, renew(), "it begins here")
		require.Equal(t, tells, atHome())
		sh.record(t, s, 1, 2)
		before, err := s.System().Feed(t.Context())
		require.NoError(t, err)
		require.False(t, renew())
		s.Write(t, "UPDATE events SET pos = pos + 1000000")
		require.True(t, renew())
		require.False(t, renew(), "once")
		after, err := s.System().Feed(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, before.ID, after.ID)
		sh.record(t, s, 3)
		all, _ := sh.follow(t, s, store.FeedPosition{})
		require.Equal(t, []int{1, 2, 3}, all, "the new event is behind the old ones, and all can be read")

		s.Write(t, "UPDATE event_feeds SET home = 'elsewhere'")
		require.False(t, atHome())
		require.True(t, renew(), "it was restored into another database, which is ahead")
	})
}

// The feed begins with the migration. Events from before it have no place in the feed.
func TestFeedBeginsAtTheMigration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := feedShop(t, s)
		sh.record(t, s, 1)
		storetest.MigrateDownTo(t, s, 26)
		_, err := s.Migrate(t.Context())
		require.NoError(t, err)
		seen, at := sh.follow(t, s, store.FeedPosition{})
		require.Empty(t, seen)
		sh.record(t, s, 2)
		seen, _ = sh.follow(t, s, at)
		require.Equal(t, []int{2}, seen)
	})
}

// The news of the poller are those of each company.
func TestFeedNews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := feedShop(t, s), newShop(t, s, 2, 1)
		a.record(t, s, 1)
		state, err := s.System().Feed(t.Context())
		require.NoError(t, err)
		mark := func(sh *shop, at store.FeedPosition) store.FeedMark {
			return store.FeedMark{CompanyID: sh.id, Pos: at.Pos, Seq: at.Seq}
		}
		news, err := s.System().FeedNews(t.Context(), []store.FeedMark{mark(a, store.FeedPosition{}), mark(b, store.FeedPosition{})})
		require.NoError(t, err)
		require.Len(t, news, 1)
		require.Equal(t, a.id, news[0].CompanyID)
		require.Less(t, news[0].Last, state.Until)
		news, err = s.System().FeedNews(t.Context(), []store.FeedMark{mark(a, state.End()), mark(b, state.End())})
		require.NoError(t, err)
		require.Empty(t, news)
		if s.Name() == "postgres" {
			a.write(t, s, func(slow *store.Tx) error {
				claim(t, slow, "slow")
				a.record(t, s, 2)
				open, err := s.System().Feed(t.Context())
				require.NoError(t, err)
				news, err = s.System().FeedNews(t.Context(), []store.FeedMark{mark(a, state.End())})
				require.NoError(t, err)
				require.Len(t, news, 1)
				require.GreaterOrEqual(t, news[0].Last, open.Until, "it is hidden")
				return nil
			})
		}
	})
}

// The listeners of a commit hear of it, and not of a rollback or of a commit without events.
func TestOnRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := feedShop(t, s)
		var heard []string
		s.OnRecord(func(company string) { heard = append(heard, company) })
		sh.write(t, s, func(tx *store.Tx) error { claim(t, tx, "k"); return nil })
		_, err := store.InTx(context.Background(), s.For(sh.id), func(tx *store.Tx) (struct{}, error) {
			require.NoError(t, tx.Record([]order.Event{sh.versionOf(1)}))
			return struct{}{}, context.Canceled
		})
		require.Error(t, err)
		require.Empty(t, heard)
		sh.record(t, s, 1)
		require.Equal(t, []string{sh.id}, heard)
	})
}

// Only a transaction that has written holds the feed back, also a prepared one, for as long as it is open.
func TestFeedHeld(t *testing.T) {
	lite := storetest.Open(t, storetest.SQLite(t), store.Options{})
	held, err := lite.System().FeedHeld(t.Context())
	require.NoError(t, err)
	require.Zero(t, held, "there is one writer")

	pgtest.Need(t)
	server, err := pgtest.Start(t.Context(), slog.New(slog.DiscardHandler), "max_prepared_transactions=2") // nobody else holds its feeds back
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	s := storetest.Open(t, server.URL, store.Options{})
	db := s.DB(t)
	run := func(tx *sql.Tx, text string) {
		t.Helper()
		_, err := tx.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	heldFor := func() time.Duration {
		t.Helper()
		held, err := s.System().FeedHeld(t.Context())
		require.NoError(t, err)
		return held
	}
	reads, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	require.NoError(t, err)
	run(reads, "SELECT count(*) FROM pg_class")
	require.Zero(t, heldFor(), "a backup only reads")
	began := time.Now()
	writes, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	run(writes, "SELECT pg_current_xact_id()")
	require.Eventually(t, func() bool { return heldFor() > 200*time.Millisecond }, 30*time.Second, 20*time.Millisecond)
	require.LessOrEqual(t, heldFor(), time.Since(began))
	require.NoError(t, writes.Rollback())
	require.Zero(t, heldFor())
	require.NoError(t, reads.Rollback())

	prepared, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer prepared.Close()
	for _, text := range []string{"BEGIN", "SELECT pg_current_xact_id()", "PREPARE TRANSACTION 'forgotten'"} {
		_, err := prepared.ExecContext(t.Context(), text)
		require.NoError(t, err, text)
	}
	require.Positive(t, heldFor())
	_, err = prepared.ExecContext(t.Context(), "ROLLBACK PREPARED 'forgotten'")
	require.NoError(t, err)
	require.Zero(t, heldFor())
}
