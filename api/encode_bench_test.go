package api

import (
	"encoding/json"
	"testing"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
)

// The JSON of a page of 50 orders, by the encoder of answers and by encoding/json, which is its oracle.
func BenchmarkEncode(b *testing.B) {
	var row orderSummary
	fieldtest.Fill(b, &row)
	row.Lines, row.AllowedActions = nil, nil
	var page orderPage
	for range 50 {
		page.Data = append(page.Data, row)
	}
	for name, encode := range map[string]func(any) ([]byte, error){"answers": web.EncodeJSON, "encoding/json": json.Marshal} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				body, err := encode(page)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(body)))
			}
		})
	}
}
