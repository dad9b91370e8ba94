package order_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
)

// A constant that a table forgets would be a sentence with a hole, or a document that nobody can act on.
func TestEveryActionIsInTheTables(t *testing.T) {
	for _, a := range fieldtest.Constants[order.Action](t, ".", "Action") {
		assert.Contains(t, order.Verbs, a, "verbs (guard.go) has no words for the action %s", a)
		if a == order.View || a == order.Place { // not done to a document that is there
			continue
		}
		assert.Contains(t, order.GuardedActions, a, "GuardedActions (status.go) lacks the action %s, so that allowed_actions does", a)
		assert.Contains(t, order.Done, a, "done (guard.go) has no words for the action %s", a)
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
		if s != order.ScopeNone && s != order.ScopeAll { // which no refusal speaks of
			assert.Contains(t, order.Reach, s, "reach (guard.go) has no words for the scope %s", s)
		}
	}
	for _, s := range fieldtest.Constants[order.Status](t, ".", "Status") {
		assert.Contains(t, order.Statuses, s, "Statuses (status.go) lacks the status %s, so that facets and lists do", s)
		assert.Contains(t, order.Labels, s, "labels (status.go) has no words for the status %s", s)
		assert.True(t, slices.Contains(order.StatusesOf(order.KindOrder), s) || slices.Contains(order.StatusesOf(order.KindPrebook), s),
			"StatusesOf (status.go) gives the status %s to no kind", s)
	}
	for _, o := range fieldtest.Constants[order.Origin](t, ".", "Origin") {
		assert.Contains(t, order.Origins, o, "Origins (origin.go) lacks the origin %s, so that facets and lists do", o)
		assert.NotEmpty(t, o.Name(), "the origin %s has no name (origin.go)", o)
	}
}
