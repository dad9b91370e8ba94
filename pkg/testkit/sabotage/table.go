package main

var sabotages = []sabotage{
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
	{
		name: "the version is not checked",
		cuts: []cut{{"pkg/store/order.go", `"company_id = ? AND id = ? AND version = ?", []any{tx.company, o.ID, was}`, `"company_id = ? AND id = ? AND version > ? - 999", []any{tx.company, o.ID, was}`}},
		pkg:  "./pkg/desk", run: "TestStoreRefusesStaleWritesAndSecondInvoices",
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
		name: "the customer is told of a checkout twice",
		cuts: []cut{
			{"pkg/desk/checkout.go", "	if err == nil && !before {\n		c.acknowledge(", "	if err == nil && (before || !before) {\n		c.acknowledge("},
			{"pkg/store/migrations/sqlite/00020_acknowledgements.sql", "CREATE UNIQUE INDEX emails_received", "CREATE INDEX emails_received"},
			{"pkg/store/migrations/postgres/00020_acknowledgements.sql", "CREATE UNIQUE INDEX emails_received", "CREATE INDEX emails_received"},
		},
		pkg: "./api", run: "TestTheBuyerIsToldOnce",
	},
	{
		name: "the deadline of an answer is not renewed by its bytes",
		cuts: []cut{{"api/web/server.go", "const pieceSize = 16 << 10", "const pieceSize = 16 << 30"}},
		pkg:  "./api/web", run: "TestSlowReaders",
	},
	{
		name: "a read-only session stays in the pool",
		cuts: []cut{{"pkg/store/postgres.go", "case err.Code == readOnlyTransaction:", "case false:"}},
		pkg:  "./pkg/store", run: "TestSessionsThatTurnReadOnly",
	},
	{
		name: "a read with an outdated plan fails",
		cuts: []cut{{"pkg/store/outdatedplan.go", "if outside && outdatedPlan(err) {", "if outside && outdatedPlan(err) && false {"}},
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
		name: "a migration holds requests up while it waits",
		cuts: []cut{{"pkg/store/migrate.go", "lockWait     = 250 * time.Millisecond", "lockWait     = 5 * time.Second"}},
		pkg:  "./pkg/store", run: "TestMigratingWaitsForLocks",
	},
	{
		name: "the write-ahead log never shrinks",
		cuts: []cut{{"pkg/store/sqlitewal.go", `[]string{"PASSIVE", "TRUNCATE"}`, `[]string{"PASSIVE"}`}},
		pkg:  "./pkg/store", run: "TestWALShrinks",
	},
	{
		name: "a read-only session is taken",
		cuts: []cut{{"pkg/store/postgres.go", "cfg.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite", "cfg.ConnConfig.ValidateConnect = nil"}},
		pkg:  "./pkg/store", run: "TestSessionsThatTurnReadOnly",
	},
	{
		name: "a job of a newer version is given up",
		cuts: []cut{{"pkg/store/jobdriver.go", "return jobExecutor{d.Driver.GetExecutor()}", "return d.Driver.GetExecutor()"}},
		pkg:  "./pkg/store", run: "TestUnknownJobsAreLeftAlone",
	},
	{
		name: "nobody wakes the mail workers",
		cuts: []cut{{"pkg/store/tx.go", "		t.store.driver.wake()\n", ""}},
		pkg:  "./pkg/jobs", run: "TestEmailsGoAtOnce",
	},
	{
		name: "the backlog of a pause goes out at once",
		cuts: []cut{{"pkg/desk/post.go", "wait := pause.Wait(now); wait > 0", "wait := pause.Wait(now); wait > time.Hour"}},
		pkg:  "./pkg/desk", run: "TestBacklogGoesOutSlowly",
	},
	{
		name: "a company may hold every mail worker",
		cuts: []cut{{"pkg/desk/post.go", "if p.of[company] >= most {", "if p.of[company] >= 2*most {"}},
		pkg:  "./pkg/desk", run: "TestACompanyHoldsHalfOfTheWorkers",
	},
	{
		name: "TRUSTED_PROXIES is never used",
		cuts: []cut{{"cmd/orderdesk/service.go", "TrustedProxies: cfg.TrustedProxies, ", ""}},
		pkg:  "./cmd/orderdesk", run: "TestEverySettingHasAnEffect",
	},
	{
		name: "refused tokens have no quota",
		cuts: []cut{{"api/web/ratelimit.go", "if err != nil && faultOf(err).Kind() == fault.Unauthenticated {", "if false {"}},
		pkg:  "./cmd/orderdesk", run: "TestEverySettingHasAnEffect",
	},
	{
		name: "pool_max_conns is overwritten",
		cuts: []cut{{"pkg/store/postgres.go", `if !strings.Contains(address, "pool_max_conns=") {`, "if true {"}},
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
		name: "writes may take every connection",
		cuts: []cut{{"pkg/store/bulkhead.go", "free -= max(b.used[other], b.reserved[other])", "free -= b.used[other]"}},
		pkg:  "./pkg/store", run: "TestShares",
	},
	{
		name: "the job is enqueued outside the transaction",
		cuts: []cut{{"pkg/store/email.go", "tx.store.jobs.InsertTx(ctx, tx.sql, WakeMail{}", "tx.store.jobs.Insert(ctx, WakeMail{}"}},
		pkg:  "./pkg/desk", run: "TestBrokenAtEachStatement/postgres/confirm",
	},
	{
		name: "the key's row is not inserted",
		cuts: []cut{{"pkg/store/key.go", "	return rows == 1, translate(err)\n", "	_, _ = tx.exec(ctx, \"DELETE FROM idempotency_keys\")\n	_ = rows\n	return true, translate(err)\n"}},
		pkg:  "./pkg/desk", run: "TestOneKeyOneEffect",
	},
	{
		name: "the company is not in an order's query",
		cuts: []cut{
			{"pkg/store/order.go", " FROM orders WHERE company_id = ? AND checkout_id IN (", " FROM orders WHERE ? <> '' AND checkout_id IN ("},
			{"pkg/store/order.go", "(SELECT checkout_id FROM orders WHERE company_id = ? AND id IN ?)", "(SELECT checkout_id FROM orders WHERE ? <> '' AND id IN ?)"},
			{"pkg/store/order.go", "(SELECT id, version FROM orders WHERE company_id = ? AND id IN ?)", "(SELECT id, version FROM orders WHERE ? <> '' AND id IN ?)"},
			{"pkg/store/order.go", "		WHERE l.company_id = ? AND l.order_id IN ? ORDER BY", "		WHERE ? <> '' AND l.order_id IN ? ORDER BY"},
		},
		pkg: "./pkg/desk", run: "TestNobodyMeetsAnothersDocuments",
	},
	{
		name: "texts keep the characters that turn the direction",
		cuts: []cut{{"pkg/strictjson/bind.go", "text = canon.Clean(text)", "text = canon.Text(text)"}},
		pkg:  "./api", run: "TestHarmfulTexts",
	},
	{
		name: "a storefront refunds the money of others",
		cuts: []cut{{"pkg/desk/pay.go", "case !ledger[i].OnlineOf(sub):", "case false:"}},
		pkg:  "./api", run: "TestStorefrontRefundsItsOwn",
	},
	{
		name: "a refund is not limited to its payment",
		cuts: []cut{{"pkg/desk/pay.go", `min(left, billing.Left(ledger)[*row.PaymentID]), "this`, `left + 0*billing.Left(ledger)[*row.PaymentID], "this`}},
		pkg:  "./api", run: "TestRefundsOfOnePaymentAtOnce",
	},
	{
		name: "a storefront reads customers that are not its own",
		cuts: []cut{{"pkg/desk/customers.go", "if ownCustomersOnly(who) {\n\t\treturn r.CustomerOf", "if false {\n\t\treturn r.CustomerOf"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront replaces customers that are not its own",
		cuts: []cut{{"pkg/desk/customers.go", "case len(own) == 0:\n\t\t\treturn c, codeOfAnother", "case false:\n\t\t\treturn c, codeOfAnother"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront that finds a customer reads all of it",
		cuts: []cut{{"pkg/desk/customers.go", "err == nil && found && ownCustomersOnly(who)", "err == nil && found && false"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront sets the terms of its customers",
		cuts: []cut{{"pkg/company/revision.go", "if m.changed {", "if m.changed && false {"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront orders for a customer by an id that it cannot know",
		cuts: []cut{{"pkg/desk/place.go", "if ownCustomersOnly(u.call.Actor) {\n\t\t\tcu, err", "if false {\n\t\t\tcu, err"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront lists the lines of others",
		cuts: []cut{{"pkg/desk/linelist.go", "limitToVisible(who, &f)", "limitToVisible(who, &OrderFilter{})"}},
		pkg:  "./pkg/desk", run: "TestNobodyMeetsAnothersDocuments",
	},
	{
		name: "a storefront lists payments",
		cuts: []cut{{"pkg/desk/paymentlist.go", "who.Require(auth.PaymentsRead)", "who.Require(auth.CustomersRead)"}},
		pkg:  "./pkg/desk", run: "TestNobodyMeetsAnothersDocuments",
	},
	{
		name: "lines of another version than their document",
		cuts: []cut{{"pkg/store/linelist.go", "if o.Version != l.OrderVersion {", "if o.Version > l.OrderVersion {"}},
		pkg:  "./pkg/store", run: "TestLinesHaveTheVersionOfTheirDocument",
	},
	{
		name: "a document that moved is not read whole",
		cuts: []cut{{"pkg/store/linelist.go", " || f.positionOf(o).Value != from.Value {", " {"}},
		pkg:  "./pkg/store", run: "TestLinesInTheMiddleOfADocument",
	},
	{
		name: "a page of lines has no bound",
		cuts: []cut{{"pkg/store/linelist.go", "all > most && n > 0 {", "all > 1000*most && n > 0 {"}},
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
		name: "followers of a feed in the order of ids alone",
		cuts: []cut{
			{"pkg/store/migrations/postgres/00027_feed.sql", "SET DEFAULT event_pos(), ALTER COLUMN seq SET DEFAULT nextval('events_seq');", "SET DEFAULT nextval('events_seq'), ALTER COLUMN seq SET DEFAULT currval('events_seq');"},
			{"pkg/store/feed.go", `"pg_snapshot_xmin(pg_current_snapshot())::text::bigint"`, `"(SELECT last_value + 1 FROM events_seq)"`},
		},
		pkg: "./cmd/orderdesk", run: "TestLong_FollowersMissNothing/postgres",
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
		cuts: []cut{{"pkg/store/feed.go", "until: \"pg_snapshot_xmin(", "until: \"1 + pg_snapshot_xmax("}},
		pkg:  "./pkg/store", run: "TestFeedKeepsVersionsInOrder",
	},
	{
		name: "a restored feed goes on below its old events",
		cuts: []cut{{"pkg/store/feed.go", "max(0, origin.Last+1-origin.Next)", "max(0, origin.Last-origin.Last)"}},
		pkg:  "./pkg/store", run: "TestRenewFeed",
	},
	{
		name: "the company is not in the lists' query",
		cuts: []cut{{"pkg/store/keyset/sql.go", `" WHERE "+l.scopeColumn+" = ?", l.scope)`, `" WHERE ? <> ''", l.scope)`}},
		pkg:  "./api", run: "TestListsAreOneCompanys",
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
	{
		name: "everybody exports payments",
		cuts: []cut{{"pkg/desk/export.go", "	err := who.Require(auth.PaymentsRead)\n	return chunks(err,", "	return chunks(nil,"}},
		pkg:  "./pkg/desk", run: "TestExportsArePermittedAsTheirLists",
	},
	{
		name: "everybody exports the lines of all",
		cuts: []cut{{"pkg/desk/export.go", "	err := limitToVisible(who, &f)\n	return chunks(err, func(after *Position) (store.Page[DocumentLine]", "	return chunks(nil, func(after *Position) (store.Page[DocumentLine]"}},
		pkg:  "./pkg/desk", run: "TestExportsArePermittedAsTheirLists",
	},
	{
		name: "a logo has any size",
		cuts: []cut{{"pkg/company/logo.go", "case len(data) > MaxLogo:", "case len(data) > 1000*MaxLogo:"}},
		pkg:  "./pkg/company", run: "TestSettingsRevisionRefuses",
	},
	{
		name: "a logo has any dimensions",
		cuts: []cut{{"pkg/company/logo.go", " || config.Width > MaxLogoSide || config.Height > MaxLogoSide:", ":"}},
		pkg:  "./pkg/company", run: "TestSettingsRevisionRefuses",
	},
	{
		name: "a token is valid for decades",
		cuts: []cut{{"pkg/auth/verifier.go", "v.maxTTL > 0 && ttl > v.maxTTL {", "v.maxTTL > 0 && ttl > 9999*v.maxTTL {"}},
		pkg:  "./pkg/auth", run: "TestLifetimeOfAToken",
	},
	{
		name: "the second of two keys with one kid is used",
		cuts: []cut{{"pkg/auth/jwks.go", "			repeated[kid] = true\n", "			delete(repeated, kid)\n"}},
		pkg:  "./pkg/auth", run: "TestJWKSSkipsKeysItCannotUse",
	},
	{
		name: "webhooks go to private addresses",
		cuts: []cut{{"pkg/webhook/address.go", "if !g.allowed.contain(a) && (plain || !Public(a)) {", "if false {"}},
		pkg:  "./pkg/webhook", run: "TestOnlyPublicAddressesAreDialled",
	},
	{
		name: "webhooks go by http to public addresses",
		cuts: []cut{{"pkg/webhook/address.go", "(plain || !Public(a))", "!Public(a)"}},
		pkg:  "./pkg/webhook", run: "TestAllowedNetworks",
	},
	{
		name: "the host of a webhook is resolved again after the check",
		cuts: []cut{{"pkg/webhook/address.go", "g.dial(ctx, network, netip.AddrPortFrom(a, mustPort(port)).String())", "g.dial(ctx, network, hostport+port[:0])"}},
		pkg:  "./pkg/webhook", run: "TestANameThatChangesIsDialledAsChecked",
	},
	{
		name: "webhooks follow redirects",
		cuts: []cut{{"pkg/webhook/client.go", "return http.ErrUseLastResponse", "return nil"}},
		pkg:  "./pkg/webhook", run: "TestOutcomesOfRealReceivers",
	},
	{
		name: "webhooks use the proxy of the environment",
		cuts: []cut{{"pkg/webhook/client.go", "Proxy:           nil,", "Proxy:           http.ProxyFromEnvironment,"}},
		pkg:  "./pkg/webhook", run: "TestAProxyOfTheEnvironmentIsNotUsed",
	},
	{
		name: "the whole answer to a webhook is read",
		cuts: []cut{{"pkg/webhook/client.go", "io.LimitReader(answer.Body, maxAnswer)", "answer.Body"}},
		pkg:  "./pkg/webhook", run: "TestOutcomesOfRealReceivers",
	},
	{
		name: "a receiver postpones a webhook for a year",
		cuts: []cut{{"pkg/hook/delivery.go", "min(max(o.RetryAfter, schedule[0]), maxRetryAfter)", "max(o.RetryAfter, schedule[0])"}},
		pkg:  "./pkg/hook", run: "TestSettleDelivery",
	},
	{
		name: "an endpoint that fails is never disabled",
		cuts: []cut{{"pkg/hook/endpoint.go", "case now.Sub(*e.FailingSince) >= DisabledAfter:", "case false:"}},
		pkg:  "./pkg/hook", run: "TestAnEndpointIsDisabledAfterFiveDays",
	},
	{
		name: "a known outcome is thrown away",
		cuts: []cut{{"pkg/desk/post.go", "		if ctx.Err() != nil {\n			s.log.Error", "		if ctx.Err() != nil || err != nil {\n			s.log.Error"}},
		pkg:  "./api", run: "TestAKnownOutcomeIsWrittenUntilItCommits",
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
	{
		name: "a body is read beyond its hundredth fault",
		cuts: []cut{{"pkg/strictjson/bind.go", "return len(b.faults) > fault.MaxFields", "return len(b.faults) > 1000*fault.MaxFields"}},
		pkg:  "./pkg/strictjson", run: "TestReadStopsAtManyFaults",
	},
	{
		name: "an address has no quota",
		cuts: []cut{{"api/web/ratelimit.go", "ok, left, seconds := l.take(network(c.RealIP()), l.now())\n	if ok {", "ok, left, seconds := l.take(network(c.RealIP()), l.now())\n	if ok || !ok {"}},
		pkg:  "./api/web", run: "TestAddressLimit",
	},
	{
		name: "a customer of IPv6 has a quota for each address",
		cuts: []cut{{"api/web/ratelimit.go", "netip.PrefixFrom(ip, 64)", "netip.PrefixFrom(ip, 128)"}},
		pkg:  "./api/web", run: "TestNetworkOfAnAddress",
	},
	{
		name: "a file is compressed for each request",
		cuts: []cut{{"api/web/file.go", "sync.OnceValue(func() []byte { return zip(raw) })", "(func() func() []byte { _ = sync.OnceValue[int]; return func() []byte { return zip(raw) } })()"}},
		pkg:  "./api/web", run: "TestFileIsCompressedOnce",
	},
	{
		name: "webhooks of one document go out at once",
		cuts: []cut{{"pkg/desk/dispatch.go", "if d.OrderID != nil && slices.Contains(underway, *d.OrderID) || !d.Claim(now)", "if !d.Claim(now)"}},
		pkg:  "./pkg/jobs", run: "TestWebhooksArriveSignedInOrder",
	},
	{
		name: "a disabled webhook endpoint gets events",
		cuts: []cut{
			{"pkg/store/webhook.go", "WHERE e.status = 'enabled' AND (", "WHERE ("},
			{"pkg/store/webhook.go", "FROM webhook_endpoints WHERE status = 'enabled' LIMIT 1", "FROM webhook_endpoints LIMIT 1"},
			{"pkg/desk/dispatch.go", "err != nil || t.endpoint.Status != hook.Enabled", "err != nil"},
		},
		pkg: "./pkg/jobs", run: "TestGoneDisablesAndEnablingGoesOn",
	},
	{
		name: "the old secret of a webhook stops at once",
		cuts: []cut{{"pkg/hook/endpoint.go", "return []Secret{e.Secret, e.Old}", "return []Secret{e.Secret}"}},
		pkg:  "./pkg/jobs", run: "TestRotationRedeliveryAndReplay",
	},
}
