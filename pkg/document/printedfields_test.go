package document

import (
	"bytes"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Members of the frozen document that no page shows.
var notPrinted = map[string]string{
	"Format": "it says how to read the bytes", "ID": "people use the number", "Kind": "this test sets it", "Sequence": "it is in the number",
	"IssuedAt": "the page has the date", "Invoice.ID": "people use the number", "Order.ID": "people use the number", "Order.Origin": "it is in the number",
	"Order.Salesperson.Email": "the name is enough", "Seller.LogoHash": "it names the picture", "Customer.ID": "people use the code",
	"Terms.Days": "the label and the due date say it", "Lines.ID": "people use the position", "Lines.Source": "it is for the warehouse",
	"Charges.Code": "shown where a charge has no description", "ChargeTotal": "the page has each charge", "TaxTotal": "the page has each tax",
}

// Every member of a frozen document is on the page of an invoice or of a credit note, or is listed with a reason. A new one is named here.
func TestPageShowsEveryMember(t *testing.T) {
	var issued Issued
	fieldtest.Fill(t, &issued)
	pages := func() (all string) {
		d := issued
		for _, kind := range []Kind{KindInvoice, KindCreditNote} {
			d.Kind = kind
			var b bytes.Buffer
			require.NoError(t, HTML(&b, ContentOf(d, nil)))
			all += b.String()
		}
		return all
	}
	whole := pages()
	listed := map[string]bool{}
	fieldtest.EachCleared(&issued, func(path string) {
		_, left := notPrinted[path]
		listed[path] = left
		assert.Equal(t, !left, pages() != whole, "%s: print it in ContentOf (contentof.go), or say in notPrinted why not", path)
	})
	for path := range notPrinted {
		require.True(t, listed[path], "%s is no member of a frozen document", path)
	}
}

// Fields of a page that this test does not find in both of its forms.
var notShown = map[string]string{
	"Kind": "the title replaces it", "Letterhead.Logo": "the logo of this test is no picture", "IssuedAt": "a property of the PDF file", "Size": "the size of this test is none",
}

// Both forms of a page show every field of its content.
func TestBothFormsShowEveryField(t *testing.T) {
	var content Content
	fieldtest.Fill(t, &content)
	html := func() string {
		var b bytes.Buffer
		require.NoError(t, HTML(&b, content))
		return b.String()
	}
	pdf := func() string {
		var b bytes.Buffer
		require.NoError(t, PDF(t.Context(), &b, content))
		return b.String()
	}
	wholeHTML, wholePDF := html(), pdf()
	listed := map[string]bool{}
	fieldtest.EachCleared(&content, func(path string) {
		_, left := notShown[path]
		listed[path] = left
		assert.Equal(t, !left, html() != wholeHTML && pdf() != wholePDF, "%s: show it in page/document.html.tmpl and on the PDF, or say in notShown why not", path)
	})
	for path := range notShown {
		require.True(t, listed[path], "%s is no field of a page", path)
	}
}
