package web

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type csvInner struct {
	Text string     `json:"text"`
	At   *time.Time `json:"at"`
}

// csvSample has a member of each type that rows have.
type csvSample struct {
	csvInner
	Named  string    `json:"named"`
	Maybe  *string   `json:"maybe"`
	N      int       `json:"n"`
	Many   *int64    `json:"many"`
	Is     bool      `json:"is"`
	When   time.Time `json:"when"`
	List   []string  `json:"list"`
	Inner  csvInner  `json:"inner"`
	Nested *csvInner `json:"nested"`
}

var csvSampleTable = NewCSVTable[csvSample]([]CSVColumn{{"text", "text"}, {"at", "at"}, {"named", "named"}, {"maybe", "maybe"}, {"n", "n"},
	{"many", "many"}, {"is", "is"}, {"when", "when"}, {"list", "list"}, {"inner text", "inner/text"}, {"nested, at", "nested/at"}, {"nested text", "nested/text"}})

// plainCSV is the plain way to write rows.
func plainCSV[R any](t testing.TB, table CSVTable[R], rows []R) string {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	require.NoError(t, w.Write(table.Names))
	for _, row := range rows {
		cells := table.Cells(row)
		for i := range cells {
			cells[i] = guardFormula(cells[i])
		}
		require.NoError(t, w.Write(cells))
	}
	w.Flush()
	return out.String()
}

// The rows of a file are byte for byte what encoding/csv writes of their guarded cells.
func TestCSVRowsAreWrittenAsByEncodingCSV(t *testing.T) {
	pieces := []string{"", "a", "-", "-1", "-12.50", "1", "=1+1", "+", "@", "\t", "\r", "\n", "\r\n", "\"", ",", " ", ";", `\.`, "\\", "ß", "＝", "－", "＋", "＠", "一",
		"\u00A0", "\u3000", "\u0085", "\v", "\f", "\uFEFF", "\xff", "\xc2", "\x00", "Bloom & Co", "2026-05-31"}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same rows each time
	text := func() string {
		var s strings.Builder
		for range r.IntN(4) {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		return s.String()
	}
	at := func() time.Time {
		zone := time.FixedZone("", (r.IntN(27)-13)*1800)
		return time.UnixMicro(r.Int64N(4e15) - 1e15).In(zone)
	}
	inner := func() csvInner {
		in := csvInner{Text: text()}
		if r.IntN(2) == 0 {
			in.At = new(at())
		}
		return in
	}
	rows := make([]csvSample, 5000)
	for i := range rows {
		rows[i] = csvSample{csvInner: inner(), Named: text(), N: r.IntN(2000) - 1000, Is: r.IntN(2) == 0, When: at(), Inner: inner()}
		if r.IntN(2) == 0 {
			rows[i].Maybe, rows[i].Many, rows[i].Nested = new(text()), new(r.Int64()-1<<62), new(inner())
		}
		for range r.IntN(3) {
			rows[i].List = append(rows[i].List, text())
		}
	}
	written := appendNames(nil, csvSampleTable.Names)
	w := csvSampleTable.rows()
	for _, row := range rows {
		written = w.append(written, row)
	}
	want := plainCSV(t, csvSampleTable, rows)
	for i := range min(len(want), len(written)) {
		if want[i] != written[i] {
			require.Equal(t, want[max(0, i-80):min(len(want), i+80)], string(written[max(0, i-80):min(len(written), i+80)]))
		}
	}
	require.Len(t, written, len(want))
	for _, p := range pieces {
		require.Equal(t, plainCSV(t, numberedForm.Table, []numbered{{1, p, ""}}),
			string(numberedForm.Table.rows().append(appendNames(nil, numberedForm.Table.Names), numbered{1, p, ""})), "%q", p)
	}
}
