package desk

import (
	"cmp"
	"context"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// ownCustomersOnly reports whether the caller sees only its own customers: those that it wrote, and those that bought through it.
func ownCustomersOnly(who auth.Actor) bool {
	return who.Scope(order.Action(auth.CustomersRead)) == order.ScopeOwn
}

// writesContacts reports whether the caller changes only its own customers, and only their contact members.
func writesContacts(who auth.Actor) bool {
	return who.Scope(order.Action(auth.CustomersWrite)) == order.ScopeOwn
}

// customerReader is a store or a transaction.
type customerReader interface {
	Customer(ctx context.Context, id string) (company.Customer, error)
	CustomerOf(ctx context.Context, sub, id string) (company.Customer, error)
}

// seenCustomer returns a customer that the caller may see. Any other is the same fault as an unknown id.
func seenCustomer(ctx context.Context, who auth.Actor, r customerReader, id string) (company.Customer, error) {
	if ownCustomersOnly(who) {
		return r.CustomerOf(ctx, who.Subject, id)
	}
	return r.Customer(ctx, id)
}

// Customer returns one customer that the caller may see.
//
// Faults: role_not_allowed, customer_not_found.
func (s *Service) Customer(ctx context.Context, who auth.Actor, id string) (company.Customer, error) {
	if err := who.Require(auth.CustomersRead); err != nil {
		return company.Customer{}, err
	}
	return seenCustomer(ctx, who, s.store.For(who.CompanyID), id)
}

// CreateCustomerRefusals is the codes of CreateCustomer's refusals, except those that every write shares.
var CreateCustomerRefusals = []fault.Code{fault.CustomerCodeTaken}

// CreateCustomer adds a customer. A storefront sets the contact members, and the customer is its own.
//
// Faults: role_not_allowed, and [CreateCustomerRefusals]; body_invalid.
func (s *Service) CreateCustomer(ctx context.Context, call Call, c company.Customer, encode Encode[company.Customer]) (Reply, error) {
	if err := call.Actor.Require(auth.CustomersWrite); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (company.Customer, error) {
		c.CompanyID, c.ID, c.Version, c.CreatedAt, c.UpdatedAt = call.Actor.CompanyID, newID(), 1, u.now, u.stamp
		c.SetKeys()
		faults := c.Faults()
		if writesContacts(call.Actor) {
			faults = append(faults, c.StaffFaults(company.Customer{Code: c.Code, Autoconfirm: company.Inherit})...)
		}
		if err := call.MergeFaults(fault.InvalidBody(faults)); err != nil {
			return c, err
		}
		if _, err := u.tx.Company(ctx); err != nil {
			return c, err
		}
		if err := u.codeFree(ctx, c); err != nil {
			return c, err
		}
		if err := u.tx.CreateCustomer(c); err != nil {
			return c, err
		}
		if writesContacts(call.Actor) {
			u.tx.Own(call.Actor.Subject, c.ID)
		}
		return c, nil
	})
}

// codeFree refuses a customer with the code of another customer.
func (u unit) codeFree(ctx context.Context, c company.Customer) error {
	taken, err := u.tx.CustomerByCode(ctx, c.Code)
	switch {
	case fault.Is(err, fault.CustomerNotFound) || err == nil && taken.ID == c.ID:
		return nil
	case err != nil:
		return err
	}
	own, err := u.owns(ctx, taken.ID)
	switch {
	case err != nil:
		return err
	case !own:
		return codeOfAnother(c.Code)
	}
	return fault.New(fault.CustomerCodeTaken, "The customer %s has the code %s already.", taken.Name, taken.Code).With("customer_id", taken.ID)
}

// owns reports whether the caller may see the customer.
func (u unit) owns(ctx context.Context, id string) (bool, error) {
	if !ownCustomersOnly(u.call.Actor) {
		return true, nil
	}
	own, err := u.tx.OwnCustomers(ctx, u.call.Actor.Subject, []string{id})
	return len(own) > 0, err
}

// codeOfAnother refuses a code whose customer the caller may not see. The refusal says no more than an order for this code would.
func codeOfAnother(code string) error {
	return fault.New(fault.CustomerCodeTaken, "A customer of the company that is not yours has the code %s. You may place orders for it by its code; with the first one it becomes yours.", code)
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
	if _, err := seenCustomer(ctx, call.Actor, s.store.For(call.Actor.CompanyID), id); err != nil {
		return Reply{}, err
	}
	if err := call.requireMatch(); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (company.Customer, error) {
		c, err := seenCustomer(ctx, call.Actor, u.tx, id)
		if err != nil {
			return c, err
		}
		if writesContacts(call.Actor) && !ownCustomersOnly(call.Actor) { // it sees all customers by another role
			if own, err := u.tx.OwnCustomers(ctx, call.Actor.Subject, []string{id}); err != nil || len(own) == 0 {
				return c, cmp.Or(err, error(fault.New(fault.RoleNotAllowed, "A storefront changes its own customers.").With("remedy", "Ask somebody with the role Admin or Sales Manager.")))
			}
		}
		if !call.versionMatches(c.Version) {
			return c, u.customerChanged(c)
		}
		edit, faults := read(c)
		return u.revise(ctx, c, edit, faults)
	})
}

func (u unit) customerChanged(c company.Customer) error {
	return u.call.mismatch(fault.CustomerChanged, c.Version, "Customer %s was changed after you read it. Look at it again, and repeat your change.", c.Code)
}

// revise checks and saves an edit of a customer. An edit without a change writes nothing.
func (u unit) revise(ctx context.Context, was company.Customer, edit company.CustomerRevision, faults []fault.Field) (company.Customer, error) {
	c, broken := was.Revised(edit)
	faults = append(faults, broken...)
	if writesContacts(u.call.Actor) {
		faults = append(faults, c.StaffFaults(was)...)
	}
	if err := u.call.MergeFaults(fault.InvalidBody(faults)); err != nil {
		return c, err
	}
	if reflect.DeepEqual(was, c) {
		return c, nil
	}
	if c.CodeKey != was.CodeKey {
		if err := u.codeFree(ctx, c); err != nil {
			return c, err
		}
	}
	c.UpdatedAt = u.stampAfter(c.UpdatedAt)
	if err := u.tx.UpdateCustomer(&c); err != nil {
		return c, err
	}
	if c.RequireCreditCardPayment != was.RequireCreditCardPayment {
		return c, u.markOrders(ctx, c)
	}
	return c, nil
}

// markOrders updates the $ on the customer's orders, with an event for each. It saves the customer first, which waits for
// every transaction that is changing one of its orders. So no order is missed, and none gets two events.
func (u unit) markOrders(ctx context.Context, c company.Customer) error {
	if err := u.tx.Flush(ctx); err != nil {
		return err
	}
	ids, err := u.tx.UnmarkedOrders(ctx, c.ID, c.RequireCreditCardPayment)
	if err != nil {
		return err
	}
	u.tx.MarkOrders(c.ID, c.RequireCreditCardPayment, u.stamp)
	events := make([]order.Event, len(ids))
	for i, id := range ids {
		events[i] = order.Event{
			CompanyID: c.CompanyID, ID: newID(), OrderID: id, Type: order.EventPaymentIndicatorChanged, At: u.now,
			ActorSub: u.call.Actor.Subject, ActorName: u.call.Actor.Name, RequestID: u.call.RequestID,
			Changes: order.Diff(&order.Order{PaymentIndicator: !c.RequireCreditCardPayment}, &order.Order{PaymentIndicator: c.RequireCreditCardPayment}),
			Data:    map[string]any{"customer_id": c.ID},
		}
		events[i].Seal("", "")
	}
	return u.tx.Record(events)
}
