// Package guardtable is what the guard of orders decides, as a table that is written by hand. It does not know order.Rules.
// The tests of the guard compare each cell, and the model of the service takes its expectations from it.
package guardtable

import (
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

// The words of a cell that are not the code of a refusal.
const (
	Yes  = "yes"  // allowed
	Done = "done" // already done
	Role = "role" // not allowed for this role
)

// Row is what a row of the table is about.
type Row struct {
	Kind   order.Kind
	Action order.Action
	Status order.Status
}

// Cell is what a role gets in one row.
type Cell struct {
	Row
	Role auth.Role
	Want string // Yes, Done, Role or the code of the refusal
}

// Cells returns every cell, row by row.
func Cells(t testing.TB) []Cell {
	t.Helper()
	return parse(t, table)
}

// WithDiscount returns every cell as it is if a discount is too large.
func WithDiscount(t testing.TB) []Cell {
	t.Helper()
	cells, different := Cells(t), parse(t, discountTable)
	for i, c := range cells {
		at := slices.IndexFunc(different, func(d Cell) bool { return d.Row == c.Row && d.Role == c.Role })
		if at < 0 {
			continue
		}
		cells[i].Want = different[at].Want
		different = slices.Delete(different, at, at+1)
	}
	require.Empty(t, different, "discountTable has rows that table lacks")
	return cells
}

// Wants returns the words of Cells by row and role.
func Wants(t testing.TB) map[Row]map[auth.Role]string {
	t.Helper()
	wants := map[Row]map[auth.Role]string{}
	for _, c := range Cells(t) {
		if wants[c.Row] == nil {
			wants[c.Row] = map[auth.Role]string{}
		}
		wants[c.Row][c.Role] = c.Want
	}
	return wants
}

func parse(t testing.TB, table string) []Cell {
	t.Helper()
	rows := strings.Split(strings.TrimSpace(table), "\n")[1:]
	var cells []Cell
	for _, row := range rows {
		left, right, _ := strings.Cut(row, "|")
		key, words := strings.Fields(left), strings.Fields(right)
		require.Len(t, key, 3, row)
		require.Len(t, words, len(auth.Roles()), row)
		for i, want := range words {
			cells = append(cells, Cell{Row{order.Kind(key[0]), order.Action(key[1]), order.Status(key[2])}, auth.Roles()[i], want})
		}
	}
	return cells
}
