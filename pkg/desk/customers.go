package desk

import (
	"context"
	"reflect"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Customer returns one customer.
//
// Faults: role_not_allowed, customer_not_found.
func (s *Service) Customer(ctx context.Context, who auth.Actor, id string) (company.Customer, error) {
	if err := who.Require(auth.CustomersRead); err != nil {
		return company.Customer{}, err
	}
	return s.store.For(who.CompanyID).Customer(ctx, id)
}

// CreateCustomerRefusals is the codes of CreateCustomer's refusals, except those that every write shares.
var CreateCustomerRefusals = []fault.Code{fault.CustomerCodeTaken}

// CreateCustomer adds a customer.
//
// Faults: role_not_allowed, and [CreateCustomerRefusals]; body_invalid.
func (s *Service) CreateCustomer(ctx context.Context, call Call, c company.Customer, encode Encode[company.Customer]) (Reply, error) {
	if err := call.Actor.Require(auth.CustomersWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (company.Customer, error) {
		c.CompanyID, c.ID, c.Version, c.CreatedAt, c.UpdatedAt = call.Actor.CompanyID, newID(), 1, u.now, u.now
		c.SetKeys()
		if err := call.MergeFaults(fault.InvalidBody(c.Faults())); err != nil {
			return c, err
		}
		if _, err := u.tx.Company(ctx); err != nil {
			return c, err
		}
		if err := codeFree(ctx, u.tx, c); err != nil {
			return c, err
		}
		return c, u.tx.CreateCustomer(c)
	})
}

// codeFree refuses a customer with the code of another customer.
func codeFree(ctx context.Context, tx *store.Tx, c company.Customer) error {
	taken, err := tx.CustomerByCode(ctx, c.Code)
	switch {
	case fault.Is(err, fault.CustomerNotFound) || err == nil && taken.ID == c.ID:
		return nil
	case err != nil:
		return err
	}
	return fault.New(fault.CustomerCodeTaken, "The customer %s has the code %s already.", taken.Name, taken.Code).With("customer_id", taken.ID)
}

// EditCustomerRefusals is the codes of EditCustomer's refusals, except those that every write shares.
var EditCustomerRefusals = []fault.Code{fault.CustomerNotFound, fault.CustomerChanged, fault.CustomerCodeTaken}

// EditCustomer changes a customer. It calls read inside the transaction with the current customer; read returns the
// changes. Faults from read and from the rules are returned together. An edit without a change writes nothing. A new
// Require Credit Card Payment updates the $ on the customer's orders in the same transaction.
//
// Faults: if_match_required, role_not_allowed, and [EditCustomerRefusals]; body_invalid.
func (s *Service) EditCustomer(ctx context.Context, call Call, id string, read func(company.Customer) (company.CustomerRevision, []fault.Field), encode Encode[company.Customer]) (Reply, error) {
	if err := call.Actor.Require(auth.CustomersWrite); err != nil {
		return Reply{}, err
	}
	if _, err := s.store.For(call.Actor.CompanyID).Customer(ctx, id); err != nil {
		return Reply{}, err
	}
	if err := call.requireMatch(); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (company.Customer, error) {
		c, err := u.tx.Customer(ctx, id)
		if err != nil {
			return c, err
		}
		if !call.versionMatches(c.Version) {
			return c, call.mismatch(fault.CustomerChanged, c.Version, "The customer is at version %d now. Read it again and repeat with its ETag.", c.Version)
		}
		was := c
		edit, faults := read(c)
		faults = append(faults, c.Apply(edit)...)
		if err := call.MergeFaults(fault.InvalidBody(faults)); err != nil {
			return c, err
		}
		if reflect.DeepEqual(was, c) {
			return c, nil
		}
		if c.CodeKey != was.CodeKey {
			if err := codeFree(ctx, u.tx, c); err != nil {
				return c, err
			}
		}
		c.UpdatedAt = u.now
		if err := u.tx.UpdateCustomer(&c); err != nil {
			return c, err
		}
		if c.RequireCreditCardPayment != was.RequireCreditCardPayment {
			u.tx.MarkOrders(id, c.RequireCreditCardPayment, u.now)
		}
		return c, nil
	})
}

// CustomerFilter is the store's filter for a list of customers. Callers of desk do not import store.
type CustomerFilter = store.CustomerFilter

// CustomerPage is one page of customers.
type CustomerPage struct {
	store.CustomerPage
	SyncedUntil *time.Time // no later commit has an earlier updated_at; only with UpdatedSince
}

// Customers returns one page of the company's customers, by name.
func (s *Service) Customers(ctx context.Context, who auth.Actor, f CustomerFilter) (CustomerPage, error) {
	if err := who.Require(auth.CustomersRead); err != nil {
		return CustomerPage{}, err
	}
	tenant := s.store.For(who.CompanyID)
	var page CustomerPage
	if !f.UpdatedSince.IsZero() { // taken before the rows are read, so that a commit in between is listed twice rather than missed
		at, err := tenant.SyncedUntil(ctx, s.now())
		if err != nil {
			return page, err
		}
		if !at.IsZero() {
			page.SyncedUntil = &at
		}
	}
	var err error
	page.CustomerPage, err = tenant.Customers(ctx, f)
	return page, err
}
