package desk

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Companies take turns: one e-mail of each, then another one of each, as long as there is room and a company has fewer than it may.
func TestTurnsToSendAreFair(t *testing.T) {
	var p posting
	turns, rest := p.enter([]string{"a", "b", "c"}, 7, 3)
	require.Equal(t, []mailTurn{{"a", 3}, {"b", 2}, {"c", 2}}, turns)
	require.Empty(t, rest)
	turns, rest = p.enter([]string{"a", "b", "c", "d"}, 2, 3)
	require.Equal(t, []mailTurn{{"b", 1}, {"c", 1}}, turns, "a has as many as it may")
	require.Equal(t, []string{"d"}, rest)
	turns, _ = p.enter([]string{"a", "b", "c"}, 9, 3)
	require.Empty(t, turns)
	p.leave("a", 2)
	p.leave("a", 1)
	require.NotContains(t, p.of, "a", "it holds no more than it needs")
	turns, _ = p.enter([]string{"a", "d"}, 9, 3)
	require.Equal(t, []mailTurn{{"a", 3}, {"d", 3}}, turns)
}
