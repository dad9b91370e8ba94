package api

import (
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// customerBody is an account that buys from the company.
type customerBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f82"`
	// Unique in the company, whatever the case of its letters.
	Code string `json:"code" maxLength:"50" example:"BLOOM"`
	// As people write it.
	Name string `json:"name" maxLength:"200" example:"Bloom & Co"`
	// A letter goes to all of them at once.
	Emails []string `json:"emails" maxLength:"254" validate:"max=20" example:"buyer@bloom.example"`
	// When invoices are due.
	Terms termsBody `json:"terms"`
	// The tax number.
	TaxID *string `json:"tax_id" extensions:"x-nullable" maxLength:"50" example:"65-7654321"`
	// Telephone.
	Phone *string `json:"phone" extensions:"x-nullable" maxLength:"50" example:"+1 305 555 0100"`
	// Who looks after the customer.
	Salesperson *personBody `json:"salesperson" extensions:"x-nullable"`
	// The customer's web orders must be paid by card: unpaid ones show the $.
	RequireCreditCardPayment bool `json:"require_credit_card_payment" example:"false"`
	// Whether the customer's orders confirm themselves; inherit: as the company has it.
	Autoconfirm string `json:"autoconfirm" enums:"inherit,on,off" example:"inherit"`
	// Places that goods may go to.
	ShipTos []addressBody `json:"ship_tos" validate:"max=100"`
	// The postal address.
	Address *postalBody `json:"address" extensions:"x-nullable"`
	// Moves with header, lines, status and payments; the ETag.
	Version int `json:"version" example:"1"`
	// When it was made.
	CreatedAt time.Time `json:"created_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
	// When anything of it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
} // @name Customer

// newCustomerBody is an account to be created; only code and name are required.
type newCustomerBody struct {
	// Unique in the company, whatever the case of its letters.
	Code string `json:"code" format:"line" validate:"required" minLength:"1" maxLength:"50" example:"BLOOM"`
	// As people write it.
	Name string `json:"name" format:"line" validate:"required" minLength:"1" maxLength:"200" example:"Bloom & Co"`
	// A letter goes to all of them at once.
	Emails []string `json:"emails" validate:"max=20" format:"email" example:"buyer@bloom.example"`
	// When invoices are due.
	Terms *termsBody `json:"terms" extensions:"x-nullable"`
	// The tax number.
	TaxID *string `json:"tax_id" format:"line" maxLength:"50" extensions:"x-nullable" example:"65-7654321"`
	// Telephone.
	Phone *string `json:"phone" format:"line" maxLength:"50" extensions:"x-nullable" example:"+1 305 555 0100"`
	// Who looks after the customer.
	Salesperson *personBody `json:"salesperson" extensions:"x-nullable"`
	// The customer's web orders must be paid by card: unpaid ones show the $.
	RequireCreditCardPayment *bool `json:"require_credit_card_payment" default:"false" extensions:"x-nullable" example:"false"`
	// Whether the customer's orders confirm themselves; inherit: as the company has it.
	Autoconfirm string `json:"autoconfirm" enums:"inherit,on,off" default:"inherit" example:"inherit"`
	// Places that goods may go to.
	ShipTos []addressBody `json:"ship_tos" validate:"max=100"`
	// The postal address.
	Address *postalBody `json:"address" extensions:"x-nullable"`
} // @name NewCustomer

// customerPatch is a merge patch (RFC 7396) of a customer: what is absent stays, null takes away.
type customerPatch struct {
	// Unique in the company, whatever the case of its letters.
	Code strictjson.Opt[string] `json:"code" format:"line" minLength:"1" maxLength:"50" swaggertype:"string" example:"BLOOM"`
	// As people write it.
	Name strictjson.Opt[string] `json:"name" format:"line" minLength:"1" maxLength:"200" swaggertype:"string" example:"Bloom & Co"`
	// A letter goes to all of them at once.
	Emails []string `json:"emails" validate:"max=20" format:"email" example:"buyer@bloom.example"`
	// When invoices are due.
	Terms strictjson.Opt[termsPatch] `json:"terms" extensions:"x-nullable"`
	// The tax number.
	TaxID strictjson.Opt[string] `json:"tax_id" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"65-7654321"`
	// Telephone.
	Phone strictjson.Opt[string] `json:"phone" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"+1 305 555 0100"`
	// Who looks after the customer.
	Salesperson strictjson.Opt[personPatch] `json:"salesperson" extensions:"x-nullable"`
	// The customer's web orders must be paid by card: unpaid ones show the $.
	RequireCreditCardPayment strictjson.Opt[bool] `json:"require_credit_card_payment" swaggertype:"boolean" example:"true"`
	// Whether the customer's orders confirm themselves; inherit: as the company has it.
	Autoconfirm strictjson.Opt[string] `json:"autoconfirm" enums:"inherit,on,off" swaggertype:"string" example:"on"`
	// Places that goods may go to.
	ShipTos []addressBody `json:"ship_tos" validate:"max=100"`
	// The postal address.
	Address strictjson.Opt[postalPatch] `json:"address" extensions:"x-nullable"`
	computedCustomer
} // @name CustomerPatch

// computedCustomer may come back unchanged.
type computedCustomer struct {
	// A UUIDv7, for good.
	ID strictjson.Raw `json:"id" swaggertype:"string"`
	// Moves with header, lines, status and payments; the ETag.
	Version strictjson.Raw `json:"version" swaggertype:"integer"`
	// When it was made.
	CreatedAt strictjson.Raw `json:"created_at" swaggertype:"string"`
	// When anything of it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" swaggertype:"string"`
}

// termsPatch is a merge patch of when invoices are due.
type termsPatch struct {
	// As people see it.
	Label strictjson.Opt[string] `json:"label" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"Net 30"`
	// Days from the invoice to its due date.
	Days strictjson.Opt[int] `json:"days" minimum:"0" maximum:"365" swaggertype:"integer" example:"30"`
} // @name TermsPatch

// personPatch is a merge patch of a person.
type personPatch struct {
	// As people write it.
	Name strictjson.Opt[string] `json:"name" format:"line" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"Anna Rose"`
	// An e-mail address.
	Email strictjson.Opt[string] `json:"email" format:"email" maxLength:"254" swaggertype:"string" extensions:"x-nullable" example:"anna@rosefields.example"`
} // @name PersonPatch

// createCustomer godoc
//
//	@Summary		Add a customer
//	@Description	Adds an account that buys from the company. Only code and name are required.
//	@ID				createCustomer
//	@Tags			customers
//	@Accept			json
//	@Produce		json
//	@Param			customer	body		newCustomerBody	true	"the customer"
//	@Success		201			{object}	customerBody
//	@Router			/v1/customers [post]
func (s *service) createCustomer(c web.Request) error {
	var body newCustomerBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.CreateCustomer(c.Request().Context(), call, body.customer(), encoder(http.StatusCreated, createdCustomerHeaders, customerBodyOf))
	return sendReply(c, reply, err)
}

// getCustomer godoc
//
//	@Summary		See a customer
//	@Description	One account with its terms, settings and places to ship to.
//	@ID				getCustomer
//	@Tags			customers
//	@Produce		json
//	@Param			id	path		string	true	"the customer's id"	Format(uuid)
//	@Success		200	{object}	customerBody
//	@Router			/v1/customers/{id} [get]
func (s *service) getCustomer(c web.Request) error {
	id, err := web.PathID(c, fault.CustomerNotFound)
	if err != nil {
		return err
	}
	cu, err := s.Desk.Customer(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	if done, err := web.NotModified(c, web.ETag(cu.Version)); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, customerBodyOf(cu))
}

// updateCustomer godoc
//
//	@Summary		Edit a customer
//	@Description	Merges the patch (RFC 7396) into the customer; emails and ship_tos are replaced whole. Changing require_credit_card_payment rewrites the $ on the customer's orders.
//	@ID				updateCustomer
//	@Tags			customers
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string			true	"the customer's id"	Format(uuid)
//	@Param			patch	body		customerPatch	true	"what is to be different"
//	@Success		200		{object}	customerBody
//	@Router			/v1/customers/{id} [patch]
func (s *service) updateCustomer(c web.Request) error {
	var patch customerPatch
	id, call, err := decodeWrite(c, fault.CustomerNotFound, web.Decode, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.EditCustomer(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK,
		func(cu company.Customer) map[string]string { return map[string]string{"ETag": web.ETag(cu.Version)} }, customerBodyOf))
	return sendReply(c, reply, err)
}

// customerQuery is the parameters of the customers' list.
type customerQuery struct {
	// The beginning of code or name, ignoring case.
	Q string `query:"q" format:"line" maxLength:"200" example:"bloom"`
	// The whole code, in any case.
	Code []string `query:"code" format:"line" minLength:"1" maxLength:"50"`
	// How many rows a page has at most.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
	// page.next_cursor or page.prev_cursor of a page of this list, with the same filters and sort.
	Cursor string `query:"cursor" maxLength:"1000"`
}

// filter is the parameters as the desk takes them.
func (q customerQuery) filter(companyID string) (desk.CustomerFilter, error) {
	after, before, err := positionOf(q.list(companyID), q.Cursor)
	return desk.CustomerFilter{Query: q.Q, Codes: q.Code, Limit: q.Limit, After: after, Before: before}, err
}

// list names the list with these filters.
func (q customerQuery) list(companyID string) string {
	return web.ListKey(companyID, "/v1/customers", q)
}

// customerPage is a page of customers.
type customerPage struct {
	// The rows.
	Data []customerBody `json:"data" validate:"max=1000"`
	// Where the page stands in its list.
	Page pageBody `json:"page"`
} // @name CustomerPage

// listCustomers godoc
//
//	@Summary		List customers
//	@Description	The company's customers by name, page by page.
//	@ID				listCustomers
//	@Tags			customers
//	@Produce		json
//	@Success		200	{object}	customerPage
//	@Router			/v1/customers [get]
func (s *service) listCustomers(c web.Request) error {
	var q customerQuery
	if err := web.DecodeQuery(c, &q); err != nil {
		return err
	}
	filter, err := q.filter(web.Actor(c).CompanyID)
	if err != nil {
		return err
	}
	page, err := s.Desk.Customers(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	body := customerPage{Data: make([]customerBody, len(page.Customers)), Page: s.pageOf(c, q.list(web.Actor(c).CompanyID), q.Limit, page.Next, page.Prev)}
	for i, cu := range page.Customers {
		body.Data[i] = customerBodyOf(cu)
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func createdCustomerHeaders(cu company.Customer) map[string]string {
	return map[string]string{"Location": "/v1/customers/" + cu.ID, "ETag": web.ETag(cu.Version)}
}
