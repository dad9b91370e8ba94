// Package auth knows who is asking and what that permits: it gets an [Actor] out of a signed token, and holds
// the role matrix that the guard runs, the tests enumerate and the documentation prints.
package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Role is a role of a seller company's staff, or the storefront's, spelled exactly as tokens spell it.
type Role string

// The roles. Any other role grants nothing.
const (
	Admin           Role = "Admin"
	SalesManager    Role = "Sales Manager"
	Sales           Role = "Sales"
	SalesAllocation Role = "Sales Allocation"
	Cashier         Role = "Cashier"
	Storefront      Role = "Storefront" // the company's web shop: a machine, not staff
)

// The columns of the role matrix, in order.
var roles = [...]Role{Admin, SalesManager, Sales, SalesAllocation, Cashier, Storefront}

// Roles is every role, in the order of the role matrix.
func Roles() []Role { return slices.Clone(roles[:]) }

// ParseRole is the role of that exact name. The error for any other name lists all roles.
func ParseRole(name string) (Role, error) {
	if r := Role(name); r.column() >= 0 {
		return r, nil
	}
	return "", fmt.Errorf("there is no role %q; the roles are %s", name, sentence(roles[:], "and"))
}

// column is the role's column in the matrix, or -1 for a role that is not known.
func (r Role) column() int { return slices.Index(roles[:], r) }

// known keeps the roles that the matrix has, each once, in the matrix's order.
func known(names []string) []Role {
	var found []Role
	for _, r := range roles {
		if slices.Contains(names, string(r)) {
			found = append(found, r)
		}
	}
	return found
}

// sentence lists roles as a person would: "Admin, Sales Manager or Cashier".
func sentence(list []Role, conjunction string) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = string(r)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}
