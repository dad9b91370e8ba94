package document

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var samplesDir = flag.String("samples", "", "a folder to write sample documents to, to be looked at")

// TestSamples renders a document of each kind. With -samples it also writes them to a folder.
func TestSamples(t *testing.T) {
	samples := map[string]Content{
		"invoice-12": invoiceContent(12), "invoice-60": invoiceContent(60), "invoice-500": invoiceContent(500),
		"credit-note": creditNoteContent(), "prebook": prebookContent(), "order-void": voidOrderContent(),
		"large": largeContent(12_2855), "larger": largeContent(12_500_0000), "largest": largestContent(),
	}
	for name := range scripts {
		samples["script-"+name] = scriptContent(name)
	}
	for name, content := range samples {
		var pdf, page bytes.Buffer
		require.NoError(t, PDF(t.Context(), &pdf, content), name)
		require.NoError(t, HTML(&page, content), name)
		if *samplesDir != "" {
			require.NoError(t, os.WriteFile(filepath.Join(*samplesDir, name+".pdf"), pdf.Bytes(), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(*samplesDir, name+".html"), page.Bytes(), 0o600))
		}
	}
}

// The goods of a realistic wholesaler: name, sku, box type, pack, unit, price in 1/10000.
var goods = []struct {
	sku, name, box string
	pack           int
	unit           string
	price          int64
}{
	{"ROS-FRE-50", "Rose Freedom 50 cm", "QB", 100, "stem", 3150},
	{"ROS-VEN-60", "Rose Vendela 60 cm", "QB", 100, "stem", 4275},
	{"ALS-MIX-SEL", "Alstroemeria Select, assorted colours", "HB", 40, "bunch", 38500},
	{"HYD-BLU-PRM", "Hydrangea Premium Blue", "HB", 35, "stem", 11900},
	{"GYP-XLN-750", "Gypsophila Xlence 750 g", "FB", 24, "bunch", 74500},
	{"CAR-NOV-RED", "Carnation Nobbio, red, Select grade, box of 400 with sleeves printed for the customer", "HB", 400, "stem", 2350},
	{"LIL-OR-STG", "Lily Oriental Stargazer 3/5 bloom", "HB", 60, "stem", 14500},
	{"PEO-SBH", "Peony Sarah Bernhardt, Holland", "EB", 30, "stem", 29500},
	{"DEL-VOL-DB", "Delphinium Volkerfrieden dark blue", "QB", 10, "bunch", 68500},
	{"EUC-SIL-DOL", "Eucalyptus silver dollar", "FB", 30, "bunch", 61250},
	{"TUL-STR-FR", "Tulip Strong Gold French", "QB", 20, "bunch", 89500},
	{"SNA-ROC-WHT", "Snapdragon Rocket white", "HB", 12, "bunch", 52500},
}

var fbe = map[string]int{"FB": 1000, "HB": 500, "QB": 250, "EB": 125}

// issuedInvoice is an invoice of n lines with correct sums.
func issuedInvoice(n int) Issued {
	d := Issued{
		ID: "01936f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f", Kind: KindInvoice, Sequence: 12, Number: "INV-000012",
		IssuedAt: time.Date(2026, 11, 23, 15, 4, 5, 678000, time.UTC), IssueDate: "2026-11-23", DueDate: "2026-12-23",
		Order: IssuedOrder{ID: "01936f5e-0000-7000-8000-000000000001", Number: "W000123", PONumber: "PO-88412", Origin: "W", Carrier: "Armellini Express",
			Salesperson: &IssuedPerson{Name: "Nora Lindström", Email: "nora@blumenfeld.example"}},
		Seller: IssuedSeller{Name: "Blumenfeld Wholesale Flowers", Address: "1800 NW 89th Place\nDoral, FL 33172\nUnited States", TaxID: "65-0123456",
			Sender: "orders@blumenfeld.example  ·  +1 305 555 0100"},
		Customer: IssuedCustomer{ID: "01936f5e-0000-7000-8000-000000000002", Code: "PETAL01", Name: "Petal & Stem Florists, Inc.", TaxID: "59-7654321",
			Address: &IssuedAddress{Line1: "412 Peachtree Street NE", Line2: "Suite 4", City: "Atlanta", Region: "GA", PostalCode: "30308", Country: "United States"}},
		ShipTo: &IssuedAddress{Name: "Petal & Stem – Buckhead cooler", Line1: "3035 Peachtree Road NE, dock 2", City: "Atlanta", Region: "GA",
			PostalCode: "30305", Country: "United States", Phone: "+1 404 555 0147"},
		ShipDate: "2026-11-24", Terms: &IssuedTerms{Label: "Net 30", Days: 30}, Currency: "USD",
		Notes: "Please check the cold chain on arrival. Claims with photographs within 24 hours.\nThank you for your order.",
	}
	var total, fbes int64
	for i := range n {
		g := goods[i%len(goods)]
		boxes := 1 + (i*7)%5
		quantity := boxes * g.pack
		amount := (int64(quantity)*g.price + 50) / 100
		line := IssuedLine{ID: fmt.Sprintf("line-%d", i), Position: i + 1, SKU: Text(g.sku), Description: Text(g.name), Source: "on_hand", BoxType: Text(g.box),
			Boxes: Count(boxes), UnitsPerBox: Count(g.pack), UnitType: Text(g.unit), Quantity: quantity,
			UnitPrice: fmt.Sprintf("%d.%04d", g.price/10000, g.price%10000), Amount: cents(amount), FBE: Text(thousandths(int64(boxes * fbe[g.box])))}
		if i%4 == 1 {
			line.MarkCode = "BUCKHEAD"
		}
		if i%6 == 3 {
			line.Notes = "Substitute Mini Blue if short; call before loading."
		}
		d.Lines = append(d.Lines, line)
		total, fbes = total+amount, fbes+int64(boxes*fbe[g.box])
		d.TotalBoxes += boxes
		d.TotalUnits += quantity
	}
	tax := (total+7500-5000)*7/100 + 0
	d.Charges = []IssuedCharge{{Code: "freight", Description: "Freight", Amount: "75.00"}, {Code: "discount", Description: "Volume discount", Amount: "-50.00"}}
	d.Taxes = []IssuedTax{{Name: "Sales tax", Rate: "7.0000", Amount: cents(tax)}}
	d.Subtotal, d.ChargeTotal, d.TaxTotal, d.Total = cents(total), "25.00", cents(tax), cents(total+2500+tax)
	d.TotalFBE = thousandths(fbes)
	return d
}

func cents(n int64) string       { return fmt.Sprintf("%d.%02d", n/100, n%100) }
func thousandths(n int64) string { return fmt.Sprintf("%d.%03d", n/1000, n%1000) }

func invoiceContent(lines int) Content {
	p := ContentOf(issuedInvoice(lines), samplePNG())
	p.Footer = "Title to the goods passes on delivery to the carrier. Interest of 1.5% a month is charged on overdue balances."
	return p
}

func creditNoteContent() Content {
	d := issuedInvoice(5)
	d.Kind, d.Number, d.Terms = KindCreditNote, "CN-000003", nil
	d.Invoice = &IssuedInvoice{ID: d.ID, Number: "INV-000012"}
	d.Reason = "Truck delayed by two days; the whole shipment arrived above 9 °C and was refused at the dock by the customer."
	d.Notes = ""
	return ContentOf(d, nil)
}

func prebookContent() Content {
	p := ContentOf(issuedInvoice(9), samplePNG())
	p.Kind, p.Number, p.Size = KindPrebookSheet, "S000481", Letter
	p.Facts = []Fact{{"Truck date", "3 Dec 2026"}, {"Placed", "23 Nov 2026"}, {"Origin", "Standing order"}, {"Salesperson", "Nora Lindström"}, {"Status", "Draft"}}
	for i := range p.Lines {
		p.Lines[i].Status = []string{"Open", "Checked out", "Billed"}[i%3]
		p.Lines[i].Source = []string{"Future sales", "K2K", "Vendor availability"}[i%3]
	}
	return p
}

func voidOrderContent() Content {
	p := ContentOf(issuedInvoice(14), samplePNG())
	p.Kind, p.Number, p.Watermark, p.Paid, p.Balance = KindOrderSheet, "W000123", "VOID", "500.00", "-500.00"
	p.Facts = []Fact{{"Ship date", "24 Nov 2026"}, {"Placed", "23 Nov 2026"}, {"Carrier", "Armellini Express"}, {"PO number", "PO-88412"},
		{"Status", "Voided"}, {"Void reason", "Customer cancelled"}}
	return p
}

// largeContent is a wholesaler's whole season: each line has 1,200 boxes of 350 bunches at a price in 1/10000.
func largeContent(price int64) Content {
	d := issuedInvoice(12)
	amount := 1200 * 350 * price / 100
	for i := range d.Lines {
		l := &d.Lines[i]
		l.Boxes, l.UnitsPerBox, l.UnitType, l.Quantity, l.FBE = 1200, 350, "bunch", 1200*350, Text(thousandths(int64(1200*fbe[string(l.BoxType)])))
		l.UnitPrice, l.Amount = fmt.Sprintf("%d.%04d", price/10000, price%10000), cents(amount)
	}
	d.TotalBoxes, d.TotalUnits, d.TotalFBE = 12*1200, 12*1200*350, "6500.000"
	d.Subtotal, d.Taxes, d.Total = cents(12*amount), nil, cents(12*amount+2500)
	return ContentOf(d, samplePNG())
}

// largestContent has numbers as long as an order allows, in every column.
func largestContent() Content {
	p := largeContent(12_2855)
	for i := range p.Lines {
		l := &p.Lines[i]
		l.Position, l.Boxes, l.Pack, l.FBE, l.Units = fmt.Sprint(489+i), "1,000,000", "1,000,000", "1,000,000.000", "1,000,000,000,000"
		l.Price, l.Amount = "99,999,999.9999", "9,999,999,999,999.99"
	}
	p.TotalBoxes, p.TotalFBE, p.TotalUnits = "500,000,000", "500,000,000.000", "500,000,000,000,000"
	p.Subtotal, p.Total = "9,999,999,999,999.99", "9,999,999,999,999.99"
	return p
}

// samplePNG is a logo: a flower of six petals on a transparent background.
func samplePNG() []byte {
	const size = 240
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			dx, dy := float64(x-size/2), float64(y-size/2)
			r, angle := math.Hypot(dx, dy), math.Atan2(dy, dx)
			switch {
			case r < 24:
				picture.Set(x, y, color.NRGBA{236, 190, 72, 255})
			case r < 66+48*math.Cos(6*angle):
				picture.Set(x, y, color.NRGBA{178, 60, 94, 255})
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err)
	}
	return out.Bytes()
}
