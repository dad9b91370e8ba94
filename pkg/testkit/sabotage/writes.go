package main

// Writes that must happen once, whole, and upon the version that the caller saw.
var writeRows = []sabotage{
	{
		name: "the version is not checked",
		cuts: []cut{{"pkg/store/order.go", `"company_id = ? AND id = ? AND version = ?", []any{tx.company, o.ID, was}`, `"company_id = ? AND id = ? AND version > ? - 999", []any{tx.company, o.ID, was}`}},
		pkg:  "./pkg/desk", run: "TestStoreRefusesStaleWritesAndSecondInvoices",
	},
	{
		name: "a write of a version that is gone is committed with what follows it",
		cuts: []cut{{"pkg/store/postgrestx.go", "	if !s.mustMatch {\n", "	if s.mustMatch || !s.mustMatch {\n"}},
		pkg:  "./pkg/store", run: "TestLastWritesAndCommitAreOne",
	},
	{
		name: "a write that was refused with COMMIT counts as unknown",
		cuts: []cut{{"pkg/store/postgrestx.go", "if notCommitted(err) {", "if notCommitted(err) && false {"}},
		pkg:  "./pkg/store", run: "TestLastWritesAndCommitAreOne",
	},
	{
		name: "a server that a pooler lost in COMMIT counts as one that did not commit",
		cuts: []cut{{"pkg/store/postgrestx.go", "errors.As(err, &pg) && !connectionLost(err) ||", "errors.As(err, &pg) ||"}},
		pkg:  "./pkg/store", run: "TestPoolerLosesTheServerInCommit",
	},
	{
		name: "a write that was refused with COMMIT costs its connection",
		cuts: []cut{{"pkg/store/postgrestx.go", "		_ = t.Rollback() // it closes the connection if it fails\n", ""}},
		pkg:  "./pkg/store", run: "TestRefusedLastWriteKeepsItsConnection",
	},
	{
		name: "any number of writes is part of the wait for COMMIT",
		cuts: []cut{{"pkg/store/tx.go", "return len(tx.queue) > mostWithCommit || ", "return "}},
		pkg:  "./pkg/store", run: "TestManyWritesAreNotPartOfCommit",
	},
	{
		name: "a write of any number of rows is part of the wait for COMMIT",
		cuts: []cut{{"pkg/store/tx.go", "bool { return s.unbounded })", "bool { return false && s.unbounded })"}},
		pkg:  "./pkg/store", run: "TestWritesOfManyRowsAreNotPartOfCommit",
	},
	{
		name: "a job that somebody else has taken is deleted as completed",
		cuts: []cut{
			{"pkg/store/postgres.go", "DELETE FROM river_job WHERE state = 'running' AND id", "DELETE FROM river_job WHERE id"},
			{"pkg/store/sqlite.go", "DELETE FROM river_job WHERE state = 'running' AND id", "DELETE FROM river_job WHERE id"},
		},
		pkg: "./pkg/store", run: "TestCompletedJobsAreDeleted",
	},
	{
		name: "a completed job stays",
		cuts: []cut{{"pkg/store/jobdriver.go", "if state == rivertype.JobStateCompleted {", "if state == \"\" {"}},
		pkg:  "./pkg/store", run: "TestCompletedJobsAreDeleted",
	},
	{
		name: "a panic while the last writes are sent ends the process",
		cuts: []cut{{"pkg/store/postgrestx.go", "	defer fault.CatchPanic(\"commit\", &err)\n", ""}, {"pkg/store/postgrestx.go", "\"github.com/orderdesk/orderdesk/pkg/fault\"", "_ \"github.com/orderdesk/orderdesk/pkg/fault\""}},
		pkg:  "./pkg/store", run: "TestPanicInLastWritesIsAnError",
	},
	{
		name: "two invoices for one order",
		cuts: []cut{
			{"pkg/store/migrations/sqlite/00001_schema.sql", "CREATE UNIQUE INDEX invoices_order ON", "CREATE INDEX invoices_order ON"},
			{"pkg/store/migrations/postgres/00001_schema.sql", "CREATE UNIQUE INDEX invoices_order ON", "CREATE INDEX invoices_order ON"},
		},
		pkg: "./pkg/desk", run: "TestStoreRefusesStaleWritesAndSecondInvoices",
	},
	{
		name: "the job is enqueued outside the transaction",
		cuts: []cut{{"pkg/store/email.go", "			tx.later(statement{sql: insert})\n			return nil", "			_, err := tx.store.jobs.Insert(ctx, WakeMail{}, nil)\n			return err"}},
		pkg:  "./pkg/desk", run: "TestBrokenAtEachStatement/postgres/confirm",
	},
	{
		name: "a used key is taken for a fresh one",
		cuts: []cut{{"pkg/store/claim.go", "c.fresh, c.err = rows == 1, translate(err)", "c.fresh, c.err = rows >= 0, translate(err)"}},
		pkg:  "./pkg/desk", run: "TestOneKeyOneEffect",
	},
	{
		name: "an error of preparing is taken for the claim's",
		cuts: []cut{{"pkg/store/rowscan/rowscan.go", "errors.As(err, &preparing) && preparing.SQL() != l.SQL", "errors.As(err, &preparing) && preparing.SQL() == \"\""}},
		pkg:  "./pkg/desk", run: "TestALockedTableIsNoKeyInUse",
	},
	{
		name: "a statement that BEGIN takes along and cannot be prepared is taken for BEGIN's",
		cuts: []cut{{"pkg/store/clock.go", "o.ahead != nil && notPrepared(err)", "o.ahead != nil && notPrepared(nil)"}},
		pkg:  "./pkg/desk", run: "TestALockedTableIsNoKeyInUse",
	},
	{
		name: "what was read with BEGIN is taken for another customer",
		cuts: []cut{{"pkg/store/customer.go", "read != nil && read.who == who", "read != nil"}},
		pkg:  "./pkg/store", run: "TestWhatGoesWithBegin",
	},
	{
		name: "a replay waits for its order",
		cuts: []cut{{"pkg/desk/once.go", "key.Key != \"\" && !used &&", "key.Key == \"never\" && !used &&"}},
		pkg:  "./pkg/desk", run: "TestAReplayWaitsForNoOrder",
	},
	{
		name: "a replay writes what its use case queued",
		cuts: []cut{{"pkg/store/claim.go", "tx.queue, tx.recorded, tx.woken = nil, false, false", "_ = tx.queue"}},
		pkg:  "./pkg/store", run: "TestAUsedKeyWritesNothing",
	},
	{
		name: "a refund is not limited to its payment",
		cuts: []cut{{"pkg/desk/pay.go", `min(left, billing.Left(ledger)[*row.PaymentID]), "this`, `left + 0*billing.Left(ledger)[*row.PaymentID], "this`}},
		pkg:  "./api", run: "TestRefundsOfOnePaymentAtOnce",
	},
	{
		name: "the edit of a line needs no version",
		cuts: []cut{{"pkg/desk/edit.go", "	if err := call.requireMatch(); err != nil {\n		if _, seen := s.Details(", "	if err := call.requireMatch(); err != nil && false {\n		if _, seen := s.Details("}},
		pkg:  "./api", run: "TestOneLineRefusals",
	},
	{
		name: "a line of another document is found",
		cuts: []cut{{"pkg/desk/line.go", "return l.ID == id })", "return l.ID == id || l.ID != \"\" })"}},
		pkg:  "./api", run: "TestOneLineRefusals",
	},
	{
		name: "the edit of a line takes no key",
		cuts: []cut{{"api/routes.go", "updateLineSpec(), (*service).updateLine, keyHonoured, dryRun)", "updateLineSpec(), (*service).updateLine, dryRun)"}},
		pkg:  "./api", run: "TestEditsWithAKey",
	},
	{
		name: "the removal of a line takes no key",
		cuts: []cut{{"api/routes.go", "removeLineSpec(), (*service).removeLine, keyHonoured, dryRun)", "removeLineSpec(), (*service).removeLine, dryRun)"}},
		pkg:  "./api", run: "TestEditsWithAKey",
	},
}
