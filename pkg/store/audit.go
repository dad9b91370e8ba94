package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
	"gorm.io/gorm"
)

// The reads in this file are for the check of the whole database. They return rows as they are, even if they are wrong.
// A missing row is not a fault.

// Dossier is everything stored about one document, at one moment. If rows name a document that does not exist, its
// Order has only the id.
type Dossier struct {
	Order       order.Order // with its lines, without links
	Customer    company.Customer
	Ledger      []billing.Payment
	Events      []order.Event // by version, those without one first
	Emails      []email.Email
	Invoices    []billing.Invoice
	CreditNotes []billing.CreditNote
}

const (
	firstID = "00000000-0000-0000-0000-000000000000"
	lastID  = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// Companies returns at most limit companies with an id after the given one, in the order of their ids. An empty id
// comes before the first.
func (s System) Companies(ctx context.Context, after string, limit int) ([]company.Company, error) {
	var companies []company.Company
	err := rowscan.Scan(s.store.read.WithContext(ctx), &companies, "SELECT "+companyColumns+" FROM companies WHERE id > ? ORDER BY id LIMIT ?", from(after), limit)
	return companies, translate(err)
}

// AllCustomers returns at most limit customers with an id after the given one, in the order of their ids.
func (r reader) AllCustomers(ctx context.Context, after string, limit int) ([]company.Customer, error) {
	var customers []company.Customer
	err := rowscan.Scan(r.in(ctx), &customers, "SELECT "+customerColumns+" FROM customers WHERE company_id = ? AND id > ? ORDER BY id LIMIT ?", r.company, from(after), limit)
	return customers, translate(err)
}

// Dossiers returns the dossiers of at most limit documents with an id after the given one, in the order of their ids,
// and the id to continue after, which is empty at the end. All of it is read at one moment, even while others write.
func (t Tenant) Dossiers(ctx context.Context, after string, limit int) ([]Dossier, string, error) {
	c := chunk{company: t.company, after: from(after), through: lastID}
	var dossiers []Dossier
	next := ""
	// SQLite always reads a snapshot in a transaction. PostgreSQL needs REPEATABLE READ for that.
	err := t.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		var orders []order.Order
		err := rowscan.Scan(db, &orders, "SELECT "+orderColumns+" FROM orders WHERE company_id = ? AND id > ? ORDER BY id LIMIT ?", c.company, c.after, limit)
		if err != nil {
			return err
		}
		if len(orders) == limit { // the next call reads what comes after the last of them
			next = orders[limit-1].ID
			c.through = next
		}
		dossiers, err = c.gather(db, orders)
		return err
	}, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	return dossiers, next, translate(err)
}

// chunk is a range of document ids.
type chunk struct{ company, after, through string }

func (c chunk) gather(db *gorm.DB, orders []order.Order) ([]Dossier, error) {
	var lines []order.Line
	var customers []company.Customer
	var ledger []billing.Payment
	var events []order.Event
	var emails []email.Email
	var invoices []billing.Invoice
	var notes []billing.CreditNote
	for _, read := range []struct {
		into any
		sql  string
	}{
		{&lines, "SELECT " + lineColumns + " FROM order_lines WHERE company_id = ? AND order_id > ? AND order_id <= ? ORDER BY order_id, position, id"},
		{&customers, "SELECT " + customerColumns + " FROM customers WHERE company_id = ? AND id IN (SELECT customer_id FROM orders WHERE company_id = customers.company_id AND id > ? AND id <= ?)"},
		{&ledger, "SELECT " + paymentColumns + " FROM payments WHERE company_id = ? AND order_id > ? AND order_id <= ?"},
		{&events, "SELECT " + eventColumns + " FROM events WHERE company_id = ? AND order_id > ? AND order_id <= ? ORDER BY order_id, coalesce(version, 0), at, id"},
		{&emails, "SELECT " + emailColumns + " FROM emails WHERE company_id = ? AND order_id > ? AND order_id <= ? ORDER BY order_id, created_at, id"},
		{&invoices, "SELECT " + invoiceColumns + " FROM invoices WHERE company_id = ? AND order_id > ? AND order_id <= ?"},
		{&notes, "SELECT " + creditNoteColumns + " FROM credit_notes WHERE company_id = ? AND order_id > ? AND order_id <= ?"},
	} {
		if err := db.Raw(read.sql, c.company, c.after, c.through).Scan(read.into).Error; err != nil {
			return nil, err
		}
	}

	dossiers := make([]Dossier, len(orders))
	at := make(map[string]int, len(orders))
	for i, o := range orders {
		dossiers[i].Order, at[o.ID] = o, i
	}
	of := func(id string) *Dossier {
		i, known := at[id]
		if !known {
			i = len(dossiers)
			at[id] = i
			dossiers = append(dossiers, Dossier{Order: order.Order{CompanyID: c.company, ID: id}})
		}
		return &dossiers[i]
	}
	for _, r := range lines {
		d := of(r.OrderID)
		d.Order.Lines = append(d.Order.Lines, r)
	}
	for _, r := range ledger {
		d := of(r.OrderID)
		d.Ledger = append(d.Ledger, r)
	}
	for _, r := range events {
		d := of(r.OrderID)
		d.Events = append(d.Events, r)
	}
	for _, r := range emails {
		d := of(r.OrderID)
		d.Emails = append(d.Emails, r)
	}
	for _, r := range invoices {
		d := of(r.OrderID)
		d.Invoices = append(d.Invoices, r)
	}
	for _, r := range notes {
		d := of(r.OrderID)
		d.CreditNotes = append(d.CreditNotes, r)
	}
	known := make(map[string]company.Customer, len(customers))
	for _, cu := range customers {
		known[cu.ID] = cu
	}
	for i := range dossiers {
		dossiers[i].Customer = known[dossiers[i].Order.CustomerID]
	}
	slices.SortFunc(dossiers, func(a, b Dossier) int { return strings.Compare(a.Order.ID, b.Order.ID) })
	return dossiers, nil
}

// Issued is one issued document as a member of its series.
type Issued struct {
	Sequence int64
	Number   string
}

// Series returns at most limit documents of a series with a greater sequence, in its order.
func (r reader) Series(ctx context.Context, series Series, after int64, limit int) ([]Issued, error) {
	table := map[Series]string{InvoiceSeries: "invoices", CreditNoteSeries: "credit_notes"}[series]
	var issued []Issued
	err := rowscan.Scan(r.in(ctx), &issued, "SELECT sequence, number FROM "+table+" WHERE company_id = ? AND sequence > ? ORDER BY sequence LIMIT ?",
		r.company, after, limit)
	return issued, translate(err)
}

// Counter returns the last number that a series gave out.
func (r reader) Counter(ctx context.Context, series Series) (int64, error) {
	var n int64
	err := r.in(ctx).Raw("SELECT value FROM counters WHERE company_id = ? AND series = ?", r.company, series).Scan(&n).Error
	return n, translate(err)
}

// from returns the id to start after.
func from(id string) string {
	if id == "" {
		return firstID
	}
	return id
}
