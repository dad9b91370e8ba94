package store

import (
	"context"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// Customer returns a customer of the company by id.
func (r reader) Customer(ctx context.Context, id string) (company.Customer, error) {
	return r.customer(ctx, "id = ?", id)
}

// CustomerByCode returns a customer of the company by code, ignoring case.
func (r reader) CustomerByCode(ctx context.Context, code string) (company.Customer, error) {
	return r.customer(ctx, "code_key = ?", canon.KeyOf(code))
}

// CustomerOf returns a customer of the company by id if it is one of the subject's own.
func (r reader) CustomerOf(ctx context.Context, sub, id string) (company.Customer, error) {
	return r.customer(ctx, "id = ? AND "+ownedBy, id, r.company, sub)
}

// ownedBy is the condition that a customer is a subject's own. It takes the company and the subject.
const ownedBy = "EXISTS (SELECT 1 FROM customer_owners o WHERE o.company_id = ? AND o.owner_sub = ? AND o.customer_id = id)"

// OwnCustomers returns those of the ids that are the subject's own customers.
func (r reader) OwnCustomers(ctx context.Context, sub string, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var own []string
	among, args := keyset.Condition("customer_id", keyset.Texts(ids))
	err := r.in(ctx).Raw("SELECT customer_id FROM customer_owners WHERE company_id = ? AND owner_sub = ? AND "+among, append([]any{r.company, sub}, args...)...).Scan(&own).Error
	return own, translate(err)
}

// Own makes a customer one of the subject's own. Nothing changes if it is.
func (tx *Tx) Own(sub, customerID string) {
	tx.later(statement{
		sql:  "INSERT INTO customer_owners (company_id, owner_sub, customer_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		args: []any{tx.company, sub, customerID},
	})
}

// CustomerRef names a customer by its id or by its code. With an Owner, it must be one of that subject's own.
type CustomerRef struct {
	ID, Code, Owner string
}

func (c CustomerRef) condition(companyID string) (string, []any) {
	condition, args := "code_key = ?", []any{canon.KeyOf(c.Code)}
	if c.ID != "" {
		condition, args = "id = ?", []any{c.ID}
	}
	if c.Owner != "" {
		condition, args = condition+" AND "+ownedBy, append(args, companyID, c.Owner)
	}
	return condition, args
}

// CompanyAndCustomerHeld returns the company and a customer in one round trip: that of BEGIN, if First named the customer. It locks the
// customer's row, so that no other transaction changes the flags before this one ends. If there is no such customer, it returns the
// company and the fault.
func (tx *Tx) CompanyAndCustomerHeld(ctx context.Context, who CustomerRef) (company.Company, company.Customer, error) {
	switch read, err := tx.readBuyer(ctx, who); {
	case err != nil:
		return company.Company{}, company.Customer{}, translate(err)
	case len(read.companies) == 0:
		return company.Company{}, company.Customer{}, unknownCompany()
	case len(read.customers) == 0:
		return read.companies[0], company.Customer{}, noCustomer()
	default:
		return read.companies[0], read.customers[0], nil
	}
}

// buyerRead is what CompanyAndCustomerHeld reads.
type buyerRead struct {
	who       CustomerRef
	companies []company.Company
	customers []company.Customer
}

func (tx *Tx) readBuyer(ctx context.Context, who CustomerRef) (*buyerRead, error) {
	if read, err := takeAhead(tx, func(a *ahead) **buyerRead { return &a.buyer }); read != nil && read.who == who {
		return read, err
	}
	read, b := &buyerRead{who: who}, rowscan.Batch{}
	tx.queueBuyer(ctx, &b, read)
	return read, b.Run()
}

func (tx *Tx) queueBuyer(ctx context.Context, b *rowscan.Batch, read *buyerRead) {
	condition, args := read.who.condition(tx.company)
	rowscan.Queue(b, tx.in(ctx), &read.companies, companyByID, tx.company)
	rowscan.Queue(b, tx.in(ctx), &read.customers, "SELECT "+customerColumns+" FROM customers WHERE company_id = ? AND "+condition+tx.store.share,
		append([]any{tx.company}, args...)...)
}

// CompanyAndCustomersHeld returns the company and the customers of these ids, and locks the customers' rows as
// CompanyAndCustomerHeld does, in one round trip. Rows are locked in the order of their ids, so that two batches cannot deadlock.
func (tx *Tx) CompanyAndCustomersHeld(ctx context.Context, ids []string) (company.Company, map[string]company.Customer, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var companies []company.Company
	var customers []company.Customer
	var b rowscan.Batch
	rowscan.Queue(&b, tx.in(ctx), &companies, companyByID, tx.company)
	if len(ids) > 0 {
		among, args := keyset.Condition("id", keyset.Texts(ids))
		rowscan.Queue(&b, tx.in(ctx), &customers, "SELECT "+customerColumns+" FROM customers WHERE company_id = ? AND "+among+" ORDER BY id"+tx.store.share,
			append([]any{tx.company}, args...)...)
	}
	switch err := b.Run(); {
	case err != nil:
		return company.Company{}, nil, translate(err)
	case len(companies) == 0:
		return company.Company{}, nil, unknownCompany()
	}
	byID := make(map[string]company.Customer, len(customers))
	for _, c := range customers {
		byID[c.ID] = c
	}
	return companies[0], byID, nil
}

func (r reader) customer(ctx context.Context, condition string, args ...any) (company.Customer, error) {
	var c company.Customer
	res := r.in(ctx).Where("company_id = ?", r.company).Where(condition, args...).Limit(1).Find(&c)
	if res.Error == nil && res.RowsAffected == 0 {
		return c, noCustomer()
	}
	return c, translate(res.Error)
}

// noCustomer is the fault of a customer that does not exist for the caller.
func noCustomer() error {
	return fault.Missing(fault.CustomerNotFound)
}

// CreateCustomer adds a customer. A code that another customer has is the fault customer_code_taken.
func (tx *Tx) CreateCustomer(c company.Customer) error {
	return tx.create(&c, codeTaken(c.Code))
}

// CreateCustomerOnce is CreateCustomer for a caller who updates the customer that has the code. If another transaction creates it
// first, the error is ErrStale.
func (tx *Tx) CreateCustomerOnce(c company.Customer) error {
	return tx.create(&c, func(error) error { return ErrStale })
}

// codeTaken turns a violated constraint into the fault for a customer's code.
func codeTaken(code string) func(error) error {
	return func(err error) error {
		return fault.New(fault.CustomerCodeTaken, "Another customer of the company has the code %s.", code).Because(err)
	}
}

// UpdateCustomer saves a customer read in this transaction. It returns ErrStale if another transaction saved first. A
// code that another customer has is the fault customer_code_taken.
func (tx *Tx) UpdateCustomer(c *company.Customer) error {
	was := c.Version
	c.Version++
	return tx.update(c, "company_id = ? AND id = ? AND version = ?", []any{tx.company, c.ID, was}, codeTaken(c.Code),
		"company_id", "id", "created_at")
}

// unmarked is the condition of an order whose $ is not the given one, which its customer's Require Credit Card Payment asks for.
const unmarked = "company_id = ? AND customer_id = ? AND kind = 'order' AND origin = 'W' AND balance > 0 AND status <> 'voided' AND payment_indicator <> ?"

// UnmarkedOrders returns the ids of the orders that MarkOrders updates.
func (tx *Tx) UnmarkedOrders(ctx context.Context, customerID string, mustPayByCard bool) ([]string, error) {
	var ids []string
	err := tx.in(ctx).Raw("SELECT id FROM orders WHERE "+unmarked, tx.company, customerID, mustPayByCard).Scan(&ids).Error
	return ids, translate(err)
}

// MarkOrders updates the $ on every order of a customer whose Require Credit Card Payment changed. It does not change
// versions, because the $ follows from the customer.
func (tx *Tx) MarkOrders(customerID string, mustPayByCard bool, at time.Time) {
	tx.later(statement{
		sql:  "UPDATE orders SET payment_indicator = ?, updated_at = ? WHERE " + unmarked,
		args: []any{mustPayByCard, at, tx.company, customerID, mustPayByCard}, unbounded: true,
	})
}
