package order_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
)

// Every action has its words and its rules. Otherwise a message would have a gap, or allowed_actions would lack the action.
func TestEveryActionIsInTheTables(t *testing.T) {
	for _, a := range fieldtest.Constants[order.Action](t, ".", "Action") {
		assert.Contains(t, order.Infinitives, a, "infinitives (guard.go) has no words for the action %s", a)
		if a == order.View || a == order.Place { // no rule: they do not change an existing document
			continue
		}
		assert.Contains(t, order.GuardedActions, a, "GuardedActions (status.go) and so allowed_actions lack the action %s", a)
		assert.Contains(t, order.Participles, a, "participles (guard.go) has no words for the action %s", a)
		for _, kind := range []order.Kind{order.KindOrder, order.KindPrebook} {
			for _, status := range order.StatusesOf(kind) {
				_, ok := order.RuleOf(kind, a, status)
				assert.True(t, ok, "Rules (status.go) has no row for %s of the kind %s in the status %s", a, kind, status)
			}
		}
	}
}

func TestEveryScopeStatusAndOriginHasItsWords(t *testing.T) {
	for _, s := range fieldtest.Constants[order.Scope](t, ".", "Scope") {
		if s != order.ScopeNone && s != order.ScopeAll { // no refusal names these two
			assert.Contains(t, order.ScopeNouns, s, "scopeNouns (guard.go) has no words for the scope %s", s)
		}
	}
	for _, s := range fieldtest.Constants[order.Status](t, ".", "Status") {
		assert.Contains(t, order.Statuses, s, "Statuses (status.go) and so facets and lists lack the status %s", s)
		assert.Contains(t, order.Labels, s, "labels (status.go) has no words for the status %s", s)
		assert.True(t, slices.Contains(order.StatusesOf(order.KindOrder), s) || slices.Contains(order.StatusesOf(order.KindPrebook), s),
			"StatusesOf (status.go) returns the status %s for no kind", s)
	}
	for _, o := range fieldtest.Constants[order.Origin](t, ".", "Origin") {
		assert.Contains(t, order.Origins, o, "Origins (origin.go) and so facets and lists lack the origin %s", o)
		assert.NotEmpty(t, o.Name(), "the origin %s has no name (origin.go)", o)
	}
}
