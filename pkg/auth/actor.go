package auth

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// SystemSubject is the subject of the service itself. A token with this subject is refused.
const SystemSubject = "system"

// Actor is the caller: one subject of one seller company, with its roles. The zero Actor may do nothing.
type Actor struct {
	CompanyID string // a UUID in its canonical lower-case form
	Subject   string // the token's sub, unique within its issuer
	Name      string // for people; may be empty
	Email     string // for people; may be empty
	Roles     []Role // known roles, each once, in the order of the matrix
	system    bool

	TokenExpires time.Time // when the token that names the actor expires; zero without one
}

var _ order.Caller = Actor{}

// System returns the service itself as an actor of a company. It confirms orders automatically and voids expired drafts.
func System(companyID string) Actor {
	return Actor{CompanyID: companyID, Subject: SystemSubject, Name: SystemSubject, system: true}
}

// Person returns who the actor is, to be kept with what it does.
func (a Actor) Person() company.Person { return company.Person{Sub: a.Subject, Name: a.Name} }

// Sub returns the subject.
func (a Actor) Sub() string { return a.Subject }

// Scope returns the documents for which the actor may do the action: the widest scope of its roles.
func (a Actor) Scope(action order.Action) order.Scope { return a.scopeOf(Permission(action)) }

// Permits reports whether the actor has the permission, with any scope.
func (a Actor) Permits(p Permission) bool { return a.scopeOf(p) != none }

// Require returns nil if the actor has the permission, and otherwise a [fault.RoleNotAllowed] that names the roles that have
// it.
func (a Actor) Require(p Permission) error {
	if a.Permits(p) {
		return nil
	}
	row, ok := rows[p]
	if !ok {
		return fault.New(fault.RoleNotAllowed, "No role permits this.").With("remedy", "Nobody may do this.")
	}
	others := sentence(a.otherRoles(row), "or")
	return fault.New(fault.RoleNotAllowed, "%s may not %s. Only %s may.", a.title(), row.Description, others).
		With("remedy", order.AskFor(others)+".")
}

// Remedy returns a sentence for the actor. If it has the permission, the sentence asks it to do something with an operation, and
// otherwise it names the roles to ask: "Create it with {createCustomer}." or "Ask somebody with the role Admin or Sales Manager to create it."
func (a Actor) Remedy(p Permission, do, operation string) string {
	step := order.Step{Action: order.Action(p), Do: do, Operation: operation}
	return order.Remedy{Steps: []order.Step{step}}.For(a, &order.Order{OwnerSub: a.Subject})
}

// MayPassCutoff reports whether the actor may confirm after the company's cut-off.
func (a Actor) MayPassCutoff() bool { return a.Permits(PassCutoff) }

// RolesFor returns the staff roles to ask if this actor may not do the action to a document in the status: "Admin, Sales
// Manager or Cashier". If the actor may do it with some documents, these are the roles that may do it with all documents.
func (a Actor) RolesFor(action order.Action, in order.Status) string {
	row, ok := rows[Permission(action)]
	if !ok {
		return ""
	}
	roles := a.otherRoles(row)
	if in != order.StatusDraft && in != order.StatusPending {
		roles = slices.DeleteFunc(roles, func(r Role) bool { return row.Scope(r) == open })
	}
	return sentence(roles, "or")
}

// IsStorefront reports whether Storefront is the only role of the actor.
func (a Actor) IsStorefront() bool { return len(a.Roles) == 1 && a.Roles[0] == Storefront }

func (a Actor) scopeOf(p Permission) order.Scope {
	if a.system {
		return systemMay[p]
	}
	row, ok := rows[p]
	if !ok {
		return none
	}
	scope := none
	for _, r := range a.Roles {
		scope = wider(scope, row.Scope(r))
	}
	return scope
}

// otherRoles returns the roles to ask. Storefront is not one of them, since it is a machine.
func (a Actor) otherRoles(row *Row) []Role {
	partly := a.scopeOf(row.Permission) != none
	var list []Role
	for _, r := range roles {
		scope := row.Scope(r)
		if r == Storefront || scope == none || partly && scope != all {
			continue
		}
		list = append(list, r)
	}
	return list
}

// title returns the actor as the subject of a sentence.
func (a Actor) title() string {
	switch {
	case a.system:
		return "The service itself"
	case len(a.Roles) == 0:
		return "An actor without a role"
	default:
		return sentence(a.Roles, "and")
	}
}
