package strictjson

import (
	"fmt"
	"strings"
	"testing"
)

// A cart of five lines, as it is placed.
func BenchmarkRead(b *testing.B) {
	line := `{"sku":"R%d","qty":12,"unit_price":"0.2350"}`
	lines := make([]string, 3)
	for i := range lines {
		lines[i] = fmt.Sprintf(line, i)
	}
	raw := []byte(`{"origin":"W","note":"fresh","ship_date":"2026-05-31","mail":"a@b.example","lines":[` + strings.Join(lines, ",") + `]}`)
	reader := New(nil)
	b.ReportAllocs()
	for b.Loop() {
		var into sample
		body, err := reader.Read(raw, &into)
		if err != nil || len(body.Faults) > 0 {
			b.Fatal(err, body.Faults)
		}
	}
}
