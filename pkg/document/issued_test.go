package document

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFreezeIsStable(t *testing.T) {
	d := issuedInvoice(2)
	d.Customer.Name = `<b>Petal & "Stem"</b>`
	d.Notes = ""
	data, hash, err := Freeze(d)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(data, []byte(`{"format":1,"id":"01936f5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f","kind":"invoice","sequence":12,"number":"INV-000012","issued_at":"2026-11-23T15:04:05.000678Z","issue_date":"2026-11-23"`)), "%s", data)
	require.Contains(t, string(data), `"name":"<b>Petal & \"Stem\"</b>"`, "the bytes are data, no HTML")
	require.Contains(t, string(data), `"notes":null`)
	require.NotContains(t, string(data), `"invoice":`)
	require.False(t, bytes.HasSuffix(data, []byte("\n")))
	require.Equal(t, Hash(data), hash)
	// Customers have documents with these bytes, which must stay readable. A member that is new and may be empty changes the hash alone.
	// If a member gets another meaning or goes, change Format, and let Thaw read the earlier one too.
	require.Equal(t, "98b193a102cbc25dfc1c84294ccdb139f7a446d8e087f67806255bb3f5369635", hash, "the frozen bytes have changed. If a member was only added, write this hash here")

	thawed, err := Thaw(data, hash)
	require.NoError(t, err)
	again, sameHash, err := Freeze(thawed)
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
	require.Equal(t, hash, sameHash)
}

func TestFreezeOfEmptyLists(t *testing.T) {
	d := issuedInvoice(0)
	d.Lines, d.Charges, d.Taxes = nil, nil, nil
	data, _, err := Freeze(d)
	require.NoError(t, err)
	require.Contains(t, string(data), `"lines":[],"charges":[],"taxes":[]`)
}

// Invalid UTF-8 is replaced before hashing, so that reading and writing again gives the same bytes.
func TestFreezeMendsText(t *testing.T) {
	d := issuedInvoice(1)
	d.ShipTo.City = "Bog\xf3ta"
	data, hash, err := Freeze(d)
	require.NoError(t, err)
	require.Equal(t, Text("Bog\xf3ta"), d.ShipTo.City, "the caller's document was changed")
	thawed, err := Thaw(data, hash)
	require.NoError(t, err)
	_, again, err := Freeze(thawed)
	require.NoError(t, err)
	require.Equal(t, hash, again)
}

// Every member of the contract is present, with null for an absent value.
func TestFrozenMembers(t *testing.T) {
	d := issuedInvoice(1)
	d.ShipTo, d.Terms, d.DueDate, d.Lines[0].Boxes, d.Lines[0].BoxType = nil, nil, "", 0, ""
	data, _, err := Freeze(d)
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(data, &members))
	for _, name := range strings.Fields("id kind sequence number issued_at issue_date due_date order seller customer ship_to ship_date terms currency lines charges taxes subtotal " +
		"charges_total taxes_total total total_boxes total_fbe total_units notes") {
		require.Contains(t, members, name)
	}
	line := members["lines"].([]any)[0].(map[string]any)
	for _, name := range strings.Fields("id position sku description source box_type boxes units_per_box unit_type quantity unit_price amount fbe mark_code notes") {
		require.Contains(t, line, name)
	}
	require.Nil(t, line["boxes"])
	require.Nil(t, members["terms"])
	require.Nil(t, members["due_date"])
}

func TestFreezeRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Issued){
		"a sheet":                       func(d *Issued) { d.Kind = KindOrderSheet },
		"no number":                     func(d *Issued) { d.Number = "" },
		"no id":                         func(d *Issued) { d.ID = "" },
		"no sequence":                   func(d *Issued) { d.Sequence = 0 },
		"a credit note for no invoice":  func(d *Issued) { d.Kind = KindCreditNote },
		"an invoice with a reason":      func(d *Issued) { d.Reason = "late" },
		"an invoice that credits":       func(d *Issued) { d.Invoice = &IssuedInvoice{} },
		"a time that JSON cannot write": func(d *Issued) { d.IssuedAt = d.IssuedAt.AddDate(9000, 0, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			d := issuedInvoice(1)
			spoil(&d)
			_, _, err := Freeze(d)
			require.Error(t, err)
		})
	}
}

func TestThawRefuses(t *testing.T) {
	data, hash, err := Freeze(issuedInvoice(1))
	require.NoError(t, err)
	for name, spoilt := range map[string][]byte{
		"a later format": bytes.Replace(data, []byte(`"format":1`), []byte(`"format":2`), 1),
		"no format":      bytes.Replace(data, []byte(`"format":1,`), nil, 1),
		"cut short":      data[:len(data)-1],
		"more behind":    append(bytes.Clone(data), '{'),
		"nothing":        nil,
		"another kind":   bytes.Replace(data, []byte(`"kind":"invoice"`), []byte(`"kind":"order_sheet"`), 1),
	} {
		_, err := Thaw(spoilt, Hash(spoilt))
		require.Error(t, err, name)
	}
	_, err = Thaw(bytes.Replace(data, []byte("USD"), []byte("EUR"), 1), hash)
	require.ErrorContains(t, err, hash)
}

// Thawing and freezing again gives the same bytes for any text, and the document can be rendered.
func TestFreezeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		d := issuedInvoice(rapid.IntRange(0, 3).Draw(t, "lines"))
		d.Number += text.Draw(t, "number")
		d.Notes, d.Customer.Name, d.Seller.Address = Text(text.Draw(t, "notes")), text.Draw(t, "name"), Text(text.Draw(t, "address"))
		data, hash, err := Freeze(d)
		require.NoError(t, err)
		thawed, err := Thaw(data, hash)
		require.NoError(t, err)
		again, sameHash, err := Freeze(thawed)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
		require.Equal(t, hash, sameHash)
		// The quicker encoder and decoder are compared with those of encoding/json.
		require.Equal(t, string(data), plainJSON(t, thawed))
		require.Equal(t, plainJSON(t, string(thawed.Notes)), string(must(thawed.Notes.MarshalJSON())), "%q", thawed.Notes)
		var read Issued
		require.NoError(t, json.Unmarshal(data, &read))
		require.Equal(t, read, thawed)
	})
}

// plainJSON is the JSON of a value by encoding/json, null for an empty text.
func plainJSON(t require.TestingT, v any) string {
	if v == "" {
		return "null"
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(v))
	return strings.TrimSuffix(out.String(), "\n")
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestContentOfCreditNote(t *testing.T) {
	page := strings.Join(pagesOf(t, render(t, creditNoteContent())), "")
	for _, want := range []string{"Credit note\nCN-000003", "Credits invoice\nINV-000012", "Reason\nTruck delayed", "Credit to\nPetal & Stem", "1,875.97"} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "Due date")
}

func TestWording(t *testing.T) {
	for given, want := range map[string]string{"0": "0", "12": "12", "123.4": "123.4", "1234.50": "1,234.50", "-1234567.00": "-1,234,567.00", "-999": "-999", "": "", "n/a": "n/a", "1e5": "1e5", "-": "-", "5.": "5."} {
		require.Equal(t, want, Money(given))
	}
	require.Equal(t, []string{"0.235", "1.000", "1,250.500"}, Prices([]string{"0.2350", "1.0000", "1250.5"}, "0.00"))
	require.Equal(t, []string{"12.00", "3.50", "free"}, Prices([]string{"12", "3.5000", "free"}, "15.50"))
	require.Equal(t, []string{"1,200", "85"}, Prices([]string{"1200.0000", "85.0000"}, "1285"), "yen have no decimals")
	require.Equal(t, []string{"0.5", "85.0"}, Prices([]string{"0.5000", "85.0000"}, "86"))
	require.Equal(t, []string{"1.250", "0.400"}, Prices([]string{"1.2500", "0.4000"}, "1.650"), "dinars have three")
	require.Equal(t, "3 Dec 2026", Date("2026-12-03"))
	require.Equal(t, "soon", Date("soon"))
	require.Equal(t, "VAT 21%", TaxLabel("VAT", "21.0000"))
	require.Equal(t, "VAT 100%", TaxLabel("VAT", "100"))
	require.Equal(t, "Levy", TaxLabel("Levy", ""))
	require.Equal(t, "Stem", UnitLabel("stem"))
	require.Equal(t, []string{"Dock 2", "Atlanta, GA 30305", "Tel. 1"}, (&IssuedAddress{Name: "Dock 2", City: "Atlanta", Region: "GA", PostalCode: "30305", Phone: "1"}).Lines())
}
