// Package auth turns a signed token into an [Actor], and has the role matrix, which says what each role may do.
package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Role is a role of a seller company's staff or of its storefront. It has the same spelling as in tokens.
type Role string

// The roles. Any other role permits nothing.
const (
	Admin           Role = "Admin"
	SalesManager    Role = "Sales Manager"
	Sales           Role = "Sales"
	SalesAllocation Role = "Sales Allocation"
	Cashier         Role = "Cashier"
	Storefront      Role = "Storefront" // the company's web shop: a machine, not staff
)

// roles is the columns of the role matrix.
var roles = [...]Role{Admin, SalesManager, Sales, SalesAllocation, Cashier, Storefront}

// Roles returns all roles, in the order of the role matrix.
func Roles() []Role { return slices.Clone(roles[:]) }

// ParseRole returns the role with exactly this name. The error for any other name lists all roles.
func ParseRole(name string) (Role, error) {
	if r := Role(name); r.column() >= 0 {
		return r, nil
	}
	return "", fmt.Errorf("there is no role %q; the roles are %s", name, sentence(roles[:], "and"))
}

// column returns the role's column in the matrix, or -1 for an unknown role.
func (r Role) column() int { return slices.Index(roles[:], r) }

// known returns the roles that the matrix has, each once, in the order of the matrix.
func known(names []string) []Role {
	var found []Role
	for _, r := range roles {
		if slices.Contains(names, string(r)) {
			found = append(found, r)
		}
	}
	return found
}

// sentence joins roles for a sentence: "Admin, Sales Manager or Cashier".
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
