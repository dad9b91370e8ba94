package order_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

func TestEventPatterns(t *testing.T) {
	for pattern, want := range map[order.EventPattern][3]bool{ // known, order.confirmed, email.sent
		"*":                   {true, true, true},
		"order.*":             {true, true, false},
		"email.*":             {true, false, true},
		"order.confirmed":     {true, true, false},
		"email.sent":          {true, false, true},
		"payment.*":           {true, false, false},
		"":                    {false, false, false},
		"order":               {false, false, false},
		"order.":              {false, false, false},
		"order.conf*":         {false, true, false},
		"*.confirmed":         {false, false, false},
		"order.*.*":           {false, false, false},
		"Order.*":             {false, false, false},
		"order.confirmed\x20": {false, false, false},
		"invoice.*":           {false, false, false},
		"ord*":                {false, true, false},
	} {
		require.Equal(t, want, [3]bool{pattern.Known(), pattern.Matches(order.EventConfirmed), pattern.Matches(order.EventEmailSent)}, "%q", pattern)
	}
	require.True(t, order.MatchesAny(nil, order.EventPlaced))
	require.True(t, order.MatchesAny([]order.EventPattern{"email.*", "order.placed"}, order.EventPlaced))
	require.False(t, order.MatchesAny([]order.EventPattern{"email.*", "order.voided"}, order.EventPlaced))
}

// A type that the list lacks could not be asked for.
func TestEventTypesIsEveryType(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	require.NoError(t, err)
	constants := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "EventType" {
				constants += len(spec.Names)
			}
		}
		return true
	})
	require.Len(t, order.EventTypes, constants-1)
	require.NotContains(t, order.EventTypes, order.EventWebhookTest, "it is never in the feed")
	seen := map[order.EventType]bool{}
	for _, e := range order.EventTypes {
		require.False(t, seen[e], "%s is listed twice", e)
		seen[e] = true
	}
}

func TestVisibleEvents(t *testing.T) {
	carrier, inside := order.Change{Field: "carrier", After: "UPS"}, order.Change{Field: "internal_notes", After: "beware"}
	seen, ok := order.Event{Changes: []order.Change{inside, carrier}}.Visible()
	require.True(t, ok)
	require.Equal(t, []order.Change{carrier}, seen.Changes)
	_, ok = order.Event{Changes: []order.Change{inside}}.Visible()
	require.False(t, ok)
	_, ok = order.Event{Type: order.EventEmailSent}.Visible()
	require.True(t, ok, "an event without changes has nothing private")
}
