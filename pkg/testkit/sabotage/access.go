package main

// Who may see and do what, and with which token.
var accessRows = []sabotage{
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
		name: "the company is not in the query of one order",
		cuts: []cut{
			{"pkg/store/order.go", "WHERE company_id = ? AND checkout_id = (SELECT checkout_id FROM orders WHERE company_id = ? AND id = ?)", "WHERE ? <> '' AND checkout_id = (SELECT checkout_id FROM orders WHERE ? <> '' AND id = ?)"},
			{"pkg/store/order.go", "(SELECT version FROM orders WHERE company_id = ? AND id = ?)", "(SELECT version FROM orders WHERE ? <> '' AND id = ?)"},
			{"pkg/store/order.go", "WHERE l.company_id = ? AND l.order_id = ? ORDER BY", "WHERE ? <> '' AND l.order_id = ? ORDER BY"},
		},
		pkg: "./pkg/desk", run: "TestNobodyMeetsAnothersDocuments",
	},
	{
		name: "a storefront refunds the money of others",
		cuts: []cut{{"pkg/desk/booking.go", "case !ledger[i].OnlineOf(sub):", "case false:"}},
		pkg:  "./api", run: "TestStorefrontRefundsItsOwn",
	},
	{
		name: "a storefront reads customers that are not its own",
		cuts: []cut{{"pkg/desk/customers.go", "if ownCustomersOnly(who) {\n\t\treturn r.CustomerOf", "if false {\n\t\treturn r.CustomerOf"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront replaces customers that are not its own",
		cuts: []cut{{"pkg/desk/customerput.go", "case len(own) == 0:\n\t\t\treturn c, codeOfAnother", "case false:\n\t\t\treturn c, codeOfAnother"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront that finds a customer reads all of it",
		cuts: []cut{{"pkg/desk/customerlist.go", "err == nil && found && ownCustomersOnly(who)", "err == nil && found && false"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront sets the terms of its customers",
		cuts: []cut{{"pkg/company/revision.go", "if m.changed {", "if m.changed && false {"}},
		pkg:  "./api", run: "TestStorefrontsCustomers",
	},
	{
		name: "a storefront orders for a customer by an id that it cannot know",
		cuts: []cut{{"pkg/desk/place.go", "if ownCustomersOnly(by) && who.ID != \"\" {", "if by.Subject == \"nobody\" {"}},
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
		name: "the company is not in the lists' query",
		cuts: []cut{{"pkg/store/keyset/sql.go", `" WHERE "+l.scopeColumn+" = ?", l.scope)`, `" WHERE ? <> ''", l.scope)`}},
		pkg:  "./api", run: "TestListsAreOneCompanys",
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
		name: "a token is valid for decades",
		cuts: []cut{{"pkg/auth/verifier.go", "v.maxTTL > 0 && ttl > v.maxTTL {", "v.maxTTL > 0 && ttl > 9999*v.maxTTL {"}},
		pkg:  "./pkg/auth", run: "TestLifetimeOfAToken",
	},
	{
		name: "a token is remembered beyond its key",
		cuts: []cut{{"pkg/auth/verified.go", "err != nil || k != known.key {", "err != nil || k == nil {"}},
		pkg:  "./pkg/auth", run: "TestRememberedTokensNeedTheirKey",
	},
	{
		name: "a token is remembered beyond its time",
		cuts: []cut{{"pkg/auth/verified.go", " || v.checkTimes(&known.registered) != nil {", " {"}},
		pkg:  "./pkg/auth", run: "TestRememberedTokensHaveTheirTime",
	},
	{
		name: "a token is remembered before its time",
		cuts: []cut{{"pkg/auth/verified.go", "v.validator.Validate(known.registered) != nil || ", ""}},
		pkg:  "./pkg/auth", run: "TestRememberedTokensHaveTheirTime",
	},
	{
		name: "a clock that is set back keeps old keys",
		cuts: []cut{{"pkg/auth/jwks.go", " || age < 0 {", " {"}},
		pkg:  "./pkg/auth", run: "TestRememberedTokensNeedTheirKey",
	},
	{
		name: "the second of two keys with one kid is used",
		cuts: []cut{{"pkg/auth/jwks.go", "			repeated[kid] = true\n", "			delete(repeated, kid)\n"}},
		pkg:  "./pkg/auth", run: "TestJWKSSkipsKeysItCannotUse",
	},
}
