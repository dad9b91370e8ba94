package api

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// A cart of five lines, as it is placed.
func BenchmarkDecode(b *testing.B) {
	line := `{"sku":"R%d","qty":12,"unit_price":"0.2350"}`
	lines := make([]string, 3)
	for i := range lines {
		lines[i] = fmt.Sprintf(line, i)
	}
	raw := []byte(`{"origin":"W","note":"fresh","ship_date":"2026-05-31","mail":"a@b.example","lines":[` + strings.Join(lines, ",") + `]}`)
	b.ReportAllocs()
	for b.Loop() {
		tree, err := parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		canonical(nil, &tree)
		var into sample
		var bind binder
		bind.bind(&tree, reflect.ValueOf(&into).Elem(), shapeOf(reflect.TypeFor[sample](), "json"), &place{})
		if len(bind.faults) > 0 {
			b.Fatal(bind.faults)
		}
	}
}
