package main

// What a request may cost and contain.
var inputRows = []sabotage{
	{
		name: "the deadline of an answer is not renewed by its bytes",
		cuts: []cut{{"api/web/server.go", "const pieceSize = 16 << 10", "const pieceSize = 16 << 30"}},
		pkg:  "./api/web", run: "TestSlowReaders",
	},
	{
		name: "a process answers any number of exports at once",
		cuts: []cut{{"api/web/downloads.go", "if d.all == maxDownloads || d.open[company] == maxCompanyDownloads {", "if d.all < 0 {"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_SlowClients/sqlite",
	},
	{
		name: "a reader that stops is waited for",
		cuts: []cut{{"api/web/server.go", "const renewable = 20 * time.Second", "const renewable = time.Hour"}},
		pkg:  "./cmd/orderdesk", run: "TestLong_SlowClients/sqlite",
	},
	{
		name: "a document is waited for beyond the request",
		cuts: []cut{{"pkg/document/pdf.go", "	case <-ctx.Done():\n", "	case <-context.Background().Done():\n"}},
		pkg:  "./pkg/document", run: "TestPDFWaitsNoLongerThanItsRequest",
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
		name: "texts keep the characters that turn the direction",
		cuts: []cut{{"pkg/strictjson/bind.go", "text = canon.Clean(text)", "text = canon.Text(text)"}},
		pkg:  "./api", run: "TestHarmfulTexts",
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
		name: "codes among right-to-left letters turn around",
		cuts: []cut{{"pkg/script/apart.go", "	if !RunsLeft(text) {\n", "	if !RunsLeft(text) || text != \"\" {\n"}},
		pkg:  "./pkg/document", run: "TestNumbersAmongRightToLeftLetters",
	},
	{
		name: "an unknown parameter hides other faults",
		cuts: []cut{{"pkg/strictjson/query.go", "f.Fields = all[:min(len(all), fault.MaxFields)]", "_ = all"}},
		pkg:  "./api", run: "TestBadParametersAndHeaders",
	},
	{
		name: "a cell of a CSV runs as a formula",
		cuts: []cut{{"api/web/csvrow.go", "if mayBeFormula(cell[0]) {", "if mayBeFormula(cell[0]) && len(cell) > 1000 {"}},
		pkg:  "./api/web", run: "TestCSVRowsAreWrittenAsByEncodingCSV",
	},
}
