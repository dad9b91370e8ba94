package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// alike is the statuses of which all operations behind a token say the same: their answers and examples are shared. An
// example of any other is the operation's own.
var alike = []int{
	http.StatusUnauthorized, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
}

// exemplify gives every problem of every operation its example.
func exemplify(doc object) {
	shared := object{}
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		op := at(doc, "paths", r.Path, strings.ToLower(r.Method))
		for status, v := range at(op, "responses") {
			content, _ := v.(object)["content"].(object)
			problem, ok := content["application/problem+json"].(object)
			if !ok {
				continue
			}
			examples := at(problem, "examples")
			for _, code := range at(op, "responses", status)["x-codes"].([]any) { //nolint:errcheck // problemAnswer has written it
				name := code.(string) //nolint:errcheck // codes are texts
				e := fault.Code(name).Entry()
				example := object{"summary": e.Title, "description": e.Cause + " " + e.Fix, "value": problemExample(doc, e, r)}
				if n, _ := strconv.Atoi(status); r.Auth == api.Public || !slices.Contains(alike, n) {
					examples[name] = example
					continue
				}
				if _, made := shared[name]; !made {
					shared[name] = example
				}
				examples[name] = object{"$ref": "#/components/examples/" + name}
			}
		}
	}
	at(doc, "components")["examples"] = shared
}

func problemExample(doc object, e fault.Entry, r api.Route) object {
	errors, nearest := []any{}, any(nil)
	switch e.Code {
	case fault.BodyInvalid:
		errors = []any{bodyFault(doc, r)}
	case fault.ParameterInvalid:
		errors = []any{parameterFault(r)}
	case fault.ParameterUnknown:
		var wrong string
		wrong, nearest = misspelled(r)
		errors = []any{fieldFault(wrong, fault.FieldUnknown, "There is no such parameter.")}
	}
	id, code := exampleID, "order_changed"
	if e.Code == fault.ErrorNotFound {
		code = "order_vanished"
	}
	example := object{
		"type": "/v1/errors/" + string(e.Code), "title": e.Title, "status": float64(api.Status(e.Code)), "detail": e.Cause,
		"instance": strings.NewReplacer("{id}", id, "{code}", code).Replace(r.Path),
		"code":     string(e.Code), "request_id": "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f8b", "retryable": e.Retryable, "errors": errors,
	}
	for _, m := range e.Members {
		example[m.Name] = memberExample(e.Code, m.Name)
		switch m.Name {
		case "remedy":
			example[m.Name] = remedy(e.Code, r)
		case "nearest":
			example[m.Name] = nearest
		}
	}
	return example
}

func fieldFault(pointer string, code fault.Code, detail string) object {
	return object{"pointer": pointer, "code": string(code), "detail": detail}
}

// bodyFault is a fault that the operation's body can have.
func bodyFault(doc object, r api.Route) object {
	properties := object{}
	if body, ok := at(doc, "paths", r.Path, strings.ToLower(r.Method))["requestBody"].(object); ok {
		schema := pointee(doc, at(body, "content", "application/json", "schema"))
		properties, _ = schema["properties"].(object)
	}
	if lines, ok := properties["lines"].(object); ok {
		if item, _ := lines["items"].(object); has(pointee(doc, item), "boxes") {
			return fieldFault("/lines/0/boxes", fault.FieldOutOfRange, "Must be at least 1; it is 0.")
		}
	}
	for _, name := range sortedKeys(properties) {
		p := pointee(doc, at(properties, name))
		length, _ := p["maxLength"].(float64)
		if most := int(length); hasType(p, "string") && p["format"] == nil && most > 3 { // a currency has rules of its own
			return fieldFault("/"+name, fault.FieldTooLong, fmt.Sprintf("Must have at most %d characters; it has %d.", most, most+1))
		}
	}
	for _, name := range sortedKeys(properties) {
		if hasType(pointee(doc, at(properties, name)), "array") {
			return fieldFault("/"+name, fault.FieldType, "Must be an array; it is a string.")
		}
	}
	return fieldFault("/colour", fault.FieldUnknown, "There is no such member.")
}

func pointee(doc, schema object) object {
	if ref, ok := schema["$ref"].(string); ok {
		return at(doc, "components", "schemas", strings.TrimPrefix(ref, refPrefix))
	}
	return schema
}

func has(schema object, property string) bool {
	properties, _ := schema["properties"].(object)
	return properties[property] != nil
}

func hasType(schema object, name string) bool {
	list, _ := schema["type"].([]any)
	return schema["type"] == name || slices.Contains(list, any(name))
}

// parameterFault is a value that one of the operation's parameters does not take.
func parameterFault(r api.Route) object {
	names := parameterNames(r)
	switch {
	case slices.Contains(names, "limit"):
		return fieldFault("limit", fault.FieldOutOfRange, "Must be at most 200; it is 500.")
	case slices.Contains(names, "format"):
		return fieldFault("format", fault.FieldInvalid, `Must be one of pdf, html; it is "docx".`)
	}
	return fieldFault("dry_run", fault.FieldType, `Must be true or false; it is "perhaps".`)
}

// misspelled is a name that a caller may have meant for one of the operation's parameters, and that one; nil where there
// is none.
func misspelled(r api.Route) (wrong string, nearest any) {
	names := parameterNames(r)
	if len(names) == 0 {
		return "verbose", nil
	}
	return strings.Replace(names[0], "i", "", 1) + "s", names[0]
}

func parameterNames(r api.Route) []string {
	var names []string
	for _, p := range r.Parameters() {
		names = append(names, p.Name)
	}
	if r.DryRun {
		names = append(names, "dry_run")
	}
	return names
}

// remedy is the guard's own sentence for the code, or null: it has none, or it depends on more than is known here.
func remedy(code fault.Code, r api.Route) any {
	action := order.Action(r.Permission)
	if !slices.ContainsFunc(order.Rules, func(rule order.Rule) bool { return rule.Action == action }) {
		return nil
	}
	for _, kind := range []order.Kind{order.KindOrder, order.KindPrebook} {
		for _, status := range order.StatusesOf(kind) {
			for _, role := range slices.Backward(auth.Roles()) {
				for _, in := range []order.Situation{{}, {PastCutoff: true}, {BlockUnpaid: true}} {
					o := order.Order{Kind: kind, Status: status, Currency: "USD", PaymentIndicator: true, LineCount: 2, LinesCheckedOut: 1, LinesBilled: 1}
					if v := order.Guard(auth.Actor{Roles: []auth.Role{role}}, action, &o, in); v.Code == code && v.Remedy != "" {
						return v.Remedy
					}
				}
			}
		}
	}
	return nil
}
