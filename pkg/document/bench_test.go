package document

import (
	"fmt"
	"io"
	"testing"
)

func BenchmarkPDF(b *testing.B) {
	for _, lines := range []int{12, 60, 500} {
		content := invoiceContent(lines)
		b.Run(fmt.Sprintf("%d lines", lines), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := PDF(b.Context(), io.Discard, content); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHTML(b *testing.B) {
	content := invoiceContent(12)
	b.ReportAllocs()
	for b.Loop() {
		if err := HTML(io.Discard, content); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnprintableIn(b *testing.B) {
	for _, lines := range []int{12, 500} {
		d := issuedInvoice(lines)
		b.Run(fmt.Sprintf("%d lines", lines), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				UnprintableIn(d)
			}
		})
	}
}
