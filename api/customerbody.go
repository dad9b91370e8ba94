package api

import (
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

func customerBodyOf(cu company.Customer) customerBody {
	b := customerBody{
		ID: cu.ID, Code: cu.Code, Name: cu.Name, Emails: append([]string{}, cu.Emails...), Terms: termsBody{cu.TermsLabel, cu.TermsDays},
		TaxID: nullIfEmpty(cu.TaxID), Phone: nullIfEmpty(cu.Phone), Salesperson: personBodyOf(cu.SalespersonName, cu.SalespersonEmail),
		RequireCreditCardPayment: cu.RequireCreditCardPayment, Autoconfirm: string(cu.Autoconfirm), ShipTos: make([]addressBody, len(cu.ShipTos)),
		Version: cu.Version, CreatedAt: cu.CreatedAt.UTC(), UpdatedAt: cu.UpdatedAt.UTC(),
	}
	for i, a := range cu.ShipTos {
		b.ShipTos[i] = valueOrZero(addressBodyOf(a))
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
		Code: b.Code, Name: b.Name, Emails: b.Emails, TaxID: valueOrZero(b.TaxID), Phone: valueOrZero(b.Phone), RequireCreditCardPayment: valueOrZero(b.RequireCreditCardPayment),
		Autoconfirm: company.Autoconfirm(b.Autoconfirm), ShipTos: shipTosOf(b.ShipTos),
	}
	if b.Address != nil {
		cu.Address = (&addressBody{postalBody: *b.Address}).address()
	}
	if b.Terms != nil {
		cu.TermsLabel, cu.TermsDays = b.Terms.Label, b.Terms.Days
	}
	if b.Salesperson != nil {
		cu.SalespersonName, cu.SalespersonEmail = valueOrZero(b.Salesperson.Name), valueOrZero(b.Salesperson.Email)
	}
	return cu
}

// revision is the patch as the customer takes it, and its computed members that are not as they are.
func (p customerPatch) revision(cu company.Customer) (company.CustomerRevision, []fault.Field) {
	r := company.CustomerRevision{
		Code: patchValue(p.Code), Name: patchValue(p.Name), TaxID: patchValue(p.TaxID), Phone: patchValue(p.Phone),
		RequireCreditCardPayment: patchValue(p.RequireCreditCardPayment), Autoconfirm: typedPatchValue[company.Autoconfirm](p.Autoconfirm),
		TermsLabel: nestedPatchValue(p.Terms, p.Terms.Value.Label), TermsDays: nestedPatchValue(p.Terms, p.Terms.Value.Days),
		SalespersonName: nestedPatchValue(p.Salesperson, p.Salesperson.Value.Name), SalespersonEmail: nestedPatchValue(p.Salesperson, p.Salesperson.Value.Email),
	}
	if p.Emails != nil {
		r.Emails = &p.Emails
	}
	if p.ShipTos != nil {
		r.ShipTos = new(shipTosOf(p.ShipTos))
	}
	if p.Address.Set {
		r.Address = new(addressPatch{postalPatch: p.Address.Value}.address(cu.Address, p.Address.Null))
	}
	return r, strictjson.ChangedMembers("", p.computedCustomer, customerBodyOf(cu))
}
