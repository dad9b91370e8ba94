package main

// The read replica, and what several machines need.
var replicaRows = []sabotage{
	{
		name: "a replica that is behind is read",
		cuts: []cut{{"pkg/store/replicamark.go", "is.replayed < wanted.position;", "is.replayed < 0;"}},
		pkg:  "./pkg/store", run: "TestReplicaReadsSeeEveryCommit",
	},
	{
		name: "a replica that is behind is read by another process",
		cuts: []cut{{"pkg/store/replicamark.go", "is.replayed < wanted.position;", "is.replayed < 0;"}},
		pkg:  "./cmd/orderdesk", run: "TestTwoProcessesAndAReadReplica",
	},
	{
		name: "a replica's read shares an earlier answer",
		cuts: []cut{{"pkg/store/replicamark.go", "		a.mark, a.err = m.ask()\n", "		m.waiting = a\n		a.mark, a.err = m.ask()\n		m.waiting = nil\n"}},
		pkg:  "./pkg/store", run: "TestReplicaReadsShareOnlyLaterAnswers",
	},
	{
		name: "any standby is a replica",
		cuts: []cut{{"pkg/store/replicamark.go", "		if is.home != wanted.home {\n			return ReadForeign, nil\n		}\n", "		is.home = wanted.home\n"}},
		pkg:  "./pkg/store", run: "TestReplicaMustBeOfThisDatabase",
	},
	{
		name: "a promoted replica is read",
		cuts: []cut{{"pkg/store/replicamark.go", "case !recovers:", "case false:"}},
		pkg:  "./pkg/store", run: "TestLong_ReplicaOutOfUse",
	},
	{
		name: "a replica says up to when a list is complete",
		cuts: []cut{{"pkg/store/list.go", "t.store.settled(onPrimary(ctx), t)", "t.store.settled(ctx, t)"}},
		pkg:  "./pkg/store", run: "TestReplicaReadsSeeEveryCommit",
	},
	{
		name: "a replica's list is older than its moment",
		cuts: []cut{{"pkg/store/list.go", "	readAfresh(ctx)\n", ""}},
		pkg:  "./pkg/store", run: "TestReplicaReadsSeeEveryCommit",
	},
	{
		name: "a read that a replica cannot answer fails",
		cuts: []cut{{"pkg/store/replicaconn.go", "	return driver.ErrBadConn\n", "	return err\n"}},
		pkg:  "./pkg/store", run: "TestLong_ReplicaOutOfUse",
	},
	{
		name: "each read waits for a dead replica",
		cuts: []cut{{"pkg/store/replica.go", "		reason = r.state.outFor()\n", ""}},
		pkg:  "./pkg/store", run: "TestLong_ReplicaOutOfUse",
	},
	{
		name: "a replica answers the feed",
		cuts: []cut{{"api/routes.go", "(*service).listEvents, unlimited, onPrimary)", "(*service).listEvents, unlimited)"}},
		pkg:  "./api", run: "TestReplicaAnswersReads",
	},
	{
		name: "a server that does not tell its timeline is refused",
		cuts: []cut{{"pkg/store/timeline.go", `return pg.Code == "42883" || pg.Code == "42501" || pg.Code == "0A000"`, "return false"}},
		pkg:  "./pkg/store", run: "TestAServerThatDoesNotTellItsTimeline",
	},
	{
		name: "a statement does not name its company",
		cuts: []cut{{"pkg/store/order.go", "WHERE l.company_id = ? AND l.order_id = ? ORDER BY", "WHERE (l.company_id = ? OR 1 = 1) AND l.order_id = ? ORDER BY"}},
		pkg:  "./pkg/testkit/shards", run: "TestStatementsStayInOneCompany",
	},
}
