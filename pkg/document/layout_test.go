package document

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPaginate(t *testing.T) {
	lone, kept, row := block{height: 10}, block{height: 10, keep: true}, block{height: 10, row: true}
	for name, c := range map[string]struct {
		blocks []block
		room   room
		want   []int // blocks on each page
	}{
		"nothing":                           {nil, room{30, 30, 0}, nil},
		"all on one":                        {[]block{lone, lone, lone}, room{30, 30, 0}, []int{3}},
		"the first page has room for less":  {[]block{lone, lone, lone, lone}, room{20, 30, 0}, []int{2, 2}},
		"the header takes room":             {[]block{row, row, row}, room{30, 30, 10}, []int{2, 1}},
		"no header without a row":           {[]block{lone, lone, lone}, room{30, 30, 10}, []int{3}},
		"kept blocks move together":         {[]block{lone, kept, kept, lone}, room{30, 30, 0}, []int{1, 3}},
		"a chain longer than a page breaks": {[]block{kept, kept, kept, kept, lone}, room{30, 30, 0}, []int{3, 2}},
		"a giant gets a page to itself":     {[]block{lone, {height: 99}, lone}, room{30, 30, 0}, []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			for _, page := range paginate(c.blocks, c.room) {
				got = append(got, len(page))
			}
			require.Equal(t, c.want, got)
		})
	}
}

// No block is lost and no page is empty. A page is overfull only if it has a single block.
func TestPaginateKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := rapid.SliceOf(rapid.Custom(func(t *rapid.T) block {
			return block{height: float64(rapid.IntRange(0, 120).Draw(t, "height")), keep: rapid.Bool().Draw(t, "keep"), row: rapid.Bool().Draw(t, "row")}
		})).Draw(t, "blocks")
		pages := paginate(blocks, room{first: 80, rest: 100, header: 5})
		total := 0
		for i, page := range pages {
			require.NotEmpty(t, page)
			total += len(page)
			free, headed := 100.0, 0.0
			if i == 0 {
				free = 80
			}
			for _, b := range page {
				free -= b.height
				if b.row {
					headed = 5
				}
			}
			require.True(t, free-headed >= 0 || len(page) == 1, "page %d is overfull", i)
		}
		require.Equal(t, len(blocks), total)
	})
}
