package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// describeOperations completes every operation from its route. A route that swag found no comment for, or a comment
// without a route, is an error: nothing is undocumented.
func describeOperations(doc object, examples map[string][]example) error {
	paths := at(doc, "paths")
	known := map[string]bool{}
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		method := strings.ToLower(r.Method)
		item, ok := paths[r.Path].(object)
		if !ok {
			return fmt.Errorf("%s %s has no swag comment", r.Method, r.Path)
		}
		op, ok := item[method].(object)
		if !ok {
			return fmt.Errorf("%s %s has no swag comment", r.Method, r.Path)
		}
		if op["operationId"] != r.Operation {
			return fmt.Errorf("%s %s is %v in its comment and %s in the route table", r.Method, r.Path, op["operationId"], r.Operation)
		}
		known[method+r.Path] = true
		describeOperation(op, r, examples[r.Operation])
		if r.Operation == "receiveSendGridEvents" {
			op["requestBody"] = sendGridBody(examples[r.Operation])
			op["parameters"] = append(op["parameters"].([]any), sendGridTime()) //nolint:errcheck // describeOperation has written them
		}
	}
	for path, item := range paths {
		for method := range item.(object) { //nolint:errcheck // paths are objects
			if !known[method+path] {
				return fmt.Errorf("%s %s has a comment and no route", method, path)
			}
		}
	}
	return nil
}

func describeOperation(op object, r api.Route, examples []example) {
	if r.Auth != web.Public {
		scopes, words := rolesOf(r)
		op["x-roles"] = scopes
		op["description"] = fmt.Sprintf("%s\n\nRoles: %s.", op["description"], words)
	}
	if r.Key != web.KeyNone {
		op["x-idempotent"] = map[web.Key]string{web.KeyHonoured: "honoured", web.KeyRequired: "required"}[r.Key]
	}
	if r.Auth == web.Public {
		op["security"] = []any{}
	}
	if r.Operation == "receiveSendGridEvents" {
		op["security"] = []any{object{"SendGridSignature": []any{}}}
	}
	if r.Sunset != nil {
		op["deprecated"] = true
	}
	op["parameters"] = append(pathParameters(op), parametersOf(r)...)
	describeBody(op, r, examples)
	describeAnswers(op, r, examples)
}

// rolesOf is who may call the operation, with how far it reaches for each, and the same in words. What asks for no
// permission is everybody's, and as far for one as for another.
func rolesOf(r api.Route) (scopes object, words string) {
	scopes = object{}
	var names []string
	for _, role := range r.Roles() {
		scopes[role.Role] = role.Scope
		names = append(names, role.Role)
	}
	if r.Permission != "" {
		return scopes, strings.Join(names, ", ")
	}
	for _, role := range auth.Roles() {
		scopes[string(role)] = string(order.ScopeAll)
	}
	if r.Auth == web.AnyToken {
		return scopes, "any, or none"
	}
	return scopes, "any"
}

// pathParameters are those that swag found, tightened.
func pathParameters(op object) []any {
	var list []any
	given, _ := op["parameters"].([]any)
	for _, p := range given {
		parameter := p.(object) //nolint:errcheck // parameters are objects
		schema := at(parameter, "schema")
		if parameter["name"] == "code" {
			schema["pattern"], schema["maxLength"] = "^[a-z_]+$", float64(50)
			parameter["example"] = "order_changed"
		} else {
			schema["format"] = "uuid"
			bound(schema, "", "id")
			parameter["example"] = "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"
		}
		parameter["description"] = sentence(fmt.Sprint(parameter["description"]))
		list = append(list, parameter)
	}
	return list
}

// parametersOf is the query parameters that the binder takes, and the headers that the route reads.
func parametersOf(r api.Route) []any {
	var list []any
	for _, p := range r.Parameters() {
		schema := object{}
		for name, v := range p.Schema {
			schema[name] = jsonValue(v)
		}
		bound(schema, "", p.Name)
		asBound(schema)
		if p.Default != nil {
			schema["default"] = *p.Default
			if n, err := strconv.Atoi(*p.Default); err == nil && schema["type"] == "integer" {
				schema["default"] = float64(n)
			}
		}
		parameter := object{"name": p.Name, "in": "query", "description": queryText(r, p.Name), "schema": schema}
		if p.List {
			parameter["schema"] = object{"type": "array", "items": schema, "maxItems": float64(p.MaxItems)}
			parameter["style"], parameter["explode"] = "form", false
		}
		if e := queryExample(r, p.Name); e != nil && allows(schema, e) {
			parameter["example"] = e
			if p.List {
				parameter["example"] = []any{e}
			}
		}
		list = append(list, parameter)
	}
	ref := func(name string) { list = append(list, object{"$ref": "#/components/parameters/" + name}) }
	if r.DryRun {
		ref("DryRun")
	}
	switch r.Key {
	case web.KeyRequired:
		ref("IdempotencyKeyRequired")
	case web.KeyHonoured:
		ref("IdempotencyKey")
	case web.KeyNone:
	}
	switch {
	case r.Method == http.MethodPatch:
		ref("IfMatchRequired")
	case r.Writes() && strings.Contains(r.Path, "/orders/{id}"):
		ref("IfMatch")
	case conditional[r.Operation]:
		ref("IfNoneMatch")
	}
	ref("RequestId")
	return list
}

// allows reports whether a schema's enum, if it has one, has the value.
func allows(schema object, v any) bool {
	enum, ok := schema["enum"].([]any)
	return !ok || slices.Contains(enum, v)
}

// conditional is the operations that answer 304.
var conditional = map[string]bool{"getCustomer": true, "getSettings": true, "getInvoice": true, "getCreditNote": true}

func describeBody(op object, r api.Route, examples []example) {
	body, ok := op["requestBody"].(object)
	if !ok {
		return
	}
	content := at(body, "content")
	media, _ := content["application/json"].(object)
	if media == nil { // swag gives the type once for all media types
		for _, m := range content {
			media, _ = m.(object)
		}
	}
	for name := range content {
		delete(content, name)
	}
	if named := requestExamples(examples); len(named) > 0 {
		media["examples"] = named
	}
	content["application/json"] = media
	if r.Method == http.MethodPatch {
		content["application/merge-patch+json"] = media
	}
	body["description"] = sentence(fmt.Sprint(body["description"]))
	delete(body, "x-originalParamName")
}

func describeAnswers(op object, r api.Route, examples []example) {
	responses := at(op, "responses")
	for status, v := range responses {
		response := v.(object) //nolint:errcheck // responses are objects
		describeAnswer(response, status, r, examples)
	}
	if conditional[r.Operation] {
		names := append(sunsetHeaders(r), "Access-Control-Allow-Origin", "ETag", "RateLimit", "RateLimit-Policy", "X-Request-Id")
		responses["304"] = object{"description": "You have the current version already.", "headers": headersOf(names...)}
	}
	if r.Operation == "recordPayment" || r.Operation == "recordRefund" {
		replayed := object{"description": "The same reference, amount and currency is in the ledger already: nothing changed."}
		for name, v := range responses["201"].(object) { //nolint:errcheck // it is there
			if name != "description" {
				replayed[name] = clone(v)
			}
		}
		describeAnswer(replayed, "200", r, examples)
		responses["200"] = replayed
	}
	problems(responses, r)
}

func describeAnswer(response object, status string, r api.Route, examples []example) {
	response["description"] = answerText(r, status)
	response["headers"] = headersOf(append(answerHeaders(r, status), "Access-Control-Allow-Origin", "X-Request-Id")...)
	content, ok := response["content"].(object)
	if !ok {
		return
	}
	var schema any
	for _, m := range content {
		schema = m.(object)["schema"] //nolint:errcheck // media types are objects
	}
	for name := range content {
		delete(content, name)
	}
	produces := r.Produces
	if produces == nil {
		produces = []string{"application/json"}
	}
	for _, media := range produces {
		content[media] = mediaOf(media, schema, status, examples)
	}
}

func mediaOf(media string, schema any, status string, examples []example) object {
	named := answerExamples(examples, status, media)
	if media != "application/json" {
		schema = textOf(media, named)
	}
	m := object{"schema": schema}
	if len(named) > 0 {
		m["examples"] = named
	}
	return m
}

// textOf describes what is answered beside JSON. A schema of 3.1 cannot look into a line or a cell, so that words say what
// stands there.
func textOf(media string, named object) object {
	text := object{"type": "string", "pattern": `^[\s\S]*$`, "maxLength": float64(4_000_000_000), "contentMediaType": media}
	switch media {
	case "application/pdf":
		return object{"type": "string", "format": "binary", "maxLength": float64(50_000_000)}
	case "application/x-ndjson":
		text["description"] = "Lines of JSON. Each is an OrderSummary, as a page of the list has it, and ends with a new line."
	case "text/csv":
		text["description"] = "RFC 4180: a header row, then a row a document. The columns are " + strings.Join(columnsOf(named), ", ") + "."
	}
	return text
}

// columnsOf is the header row of the sheet that an example shows.
func columnsOf(named object) []string {
	for _, name := range sortedKeys(named) {
		if sheet, ok := at(named, name)["value"].(string); ok {
			row, _, _ := strings.Cut(sheet, "\r\n")
			return strings.Split(row, ",")
		}
	}
	return nil
}

// answerHeaders is what an answer carries beside its request id.
func answerHeaders(r api.Route, status string) []string {
	var names []string
	if r.Auth != web.Public {
		names = append(names, "RateLimit", "RateLimit-Policy")
	}
	if status == "201" && r.Operation != "recordPayment" && r.Operation != "recordRefund" {
		names = append(names, "Location")
	}
	tagged := strings.HasPrefix(r.Path, "/v1/orders/{id}") && (r.Writes() || r.Operation == "getOrder" || r.Operation == "getPaymentStatus") && r.Operation != "emailOrder"
	if tagged || conditional[r.Operation] || slices.Contains([]string{"placeOrder", "createCustomer", "updateCustomer", "updateSettings"}, r.Operation) {
		names = append(names, "ETag")
	}
	if slices.Contains([]string{"listOrders", "listInvoices", "listCreditNotes", "listCustomers", "listOrderEmails", "listOrderEvents"}, r.Operation) {
		names = append(names, "Link")
	}
	if r.Key != web.KeyNone {
		names = append(names, "Idempotency-Replayed")
	}
	if r.DryRun {
		names = append(names, "Dry-Run")
	}
	if slices.ContainsFunc(r.Produces, func(media string) bool { return media != "application/json" && media != "text/html" }) {
		names = append(names, "Content-Disposition")
	}
	return append(names, sunsetHeaders(r)...)
}

// sunsetHeaders is what every answer of an operation carries that is to go.
func sunsetHeaders(r api.Route) []string {
	if r.Sunset == nil {
		return nil
	}
	names := []string{"Deprecation"}
	if !r.Sunset.Gone.IsZero() {
		names = append(names, "Sunset")
	}
	if r.Sunset.Instead != "" {
		names = append(names, "Link")
	}
	return names
}

func answerText(r api.Route, status string) string {
	switch {
	case status == "201":
		return "Done: what was made."
	case status == "202":
		return "Taken on: the letter is in the outbox."
	case status == "204":
		return "Taken in."
	case status == "207":
		return "A row for each order, in the order asked."
	case status == "503":
		return "Not ready: a check failed, or the instance is stopping."
	case r.Writes():
		return "Done: how it is now."
	}
	return "What was asked for."
}

// problems adds an answer for every status that a problem of the operation can have, with its codes.
func problems(responses object, r api.Route) {
	byStatus := map[int][]fault.Code{}
	for _, code := range r.Codes() {
		status := web.Status(code)
		byStatus[status] = append(byStatus[status], code)
	}
	for status, codes := range byStatus {
		key := strconv.Itoa(status)
		if _, taken := responses[key]; taken { // readyz answers 503 in its own words
			continue
		}
		responses[key] = problemAnswer(status, codes, r)
	}
}

func headersOf(names ...string) object {
	headers := object{}
	for _, name := range names {
		headers[name] = headerRef(name)
	}
	return headers
}

func headerRef(name string) object { return object{"$ref": "#/components/headers/" + name} }

// sentence is a note as a sentence: a capital letter, a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
