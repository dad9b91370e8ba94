package store

import (
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

// columnsOf lists the columns of a row, each with the prefix, such as "l.".
func columnsOf(row any, prefix string) string {
	t := newTables().of(row)
	var names []string
	for _, f := range append(t.fields[:len(t.fields):len(t.fields)], t.given...) {
		names = append(names, prefix+f.DBName)
	}
	return strings.Join(names, ", ")
}
