package order

import (
	"slices"
	"strings"
)

// EventPattern selects event types: the name of one, such as order.confirmed; all of a group, such as order.*; or all, *.
type EventPattern string

// Matches reports whether the pattern selects the type.
func (p EventPattern) Matches(t EventType) bool {
	if group, ok := strings.CutSuffix(string(p), "*"); ok {
		return strings.HasPrefix(string(t), group)
	}
	return string(p) == string(t)
}

// Known reports whether the pattern is a name, a group or *, and selects a type that exists.
func (p EventPattern) Known() bool {
	group, all := strings.CutSuffix(string(p), "*")
	if all && group != "" && !strings.HasSuffix(group, ".") {
		return false
	}
	return slices.ContainsFunc(EventTypes, p.Matches)
}

// MatchesAny reports whether one of the patterns selects the type. No patterns select every type.
func MatchesAny(patterns []EventPattern, t EventType) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p EventPattern) bool { return p.Matches(t) })
}
