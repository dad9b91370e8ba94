package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type namedFilter struct{ A, B string }

type namedQuery struct {
	namedFilter
	Several []string
	More    []string
	Number  int
	Flag    *bool
	Text    *string
	Cursor  string   `query:"cursor"`
	Limit   int      `query:"limit"`
	Include []string `query:"include"`
}

// Equal parameters give one key, at any place in memory. Others give another key.
func TestListKey(t *testing.T) {
	names := map[string]string{}
	for _, make := range []func() namedQuery{
		func() namedQuery { return namedQuery{} },
		func() namedQuery { return namedQuery{namedFilter: namedFilter{A: "x"}} },
		func() namedQuery { return namedQuery{namedFilter: namedFilter{B: "x"}} },
		func() namedQuery { return namedQuery{namedFilter: namedFilter{A: "x", B: "x"}} },
		func() namedQuery { return namedQuery{namedFilter: namedFilter{A: "xx"}} },
		func() namedQuery { return namedQuery{Several: []string{"a b"}} },
		func() namedQuery { return namedQuery{Several: []string{"a", "b"}} },
		func() namedQuery { return namedQuery{Several: []string{"ab"}} },
		func() namedQuery { return namedQuery{Several: []string{""}} },
		func() namedQuery { return namedQuery{More: []string{""}} },
		func() namedQuery { return namedQuery{Number: -1} },
		func() namedQuery { return namedQuery{Flag: new(false)} },
		func() namedQuery { return namedQuery{Flag: new(true)} },
		func() namedQuery { return namedQuery{Text: new("")} },
		func() namedQuery { return namedQuery{Text: new("x")} },
	} {
		one, again := make(), make()
		again.Cursor, again.Limit, again.Include = "here", 7, []string{"count"}
		name := ListKey("c", "/list", one)
		require.Equal(t, name, ListKey("c", "/list", again), "equal parameters elsewhere in memory, or another page of them, name another list: %+v", one)
		require.NotContains(t, names, name)
		names[name] = fmt.Sprintf("%+v", one)
	}
	base := ListKey("c", "/list", namedQuery{})
	require.NotEqual(t, base, ListKey("d", "/list", namedQuery{}))
	require.NotEqual(t, base, ListKey("c", "/other", namedQuery{}))
	require.NotEqual(t, ListKey("ab", "c", namedQuery{}), ListKey("a", "bc", namedQuery{}))
}

// A type without a unique text form panics instead of giving an arbitrary hash.
func TestListKeyRefusesWhatItCannotWrite(t *testing.T) {
	for kind, query := range map[string]any{
		"map[string]string": struct{ Bad map[string]string }{}, "interface {}": struct{ Bad any }{}, "func()": struct{ Bad func() }{},
		"time.Time": struct{ Bad time.Time }{}, "float64": struct{ Bad float64 }{}, "chan int": struct{ Bad []chan int }{[]chan int{nil}},
	} {
		require.PanicsWithValue(t, "web: a cursor cannot be bound to .Bad, a "+kind+": teach appendValue to write it", func() { ListKey("c", "/list", query) })
	}
}
