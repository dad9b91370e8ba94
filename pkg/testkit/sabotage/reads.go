package main

// Lists of lines, and the feed of events.
var readRows = []sabotage{
	{
		name: "lines of another version than their document",
		cuts: []cut{{"pkg/store/orderlines.go", "if o.Version != l.OrderVersion {", "if o.Version > l.OrderVersion {"}},
		pkg:  "./pkg/store", run: "TestLinesHaveTheVersionOfTheirDocument",
	},
	{
		name: "a document that moved is not read whole",
		cuts: []cut{{"pkg/store/linelist.go", " || f.positionOf(o).Value != from.Value {", " {"}},
		pkg:  "./pkg/store", run: "TestLinesInTheMiddleOfADocument",
	},
	{
		name: "a page of lines has no bound",
		cuts: []cut{{"pkg/store/orderlines.go", "all > most && n > 0 {", "all > 1000*most && n > 0 {"}},
		pkg:  "./pkg/store", run: "TestOrdersWithLines",
	},
	{
		name: "the feed is in the order of ids alone",
		cuts: []cut{
			{"pkg/store/migrations/postgres/00027_feed.sql", "SET DEFAULT event_pos(), ALTER COLUMN seq SET DEFAULT nextval('events_seq');", "SET DEFAULT nextval('events_seq'), ALTER COLUMN seq SET DEFAULT currval('events_seq');"},
			{"pkg/store/feed.go", `"pg_snapshot_xmin(pg_current_snapshot())::text::bigint"`, `"(SELECT last_value + 1 FROM events_seq)"`},
		},
		pkg: "./pkg/store", run: "TestFeedKeepsVersionsInOrder",
	},
	{
		name: "consumers of a feed in the order of ids alone",
		cuts: []cut{
			{"pkg/store/migrations/postgres/00027_feed.sql", "SET DEFAULT event_pos(), ALTER COLUMN seq SET DEFAULT nextval('events_seq');", "SET DEFAULT nextval('events_seq'), ALTER COLUMN seq SET DEFAULT currval('events_seq');"},
			{"pkg/store/feed.go", `"pg_snapshot_xmin(pg_current_snapshot())::text::bigint"`, `"(SELECT last_value + 1 FROM events_seq)"`},
		},
		pkg: "./cmd/orderdesk", run: "TestLong_ConsumersMissNothing/postgres",
	},
	{
		name: "the last events are looked for without an index",
		cuts: []cut{{"pkg/store/feed.go", "WHERE e.company_id = c.id AND e.pos IS NOT NULL)", "WHERE e.company_id = c.id)"}},
		pkg:  "./pkg/store", run: "TestPlansOfTheFeedAndItsConsumers",
	},
	{
		name: "the feed is in the order of transactions, and versions turn round",
		cuts: []cut{{"pkg/store/migrations/postgres/00027_feed.sql", "greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)", "pg_current_xact_id()::text::bigint"}},
		pkg:  "./pkg/store", run: "TestFeedKeepsVersionsInOrder",
	},
	{
		name: "the feed hides the last event until another is written",
		cuts: []cut{{"pkg/store/migrations/postgres/00027_feed.sql", "(pg_current_snapshot())::text::bigint - 1);", "(pg_current_snapshot())::text::bigint);"}},
		pkg:  "./pkg/store", run: "TestFeedShowsWhatIsCommitted",
	},
	{
		name: "the feed does not wait for open transactions",
		cuts: []cut{{"pkg/store/feed.go", "\"pg_snapshot_xmin(", "\"1 + pg_snapshot_xmax("}},
		pkg:  "./pkg/store", run: "TestFeedKeepsVersionsInOrder",
	},
	{
		name: "a restored feed goes on below its old events",
		cuts: []cut{{"pkg/store/feed.go", "max(0, origin.Last+1-origin.Next)", "max(0, origin.Last-origin.Last)"}},
		pkg:  "./pkg/store", run: "TestRenewFeed",
	},
	{
		name: "a range of old days is not read by days",
		cuts: []cut{{"pkg/store/keyset/daily.go", "	if p.byDay {\n", "	if p.byDay || !p.byDay {\n"}},
		pkg:  "./pkg/store", run: "TestPagesOfRangesAreFull",
	},
	{
		name: "a count of a range examines rows outside of it",
		cuts: []cut{{"pkg/store/keyset/reading.go", "return p.ranged && !than.ranged", "return false"}},
		pkg:  "./pkg/store", run: "TestPagesOfRangesAreFull",
	},
	{
		name: "the rows of a range far away are not sorted",
		cuts: []cut{{"pkg/store/keyset/page.go", "if p.ranged && p.index != walk.index", "if p.byDay && p.index != walk.index"}},
		pkg:  "./pkg/store", run: "TestPagesOfRangesAreFull",
	},
	{
		name: "a list by days does not hop over those without rows of a range",
		cuts: []cut{{"pkg/store/keyset/hop.go", "if walk.whole && h.sort", "if walk.byDay && h.sort"}},
		pkg:  "./pkg/store", run: "TestPagesOfRangesAreFull",
	},
	{
		name: "a range of days does not bound another column",
		cuts: []cut{{"pkg/store/keyset/page.go", "	if !walk.whole {\n", "	if !walk.byDay {\n"}},
		pkg:  "./pkg/store", run: "TestPagesOfRangesAreFull",
	},
	{
		name: "PostgreSQL plans each day of a range",
		cuts: []cut{{"pkg/store/keyset/daily.go", "; !sure || l.compound {", "; sure || !sure {"}},
		pkg:  "./pkg/store", run: "TestLongRangesHaveShortPlans",
	},
	{
		name: "a new index of SQLite has no statistics",
		cuts: []cut{{"pkg/store/sqlite.go", ", settle: analyzeNewIndexes}", "}"}},
		pkg:  "./pkg/store", run: "TestNewIndexesAreAnalyzed",
	},
	{
		name: "counts of facets have no limit for the whole",
		cuts: []cut{{"pkg/store/keyset/facet.go", "LIMIT %d) c GROUP BY k\", b.Counted)", "LIMIT %d) c GROUP BY k\", 100*b.Counted)"}},
		pkg:  "./pkg/store/keyset", run: "TestFacetsOfManyRowsAreBounded",
	},
	{
		name: "a count of a facet that the limit ended is exact",
		cuts: []cut{{"pkg/store/keyset/facet.go", "(k < last || all < b.Counted)", "(k <= last || all < b.Counted)"}},
		pkg:  "./pkg/store/keyset", run: "TestFacetsOfManyRowsAreBounded",
	},
	{
		name: "one pass for all facets applies a filter to its own facet",
		cuts: []cut{{"pkg/store/keyset/facetpass.go", "		facet.Any(&without)\n", ""}},
		pkg:  "./pkg/store/keyset", run: "TestFacetsLeaveTheirOwnFilterOut",
	},
	{
		name: "a reader of SQLite waits for the writer",
		cuts: []cut{{"pkg/store/sqlite.go", "	newest, err := newestOfSQLite(ctx, reader.QueryRowContext, newestChange, t.company)\n",
			"	if tx, err := t.store.db.BeginTx(ctx, nil); err == nil {\n		defer func() { _ = tx.Rollback() }()\n	}\n	newest, err := newestOfSQLite(ctx, reader.QueryRowContext, newestChange, t.company)\n"}},
		pkg: "./api", run: "TestReadsDoNotWaitForAWriter",
	},
	{
		name: "SQLite sorts what branches read",
		cuts: []cut{{"pkg/store/keyset/sql.go", "if l.compound && c.order != \"\" {", "if l.compound && c.order == \"none\" {"}},
		pkg:  "./pkg/store", run: "TestLong_PlansOnSQLite",
	},
	{
		name: "the server takes every status for the one that all orders have",
		cuts: []cut{
			{"pkg/store/migrations/postgres/00047_distinct_values.sql", "ALTER COLUMN status SET (n_distinct = 6)", "ALTER COLUMN status SET STATISTICS 100"},
			{"pkg/store/migrations/postgres/00047_distinct_values.sql", "ALTER COLUMN origin SET (n_distinct = 4)", "ALTER COLUMN origin SET STATISTICS 100"},
		},
		pkg: "./pkg/testkit/shards", run: "TestLong_SmallCompanyBesideABigOne",
	},
	{
		name: "the server expects few customers of every company",
		cuts: []cut{{"pkg/store/migrations/postgres/00047_distinct_values.sql", "ALTER TABLE customers ALTER COLUMN company_id SET (n_distinct = 10);\n", ""}},
		pkg:  "./pkg/testkit/shards", run: "TestLong_SmallCompanyBesideABigOne",
	},
	{
		name: "statistics keep what they knew before a migration",
		cuts: []cut{{"pkg/store/postgres.go", ", settle: analyzeDistinct}", "}"}},
		pkg:  "./pkg/store", run: "TestMigratingRenewsStatistics",
	},
	{
		name: "a count looks into another table for every row",
		cuts: []cut{{"pkg/store/keyset/count.go", "const mostLooked = 2_000", "const mostLooked = 20_000"}},
		pkg:  "./pkg/store/keyset", run: "TestCountLooksForFewWeights",
	},
	{
		name: "every order is taken for one whose lines are on hand",
		cuts: []cut{{"pkg/store/linefilter.go", "(d.billed_from_id IS NULL AND NOT (d.kind = 'prebook'))", "(NOT (d.kind = 'prebook'))"}},
		pkg:  "./pkg/store", run: "TestLong_LinesAgainstTheOracle",
	},
	{
		name: "the row where a range ends is judged by the columns of a list",
		cuts: []cut{{"pkg/store/keyset/daily.go", `AS examined FROM %s d", b.Examined, l.table)`, `AS examined FROM (SELECT id, company_id, placed_at FROM %s) d", b.Examined, l.table)`}},
		pkg:  "./pkg/store", run: "TestRangesEndAtAnyFilter",
	},
	{
		name: "a page ends where its first part does",
		cuts: []cut{{"pkg/store/keyset/fill.go", "ahead != nil && len(page.Rows) < limit", "ahead != nil && len(page.Rows) > limit"}},
		pkg:  "./pkg/store/keyset", run: "TestWalkMeetsEveryRowOnce",
	},
	{
		name: "a page of lines ends where its first part does",
		cuts: []cut{{"pkg/store/linelist.go", "keyset.FillWithin(ctx, b.Fill)", "keyset.FillWithin(ctx, 0*b.Fill)"}},
		pkg:  "./pkg/store", run: "TestLong_LinesAgainstTheOracle",
	},
	{
		name: "each page that another is made of has the whole time",
		cuts: []cut{{"pkg/store/keyset/fill.go", "ctx.Value(fillKey{}) != nil", "ctx.Value(fillKey{}) != nil && within == 0"}},
		pkg:  "./pkg/store/keyset", run: "TestInnerPagesShareTheTime",
	},
	{
		name: "the common characters are compressed for each PDF",
		cuts: []cut{{"pkg/document/pdfwriter/font.go", "			used = new(*shared)\n", "			used = newFont(font)\n"}},
		pkg:  "./pkg/document/pdfwriter", run: "TestCommonCharacters",
	},
	{
		name: "few far rows are gathered only after a long walk",
		cuts: []cut{{"pkg/store/keyset/page.go", "		case 1:\n", "		case longWalk + 1:\n"}},
		pkg:  "./pkg/store", run: "TestFarRowsAreGathered",
	},
	{
		name: "a page walks to far rows, however few they are",
		cuts: []cut{{"pkg/store/keyset/page.go", "			part.Few, part.Sorted = b.Many, b.Many\n", "			part.Few, part.Sorted = b.Few, b.Sorted\n"}},
		pkg:  "./pkg/store", run: "TestFarRowsAreGathered",
	},
}
