package api

import (
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// customerBody is a customer of the company.
type customerBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The customer's code. It is unique in the company, ignoring case.
	Code string `json:"code" maxLength:"50"`
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The e-mail addresses. An e-mail goes to all of them.
	Emails []string `json:"emails" maxLength:"254" maxItems:"20"`
	// The payment terms.
	Terms termsBody `json:"terms"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
	// The telephone number.
	Phone *string `json:"phone" maxLength:"50"`
	// The customer's salesperson.
	Salesperson *salespersonBody `json:"salesperson"`
	// Whether the customer must pay web orders by card. Unpaid ones show the $.
	RequireCreditCardPayment bool `json:"require_credit_card_payment"`
	// Whether the customer's orders are confirmed automatically at checkout. inherit: as the company's are.
	Autoconfirm string `json:"autoconfirm" enums:"inherit,on,off"`
	// Addresses that goods can go to.
	ShipTos []addressBody `json:"ship_tos" maxItems:"100"`
	// The postal address.
	Address *postalBody `json:"address"`
	// The version, as in the ETag. Every change increases it.
	Version int `json:"version"`
	// When it was created.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
	// Whether a storefront found a customer that is not its own. Then only id, code, name, version and times are shown; the other members are empty.
	NameOnly bool `json:"name_only"`
} // @name Customer

// newCustomerBody is a new customer. Only code and name are required.
type newCustomerBody struct {
	// The customer's code. It is unique in the company, ignoring case.
	Code string `json:"code" format:"customer-code" required:"true" maxLength:"50"`
	// The name.
	Name string `json:"name" format:"line" required:"true" minLength:"1" maxLength:"200"`
	// The e-mail addresses. An e-mail goes to all of them.
	Emails []string `json:"emails" maxItems:"20" format:"email"`
	// The payment terms.
	Terms *termsBody `json:"terms"`
	// The tax number.
	TaxID *string `json:"tax_id" format:"line" maxLength:"50"`
	// The telephone number.
	Phone *string `json:"phone" format:"line" maxLength:"50"`
	// The customer's salesperson.
	Salesperson *salespersonBody `json:"salesperson"`
	// Whether the customer must pay web orders by card. Unpaid ones show the $.
	RequireCreditCardPayment *bool `json:"require_credit_card_payment" default:"false"`
	// Whether the customer's orders are confirmed automatically at checkout. inherit: as the company's are.
	Autoconfirm string `json:"autoconfirm" enums:"inherit,on,off" default:"inherit"`
	// Addresses that goods can go to.
	ShipTos []addressBody `json:"ship_tos" maxItems:"100"`
	// The postal address.
	Address *postalBody `json:"address"`
} // @name NewCustomer

// customerPatch is a merge patch (RFC 7396) of a customer. An absent member does not change; null clears it.
type customerPatch struct {
	// The customer's code. It is unique in the company, ignoring case.
	Code strictjson.Opt[string] `json:"code" format:"customer-code" maxLength:"50"`
	// The name.
	Name strictjson.Opt[string] `json:"name" format:"line" minLength:"1" maxLength:"200"`
	// The e-mail addresses. An e-mail goes to all of them.
	Emails []string `json:"emails" maxItems:"20" format:"email"`
	// The payment terms.
	Terms strictjson.Opt[termsPatch] `json:"terms" nullable:"true"`
	// The tax number.
	TaxID strictjson.Opt[string] `json:"tax_id" format:"line" maxLength:"50" nullable:"true"`
	// The telephone number.
	Phone strictjson.Opt[string] `json:"phone" format:"line" maxLength:"50" nullable:"true"`
	// The customer's salesperson.
	Salesperson strictjson.Opt[salespersonPatch] `json:"salesperson" nullable:"true"`
	// Whether the customer must pay web orders by card. Unpaid ones show the $.
	RequireCreditCardPayment strictjson.Opt[bool] `json:"require_credit_card_payment"`
	// Whether the customer's orders are confirmed automatically at checkout. inherit: as the company's are.
	Autoconfirm strictjson.Opt[string] `json:"autoconfirm" enums:"inherit,on,off"`
	// Addresses that goods can go to.
	ShipTos []addressBody `json:"ship_tos" maxItems:"100"`
	// The postal address.
	Address strictjson.Opt[postalPatch] `json:"address" nullable:"true"`
	computedCustomer
} // @name CustomerPatch

// putCustomerBody is a customer as it is put. Absent contact members are cleared. Absent members of staff do not change.
type putCustomerBody struct {
	// The code in the path, if it is sent at all.
	Code *string `json:"code" format:"customer-code" maxLength:"50"`
	// The name.
	Name string `json:"name" format:"line" required:"true" minLength:"1" maxLength:"200"`
	// The e-mail addresses. An e-mail goes to all of them.
	Emails []string `json:"emails" maxItems:"20" format:"email"`
	// The tax number.
	TaxID *string `json:"tax_id" format:"line" maxLength:"50"`
	// The telephone number.
	Phone *string `json:"phone" format:"line" maxLength:"50"`
	// Addresses that goods can go to.
	ShipTos []addressBody `json:"ship_tos" maxItems:"100"`
	// The postal address.
	Address *postalBody `json:"address"`
	// The payment terms. Staff alone change them.
	Terms strictjson.Opt[termsPatch] `json:"terms" nullable:"true"`
	// The customer's salesperson. Staff alone change it.
	Salesperson strictjson.Opt[salespersonPatch] `json:"salesperson" nullable:"true"`
	// Whether the customer must pay web orders by card. Staff alone change it.
	RequireCreditCardPayment strictjson.Opt[bool] `json:"require_credit_card_payment"`
	// Whether the customer's orders are confirmed automatically at checkout. Staff alone change it.
	Autoconfirm strictjson.Opt[string] `json:"autoconfirm" enums:"inherit,on,off"`
	computedCustomer
} // @name PutCustomer

// computedCustomer is members that a patch may send back unchanged.
type computedCustomer struct {
	// The id, a UUIDv7.
	ID strictjson.Raw `json:"id" type:"string" why:"is set once, when the customer is added"`
	// The version, as in the ETag. Every change increases it.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it was created.
	CreatedAt strictjson.Raw `json:"created_at" type:"string" why:"is set once, when the customer is added"`
	// When it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
	// Whether a storefront found a customer that is not its own.
	NameOnly strictjson.Raw `json:"name_only" type:"boolean"`
}

// termsPatch is a merge patch of the payment terms.
type termsPatch struct {
	// The label shown to people.
	Label strictjson.Opt[string] `json:"label" format:"line" maxLength:"100" nullable:"true"`
	// The days from the invoice to its due date.
	Days strictjson.Opt[int] `json:"days" minimum:"0" maximum:"365"`
} // @name TermsPatch

// salespersonPatch is a merge patch of a salesperson.
type salespersonPatch struct {
	// The name.
	Name strictjson.Opt[string] `json:"name" format:"line" maxLength:"200" nullable:"true"`
	// The e-mail address.
	Email strictjson.Opt[string] `json:"email" format:"email" maxLength:"254" nullable:"true"`
} // @name SalespersonPatch

func customerRowOf(cu *company.Customer) customerBody { return customerBodyOf(*cu) }

func customerBodyOf(cu company.Customer) customerBody {
	b := customerBody{
		ID: cu.ID, Code: cu.Code, Name: cu.Name, Emails: append([]string{}, cu.Emails...), Terms: termsBody{cu.TermsLabel, cu.TermsDays},
		TaxID: nullIfEmpty(cu.TaxID), Phone: nullIfEmpty(cu.Phone), Salesperson: salespersonBodyOf(cu.SalespersonName, cu.SalespersonEmail),
		RequireCreditCardPayment: cu.RequireCreditCardPayment, Autoconfirm: string(cu.Autoconfirm), ShipTos: make([]addressBody, len(cu.ShipTos)),
		Version: cu.Version, CreatedAt: cu.CreatedAt.UTC(), UpdatedAt: cu.UpdatedAt.UTC(), NameOnly: cu.NameOnly,
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

// revision is the patch as a revision of the customer, and a fault for each computed member that the patch changes.
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

// revision is the body as a revision of the customer with the code in the path, and a fault for another code and for each computed
// member that the body changes.
func (b putCustomerBody) revision(code string) func(company.Customer) (company.CustomerRevision, []fault.Field) {
	return func(cu company.Customer) (company.CustomerRevision, []fault.Field) {
		r := company.CustomerRevision{
			Name: &b.Name, Emails: &b.Emails, TaxID: new(valueOrZero(b.TaxID)), Phone: new(valueOrZero(b.Phone)), ShipTos: new(shipTosOf(b.ShipTos)),
			Address:                  &company.Address{},
			RequireCreditCardPayment: patchValue(b.RequireCreditCardPayment), Autoconfirm: typedPatchValue[company.Autoconfirm](b.Autoconfirm),
			TermsLabel: nestedPatchValue(b.Terms, b.Terms.Value.Label), TermsDays: nestedPatchValue(b.Terms, b.Terms.Value.Days),
			SalespersonName: nestedPatchValue(b.Salesperson, b.Salesperson.Value.Name), SalespersonEmail: nestedPatchValue(b.Salesperson, b.Salesperson.Value.Email),
		}
		if b.Address != nil {
			*r.Address = (&addressBody{postalBody: *b.Address}).address()
		}
		faults := strictjson.ChangedMembers("", b.computedCustomer, customerBodyOf(cu))
		if b.Code != nil && canon.KeyOf(*b.Code) != canon.KeyOf(code) {
			faults = append(faults, fault.Field{Pointer: "/code", Code: fault.FieldConflict, Detail: fmt.Sprintf("The path names the customer %s. Leave code out, or send the same.", code)})
		}
		return r, faults
	}
}
