package api

import (
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

func customerOf(cu company.Customer) customerBody {
	b := customerBody{
		ID: cu.ID, Code: cu.Code, Name: cu.Name, Emails: append([]string{}, cu.Emails...), Terms: termsBody{cu.TermsLabel, cu.TermsDays},
		TaxID: some(cu.TaxID), Phone: some(cu.Phone), Salesperson: personOf(cu.SalespersonName, cu.SalespersonEmail),
		RequireCreditCardPayment: cu.RequireCreditCardPayment, Autoconfirm: string(cu.Autoconfirm), ShipTos: make([]addressBody, len(cu.ShipTos)),
		Version: cu.Version, CreatedAt: cu.CreatedAt.UTC(), UpdatedAt: cu.UpdatedAt.UTC(),
	}
	for i, a := range cu.ShipTos {
		b.ShipTos[i] = or(addressBodyOf(a))
	}
	if a := addressBodyOf(cu.Address); a != nil {
		b.Address = &a.postalBody
	}
	return b
}

func shipTosOf(bodies []addressBody) []company.Address {
	list := make([]company.Address, len(bodies))
	for i := range bodies {
		list[i] = bodies[i].address()
	}
	return list
}

func (b newCustomerBody) customer() company.Customer {
	cu := company.Customer{
		Code: b.Code, Name: b.Name, Emails: b.Emails, TaxID: or(b.TaxID), Phone: or(b.Phone), RequireCreditCardPayment: or(b.RequireCreditCardPayment),
		Autoconfirm: company.Autoconfirm(b.Autoconfirm), ShipTos: shipTosOf(b.ShipTos),
	}
	if b.Address != nil {
		cu.Address = (&addressBody{postalBody: *b.Address}).address()
	}
	if b.Terms != nil {
		cu.TermsLabel, cu.TermsDays = b.Terms.Label, b.Terms.Days
	}
	if b.Salesperson != nil {
		cu.SalespersonName, cu.SalespersonEmail = or(b.Salesperson.Name), or(b.Salesperson.Email)
	}
	return cu
}

// apply merges the patch into the customer.
func (p customerPatch) apply(cu *company.Customer) error {
	if err := unchanged(p.computedCustomer, customerOf(*cu)); err != nil {
		return err
	}
	cu.Code, cu.Name = p.Code.Or(cu.Code), p.Name.Or(cu.Name)
	// An empty list for none is no change: DeepEqual would tell it from nil, and the version would move.
	if len(p.Emails)+len(cu.Emails) > 0 && p.Emails != nil {
		cu.Emails = p.Emails
	}
	if len(p.ShipTos)+len(cu.ShipTos) > 0 && p.ShipTos != nil {
		cu.ShipTos = shipTosOf(p.ShipTos)
	}
	merge(&cu.TaxID, p.TaxID)
	merge(&cu.Phone, p.Phone)
	merge(&cu.RequireCreditCardPayment, p.RequireCreditCardPayment)
	cu.Autoconfirm = company.Autoconfirm(p.Autoconfirm.Or(string(cu.Autoconfirm)))
	if p.Terms.Null {
		cu.TermsLabel, cu.TermsDays = "", 0
	}
	merge(&cu.TermsLabel, p.Terms.Value.Label)
	merge(&cu.TermsDays, p.Terms.Value.Days)
	if p.Salesperson.Null {
		cu.SalespersonName, cu.SalespersonEmail = "", ""
	}
	merge(&cu.SalespersonName, p.Salesperson.Value.Name)
	merge(&cu.SalespersonEmail, p.Salesperson.Value.Email)
	cu.Address = addressPatch{postalPatch: p.Address.Value}.address(cu.Address, p.Address.Null)
	return nil
}

// merge is one member of a merge patch: absent leaves the value, null clears it.
func merge[T any](value *T, o strictjson.Opt[T]) {
	if o.Set {
		*value = o.Value // the zero value where it was null
	}
}

// unchanged refuses computed members that came back changed. It takes a struct of Raw members, and the body as it is now.
func unchanged(computed, now any) error {
	return fault.Content(strictjson.ChangedMembers("", computed, now))
}
