package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"gorm.io/gorm/clause"
)

// Customer returns a customer of the company by id.
func (r reader) Customer(ctx context.Context, id string) (company.Customer, error) {
	return r.customer(ctx, false, "id = ?", id)
}

// CustomerByCode returns a customer of the company by code, ignoring case.
func (r reader) CustomerByCode(ctx context.Context, code string) (company.Customer, error) {
	return r.customer(ctx, false, "code_key = ?", canon.KeyOf(code))
}

// CustomerHeld returns a customer and locks its row, so that no other transaction changes the flags before this one
// ends.
func (tx *Tx) CustomerHeld(ctx context.Context, id string) (company.Customer, error) {
	return tx.customer(ctx, true, "id = ?", id)
}

// CustomerHeldByCode is CustomerHeld by code.
func (tx *Tx) CustomerHeldByCode(ctx context.Context, code string) (company.Customer, error) {
	return tx.customer(ctx, true, "code_key = ?", canon.KeyOf(code))
}

func (r reader) customer(ctx context.Context, held bool, condition string, arg any) (company.Customer, error) {
	var c company.Customer
	q := r.in(ctx).Where("company_id = ?", r.company).Where(condition, arg).Limit(1)
	if held {
		q = q.Clauses(clause.Locking{Strength: "SHARE"}) // SQLite has one writer and no such clause
	}
	res := q.Find(&c)
	if res.Error == nil && res.RowsAffected == 0 {
		return c, fault.New(fault.CustomerNotFound, "There is no customer with this id in your company.")
	}
	return c, translate(res.Error)
}

// CreateCustomer adds a customer. A code that another customer has is the fault customer_code_taken.
func (tx *Tx) CreateCustomer(c company.Customer) error {
	return tx.create(&c, codeTaken(c.Code))
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

// MarkOrders updates the $ on every order of a customer whose Require Credit Card Payment changed. It does not change
// versions, because the $ follows from the customer.
func (tx *Tx) MarkOrders(customerID string, mustPayByCard bool, at time.Time) {
	tx.later(statement{
		sql: `UPDATE orders SET payment_indicator = ?, updated_at = ? WHERE company_id = ? AND customer_id = ?
			AND kind = 'order' AND origin = 'W' AND balance > 0 AND status <> 'voided' AND payment_indicator <> ?`,
		args: []any{mustPayByCard, at, tx.company, customerID, mustPayByCard},
	})
}
