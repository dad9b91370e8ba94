package document

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPDFTextCanBeRead(t *testing.T) {
	text := strings.Join(pagesOf(t, render(t, invoiceContent(12))), "")
	for _, want := range []string{
		"Invoice", "INV-000012", "Petal & Stem Florists, Inc.", "Blumenfeld Wholesale Flowers", "Tax ID 65-0123456", "Customer PETAL01",
		"23 Nov 2026", "23 Dec 2026", "Net 30", "PO-88412", "Nora Lindström", "Armellini Express", "Rose Freedom 50 cm", "ROS-FRE-50", "Mark BUCKHEAD",
		"0.3150", "17.375", "1,692", "Volume discount", "-50.00", "Sales tax 7%", "Total USD", "4,056.10", "Page 1 of 1", "Thank you for your order.",
	} {
		require.Contains(t, text, want)
	}
}

// The customer's own tools read the file, so another PDF reader checks it too if one is installed.
func TestPDFTextByPoppler(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "CI has poppler-utils installed")
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "invoice.pdf")
	content := invoiceContent(12)
	content.Customer.Name = "Łódź Ćmielów, Ελλάδα, Цветы № 7 (€)"
	require.NoError(t, os.WriteFile(file, render(t, content), 0o600))
	text, err := exec.Command(tool, "-layout", file, "-").Output()
	require.NoError(t, err)
	for _, want := range []string{"INV-000012", content.Customer.Name, "4,056.10"} {
		require.Contains(t, string(text), want)
	}
}

func TestPDFIsTheSameEveryTime(t *testing.T) {
	content := invoiceContent(40)
	content.Notes = "Łódź Ελλάδα Цветы 花 שלום €"
	want := render(t, content)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 3 {
				var got bytes.Buffer
				if err := PDF(t.Context(), &got, content); err != nil || !bytes.Equal(want, got.Bytes()) {
					t.Errorf("another rendering differs (error %v)", err)
				}
			}
		})
	}
	wait.Wait()

	undatedContent := content
	undatedContent.IssuedAt = time.Time{}
	require.Contains(t, string(render(t, undatedContent)), "D:20000101000000", "a document without a date must not carry the clock's")
	zoned := content
	zoned.IssuedAt = content.IssuedAt.In(time.FixedZone("Bogotá", -5*3600))
	require.Equal(t, want, render(t, zoned), "the zone of the time must not matter")
}

func TestPDFHasNothingActive(t *testing.T) {
	pdf := string(render(t, invoiceContent(3)))
	for _, active := range []string{"/JavaScript", "/JS", "/URI", "/OpenAction", "/AA", "/Launch", "/Filespec", "/Annots"} {
		require.False(t, strings.Contains(pdf, active), "the PDF has %s", active)
	}
}

func TestPDFOfFiveHundredLines(t *testing.T) {
	pages := pagesOf(t, render(t, invoiceContent(500)))
	require.Greater(t, len(pages), 10)
	all := strings.Join(pages, "")
	for i := 1; i <= 500; i++ {
		require.Contains(t, all, fmt.Sprintf("\n%d\n", i), "line %d is missing", i)
	}
	for i, page := range pages {
		require.Contains(t, page, "Description\n", "page %d has no table header", i+1)
		require.Contains(t, page, fmt.Sprintf("Page %d of %d\n", i+1, len(pages)))
		require.Contains(t, page, "INV-000012")
		require.Equal(t, i == len(pages)-1, strings.Contains(page, "Total USD"), "the total stands on the last page alone")
	}
}

// A page with the totals always has the last two lines of goods too, for any number of lines.
func TestPDFTotalsAreNotOrphaned(t *testing.T) {
	s := newSheet(Content{})
	for n := 1; n <= 80; n++ {
		s.content = invoiceContent(n)
		s.content.Letterhead.Logo = nil
		pages := s.pages(arrange(s.content, s.left, s.right))
		last := pages[len(pages)-1]
		goods := 0
		for _, b := range last {
			if b.row {
				goods++
			}
		}
		require.GreaterOrEqual(t, goods, min(n, 2)+1, "%d lines: only %d rows, sums included, stand with the total", n, goods)
	}
}

func TestPDFWrapsLongTexts(t *testing.T) {
	word, sentence := strings.Repeat("Ω", 300), strings.TrimSpace(strings.Repeat("premium roses ", 21))
	p := prebookContent()
	p.Lines[0].Description, p.Lines[1].Description = word, sentence
	p.Lines[2].Amount = "123,456,789,012,345,678.90"
	text := strings.Join(pagesOf(t, render(t, p)), "")
	require.Equal(t, 300, strings.Count(text, "Ω"), "a long word lost characters")
	require.Equal(t, 21, strings.Count(strings.ReplaceAll(text, "\n", " "), "premium roses"))
	require.Equal(t, 1, strings.Count(strings.ReplaceAll(text, "\n", ""), "123,456,789,012,345,678.90"))
}

// Every piece of text stays inside the margins.
func TestPDFStaysInsideTheMargins(t *testing.T) {
	p := prebookContent()
	long := strings.Repeat("Wmnlange ", 30) + strings.Repeat("M", 200)
	p.Number, p.Customer.Name, p.Letterhead.Name, p.Letterhead.Address, p.ShipTo = long, long, long, long, []string{long, long}
	p.Facts = append(p.Facts, Fact{long, long}, Fact{"Reason", long})
	p.Notes, p.Footer, p.Charges, p.Total = long, long, []Row{{long, long}}, strings.Repeat("9", 80)
	p.Lines[0] = Line{Position: long, SKU: long, Description: long, Status: long, Boxes: long, BoxType: long, Pack: long, FBE: long, Units: long, UnitType: long,
		Price: long, Amount: long, MarkCode: long, Notes: long, Source: long}
	s := newSheet(rewritten(p, printable))
	height := s.pdf.Height
	for _, one := range s.pieces(t) {
		require.GreaterOrEqual(t, one.X, margin-0.5, one.Text)
		require.Less(t, one.End, s.right+6, one.Text)
		require.True(t, one.Y > 20 && one.Y < height-20, "%q stands at %.0f of %.0f", one.Text, one.Y, height)
	}
}

func TestPDFOfNothing(t *testing.T) {
	for _, kind := range []Kind{KindInvoice, KindCreditNote, KindOrderSheet, KindPrebookSheet, "", "other"} {
		require.Contains(t, pagesOf(t, render(t, Content{Kind: kind}))[0], kind.title()+"\n")
		require.Contains(t, renderHTML(t, Content{Kind: kind}), "<h1>"+kind.title()+"</h1>")
	}
}

func TestPDFSizes(t *testing.T) {
	require.Contains(t, string(render(t, Content{})), "/MediaBox [0 0 595.28 841.89]")
	require.Contains(t, string(render(t, Content{Size: Letter})), "/MediaBox [0 0 612.00 792.00]")
}

// A failing writer gives an error.
func TestPDFReportsTheWriter(t *testing.T) {
	require.ErrorIs(t, PDF(t.Context(), brokenWriter{}, invoiceContent(1)), io.ErrClosedPipe)
	require.ErrorIs(t, HTML(brokenWriter{}, invoiceContent(1)), io.ErrClosedPipe)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Any strings can be rendered, and the caller's content does not change.
func TestAnyContentRenders(t *testing.T) {
	fewer(t, "30") // each document has dozens of strings
	anyText := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.IntRange(0, 600), func(n int) string { return strings.Repeat("Wörd🌷 ", n) }))
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return anyText.Draw(t, name) }
		texts := rapid.SliceOfN(anyText, 0, 8)
		p := Content{Kind: Kind(text("kind")), Title: text("title"), Number: text("number"), Watermark: text("watermark"), Currency: text("currency"),
			Letterhead: Letterhead{Name: text("name"), Address: text("address"), TaxID: text("tax"), Sender: text("sender"), Logo: []byte(text("logo"))},
			Customer:   Party{Name: text("customer"), Code: text("code"), Address: texts.Draw(t, "to")}, ShipTo: texts.Draw(t, "ship"),
			TotalBoxes: text("boxes"), Total: text("total"), Notes: text("notes"), Footer: text("footer"), Size: Size(text("size"))}
		for _, value := range texts.Draw(t, "facts") {
			p.Facts = append(p.Facts, Fact{value, value})
			p.Charges = append(p.Charges, Row{value, value})
		}
		for _, value := range texts.Draw(t, "lines") {
			p.Lines = append(p.Lines, Line{Position: value, Description: text("description"), Notes: value, Amount: value, BoxType: value, Source: value})
		}
		before := fmt.Sprintf("%q", p)
		if err := PDF(t.Context(), io.Discard, p); err != nil {
			t.Fatal(err)
		}
		if err := HTML(io.Discard, p); err != nil {
			t.Fatal(err)
		}
		if before != fmt.Sprintf("%q", p) {
			t.Fatal("rendering changed the caller's content")
		}
	})
}

// fewer lowers the number of documents that rapid tries in this test. Each costs a whole PDF, and ten times as much
// with the race detector.
func fewer(t *testing.T, checks string) {
	usual := flag.Lookup("rapid.checks").Value.String()
	require.NoError(t, flag.Set("rapid.checks", checks))
	t.Cleanup(func() { _ = flag.Set("rapid.checks", usual) })
}

// Whoever waits for a turn to render stops when its request ends.
func TestPDFWaitsNoLongerThanItsRequest(t *testing.T) {
	for range cap(rendering) {
		rendering <- struct{}{}
	}
	defer func() {
		for range cap(rendering) {
			<-rendering
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	printed := make(chan error, 1)
	go func() { printed <- PDF(ctx, io.Discard, invoiceContent(1)) }()
	select {
	case err := <-printed:
		require.ErrorIs(t, err, context.DeadlineExceeded)
	case <-time.After(20 * time.Second):
		t.Fatal("it still waits for its turn")
	}
}
