package auth

import (
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// SystemSubject is the subject of what the service does in its own name. No token may carry it.
const SystemSubject = "system"

// Actor is who asks: one subject of one seller company, with the roles that the matrix knows. The zero Actor may
// do nothing.
type Actor struct {
	CompanyID string // a UUID in its canonical lower-case form
	Subject   string // the token's sub, unique within its issuer
	Name      string // for people; may be empty
	Email     string // for people; may be empty
	Roles     []Role // known roles only, each once, in the matrix's order
	system    bool
}

var _ order.Caller = Actor{}

// System is the service acting for a company: autoconfirm, and the expiry of drafts. It needs no role.
func System(companyID string) Actor {
	return Actor{CompanyID: companyID, Subject: SystemSubject, Name: SystemSubject, system: true}
}

// Sub is the subject, as documents remember who placed them.
func (a Actor) Sub() string { return a.Subject }

// Scope is how far the action reaches for this actor. Of several roles the widest counts.
func (a Actor) Scope(action order.Action) order.Scope { return a.reach(Permission(action)) }

// Permits reports whether any of the actor's roles grants the permission, however far it reaches.
func (a Actor) Permits(p Permission) bool { return a.reach(p) != none }

// Require is nil when the actor has the permission, else a [fault.RoleNotAllowed] that names the roles that do, and says to
// ask them.
func (a Actor) Require(p Permission) error {
	if a.Permits(p) {
		return nil
	}
	row, ok := rows[p]
	if !ok {
		return fault.New(fault.RoleNotAllowed, "No role permits this.").With("remedy", "Nobody may do it: do without.")
	}
	others := sentence(a.whoElse(row), "or")
	return fault.New(fault.RoleNotAllowed, "%s may not %s; %s may.", a.title(), row.Description, others).
		With("remedy", "Ask somebody who is "+others+".")
}

// MayPassCutoff reports whether the actor may confirm after the company's cut-off.
func (a Actor) MayPassCutoff() bool { return a.Permits(PassCutoff) }

// RolesFor names the staff roles that may do the action where this actor may not: those that may at all, or, for an
// actor who may do it to some documents, those that may do it to every one. "Admin, Sales Manager or Cashier".
func (a Actor) RolesFor(action order.Action) string {
	row, ok := rows[Permission(action)]
	if !ok {
		return ""
	}
	return sentence(a.whoElse(row), "or")
}

// IsStorefront reports whether the actor is a web shop and nothing more.
func (a Actor) IsStorefront() bool { return len(a.Roles) == 1 && a.Roles[0] == Storefront }

func (a Actor) reach(p Permission) order.Scope {
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

// whoElse leaves the storefront out: it is nobody one could ask.
func (a Actor) whoElse(row *Row) []Role {
	partly := a.reach(row.Permission) != none
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

// title is how a sentence about the actor begins.
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
