package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Route is one operation: its row of data, and its handler.
type Route struct {
	web.Route
	handle handler
}

type handler func(*service, web.Request) error

// route is one row of Routes. The compiler requires everything except the options.
func route(method, path, operation string, who caller, spec web.Spec, handle handler, options ...option) Route {
	r := web.Route{Method: method, Path: path, Operation: operation, Auth: who.auth, Permission: who.permission, Spec: spec}
	for _, set := range options {
		set(&r)
	}
	return Route{r, handle}
}

// caller is who may call an operation: a class of callers, or members with a permission of the role matrix.
type caller struct {
	auth       web.Auth
	permission auth.Permission
}

// permitted is a member whose role has the permission.
func permitted(p auth.Permission) caller { return caller{permission: p} }

// may is a member whose role may do the action to an order.
func may(a order.Action) caller { return permitted(auth.Permission(a)) }

// option is a property that few rows of Routes have.
type option func(*web.Route)

func keyRequired(r *web.Route) { r.Key = web.KeyRequired }
func keyHonoured(r *web.Route) { r.Key = web.KeyHonoured }
func dryRun(r *web.Route)      { r.DryRun = true }
func exportLimit(r *web.Route) { r.Limit = web.Export }
func unlimited(r *web.Route)   { r.Limit = web.Unlimited }
func onPrimary(r *web.Route)   { r.Primary = true }

// Codes is every code that a problem of the operation can have. The API document lists them, and a test fails on an operation
// that answers another. Most follow from the other fields of the route. The others are in Refuses, which takes them from the
// use case.
func (r Route) Codes() []fault.Code {
	codes := []fault.Code{fault.InternalError, fault.ParameterUnknown}
	add := func(more ...fault.Code) { codes = append(codes, more...) }
	if r.Query != nil || r.DryRun {
		add(fault.ParameterInvalid)
	}
	if r.pages() {
		add(fault.CursorInvalid)
	}
	if r.Precondition() == web.IfMatchRequired {
		add(fault.IfMatchRequired)
	}
	if !r.Tokenless() {
		add(fault.TokenMissing, fault.TokenInvalid, fault.HeaderInvalid)
	}
	if !r.Probe() {
		add(fault.RateLimited)
	}
	if r.asksDatabase() {
		add(fault.CapacityReached, fault.DatabaseUnavailable, fault.RequestTimeout)
	}
	if r.Auth == web.Member {
		add(fault.CompanyNotSeller, fault.RoleMissing)
	}
	if r.refusesRoles() {
		add(fault.RoleNotAllowed)
	}
	add(fault.NotAcceptableFormat)
	if r.Writes() && r.Key != web.KeyNone { // it has a transaction
		add(fault.OutcomeUnknown, fault.OrderLocked, fault.ClockSkewed)
	}
	if r.Writes() {
		add(fault.JSONMalformed, fault.JSONDuplicateMember, fault.JSONTooDeep, fault.JSONTrailingData, fault.BodyTooLarge,
			fault.MediaTypeUnsupported, fault.BodyInvalid)
		if r.Body != nil {
			add(fault.JSONMemberCase)
		}
	}
	if r.Key != web.KeyNone {
		add(fault.IdempotencyKeyInvalid, fault.IdempotencyInProgress, fault.IdempotencyKeyReused)
	}
	if r.Key == web.KeyRequired {
		add(fault.IdempotencyKeyMissing)
	}
	if strings.Contains(r.Path, "/orders/{id}") {
		add(fault.OrderNotFound)
		if r.Writes() {
			add(fault.OrderChanged)
		}
	}
	add(r.Refuses...)
	slices.Sort(codes)
	return slices.Compact(codes)
}

// asksDatabase reports whether the operation needs the database.
func (r Route) asksDatabase() bool { return r.Permission != "" || r.Auth == web.AnyToken }

// refusesRoles reports whether role_not_allowed is possible: a role has no permission, or not for every document that it sees.
// A document that a role does not see is not found.
func (r Route) refusesRoles() bool {
	for _, row := range auth.Matrix() {
		for _, role := range auth.Roles() {
			scope := row.Scope(role)
			if row.Permission == r.Permission && scope != order.ScopeAll && scope != order.ScopeOwn {
				return true
			}
		}
	}
	return false
}

// Writes reports whether the operation changes something. It then reads a JSON body.
func (r Route) Writes() bool { return r.Method != http.MethodGet && !r.Tokenless() }

// ReadsReplica reports whether a read replica may answer the operation.
func (r Route) ReadsReplica() bool {
	return r.Method == http.MethodGet && !r.Tokenless() && !r.Primary
}

// Precondition is what the operation does with If-Match: every edit requires it, and every other write of an order checks it.
func (r Route) Precondition() web.Precondition {
	switch {
	case r.Method == http.MethodPatch, r.Permission == auth.Permission(order.Edit):
		return web.IfMatchRequired
	case r.Method == http.MethodPut, r.Writes() && strings.Contains(r.Path, "/orders/{id}"):
		return web.IfMatchHonoured
	}
	return web.IfMatchIgnored
}

// pages reports whether the operation answers pages, and so takes a cursor.
func (r Route) pages() bool {
	return slices.Contains(r.Parameters(), "cursor")
}

// Paged reports whether the answer is a page of a list, with a Link header.
func Paged(a web.Answer) bool {
	of := reflect.TypeOf(a.Body)
	if of == nil || of.Kind() != reflect.Struct {
		return false
	}
	page, ok := of.FieldByName("Page")
	return ok && page.Type == reflect.TypeFor[pageBody]()
}

// Attaches reports whether the operation answers a file with a name.
func (r Route) Attaches() bool {
	return slices.ContainsFunc(r.Produces, func(media string) bool {
		return !slices.Contains([]string{web.MediaJSON, web.MediaHTML, web.MediaEventStream}, media)
	})
}

// Roles is the roles that may call the operation, each with the scope of its permission; nil if no role is required.
func (r Route) Roles() []RoleScope {
	var roles []RoleScope
	for _, row := range auth.Matrix() {
		for _, role := range auth.Roles() {
			if scope := row.Scope(role); row.Permission == r.Permission && scope != order.ScopeNone {
				roles = append(roles, RoleScope{string(role), string(scope)})
			}
		}
	}
	return roles
}

// RoleScope is a role and the scope of a permission for it.
type RoleScope struct{ Role, Scope string }

// Parameters is the names of the operation's query parameters, in the order of the fields of Query.
func (r Route) Parameters() []string {
	if r.Query == nil {
		return nil
	}
	var names []string
	for _, f := range Reader().QueryShape(reflect.TypeOf(r.Query)).Fields {
		names = append(names, f.Name)
	}
	return names
}

// answersOK is 200 with the body; nil is a file.
func answersOK(body any) []web.Answer { return []web.Answer{{Status: http.StatusOK, Body: body}} }

// answersCreated is 201 with the body and the address of the new resource.
func answersCreated(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body, Location: true}}
}

// answersRecorded is 201 for a new row of a list, or 200 for a row that was there before.
func answersRecorded(body any) []web.Answer {
	return []web.Answer{{Status: http.StatusCreated, Body: body}, {Status: http.StatusOK, Body: body}}
}

// refusesWith is a list of error codes.
func refusesWith(codes ...fault.Code) []fault.Code { return codes }

// The media types that operations answer, the default first.

func errorMedia() []string { return []string{web.MediaJSON, web.MediaHTML} }

func printMedia() []string { return []string{web.MediaPDF, web.MediaHTML} }

func pdfMedia() []string { return []string{web.MediaPDF} }

// anyMedia is for a file with one representation, whatever Accept says.
func anyMedia() []string { return []string{"*/*"} }
