package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
	"gorm.io/gorm"
)

// Order returns a document with its lines. An id of another company or of no document is the fault order_not_found.
func (r reader) Order(ctx context.Context, id string) (order.Order, error) {
	return one(r.OrdersByID(ctx, []string{id}))
}

func one(orders []order.Order, err error) (order.Order, error) {
	if err == nil && len(orders) == 0 {
		err = NoOrder()
	}
	if err != nil {
		return order.Order{}, err
	}
	return orders[0], nil
}

// OrderInCompany is Order and Company, in one round trip.
func (r reader) OrderInCompany(ctx context.Context, id string) (order.Order, company.Company, error) {
	companies := make([]company.Company, 0, 1)
	o, err := one(r.ordersBeside(ctx, []string{id}, func(b *rowscan.Batch, db *gorm.DB) {
		companies = companies[:0]
		rowscan.Queue(b, db, &companies, companyByID, r.company)
	}))
	if err == nil && len(companies) == 0 {
		err = unknownCompany()
	}
	if err != nil {
		return order.Order{}, company.Company{}, err
	}
	return o, companies[0], nil
}

// OrderToChange is Order, Company, and CustomerHeld for the order's customer, in one round trip: that of BEGIN, if First named the order.
func (tx *Tx) OrderToChange(ctx context.Context, id string) (order.Order, company.Company, company.Customer, error) {
	var read *orderRead
	o, err := one(consistent(func() (orders []order.Order, whole bool, err error) {
		if read, err = tx.readOrder(ctx, id); err != nil {
			return nil, true, translate(err)
		}
		return read.documents([]string{id})
	}))
	switch {
	case err != nil:
	case len(read.companies) == 0:
		err = unknownCompany()
	case len(read.customers) == 0:
		err = noCustomer()
	}
	if err != nil {
		return order.Order{}, company.Company{}, company.Customer{}, err
	}
	return o, read.companies[0], read.customers[0], nil
}

// orderRead is what OrderToChange reads.
type orderRead struct {
	id string
	documentRows
	companies []company.Company
	customers []company.Customer
}

func (tx *Tx) readOrder(ctx context.Context, id string) (*orderRead, error) {
	if read, err := takeAhead(tx, func(a *ahead) **orderRead { return &a.order }); read != nil && read.id == id {
		return read, err
	}
	read, b := &orderRead{id: id}, rowscan.Batch{}
	tx.queueOrder(ctx, &b, read)
	return read, b.Run()
}

func (tx *Tx) queueOrder(ctx context.Context, b *rowscan.Batch, read *orderRead) {
	db := tx.in(ctx)
	tx.queueDocuments(b, db, &read.documentRows, []string{read.id})
	read.companies, read.customers = make([]company.Company, 0, 1), make([]company.Customer, 0, 1)
	rowscan.Queue(b, db, &read.companies, companyByID, tx.company)
	rowscan.Queue(b, db, &read.customers, customerOfOrder+tx.store.share, tx.company, tx.company, read.id)
}

// NoOrder is the fault of a document that does not exist for the caller. It is the same for an id of another company, a
// document that the caller may not see, and an unknown id.
func NoOrder() error {
	return fault.Missing(fault.OrderNotFound)
}

// OrdersByID returns the existing documents of these ids, with their lines and links, in no particular order. It reads
// whole checkouts, because a document links to the others of its checkout. Header and lines have the same version
// although two statements read them; if another transaction wrote in between, both are read again.
func (r reader) OrdersByID(ctx context.Context, ids []string) ([]order.Order, error) {
	return r.ordersBeside(ctx, ids, nil)
}

// ordersBeside is OrdersByID. beside queues what is read in the same round trip.
func (r reader) ordersBeside(ctx context.Context, ids []string, beside func(*rowscan.Batch, *gorm.DB)) ([]order.Order, error) {
	return consistent(func() ([]order.Order, bool, error) { return r.ordersByID(ctx, ids, beside) })
}

// consistent reads until the documents and their lines have the same version, although two statements read them.
func consistent[T any](read func() (result T, whole bool, err error)) (T, error) {
	const tries = 20
	for range tries {
		result, whole, err := read()
		if err != nil || whole {
			return result, err
		}
	}
	var none T
	return none, fault.New(fault.OrderLocked, "Other requests change the document faster than it can be read. Try again in a moment.")
}

// Headers returns the existing documents of these ids, without lines and links, in no particular order.
func (r reader) Headers(ctx context.Context, ids []string) ([]order.Order, error) {
	var orders []order.Order
	err := rowscan.Scan(r.in(ctx), &orders, "SELECT "+orderColumns+" FROM orders WHERE company_id = ? AND id IN ?", r.company, ids)
	return orders, translate(err)
}

// lineRow is a line and the version of its document when the line was read.
type lineRow struct {
	order.Line   `gorm:"embedded"`
	OrderVersion int
}

// The MATERIALIZED subquery finds the ids first. A plan made while the tables were small would otherwise run it again
// for every row of the company. There is no ORDER BY, because it would make SQLite scan the whole company.
var (
	wholeCheckouts = `WITH wanted AS MATERIALIZED (SELECT checkout_id FROM orders WHERE company_id = ? AND id IN ?)
		SELECT ` + orderColumns + ` FROM orders WHERE company_id = ? AND checkout_id IN (SELECT checkout_id FROM wanted)`
	customerOfOrder  = `SELECT ` + customerColumns + ` FROM customers WHERE company_id = ? AND id = (SELECT customer_id FROM orders WHERE company_id = ? AND id = ?)`
	linesWithVersion = `WITH head AS MATERIALIZED (SELECT id, version FROM orders WHERE company_id = ? AND id IN ?)
		SELECT ` + lineColumnsOfL + `, head.version AS order_version FROM order_lines l JOIN head ON head.id = l.order_id
		WHERE l.company_id = ? AND l.order_id IN ? ORDER BY l.order_id, l.position`
)

// The same for one document, which most requests read. Each subquery is a value, so it always runs once, and a statement without lists
// has one text.
var (
	wholeCheckout = `SELECT ` + orderColumns + ` FROM orders WHERE company_id = ? AND checkout_id = (SELECT checkout_id FROM orders WHERE company_id = ? AND id = ?)`
	linesOfOrder  = `SELECT ` + lineColumnsOfL + `, (SELECT version FROM orders WHERE company_id = ? AND id = ?) AS order_version
		FROM order_lines l WHERE l.company_id = ? AND l.order_id = ? ORDER BY l.position`
)

// documentRows are documents with the others of their checkouts, and their lines.
type documentRows struct {
	checkouts []order.Order
	lines     []lineRow
}

func (r reader) queueDocuments(b *rowscan.Batch, db *gorm.DB, rows *documentRows, ids []string) {
	rows.checkouts = make([]order.Order, 0, 2*len(ids)) // most checkouts are an order, or an order and a prebook
	if len(ids) == 1 {
		rowscan.Queue(b, db, &rows.checkouts, wholeCheckout, r.company, r.company, ids[0])
		rowscan.Queue(b, db, &rows.lines, linesOfOrder, r.company, ids[0], r.company, ids[0])
		return
	}
	rowscan.Queue(b, db, &rows.checkouts, wholeCheckouts, r.company, ids, r.company)
	rowscan.Queue(b, db, &rows.lines, linesWithVersion, r.company, ids, r.company, ids)
}

func (r reader) ordersByID(ctx context.Context, ids []string, beside func(*rowscan.Batch, *gorm.DB)) (orders []order.Order, whole bool, err error) {
	var batch rowscan.Batch
	var rows documentRows
	db := r.in(ctx)
	r.queueDocuments(&batch, db, &rows, ids)
	if beside != nil {
		beside(&batch, db)
	}
	if err := batch.Run(); err != nil {
		return nil, true, translate(err)
	}
	return rows.documents(ids)
}

// documents returns the documents of these ids with their lines and links. They are not whole if a line has another version than its
// document.
func (rows documentRows) documents(ids []string) (orders []order.Order, whole bool, err error) {
	checkouts, lines := rows.checkouts, rows.lines
	slices.SortFunc(checkouts, func(a, b order.Order) int {
		return cmp.Or(a.PlacedAt.Compare(b.PlacedAt), strings.Compare(a.ID, b.ID))
	})
	orders = make([]order.Order, 0, len(ids))
	at := make(map[string]int, len(ids))
	for _, o := range checkouts {
		if slices.Contains(ids, o.ID) {
			at[o.ID] = len(orders)
			orders = append(orders, o)
		}
	}
	for _, i := range at {
		for j := range checkouts {
			if checkouts[j].CheckoutID == orders[i].CheckoutID {
				orders[i].LinkTo(&checkouts[j])
			}
		}
	}
	for _, l := range lines {
		i, known := at[l.OrderID]
		if !known || orders[i].Version != l.OrderVersion {
			return nil, false, nil
		}
		if orders[i].Lines == nil {
			orders[i].Lines = make([]order.Line, 0, min(max(1, orders[i].LineCount), len(lines)))
		}
		orders[i].Lines = append(orders[i].Lines, l.Line)
	}
	return orders, true, nil
}

// CreateCheckout claims a cart's external reference. It returns false if the company already has a checkout with that
// reference. A checkout without one is queued.
func (tx *Tx) CreateCheckout(ctx context.Context, id, externalReference, placedBy string, at time.Time) (bool, error) {
	args := []any{tx.company, id, externalReference, placedBy, at}
	if externalReference == "" {
		tx.later(statement{sql: insertCheckout, args: args})
		return true, nil
	}
	rows, err := tx.exec(ctx, insertCheckout, args...)
	return rows == 1, translate(err)
}

const insertCheckout = `INSERT INTO checkouts (company_id, id, external_reference, placed_by, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// checkoutByReference repeats that the reference is not empty, because its partial index has that condition.
var checkoutByReference = `SELECT ` + orderColumns + ` FROM orders WHERE company_id = ? AND billed_from_id IS NULL AND checkout_id = (
	SELECT id FROM checkouts WHERE company_id = ? AND external_reference = ? AND external_reference <> '') ORDER BY kind, id`

// CheckoutByReference returns the id of the checkout with the external reference, and its documents.
func (r reader) CheckoutByReference(ctx context.Context, externalReference string) (string, []order.Order, error) {
	var placed []order.Order
	err := rowscan.Scan(r.in(ctx), &placed, checkoutByReference, r.company, r.company, externalReference)
	if err != nil || len(placed) == 0 {
		return "", nil, translate(err)
	}
	return placed[0].CheckoutID, placed, nil
}

// CreateOrders adds documents with their lines and words. It sets their Words. If another document has a number of theirs, the
// error is ErrNumbersLost.
func (tx *Tx) CreateOrders(orders []order.Order) error {
	words := setAllWords(orders)
	if err := createAll(tx, orders, numberTaken); err != nil {
		return err
	}
	var lines []order.Line
	for _, o := range orders {
		lines = append(lines, o.Lines...)
	}
	if err := createAll(tx, lines, nil); err != nil {
		return err
	}
	return createAll(tx, words, nil)
}

// fixedColumns never change once an order is placed or, like email_status, are written by other statements.
var fixedColumns = []string{
	"company_id", "id", "kind", "sequence", "number", "origin", "owner_sub", "placed_by", "placed_by_name", "checkout_id", "external_reference",
	"reference_key", "billed_from_id", "customer_id", "currency", "taken_charges", "taken_taxes",
	"placed_at", "created_at", "email_status",
}

// UpdateOrder saves a document that this transaction read at version was, and its EmailStatus if the transaction queues
// an e-mail to the customer. It sets the Words from the document and its lines. It returns ErrStale if another transaction
// saved the document first. Only this method decides that.
func (tx *Tx) UpdateOrder(o *order.Order, was int, mailed bool) error {
	excluded := fixedColumns
	if mailed {
		excluded = fixedColumns[:len(fixedColumns)-1]
	}
	added, removed := setWords(o)
	if err := tx.update(o, "company_id = ? AND id = ? AND version = ?", []any{tx.company, o.ID, was}, nil, excluded...); err != nil {
		return err
	}
	tx.removeWords(o.ID, removed) // after the order, whose version decides between two transactions that add the same word
	return createAll(tx, added, nil)
}

// ReplaceLines replaces all lines of a document.
func (tx *Tx) ReplaceLines(o *order.Order) error {
	tx.later(statement{sql: "DELETE FROM order_lines WHERE company_id = ? AND order_id = ?", args: []any{tx.company, o.ID}})
	return createAll(tx, o.Lines, nil)
}

// Record adds events to the timelines of their documents and to the company's feed.
func (tx *Tx) Record(events []order.Event) error {
	tx.recorded = tx.recorded || len(events) > 0
	return createAll(tx, events, nil)
}
