package audit

import (
	"reflect"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Members of a frozen invoice, or beginnings of their paths, that printedValues does not compare with the order, by the reason.
var notCompared = map[string][]string{
	"frozen and invoiceSums compare it with the invoice's column":  {"ID", "Kind", "Sequence", "Number", "IssueDate", "DueDate", "Customer.Code", "Customer.Name", "Subtotal", "ChargeTotal", "TaxTotal", "Total"},
	"issued compares it with the credit note's column":             {"Invoice.ID", "Invoice.Number", "Reason"},
	"frozen and invoiceSums compare the sums of charges and taxes": {"Charges.", "Taxes."},
	"it follows from the lines":                                    {"Lines.Position", "Lines.FBE", "TotalBoxes", "TotalFBE", "TotalUnits"},
	"settings and customers may have changed since":                {"Seller.", "Customer.Address.", "Customer.TaxID", "Terms."},
	"it says how to read the bytes":                                {"Format"},
}

// Every member of a frozen invoice is compared with the order, or is listed with a reason. A new one is named here.
func TestInvoiceIsComparedWithItsOrder(t *testing.T) {
	var issued document.Issued
	fieldtest.Fill(t, &issued)
	invoice := billing.Invoice{Document: billing.Document{OrderID: issued.Order.ID}}
	compare := func() []Breach {
		var c check
		c.printedValues(&order.Order{Lines: make([]order.Line, 1)}, &invoice, &issued)
		return c.breaches
	}
	all := compare()
	unused := map[string]bool{}
	for _, paths := range notCompared {
		for _, path := range paths {
			unused[path] = true
		}
	}
	fieldtest.EachCleared(&issued, func(path string) {
		left := false
		for _, paths := range notCompared {
			for _, one := range paths {
				if path == one || strings.HasSuffix(one, ".") && strings.HasPrefix(path, one) {
					left = true
					delete(unused, one)
				}
			}
		}
		assert.Equal(t, !left, !reflect.DeepEqual(all, compare()), "%s: compare it in printedValues (printed.go), or say in notCompared why not", path)
	})
	require.Empty(t, unused, "these are no members of a frozen invoice")
}
