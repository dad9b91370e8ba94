package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What cannot be shown ends the generation: it is never published as null.
func TestWhatIsNoJSONIsNotPublished(t *testing.T) {
	require.Panics(t, func() { decoded(json.RawMessage(`{"half":`)) })
	require.Panics(t, func() { jsonValue(func() {}) })
	require.Equal(t, object{"a": 1.0}, jsonValue(map[string]int{"a": 1}))
}
