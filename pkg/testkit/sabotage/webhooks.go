package main

// Webhooks: where they go, and when again.
var webhookRows = []sabotage{
	{
		name: "webhooks go to private addresses",
		cuts: []cut{{"pkg/webhook/address.go", "if !g.allowed.contain(a) && (plain || !Public(a)) {", "if false {"}},
		pkg:  "./pkg/webhook", run: "TestOnlyPublicAddressesAreDialled",
	},
	{
		name: "a webhook that panics ends the process",
		cuts: []cut{{"pkg/desk/webhookattempt.go", "	defer fault.CatchPanic(\"make the event of a webhook\", &err)\n", "	_ = fault.CatchPanic\n"}, {"pkg/desk/webhookattempt.go", "	defer fault.CatchPanic(\"attempt a webhook\", &err)\n", ""}},
		pkg:  "./pkg/jobs", run: "TestAPanicOfAWebhookHoldsNothingUp",
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
		name: "one company takes all turns of webhooks",
		cuts: []cut{{"pkg/jobs/webhooks.go", "turnsOfCompany  = 4 ", "turnsOfCompany  = 400 "}},
		pkg:  "./pkg/jobs", run: "TestTurnsAreFair",
	},
	{
		name: "no event tells that a webhook endpoint is disabled",
		cuts: []cut{{"pkg/desk/webhookattempt.go", "tx.Record([]order.Event{event})", "tx.Record([]order.Event{event}[:0])"}},
		pkg:  "./pkg/jobs", run: "TestGoneDisablesAndEnablingGoesOn",
	},
	{
		name: "an event of no document has an empty id of one",
		cuts: []cut{{"pkg/store/table.go", "if zero && f.DefaultValue == \"null\" {", "if zero && f.DefaultValue == \"NULL\" {"}},
		pkg:  "./pkg/jobs", run: "TestGoneDisablesAndEnablingGoesOn",
	},
	{
		name: "webhooks of one document go out at once",
		cuts: []cut{{"pkg/desk/dispatch.go", "if d.OrderID != nil && slices.Contains(underway, *d.OrderID) || !d.Claim(now)", "if false && d.OrderID != nil && slices.Contains(underway, *d.OrderID) || !d.Claim(now)"}},
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
