package api

import (
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// customerRef is a customer in a document.
type customerRef struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The customer's code.
	Code string `json:"code" maxLength:"50"`
	// The name.
	Name string `json:"name" maxLength:"200"`
} // @name CustomerRef

// salespersonBody is a customer's salesperson.
type salespersonBody struct {
	// The name.
	Name *string `json:"name" format:"line" maxLength:"200"`
	// The e-mail address.
	Email *string `json:"email" format:"email" maxLength:"254"`
} // @name Salesperson

// personBody is who did something, as the token named them then.
type personBody struct {
	// The subject of the token.
	Sub string `json:"sub" maxLength:"255"`
	// The name; null if it is not known.
	Name *string `json:"name" maxLength:"200"`
} // @name Person

// postalBody is a postal address; every member is optional.
type postalBody struct {
	// The street.
	Line1 *string `json:"line1" maxLength:"200"`
	// The second line of the street.
	Line2 *string `json:"line2" maxLength:"200"`
	// The town.
	City *string `json:"city" format:"line" maxLength:"100"`
	// The state or province.
	Region *string `json:"region" format:"line" maxLength:"100"`
	// The postal code.
	PostalCode *string `json:"postal_code" format:"line" maxLength:"20"`
	// The country.
	Country *string `json:"country" format:"line" maxLength:"100"`
} // @name PostalAddress

// addressBody is where goods go or mail comes to.
type addressBody struct {
	// The name.
	Name *string `json:"name" format:"line" maxLength:"200"`
	postalBody
	// The telephone number.
	Phone *string `json:"phone" format:"line" maxLength:"50"`
} // @name Address

// postalPatch is a merge patch of a postal address.
type postalPatch struct {
	// The street.
	Line1 strictjson.Opt[string] `json:"line1" maxLength:"200" nullable:"true"`
	// The second line of the street.
	Line2 strictjson.Opt[string] `json:"line2" maxLength:"200" nullable:"true"`
	// The town.
	City strictjson.Opt[string] `json:"city" format:"line" maxLength:"100" nullable:"true"`
	// The state or province.
	Region strictjson.Opt[string] `json:"region" format:"line" maxLength:"100" nullable:"true"`
	// The postal code.
	PostalCode strictjson.Opt[string] `json:"postal_code" format:"line" maxLength:"20" nullable:"true"`
	// The country.
	Country strictjson.Opt[string] `json:"country" format:"line" maxLength:"100" nullable:"true"`
} // @name PostalAddressPatch

// addressPatch is a merge patch of an address.
type addressPatch struct {
	// The name.
	Name strictjson.Opt[string] `json:"name" format:"line" maxLength:"200" nullable:"true"`
	postalPatch
	// The telephone number.
	Phone strictjson.Opt[string] `json:"phone" format:"line" maxLength:"50" nullable:"true"`
} // @name AddressPatch

// addressBodyOf returns nil for an empty address.
func addressBodyOf(a company.Address) *addressBody {
	if a == (company.Address{}) {
		return nil
	}
	return &addressBody{nullIfEmpty(a.Name), postalBody{nullIfEmpty(a.Line1), nullIfEmpty(a.Line2), nullIfEmpty(a.City), nullIfEmpty(a.Region), nullIfEmpty(a.PostalCode), nullIfEmpty(a.Country)}, nullIfEmpty(a.Phone)}
}

// address returns the address that was sent: an empty one if the body is nil.
func (b *addressBody) address() company.Address {
	if b == nil {
		return company.Address{}
	}
	return company.Address{Name: valueOrZero(b.Name), Line1: valueOrZero(b.Line1), Line2: valueOrZero(b.Line2), City: valueOrZero(b.City),
		Region: valueOrZero(b.Region), PostalCode: valueOrZero(b.PostalCode), Country: valueOrZero(b.Country), Phone: valueOrZero(b.Phone)}
}

// address merges the patch into an address, or into none.
func (p addressPatch) address(now company.Address, none bool) company.Address {
	if none {
		return company.Address{}
	}
	merge(&now.Name, p.Name)
	merge(&now.Line1, p.Line1)
	merge(&now.Line2, p.Line2)
	merge(&now.City, p.City)
	merge(&now.Region, p.Region)
	merge(&now.PostalCode, p.PostalCode)
	merge(&now.Country, p.Country)
	merge(&now.Phone, p.Phone)
	return now
}

func salespersonBodyOf(name, email string) *salespersonBody {
	if name == "" && email == "" {
		return nil
	}
	return &salespersonBody{nullIfEmpty(name), nullIfEmpty(email)}
}

func personBodyOf(p company.Person) personBody { return personBody{p.Sub, nullIfEmpty(p.Name)} }

// personOrNil is null for what nobody has done.
func personOrNil(p company.Person) *personBody {
	if p.Sub == "" {
		return nil
	}
	return new(personBodyOf(p))
}
