package main

// Time that two processes, or the database and a process, must agree on.
var clockRows = []sabotage{
	{
		name: "changes are stamped by the process's clock",
		cuts: []cut{{"pkg/store/clock.go", "func (tx *Tx) Now() time.Time { return tx.opening.now }", "func (tx *Tx) Now() time.Time { return whole(tx.store.clock()) }"},
			{"pkg/store/clock.go", "now.Before(least)", "now.Before(least) && false"}},
		pkg: "./cmd/orderdesk", run: "TestSynchronisingNeedsNoClock",
	},
	{
		name: "a stamp goes back with the clock",
		cuts: []cut{{"pkg/store/clock.go", "now.Before(least)", "now.Before(least) && false"}},
		pkg:  "./pkg/store", run: "TestSyncedUntilOutlivesAClockSetBack",
	},
	{
		name: "an open transaction is not waited for",
		cuts: []cut{{"pkg/store/postgres.go", "seen.Oldest != nil && seen.Oldest.Before(until)", "seen.Oldest != nil && seen.Oldest.Before(until) && false"}},
		pkg:  "./pkg/store", run: "TestSyncedUntilMissesNothing",
	},
	{
		name: "a process with a wrong clock writes",
		cuts: []cut{{"pkg/desk/clock.go", "	if skew.Abs() <= SkewAllowed {", "	if skew.Abs() > 0 || skew == 0 {"}},
		pkg:  "./cmd/orderdesk", run: "TestAWrongClockRefusesWrites",
	},
	{
		name: "keys expire by the process's clock",
		cuts: []cut{{"pkg/desk/clock.go", "	return tx.Now()\n", "	return s.store.Now().Add(tx.Skew())\n"}, {"pkg/desk/clock.go", "	return s.store.DatabaseNow(ctx)\n", "	return s.store.Now().Add(s.store.Skew()), ctx.Err()\n"}},
		pkg:  "./pkg/desk", run: "TestKeysExpireByTheDatabase",
	},
}
