package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Placed is the result of a cart: an order, a prebook, or both in that order.
type Placed struct {
	CheckoutID string
	Orders     []View
	Warnings   []Warning
}

// PlaceRefusals is the codes of Place's refusals, except those that every write shares.
var PlaceRefusals = []fault.Code{fault.ExternalReferenceTaken}

// Place turns a cart into an order, a prebook, or both, in one transaction. It also confirms a checked-out order if the
// company or the customer has that setting. If that is refused, the order stays pending and the warnings say why.
//
// Faults: role_not_allowed, and [PlaceRefusals]; body_invalid with every fault of the cart.
func (s *Service) Place(ctx context.Context, call Call, cart order.Cart, encode Encode[Placed]) (Reply, error) {
	if err := call.Actor.Require(auth.Permission(order.Place)); err != nil {
		return Reply{}, err
	}
	confirmed := 0
	first := store.First{}
	if who := buyerOf(call.Actor, cart); (cart.CustomerID == "") != (cart.CustomerCode == "") {
		first.Buyer = &who
	}
	reply, created, err := numbered(ctx, s, call, documentCount(cart), first, encode, func(u unit, numbers []int64) (Placed, error) {
		placed, err := u.place(ctx, cart, numbers)
		confirmed = placed.confirmed()
		return placed, err
	})
	if created {
		s.countIssued(confirmed)
	}
	return reply, err
}

// confirmed is the number of documents that confirmed themselves.
func (p Placed) confirmed() int {
	n := 0
	for _, v := range p.Orders {
		if v.Status == order.StatusConfirmed {
			n++
		}
	}
	return n
}

func (u unit) place(ctx context.Context, cart order.Cart, numbers []int64) (Placed, error) {
	co, cu, faults, err := u.companyAndBuyer(ctx, cart)
	if err != nil {
		return Placed{}, err
	}
	faults = append(faults, setOrigin(u.call.Actor, &cart)...)
	faults = append(faults, refuseInternalNotes(u.call.Actor, cart.InternalNotes)...)
	checkout := newID()
	docs, more := cart.Documents(order.Placement{Company: co, Customer: cu, CheckoutID: checkout, By: u.call.Actor.Person(), Now: u.now, NewID: newID})
	if err := u.call.MergeFaults(fault.InvalidBody(append(faults, more...))); err != nil {
		return Placed{}, err
	}
	fresh, err := u.tx.CreateCheckout(ctx, checkout, cart.ExternalReference, u.call.Actor.Subject, u.now)
	if err != nil {
		return Placed{}, err
	}
	if !fresh {
		return Placed{}, u.referenceTaken(ctx, cart.ExternalReference)
	}

	placed := Placed{CheckoutID: checkout}
	changes := make([]*change, len(docs))
	for i := range docs {
		docs[i].Sequence, docs[i].Number = numbers[i], order.NumberOf(docs[i].Origin, numbers[i])
		changes[i] = u.create(docs[i], co, cu)
	}
	submitted := cart.Checkout || changes[len(changes)-1].LinesCheckedOut > 0
	if co.EmailSalespersonOnOrder && submitted {
		changes[0].mailSalesperson(placedBeside(changes[1:])...)
	}
	if cart.Checkout && changes[0].Kind == order.KindOrder && cu.Autoconfirms(co.Settings) {
		if err := changes[0].autoconfirm(ctx); err != nil {
			return Placed{}, err
		}
	}
	if co.EmailCustomerOnOrder && submitted {
		changes[0].acknowledge(placedBeside(changes[1:])...)
	}
	if err := u.save(changes...); err != nil {
		return Placed{}, err
	}
	if ownCustomersOnly(u.call.Actor) {
		u.tx.Own(u.call.Actor.Subject, cu.ID)
	}
	if err := u.wake(ctx, changes...); err != nil {
		return Placed{}, err
	}
	for _, c := range changes {
		for _, other := range changes {
			c.LinkTo(&other.Order)
		}
		placed.Orders = append(placed.Orders, c.view())
		placed.Warnings = append(placed.Warnings, c.warnings...)
	}
	return placed, nil
}

// placedBeside names the other documents of a cart for the e-mails about its checkout.
func placedBeside(changes []*change) []mail.PlacedDocument {
	docs := make([]mail.PlacedDocument, len(changes))
	for i, c := range changes {
		docs[i] = mail.PlacedDocument{Kind: c.Noun(), Number: c.Number}
	}
	return docs
}

// documentCount is the number of documents that a cart becomes.
func documentCount(cart order.Cart) int {
	kinds := map[bool]bool{}
	for _, l := range cart.Lines {
		kinds[l.Source == order.OnHand] = true
	}
	return max(1, len(kinds))
}

// buyerOf names the customer of a cart.
func buyerOf(by auth.Actor, cart order.Cart) store.CustomerRef {
	who := store.CustomerRef{ID: cart.CustomerID, Code: cart.CustomerCode}
	if ownCustomersOnly(by) && who.ID != "" {
		who.Owner = by.Subject
	}
	return who
}

// companyAndBuyer returns the company and the customer that the cart names, by id or by code. An unknown customer is one of the
// cart's faults.
func (u unit) companyAndBuyer(ctx context.Context, cart order.Cart) (company.Company, company.Customer, []fault.Field, error) {
	pointer, name := "/customer_id", cart.CustomerID
	var refused *fault.Field
	switch {
	case cart.CustomerID != "" && cart.CustomerCode != "":
		refused = &fault.Field{Pointer: "/customer_code", Code: fault.FieldConflict, Detail: "Send customer_id or customer_code, not both.", Related: []string{"/customer_id"}}
	case cart.CustomerID == "" && cart.CustomerCode == "":
		refused = &fault.Field{Pointer: pointer, Code: fault.FieldRequired, Detail: "Send customer_id or customer_code.", Related: []string{"/customer_code"}}
	case cart.CustomerCode != "":
		pointer, name = "/customer_code", cart.CustomerCode
	}
	if refused != nil {
		co, err := u.tx.Company(ctx)
		return co, company.Customer{}, []fault.Field{*refused}, err
	}
	co, cu, err := u.tx.CompanyAndCustomerHeld(ctx, buyerOf(u.call.Actor, cart))
	if fault.Is(err, fault.CustomerNotFound) {
		return co, cu, []fault.Field{{Pointer: pointer, Code: fault.CustomerUnknown,
			Detail: fmt.Sprintf("Your company has no customer %s. %s", name, u.call.Actor.Remedy(auth.CustomersWrite, "create it", "createCustomer"))}}, nil
	}
	return co, cu, nil, err
}

// setOrigin sets the origin of a cart that has none, and refuses an origin that the caller may not use.
func setOrigin(who auth.Actor, cart *order.Cart) []fault.Field {
	switch {
	case cart.Origin == "" && who.IsStorefront():
		cart.Origin = order.Web
	case cart.Origin == "":
		cart.Origin = order.Phone
	case who.IsStorefront() && cart.Origin != order.Web:
		return []fault.Field{{Pointer: "/origin", Code: fault.OriginNotAllowed, Detail: "A storefront places documents of origin W only."}}
	}
	return nil
}

// refuseInternalNotes refuses internal notes from a caller who may not see them.
func refuseInternalNotes(who auth.Actor, internalNotes string) []fault.Field {
	if internalNotes == "" || !who.IsStorefront() {
		return nil
	}
	return []fault.Field{{Pointer: "/internal_notes", Code: fault.FieldNotAllowed, Detail: "Internal notes belong to the seller. Use notes for text that the seller should read."}}
}

// referenceTaken refuses a cart whose external reference was used before, and names the documents of that checkout.
func (u unit) referenceTaken(ctx context.Context, reference string) error {
	checkout, docs, err := u.tx.CheckoutByReference(ctx, reference)
	if err != nil {
		return err
	}
	taken := fault.New(fault.ExternalReferenceTaken, "A checkout of the company has the external_reference %s already.", reference)
	if slices.ContainsFunc(docs, func(d order.Order) bool { return !order.Visible(u.call.Actor, &d) }) {
		return taken // it belongs to another storefront, of which the caller must not learn
	}
	return taken.With("checkout_id", checkout).With("orders", docs)
}
