package main

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// operation returns a route and its comment in the form of the document.
func (d *document) operation(r api.Route) (object, error) {
	said, ok := d.comments[r.Operation]
	switch {
	case !ok:
		return nil, fmt.Errorf("%s %s has no comment: say above its handler what it does, with @ID %s", r.Method, r.Path, r.Operation)
	case said.method != r.Method || said.path != r.Path:
		return nil, fmt.Errorf("%s is %s %s in its comment and %s %s in the route table", r.Operation, said.method, said.path, r.Method, r.Path)
	case said.Summary == "" || said.Description == "" || len(said.Tags) != 1:
		return nil, fmt.Errorf("the comment of %s lacks @Summary, @Description or its one @Tags", r.Operation)
	}
	op := object{{"operationId", r.Operation}, {"tags", list(said.Tags)}, {"summary", said.Summary}}
	text := said.Description
	scopes, names := rolesOf(r)
	if scopes != nil {
		text += "\n\nRoles: " + names + "."
	}
	op.set("description", text)
	if scopes != nil {
		op.set("x-roles", scopes)
	}
	if r.Key != web.KeyNone {
		op.set("x-idempotent", map[web.Key]string{web.KeyHonoured: "honoured", web.KeyRequired: "required"}[r.Key])
	}
	if r.Sunset != nil {
		op.set("deprecated", true)
	}
	switch r.Auth {
	case web.Public:
		op.set("security", []any{})
	case web.Signed:
		op.set("security", []any{object{{"SendGridSignature", []any{}}}})
	case web.Member, web.AnyToken:
	}
	parameters, err := d.parameters(r, said)
	if len(parameters) > 0 {
		op.set("parameters", parameters)
	}
	if r.Body != nil {
		op.set("requestBody", d.requestBody(r))
	}
	responses, missing := d.answers(r, said)
	op.set("responses", responses)
	return op, errors.Join(err, missing)
}

// rolesOf returns the roles that may call the operation with the scope of each, and the same in words. An operation
// without a permission is open to everybody, with the same scope for all.
func rolesOf(r api.Route) (scopes object, words string) {
	if r.Tokenless() {
		return nil, ""
	}
	var names []string
	for _, role := range r.Roles() {
		scopes.set(role.Role, role.Scope)
		names = append(names, role.Role)
	}
	if r.Permission != "" {
		return scopes, strings.Join(names, ", ")
	}
	for _, role := range auth.Roles() {
		scopes.set(string(role), string(order.ScopeAll))
	}
	if r.Auth == web.AnyToken {
		return scopes, "any, or none"
	}
	return scopes, "any"
}

func (d *document) requestBody(r api.Route) object {
	u := request
	if r.Auth == web.Signed {
		u = event
	}
	media := object{{"schema", d.schemas.of(r.Body, u)}}
	if examples := d.examples.requests(r.Operation); len(examples) > 0 {
		media.set("examples", examples)
	}
	content := object{{"application/json", media}}
	if r.Method == http.MethodPatch {
		content.set("application/merge-patch+json", media)
	}
	return object{{"description", d.words.bodyText(r.Body)}, {"required", !r.BodyOptional}, {"content", content}}
}

// bodyText returns the description of a body's type.
func (w *words) bodyText(body any) string {
	t := reflect.TypeOf(body)
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	said, err := w.of(t)
	if err != nil {
		return "" // named has reported it
	}
	return said.text
}
