package main

// The connections and the schema of the database, and the end of the process.
var databaseRows = []sabotage{
	{
		name: "a read-only session stays in the pool",
		cuts: []cut{{"pkg/store/postgres.go", "return err.Code != readOnlyTransaction", "return true"}},
		pkg:  "./pkg/store", run: "TestSessionsThatTurnReadOnly",
	},
	{
		name: "a read with an outdated plan fails",
		cuts: []cut{{"pkg/store/outdatedplan.go", "if outside && (outdatedPlan(err) || pgconn.SafeToRetry(err)) {", "if outside && pgconn.SafeToRetry(err) {"}},
		pkg:  "./pkg/store", run: "TestOutdatedPlans",
	},
	{
		name: "a transaction with an outdated plan is not repeated",
		cuts: []cut{{"pkg/store/errors.go", "errors.Is(err, ErrStale) || outdatedPlan(err) ||", "errors.Is(err, ErrStale) ||"}},
		pkg:  "./pkg/store", run: "TestOutdatedPlans",
	},
	{
		name: "statements read all columns",
		cuts: []cut{{"pkg/store/columns.go", `	return strings.Join(names, ", ")`, `	return prefix + "*" + strings.Repeat(names[0], 0)`}},
		pkg:  "./pkg/store", run: "TestOutdatedPlans",
	},
	{
		name: "a newer schema makes a program unready",
		cuts: []cut{{"pkg/store/migrate.go", "if program < oldest {", "if program < schema || program < oldest {"}},
		pkg:  "./pkg/store", run: "TestAnOlderProgramOnANewerSchema",
	},
	{
		name: "a program works on a schema that took something away",
		cuts: []cut{{"pkg/store/migrate.go", "if program < oldest {", "if program < oldest && false {"}},
		pkg:  "./pkg/store", run: "TestAnOlderProgramOnANewerSchema",
	},
	{
		name: "a restored copy of SQLite goes on with its feed",
		cuts: []cut{{"pkg/store/backup.go", "SET home = 'backup'", "SET home = home"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_BackupAndRestore",
	},
	{
		name: "a body that does not come is not answered",
		cuts: []cut{{"api/web/observe.go", "if gone.Err() != nil && !errors.Is(err, errLateBody) {", "if gone.Err() != nil {"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_SlowClients",
	},
	{
		name: "a server that loses acknowledged writes is not told of",
		cuts: []cut{{"pkg/store/session.go", `if value == "off" {`, `if value == "nothing" {`}},
		pkg:  "./pkg/store", run: "TestServersThatLoseWrites",
	},
	{
		name: "a migration holds requests up while it waits",
		cuts: []cut{{"pkg/store/migrate.go", "const lockWait = 250 * time.Millisecond", "const lockWait = 5 * time.Second"}},
		pkg:  "./pkg/store", run: "TestMigratingWaitsForLocks",
	},
	{
		name: "migrating waits for ever",
		cuts: []cut{{"pkg/store/migrate.go", "time.Since(began) > s.lockPatience", "time.Since(began) > 1000*s.lockPatience"}},
		pkg:  "./pkg/store", run: "TestMigratingWaitsForLocks",
	},
	{
		name: "numbers outlive a failover that lost them",
		cuts: []cut{{"pkg/store/numbers.go", "	if n.timeline != tx.opening.timeline {", "	if false {"},
			{"pkg/store/numbers.go", "	if errors.As(err, &pg) && pg.ConstraintName", "	if false && errors.As(err, &pg) && pg.ConstraintName"}},
		pkg: "./cmd/orderdesk", run: "TestLong_FailoverThatLosesWrites",
	},
	{
		name: "a number that another order has is not replaced",
		cuts: []cut{{"pkg/store/numbers.go", "	if errors.As(err, &pg) && pg.ConstraintName", "	if false && errors.As(err, &pg) && pg.ConstraintName"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_FailoverThatLosesWrites/the_timeline_is_hidden",
	},
	{
		name: "the feed goes on after a failover",
		cuts: []cut{{"cmd/orderdesk/service.go", "func() { go s.renewFeed(ctx) }", "func() { _ = s.renewFeed }"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_FailoverThatLosesWrites",
	},
	{
		name: "nobody looks for events from elsewhere after the start",
		pkg:  "./cmd/orderdesk", run: "TestEventsFromElsewhere",
		cuts: []cut{{"cmd/orderdesk/service.go", "			go s.renewFeed(ctx)\n", ""}},
	},
	{
		name: "sessions are compared where no pooler is",
		pkg:  "./pkg/store", run: "TestDirectSession",
		cuts: []cut{{"pkg/store/session.go", "direct = process == opened", "direct = process != opened"}},
	},
	{
		name: "the write-ahead log never shrinks",
		cuts: []cut{{"pkg/store/sqlitewal.go", `[]string{"PASSIVE", "TRUNCATE"}`, `[]string{"PASSIVE"}`}},
		pkg:  "./pkg/store", run: "TestWALShrinks",
	},
	{
		name: "a read-only session is taken",
		cuts: []cut{{"pkg/store/postgres.go", "c.pool.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite", "c.pool.ConnConfig.ValidateConnect = nil"}},
		pkg:  "./pkg/store", run: "TestSessionsThatTurnReadOnly",
	},
	{
		name: "pool_max_conns is overwritten",
		cuts: []cut{{"pkg/store/postgresaddress.go", `if !strings.Contains(address, "pool_max_conns=") {`, `if strings.Contains(address, "") {`}},
		pkg:  "./pkg/store", run: "TestPoolSizeIsTheOperators",
	},
	{
		name: "SIGHUP kills at once",
		cuts: []cut{{"cmd/orderdesk/main.go", "syscall.SIGTERM, syscall.SIGHUP", "syscall.SIGTERM"}},
		pkg:  "./cmd/orderdesk", run: "TestSIGHUPDrains",
	},
	{
		name: "a company may take every connection",
		cuts: []cut{{"pkg/store/bulkhead.go", `free > 0 && (h.company == "" || b.holders[h] < free)`, `free > 0`}},
		pkg:  "./api", run: "TestOneCompanyDoesNotStopTheOthers",
	},
	{
		name: "a company's lists may take every connection",
		cuts: []cut{{"pkg/store/list.go", "t.Page(forCompany(ctx, r.company), r.lists()", "t.Page(ctx, r.lists()"}},
		pkg:  "./pkg/store", run: "TestListsStayInTheShareOfTheirCompany",
	},
	{
		name: "writes may take every connection",
		cuts: []cut{{"pkg/store/bulkhead.go", "free -= max(b.used[other], b.reserved[other])", "free -= b.used[other]"}},
		pkg:  "./pkg/store", run: "TestShares",
	},
	{
		name: "a closed connection gets a buffer",
		cuts: []cut{{"pkg/store/writebuffer.go", "	if conn.IsClosed() {\n		return\n	}\n", ""}},
		pkg:  "./pkg/store", run: "TestClosedConnectionGetsNoBuffer",
	},
}
