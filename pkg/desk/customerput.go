package desk

import (
	"context"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// WrittenCustomer is a customer that PutCustomer wrote.
type WrittenCustomer struct {
	company.Customer
	Created bool
}

// PutCustomerRefusals is the codes of PutCustomer's refusals, except those that every write shares.
var PutCustomerRefusals = []fault.Code{fault.CustomerNotFound, fault.CustomerChanged, fault.CustomerExists, fault.CustomerCodeTaken}

// PutCustomer creates the customer with this code, or edits the one that has it. It calls read inside the transaction with the
// current customer, or a new one; read returns the changes. With createOnly it only creates, and with IfMatch it only edits.
//
// A storefront changes contact members of its own customers, and a customer that it creates is its own. The code of a customer
// that it does not see is customer_code_taken, so that it neither reads nor replaces what others have written.
//
// Faults: role_not_allowed, and [PutCustomerRefusals]; body_invalid.
func (s *Service) PutCustomer(ctx context.Context, call Call, code string, createOnly bool, read func(company.Customer) (company.CustomerRevision, []fault.Field), encode Encode[WrittenCustomer]) (Reply, error) {
	if err := call.Actor.Require(auth.CustomersWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (WrittenCustomer, error) {
		if _, err := u.tx.Company(ctx); err != nil {
			return WrittenCustomer{}, err
		}
		c, err := u.tx.CustomerByCode(ctx, code)
		if fault.Is(err, fault.CustomerNotFound) {
			if call.IfMatch != nil {
				return WrittenCustomer{}, noCustomerOf(code)
			}
			c, err = u.createByCode(code, read)
			return WrittenCustomer{c, true}, err
		}
		if err == nil {
			c, err = u.editByCode(ctx, c, createOnly, read)
		}
		return WrittenCustomer{c, false}, err
	})
}

func noCustomerOf(code string) error {
	return fault.New(fault.CustomerNotFound, "There is no customer with the code %s in your company.", code)
}

// createByCode adds the customer of a code that is free.
func (u unit) createByCode(code string, read func(company.Customer) (company.CustomerRevision, []fault.Field)) (company.Customer, error) {
	blank := company.Customer{CompanyID: u.call.Actor.CompanyID, ID: newID(), Code: code, Autoconfirm: company.Inherit, Version: 1, CreatedAt: u.now, UpdatedAt: u.stamp}
	edit, faults := read(blank)
	c, _ := blank.Revised(edit)
	faults = append(faults, c.Faults()...)
	if writesContacts(u.call.Actor) {
		faults = append(faults, c.StaffFaults(blank)...)
	}
	if err := u.call.MergeFaults(fault.InvalidBody(faults)); err != nil {
		return c, err
	}
	if err := u.tx.CreateCustomerOnce(c); err != nil {
		return c, err
	}
	if writesContacts(u.call.Actor) {
		u.tx.Own(u.call.Actor.Subject, c.ID)
	}
	return c, nil
}

// editByCode edits the customer that has the code.
func (u unit) editByCode(ctx context.Context, c company.Customer, createOnly bool, read func(company.Customer) (company.CustomerRevision, []fault.Field)) (company.Customer, error) {
	if writesContacts(u.call.Actor) {
		own, err := u.tx.OwnCustomers(ctx, u.call.Actor.Subject, []string{c.ID})
		switch {
		case err != nil:
			return c, err
		case len(own) == 0 && u.call.IfMatch != nil:
			return c, noCustomerOf(c.Code) // it never read one
		case len(own) == 0:
			return c, codeOfAnother(c.Code)
		}
	}
	switch {
	case createOnly:
		return c, fault.New(fault.CustomerExists, "The company has a customer with the code %s already.", c.Code)
	case !u.call.versionMatches(c.Version):
		return c, u.customerChanged(c)
	}
	edit, faults := read(c)
	return u.revise(ctx, c, edit, faults)
}
