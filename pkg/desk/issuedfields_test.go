package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Fields that an invoice and a credit note leave out: they are internal, or belong to the time after issue.
var (
	notIssued = []string{
		"Kind", "Sequence", "Status", "PaymentStatus", "PaymentIndicator", "PlacedBy", "CheckoutID", "ExternalReference", "ReferenceKey", "BilledFromID",
		"CustomerID", "CustomerCode", "CustomerName", // the current values of the customer's row
		"CodeKey", "NameKey", "POKey", "Words", "InternalNotes", "Paid", "Refunded", "Balance", "LineCount", "LinesCheckedOut", "LinesBilled", "Billable",
		"TakenCharges", "TakenTaxes", "InvoicedAt", "CreditNoteID", "CreditNoteNumber", "CreditedAt", "EmailStatus", "Version", "PlacedAt", "CheckedOutAt",
		"ConfirmedAt", "ConfirmedBy", "VoidedAt", "VoidCause", "VoidedBy", "CreatedAt", "UpdatedAt", "Links", "BilledFrom", "OwnOnline",
	}
	notIssuedOfLine     = []string{"CompanyID", "OrderID", "Status", "CheckedOutAt", "CheckedOutBy", "BilledOrderID"}
	notIssuedOfCustomer = []string{"CompanyID", "CodeKey", "CodeSearch", "NameKey", "Emails", "Phone", "SalespersonName", "SalespersonEmail", "RequireCreditCardPayment",
		"Autoconfirm", "ShipTos", "Version", "CreatedAt", "UpdatedAt", "NameOnly"}
)

// Every field of order, line and customer reaches the credit note or is listed as left out. The same holds for the
// invoice, except for the fields invoice and reason.
func TestIssuedSaysEveryField(t *testing.T) {
	full := func() (o order.Order, cu company.Customer) {
		fieldtest.Fill(t, &o)
		fieldtest.Fill(t, &cu)
		o.Currency = "USD"
		return o, cu
	}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	credit := func(o order.Order, cu company.Customer) billing.CreditNote {
		if o.InvoiceID == nil {
			o.InvoiceID = new(string)
		}
		c := change{unit: unit{now: now}, Order: o, customer: cu}
		invoice, err := c.newInvoice(c.describe(document.KindInvoice, nil), "i1", 1)
		require.NoError(t, err)
		reversed, err := document.Thaw(invoice.Snapshot, invoice.Hash)
		require.NoError(t, err)
		note, err := c.newCreditNote(c.describe(document.KindCreditNote, &reversed), "n1", 1)
		require.NoError(t, err)
		return note
	}
	want := credit(full())
	said := func(what, name string, o order.Order, cu company.Customer, not []string) {
		t.Helper()
		require.Equal(t, !slices.Contains(not, name), credit(o, cu).Hash != want.Hash || credit(o, cu).OwnerSub != want.OwnerSub || credit(o, cu).CompanyID != want.CompanyID,
			"%s of %s: write it in describe or fill (issued.go), or add it to the list of fields left out", name, what)
	}
	for _, name := range fieldtest.Names(order.Order{}) {
		o, cu := full()
		fieldtest.Clear(&o, name)
		said("an order", name, o, cu, notIssued)
	}
	for _, name := range fieldtest.Names(order.Line{}) {
		o, cu := full()
		fieldtest.Clear(&o.Lines[0], name)
		said("a line", name, o, cu, notIssuedOfLine)
	}
	for _, name := range fieldtest.Names(company.Customer{}) {
		o, cu := full()
		fieldtest.Clear(&cu, name)
		said("a customer", name, o, cu, notIssuedOfCustomer)
	}
}

// notOnSheet is the fields of an order that neither its sheet nor that of a prebook shows: they are internal, belong to issued
// documents, or are shown by others, such as the charges one by one.
var notOnSheet = []string{
	"CompanyID", "ID", "Sequence", "Origin", "PaymentStatus", "PaymentIndicator", "OwnerSub", "PlacedBy", "CheckoutID", "ReferenceKey", "BilledFromID", "CustomerID",
	"CodeKey", "NameKey", "SalespersonEmail", "InternalNotes", "POKey", "Words", "ChargesTotal", "TaxesTotal", "LineCount", "LinesCheckedOut", "LinesBilled", "Billable",
	"TakenCharges", "TakenTaxes", "InvoiceID", "InvoiceNumber", "InvoicedAt", "CreditNoteID", "CreditNoteNumber", "CreditedAt", "EmailStatus", "Version", "CheckedOutAt",
	"ConfirmedAt", "ConfirmedBy", "VoidedAt", "VoidCause", "VoidReason", "VoidedBy", "CreatedAt", "UpdatedAt", "Links", "BilledFrom", "OwnOnline",
}

// A sheet shows what staff need of a document that is not issued yet. Each field is there, or left out on purpose.
func TestSheetShowsEveryField(t *testing.T) {
	var co company.Company
	fieldtest.Fill(t, &co)
	co.TimeZone = "UTC"
	sheets := func(clear string) string {
		var text strings.Builder
		for _, kind := range order.Kinds {
			for _, source := range []order.Source{order.OnHand, order.K2K} {
				var o order.Order
				var cu company.Customer
				fieldtest.Fill(t, &o)
				fieldtest.Fill(t, &cu)
				o.Currency, o.Kind, o.Status, o.Paid, o.Refunded = "USD", kind, order.StatusPending, 500, 200
				o.Lines[0].Source, o.Lines[0].Status = source, order.LineBilled
				if clear != "" && clear != "Kind" {
					fieldtest.Clear(&o, clear)
				}
				p := document.ContentOf(sheetOf(co, cu, &o), nil)
				completeSheet(&p, co, cu, &o)
				fmt.Fprintf(&text, "%+v\n", p)
			}
		}
		return text.String()
	}
	whole := sheets("")
	for _, name := range fieldtest.Names(order.Order{}) {
		if name != "Kind" && name != "Currency" {
			assert.Equal(t, slices.Contains(notOnSheet, name), sheets(name) == whole, "%s of an order: show it in completeSheet or sheetOf (print.go), or add it to notOnSheet", name)
		}
	}
}
