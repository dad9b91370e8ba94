package main

import (
	"bytes"
	"strings"
	"testing"
)

// Statements of the background are added up but not shown, and a statement fits into a cell of a table.
func TestStatementsOfARequest(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	settings{out: &out}.printStatements("place", []statementRow{
		{Text: "INSERT INTO orders\n\tSELECT 'a' || 'b'" + strings.Repeat(" FROM t", 20), Calls: 1, Run: 40, Plan: 2, Blocks: 8, Bytes: 1500},
		{Text: "DELETE FROM old", Calls: rare / 2, Run: 5, Bytes: 10},
	})
	for _, want := range []string{"place:", "| `INSERT INTO orders SELECT 'a' \\|\\| 'b' FROM t", "…` | 1.00 | 40.0 | 2.0 | 8.0 | 1,500 |", "| all | 1.01 | 45.0 | 2.0 | 8.0 | 1,510 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "DELETE") {
		t.Errorf("a rare statement is shown:\n%s", out.String())
	}
}
