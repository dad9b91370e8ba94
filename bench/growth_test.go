package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
	"github.com/stretchr/testify/require"
)

func TestGrowthChart(t *testing.T) {
	of := func(micros ...int) (all []grown) {
		for _, n := range micros {
			all = append(all, grown{figures: figures{server: time.Duration(n) * time.Microsecond / 2, postgres: time.Duration(n) * time.Microsecond / 2}})
		}
		return all
	}
	g := growthFigures{
		machine: "2 × <processor>", sizes: []int{10_000, 1_000_000, 10_000_000}, shapes: []string{"list", "q & count", "too slow"},
		figures: [][]grown{of(400, 410, 500), of(1000, 1299, 1999), of(100, 131, 430)},
	}
	require.InDelta(t, 1, goal(100), 0.001)
	require.InDelta(t, 1, goal(10_000), 0.001)
	require.InDelta(t, 1.15, goal(100_000), 0.001)
	require.InDelta(t, 1.3, goal(1_000_000), 0.001)
	require.InDelta(t, 2, goal(10_000_000), 0.001)

	picture := g.chart()
	require.Equal(t, string(picture), string(g.chart()), "the same figures give the same bytes")
	require.Equal(t, 2, bytes.Count(picture, []byte(`class="dot missed"`)), "the two points above the goal")
	for _, text := range []string{"q &amp; count", "2 × &lt;processor&gt;", ">1.31<", ">4.30<", ">10 k<", ">10 M<", "400 to 500 µs"} {
		require.Contains(t, string(picture), text)
	}
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}

	var text strings.Builder
	g.seeded = make([]seeding, 3)
	g.print(&text)
	require.Contains(t, text.String(), "| too slow | 50 + 50 | 65 + 65 | 1.31 | 215 + 215 | 4.30 | 0 / 0 / 0 | 1.30, 2.00 |")
}

// The table runs to its end on small companies, so that a change of the API or the schema cannot break it unnoticed. The databases can
// be measured a second time.
func TestLong_GrowthIsMeasuredTwice(t *testing.T) {
	testkit.Long(t)
	pgtest.Need(t)
	dir, err := os.MkdirTemp("/tmp", "growthtest")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // for the account of PostgreSQL
	var out, log bytes.Buffer
	s := settings{
		conns: []int{2}, time: 50 * time.Millisecond, rounds: 1, sizes: []int{1500, 3000}, keptFrom: 3000,
		data: dir, svg: filepath.Join(dir, "growth.svg"), out: &out, log: &log,
	}
	require.NoError(t, s.growth(t.Context()), "%s", &log)
	require.Contains(t, out.String(), "| confirm, 3 lines |")
	require.Contains(t, log.String(), "3000 of 3000 documents")
	picture, err := os.ReadFile(s.svg)
	require.NoError(t, err)
	require.Contains(t, string(picture), "confirm, 3 lines")

	log.Reset()
	s.rounds = 0
	require.NoError(t, s.growth(t.Context()), "%s", &log)
	require.NotContains(t, log.String(), "3000 of 3000 documents", "they are still there")
}
