package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ClaimMap says where an identity provider puts the claims, and what it calls the roles. A pointer is a JSON pointer (RFC
// 6901) into the claims; an empty one means the claim's own name. Its zero value reads the claims by their own names.
type ClaimMap struct {
	Roles       string
	Company     string
	CompanyType string
	Name        string
	// RoleNames maps the provider's names of roles. If it has any, no other name counts.
	RoleNames map[string]Role
	// DefaultCompanyType is the type of a company of which the token says nothing.
	DefaultCompanyType string
}

// CheckPointer says what is wrong with a JSON pointer to a claim.
func CheckPointer(pointer string) error {
	switch {
	case !strings.HasPrefix(pointer, "/"):
		return errors.New("does not begin with /")
	case pointer == "/":
		return errors.New("names no claim")
	case strings.Contains(strings.NewReplacer("~0", "", "~1", "").Replace(pointer), "~"):
		return errors.New("has a ~ that is neither ~0 nor ~1")
	}
	return nil
}

// claimAt returns the value that a pointer leads to, or nothing. What is on the way must be an object without repeated
// members, or a list.
func claimAt(m object, pointer string) (json.RawMessage, error) {
	steps := strings.Split(pointer, "/")[1:]
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	raw := m[unescape.Replace(steps[0])]
	for _, step := range steps[1:] {
		switch {
		case raw == nil || string(raw) == "null":
			return nil, nil
		case raw[0] == '[':
			var list []json.RawMessage
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, err
			}
			i, err := strconv.ParseUint(step, 10, 16)
			if err != nil || strconv.FormatUint(i, 10) != step || i >= uint64(len(list)) {
				return nil, nil //nolint:nilerr // there is no such item
			}
			raw = list[i]
		default:
			inner, err := members(raw)
			if err != nil {
				return nil, fmt.Errorf("on the way to %s: %w", pointer, err)
			}
			raw = inner[unescape.Replace(step)]
		}
	}
	return raw, nil
}

// known are our roles among those of a token.
func (cm ClaimMap) known(names []string) []Role {
	if len(cm.RoleNames) == 0 {
		return known(names)
	}
	var ours []string
	for _, name := range names {
		if role, ok := cm.RoleNames[name]; ok {
			ours = append(ours, string(role))
		}
	}
	return known(ours)
}
