package store

import (
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// The columns of each row type, for SELECT. With * instead, a statement that PostgreSQL has prepared fails once a later version
// of the program adds a column to the table.
var (
	orderColumns      = columnsOf(&order.Order{}, "")
	summaryColumns    = columnsOf(&order.Order{}, "", wholeOnly...)
	lineColumns       = columnsOf(&order.Line{}, "")
	lineColumnsOfL    = columnsOf(&order.Line{}, "l.")
	eventColumns      = columnsOf(&order.Event{}, "")
	paymentColumns    = columnsOf(&billing.Payment{}, "")
	paymentColumnsOfP = columnsOf(&billing.Payment{}, "p.")
	invoiceColumns    = columnsOf(&billing.Invoice{}, "")
	creditNoteColumns = columnsOf(&billing.CreditNote{}, "")
	companyColumns    = columnsOf(&company.Company{}, "")
	customerColumns   = columnsOf(&company.Customer{}, "")
	logoColumns       = columnsOf(&company.Logo{}, "")
	emailColumns      = columnsOf(&email.Email{}, "")
	endpointColumns   = columnsOf(&hook.Endpoint{}, "")
	deliveryColumns   = columnsOf(&hook.Delivery{}, "")
)

// wholeOnly are the columns of an order that a row of a list does not show: only its details do, or the guard reads them. Most
// hold JSON, and decoding it takes a third of the time in which a page is read.
var wholeOnly = []string{
	"reference_key", "billed_from_id", "code_key", "ship_to", "notes", "po_key", "words",
	"billable", "charges", "taxes", "taken_charges", "taken_taxes",
}

// columnsOf lists the columns of a row except some, each with the prefix, such as "l.".
func columnsOf(row any, prefix string, except ...string) string {
	t := mapped.of(row)
	var names []string
	for _, f := range append(t.fields[:len(t.fields):len(t.fields)], t.given...) {
		if !slices.Contains(except, f.DBName) {
			names = append(names, prefix+f.DBName)
		}
	}
	return strings.Join(names, ", ")
}
