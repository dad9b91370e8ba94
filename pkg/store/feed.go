package store

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// FeedPosition is a place in the feed of events.
type FeedPosition = order.FeedPosition

// FeedEvent is an event with what its readers need to know of its document.
type FeedEvent struct {
	order.Event
	OrderKind     order.Kind
	OrderNumber   string
	OrderOwner    string // the subject of the storefront that placed it
	OrderCurrency string
}

// Document returns the event's document, as far as the feed knows it.
func (e *FeedEvent) Document() order.Order {
	return order.Order{CompanyID: e.CompanyID, ID: e.OrderID, Kind: e.OrderKind, Number: e.OrderNumber, OwnerSub: e.OrderOwner, Currency: e.OrderCurrency}
}

// FeedState says how far the feed can be read.
type FeedState struct {
	ID    string // of the feed; a position is only valid in the feed that it comes from
	Until int64  // no event will ever be added with a lower Pos
}

// End is the place behind everything that can be read.
func (s FeedState) End() FeedPosition { return FeedPosition{Pos: s.Until - 1, Seq: math.MaxInt64} }

// feedDialect is how a database orders the feed.
type feedDialect struct {
	next  string // the lowest Pos of an event that is added now, less the base
	until string // see FeedState.Until; less the base
	home  string // names the database; a restored copy has another name

	hiddenHome string // the home, if the server does not tell its timeline
	lock       string // waits for open writes of events and keeps others out until the transaction ends; empty if a transaction does that
	news       string // see System.FeedNews
	held       string // see System.FeedHeld, in seconds
}

// Feed returns how far the feed can be read now.
//
// Read it before the events. What is below Until then stays as it is, whatever is committed in between.
func (s System) Feed(ctx context.Context) (FeedState, error) {
	var state FeedState
	err := s.store.read.WithContext(ctx).Raw("SELECT id, base + " + s.store.feed.until + " AS until FROM event_feeds").Scan(&state).Error
	return state, translate(err)
}

// FeedQuery selects events of the feed.
type FeedQuery struct {
	After   FeedPosition
	Until   int64  // a FeedState's
	OrderID string // only of this document; empty: of all
	Limit   int
}

const feedRows = `SELECT e.*, o.kind AS order_kind, o.number AS order_number, o.owner_sub AS order_owner, o.currency AS order_currency
	FROM page e LEFT JOIN orders o ON o.company_id = e.company_id AND o.id = e.order_id ORDER BY e.pos, e.seq`

// A subquery that is MATERIALIZED makes both databases find the events of a document by its own index, and read a page before they join.
var (
	feedPage = `WITH page AS MATERIALIZED (SELECT ` + eventColumns + ` FROM events WHERE company_id = ? AND pos >= ? AND (pos, seq) > (?, ?) AND pos < ? ORDER BY pos, seq LIMIT ?) ` + feedRows

	feedOfOrder = `WITH mine AS MATERIALIZED (SELECT ` + eventColumns + ` FROM events WHERE company_id = ? AND order_id = ?),
		page AS MATERIALIZED (SELECT * FROM mine WHERE (pos, seq) > (?, ?) AND pos < ? ORDER BY pos, seq LIMIT ?) ` + feedRows
)

// Feed returns the events after a position, in the order of the feed.
func (r reader) Feed(ctx context.Context, q FeedQuery) ([]FeedEvent, error) {
	text, args := feedPage, []any{r.company, q.After.Pos, q.After.Pos, q.After.Seq, q.Until, q.Limit}
	if q.OrderID != "" {
		text, args = feedOfOrder, []any{r.company, q.OrderID, q.After.Pos, q.After.Seq, q.Until, q.Limit}
	}
	var events []FeedEvent
	err := rowscan.Scan(r.in(ctx), &events, text, args...)
	return events, translate(err)
}

// FeedMark is how far somebody has read the feed of a company.
type FeedMark struct {
	CompanyID string `json:"company_id"`
	Pos       int64  `json:"pos"`
	Seq       int64  `json:"seq"`
}

// FeedNews is what a company has behind a mark: the lowest and the highest Pos of its events.
type FeedNews struct {
	CompanyID string
	First     int64
	Last      int64
}

// FeedNews returns the companies that have events behind their marks. It includes events that cannot be read yet.
func (s System) FeedNews(ctx context.Context, marks []FeedMark) ([]FeedNews, error) {
	text, err := jsonText(marks)
	if err != nil {
		return nil, err
	}
	var news []FeedNews
	err = s.store.read.WithContext(ctx).Raw(s.store.feed.news, text).Scan(&news).Error
	return news, translate(err)
}

// newsOf is the statement of FeedNews. marks selects the columns of the marks from one JSON argument.
func newsOf(marks string) string {
	const behind = " FROM events e WHERE e.company_id = m.company_id AND e.pos >= m.pos AND (e.pos, e.seq) > (m.pos, m.seq))"
	return `SELECT * FROM (SELECT m.company_id, (SELECT min(e.pos)` + behind + ` AS first, (SELECT max(e.pos)` + behind + ` AS last FROM ` + marks + `) n WHERE first IS NOT NULL`
}

// FeedHeld returns for how long the oldest open transaction that has written holds the feed back. It does not see transactions of
// other database roles, unless ours is a member of pg_read_all_stats.
func (s System) FeedHeld(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := s.store.read.WithContext(ctx).Raw(s.store.feed.held).Scan(&seconds).Error
	return time.Duration(max(0, seconds) * float64(time.Second)), translate(err)
}

// RenewFeed makes the feed continue in this database. It reports whether a new feed has begun. Where the feed is not at home, it must run
// before a process writes. Where it is, RenewFeed only finds events that somebody has copied into this database, and may run a moment
// later: events that are written meanwhile may come before those.
//
// After a dump is restored into another database, the ids of transactions begin again. New events would come before old
// ones, and before positions that were given to readers. So the base is raised above every event, and the feed gets a
// new id, which makes the old positions invalid.
func (s System) RenewFeed(ctx context.Context) (renewed bool, err error) {
	origin, err := s.store.feedOrigin(ctx, s.store.db)
	if err != nil || origin.current() {
		return false, translate(err)
	}
	tx, err := s.store.db.BeginTx(ctx, nil)
	if err != nil {
		return false, translate(err)
	}
	defer func() { _ = tx.Rollback() }()
	if lock := s.store.feed.lock; lock != "" {
		if _, err := tx.ExecContext(ctx, lock); err != nil {
			return false, translate(err)
		}
	}
	origin, err = s.store.feedOrigin(ctx, tx) // another process may have renewed it
	if err != nil || origin.current() {
		return false, translate(err)
	}
	renewed = origin.Home != "" || origin.ahead()
	statement, args := "UPDATE event_feeds SET home = $1, base = base + $2", []any{origin.Here, max(0, origin.Last+1-origin.Next)}
	if renewed {
		statement, args = statement+", id = $3", append(args, uuid.NewString())
	}
	if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
		return false, translate(err)
	}
	return renewed, translate(tx.Commit())
}

// FeedAtHome reports whether the feed is in the database that it began in. It compares the identifiers of server and database. RenewFeed
// also finds events that were copied into that database, and reads the last event of each company for that.
func (s System) FeedAtHome(ctx context.Context) (home bool, err error) {
	if s.store.feed.hiddenHome == "" { // a file has no identifier
		return false, nil
	}
	err = s.store.timelines.read(ctx, func(wanted bool) error {
		if !wanted {
			return nil
		}
		return s.store.db.QueryRowContext(ctx, "SELECT home = "+s.store.feed.home+" FROM event_feeds").Scan(&home)
	})
	return home, translate(err)
}

// feedOrigin compares the feed with the database that it is in.
type feedOrigin struct {
	Home string // the database that it began in; empty at first
	Here string // this database
	Next int64  // no event that is added now gets a lower Pos
	Last int64  // the highest Pos
}

func (o feedOrigin) ahead() bool   { return o.Last >= o.Next }
func (o feedOrigin) current() bool { return o.Home == o.Here && !o.ahead() }

// feedOrigin reads the last event of each company, because the index of the feed begins with the company.
func (s *Store) feedOrigin(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (o feedOrigin, err error) {
	err = s.timelines.read(ctx, func(wanted bool) error {
		home := s.feed.hiddenHome
		if wanted {
			home = s.feed.home
		}
		return db.QueryRowContext(ctx, "SELECT home, "+home+", base + "+s.feed.next+`,
			coalesce((SELECT max(pos) FROM (SELECT (SELECT max(e.pos) FROM events e WHERE e.company_id = c.id AND e.pos IS NOT NULL) AS pos FROM companies c) l), 0) FROM event_feeds`).
			Scan(&o.Home, &o.Here, &o.Next, &o.Last)
	})
	return o, err
}

// postgresFeed orders by the ids of transactions (see the migration). An open transaction holds the feed back from its first
// write on, in whatever database of the server it is. One that only reads does not.
//
// The home is the server, its timeline, which a failover and a recovery change, the database and the table. A server that does not
// tell the first two has the others alone.
var postgresFeed = feedDialect{
	next:       "pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
	until:      "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
	home:       `(SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || ` + tableOfFeed,
	hiddenHome: `'//' || ` + tableOfFeed,
	lock:       "LOCK TABLE events, event_feeds IN SHARE ROW EXCLUSIVE MODE",
	held: `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - began)), 0)::float8 FROM (
		SELECT xact_start AS began FROM pg_stat_activity WHERE backend_xid IS NOT NULL UNION ALL SELECT prepared FROM pg_prepared_xacts) w`,
	news: newsOf("json_to_recordset(?) AS m(company_id uuid, pos bigint, seq bigint)"),
}

const tableOfFeed = `(SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || 'events'::regclass::oid`

// sqliteFeed orders by the rows. There is one writer, so no event appears before one that is visible.
var sqliteFeed = feedDialect{
	next:  "(SELECT coalesce(max(rowid), 0) + 1 FROM events)",
	until: "(SELECT coalesce(max(rowid), 0) + 1 FROM events)",
	home:  "'file'", // no function of SQLite is refused
	held:  "SELECT 0.0",
	news:  newsOf(`(SELECT json_extract(value, '$.company_id') AS company_id, json_extract(value, '$.pos') AS pos, json_extract(value, '$.seq') AS seq FROM json_each(?)) m`),
}
