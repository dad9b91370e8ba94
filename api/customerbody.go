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
		Address: postalBodyOf(cu.Address), Version: cu.Version, CreatedAt: cu.CreatedAt.UTC(), UpdatedAt: cu.UpdatedAt.UTC(),
	}
	for i, a := range cu.ShipTos {
		b.ShipTos[i] = addressBody{some(a.Name), some(a.Line1), some(a.Line2), some(a.City), some(a.Region), some(a.PostalCode), some(a.Country), some(a.Phone)}
	}
	return b
}

func postalBodyOf(a company.Address) *postalBody {
	if a == (company.Address{}) {
		return nil
	}
	return &postalBody{some(a.Line1), some(a.Line2), some(a.City), some(a.Region), some(a.PostalCode), some(a.Country)}
}

func (b *postalBody) address() company.Address {
	if b == nil {
		return company.Address{}
	}
	return company.Address{Line1: or(b.Line1), Line2: or(b.Line2), City: or(b.City), Region: or(b.Region), PostalCode: or(b.PostalCode), Country: or(b.Country)}
}

func shipTosOf(bodies []addressBody) []company.ShipTo {
	list := make([]company.ShipTo, len(bodies))
	for i, b := range bodies {
		list[i] = company.ShipTo{Name: or(b.Name), Phone: or(b.Phone), Address: company.Address{
			Line1: or(b.Line1), Line2: or(b.Line2), City: or(b.City), Region: or(b.Region), PostalCode: or(b.PostalCode), Country: or(b.Country)}}
	}
	return list
}

func (b newCustomerBody) customer() company.Customer {
	cu := company.Customer{
		Code: b.Code, Name: b.Name, Emails: b.Emails, TaxID: or(b.TaxID), Phone: or(b.Phone), RequireCreditCardPayment: or(b.RequireCreditCardPayment),
		Autoconfirm: company.Autoconfirm(b.Autoconfirm), ShipTos: shipTosOf(b.ShipTos), Address: b.Address.address(),
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
	if p.Address.Null {
		cu.Address = company.Address{}
	}
	a, v := &cu.Address, p.Address.Value
	merge(&a.Line1, v.Line1)
	merge(&a.Line2, v.Line2)
	merge(&a.City, v.City)
	merge(&a.Region, v.Region)
	merge(&a.PostalCode, v.PostalCode)
	merge(&a.Country, v.Country)
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
