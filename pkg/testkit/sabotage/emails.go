package main

// E-mails: to whom, how often, when, and what is told of their failures.
var emailRows = []sabotage{
	{
		name: "the customer is told of a checkout twice",
		cuts: []cut{
			{"pkg/desk/checkout.go", "	if err == nil && !before {\n		c.acknowledge(", "	if err == nil && (before || !before) {\n		c.acknowledge("},
			{"pkg/store/migrations/sqlite/00020_acknowledgements.sql", "CREATE UNIQUE INDEX emails_received", "CREATE INDEX emails_received"},
			{"pkg/store/migrations/postgres/00020_acknowledgements.sql", "CREATE UNIQUE INDEX emails_received", "CREATE INDEX emails_received"},
		},
		pkg: "./api", run: "TestTheBuyerIsToldOnce",
	},
	{
		name: "a job of a newer version is given up",
		cuts: []cut{{"pkg/store/jobdriver.go", "return jobExecutor{d.Driver.GetExecutor(), d.remove}", "return d.Driver.GetExecutor()"}},
		pkg:  "./pkg/store", run: "TestUnknownJobsAreLeftAlone",
	},
	{
		name: "nobody wakes the mail workers",
		cuts: []cut{{"pkg/store/tx.go", "		t.store.driver.wake()\n", ""}},
		pkg:  "./pkg/jobs", run: "TestEmailsGoAtOnce",
	},
	{
		name: "the backlog of a pause goes out at once",
		cuts: []cut{{"pkg/desk/mailclaim.go", "wait := pause.Wait(now); wait > 0", "wait := pause.Wait(now); wait > time.Hour"}},
		pkg:  "./pkg/desk", run: "TestBacklogGoesOutSlowly",
	},
	{
		name: "a company may hold every mail worker",
		cuts: []cut{
			{"pkg/desk/mailclaim.go", "if p.of[company] < most {", "if p.of[company] < 2*most {"},
			{"pkg/desk/mailclaim.go", "p.of[t.company] < most {", "p.of[t.company] < 2*most {"},
		},
		pkg: "./pkg/desk", run: "TestACompanyHoldsHalfOfTheWorkers",
	},
	{
		name: "an e-mail that ends makes room for no other",
		cuts: []cut{{"pkg/jobs/emails.go", "	e.wake() // others of its company may have waited for it\n", ""}},
		pkg:  "./pkg/jobs", run: "TestOneWakeSendsTheBacklog",
	},
	{
		name: "a known outcome is thrown away",
		cuts: []cut{{"pkg/desk/settle.go", "		case ctx.Err() != nil, refused", "		case ctx.Err() != nil, err != nil, refused"}},
		pkg:  "./api", run: "TestAKnownOutcomeIsWrittenUntilItCommits",
	},
	{
		name: "an acceptance that the database refuses holds up those of other e-mails",
		cuts: []cut{{"pkg/desk/settle.go", "s.settleAccepted(claimed, outcome) == nil {", "(s.settleAccepted(claimed, outcome) == nil || claimed.ID != \"\") {"}},
		pkg:  "./api", run: "TestAcceptancesAreWrittenTogether",
	},
	{
		name: "an acceptance overwrites an event that came before it",
		cuts: []cut{{"pkg/store/email.go", "AND state = ? AND attempts = ? AND updated_at = ?", "AND (state = ? OR attempts = ? OR updated_at = ? OR id = id)"}},
		pkg:  "./api", run: "TestAnEventBeforeTheAnswerStays",
	},
	{
		name: "a retry comes as soon as the provider says",
		cuts: []cut{{"pkg/email/sending.go", "at := latest(requested, now.Add(backoff(e.Attempts, rnd)))", "at := requested\n	if at.IsZero() {\n		at = now.Add(backoff(e.Attempts, rnd))\n	}"}},
		pkg:  "./api", run: "TestNoRetryBeforeOurOwnDelay",
	},
	{
		name: "a bad event stops its batch",
		cuts: []cut{{"api/emails.go", "switch f := fault.Of(err); {", "switch f := fault.Of(err); {\n		case f != nil:\n			return err"}},
		pkg:  "./api", run: "TestOneBadEventDoesNotStopTheOthers",
	},
	{
		name: "the inside is shown in last_error",
		cuts: []cut{
			{"pkg/email/sending.go", "e.recordError(o.Code, o.Words)", "e.recordError(o.Code, o.Words+o.Inside)"},
			{"pkg/email/words.go", "case quoting[e.ErrorCode] && e.LastError", "case e.LastError"},
			{"pkg/email/words.go", "case quoting[code] && words", "case words"},
		},
		pkg: "./api", run: "TestLastErrorShowsNothingOfTheInside",
	},
	{
		name: "a text of the provider is not cleaned",
		cuts: []cut{{"pkg/email/words.go", "words := strings.Fields(clean(s))", "words := strings.Fields(s)"}},
		pkg:  "./api", run: "TestLastErrorShowsNothingOfTheInside",
	},
	{
		name: "a message id is not cleaned",
		cuts: []cut{{"pkg/email/outcome.go", "ProviderID: clean(providerID)}", "ProviderID: providerID}"}},
		pkg:  "./pkg/email", run: "TestShownError",
	},
	{
		name: "staff mail anybody",
		cuts: []cut{{"pkg/company/company.go", "if p != AnyRecipients && ", "if p == \"none\" && "}},
		pkg:  "./api", run: "TestRecipientsAreKnown",
	},
	{
		name: "the day's limit counts e-mails",
		cuts: []cut{{"pkg/store/email.go", "coalesce(sum(%[1]s(recipients) + %[1]s(cc)), 0) AS recipients", "coalesce(sum(1 + 0 * %[1]s(recipients)), 0) AS recipients"}},
		pkg:  "./api", run: "TestDaysLimitCountsRecipients",
	},
}
