package api

import (
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// customerBody is an account that buys from the company.
type customerBody struct {
	ID                       string        `json:"id" format:"uuid" example:"0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f82"`
	Code                     string        `json:"code" example:"BLOOM"`
	Name                     string        `json:"name" example:"Bloom & Co"`
	Emails                   []string      `json:"emails" example:"buyer@bloom.example"`
	Terms                    termsBody     `json:"terms"`
	TaxID                    *string       `json:"tax_id" extensions:"x-nullable" example:"65-7654321"`
	Phone                    *string       `json:"phone" extensions:"x-nullable" example:"+1 305 555 0100"`
	Salesperson              *personBody   `json:"salesperson" extensions:"x-nullable"`
	RequireCreditCardPayment bool          `json:"require_credit_card_payment" example:"false"`
	Autoconfirm              string        `json:"autoconfirm" enums:"inherit,on,off" example:"inherit"`
	ShipTos                  []addressBody `json:"ship_tos"`
	Address                  *postalBody   `json:"address" extensions:"x-nullable"`
	Version                  int           `json:"version" example:"1"`
	CreatedAt                time.Time     `json:"created_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
	UpdatedAt                time.Time     `json:"updated_at" format:"date-time" example:"2026-11-24T10:15:00Z"`
} // @name Customer

// postalBody is a postal address; every member is optional.
type postalBody struct {
	Line1      *string `json:"line1" maxLength:"200" extensions:"x-nullable" example:"12 Flower Market"`
	Line2      *string `json:"line2" maxLength:"200" extensions:"x-nullable" example:"Dock 4"`
	City       *string `json:"city" format:"line" maxLength:"100" extensions:"x-nullable" example:"Miami"`
	Region     *string `json:"region" format:"line" maxLength:"100" extensions:"x-nullable" example:"FL"`
	PostalCode *string `json:"postal_code" format:"line" maxLength:"20" extensions:"x-nullable" example:"33122"`
	Country    *string `json:"country" format:"line" maxLength:"100" extensions:"x-nullable" example:"US"`
} // @name PostalAddress

// newCustomerBody is a customer to be added; only code and name are required.
type newCustomerBody struct {
	Code                     string        `json:"code" format:"line" validate:"required" minLength:"1" maxLength:"50" example:"BLOOM"`
	Name                     string        `json:"name" format:"line" validate:"required" minLength:"1" maxLength:"200" example:"Bloom & Co"`
	Emails                   []string      `json:"emails" validate:"max=20" format:"email" example:"buyer@bloom.example"`
	Terms                    *termsBody    `json:"terms" extensions:"x-nullable"`
	TaxID                    *string       `json:"tax_id" format:"line" maxLength:"50" extensions:"x-nullable" example:"65-7654321"`
	Phone                    *string       `json:"phone" format:"line" maxLength:"50" extensions:"x-nullable" example:"+1 305 555 0100"`
	Salesperson              *personBody   `json:"salesperson" extensions:"x-nullable"`
	RequireCreditCardPayment *bool         `json:"require_credit_card_payment" default:"false" extensions:"x-nullable" example:"false"`
	Autoconfirm              string        `json:"autoconfirm" enums:"inherit,on,off" default:"inherit" example:"inherit"`
	ShipTos                  []addressBody `json:"ship_tos" validate:"max=100"`
	Address                  *postalBody   `json:"address" extensions:"x-nullable"`
} // @name NewCustomer

// customerPatch is what is to be different about a customer (RFC 7396).
type customerPatch struct {
	Code                     Opt[string]      `json:"code" format:"line" minLength:"1" maxLength:"50" swaggertype:"string" example:"BLOOM"`
	Name                     Opt[string]      `json:"name" format:"line" minLength:"1" maxLength:"200" swaggertype:"string" example:"Bloom & Co"`
	Emails                   []string         `json:"emails" validate:"max=20" format:"email" example:"buyer@bloom.example"`
	Terms                    Opt[termsPatch]  `json:"terms" extensions:"x-nullable"`
	TaxID                    Opt[string]      `json:"tax_id" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"65-7654321"`
	Phone                    Opt[string]      `json:"phone" format:"line" maxLength:"50" swaggertype:"string" extensions:"x-nullable" example:"+1 305 555 0100"`
	Salesperson              Opt[personPatch] `json:"salesperson" extensions:"x-nullable"`
	RequireCreditCardPayment Opt[bool]        `json:"require_credit_card_payment" swaggertype:"boolean" example:"true"`
	Autoconfirm              Opt[string]      `json:"autoconfirm" enums:"inherit,on,off" swaggertype:"string" example:"on"`
	ShipTos                  []addressBody    `json:"ship_tos" validate:"max=100"`
	Address                  Opt[postalPatch] `json:"address" extensions:"x-nullable"`
	computedCustomer
} // @name CustomerPatch

// computedCustomer may come back unchanged.
type computedCustomer struct {
	ID        Raw `json:"id" swaggertype:"string"`
	Version   Raw `json:"version" swaggertype:"integer"`
	CreatedAt Raw `json:"created_at" swaggertype:"string"`
	UpdatedAt Raw `json:"updated_at" swaggertype:"string"`
}

type termsPatch struct {
	Label Opt[string] `json:"label" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"Net 30"`
	Days  Opt[int]    `json:"days" minimum:"0" maximum:"365" swaggertype:"integer" example:"30"`
} // @name TermsPatch

type personPatch struct {
	Name  Opt[string] `json:"name" format:"line" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"Anna Rose"`
	Email Opt[string] `json:"email" format:"email" maxLength:"254" swaggertype:"string" extensions:"x-nullable" example:"anna@rosefields.example"`
} // @name PersonPatch

type postalPatch struct {
	Line1      Opt[string] `json:"line1" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"12 Flower Market"`
	Line2      Opt[string] `json:"line2" maxLength:"200" swaggertype:"string" extensions:"x-nullable" example:"Dock 4"`
	City       Opt[string] `json:"city" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"Miami"`
	Region     Opt[string] `json:"region" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"FL"`
	PostalCode Opt[string] `json:"postal_code" format:"line" maxLength:"20" swaggertype:"string" extensions:"x-nullable" example:"33122"`
	Country    Opt[string] `json:"country" format:"line" maxLength:"100" swaggertype:"string" extensions:"x-nullable" example:"US"`
} // @name PostalAddressPatch

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
func (s *service) createCustomer(c request) error {
	var body newCustomerBody
	if err := decode(c, &body); err != nil {
		return err
	}
	ask, err := call(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.CreateCustomer(c.Request().Context(), ask, body.customer(), encoded(http.StatusCreated, customerAt, customerOf))
	return send(c, reply, err)
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
func (s *service) getCustomer(c request) error {
	id, err := pathID(c, fault.CustomerNotFound)
	if err != nil {
		return err
	}
	cu, err := s.Desk.Customer(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	if done, err := notModified(c, etag(cu.Version)); done || err != nil {
		return err
	}
	return answer(c, http.StatusOK, customerOf(cu))
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
func (s *service) updateCustomer(c request) error {
	var patch customerPatch
	id, ask, err := asked(c, fault.CustomerNotFound, decode, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.EditCustomer(c.Request().Context(), ask, id, patch.apply, encoded(http.StatusOK,
		func(cu company.Customer) map[string]string { return map[string]string{"ETag": etag(cu.Version)} }, customerOf))
	return send(c, reply, err)
}

// customerQuery is the parameters of the customers' list.
type customerQuery struct {
	Q      string   `query:"q" format:"line" maxLength:"200"`
	Code   []string `query:"code" format:"line" minLength:"1" maxLength:"50"`
	Limit  int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string   `query:"cursor" maxLength:"1000"`
}

// customerPage is one page of customers, by name.
type customerPage struct {
	Data []customerBody `json:"data"`
	Page pageBody       `json:"page"`
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
func (s *service) listCustomers(c request) error {
	var q customerQuery
	if err := query(c, &q); err != nil {
		return err
	}
	list := listOf(actor(c).CompanyID, "customers", q.Q, q.Code)
	after, before, err := decodeCursor(list, q.Cursor)
	if err != nil {
		return err
	}
	page, err := s.Desk.Customers(c.Request().Context(), actor(c), desk.CustomerFilter{Query: q.Q, Codes: q.Code, Limit: q.Limit, After: after, Before: before})
	if err != nil {
		return err
	}
	body := customerPage{Data: make([]customerBody, len(page.Customers)), Page: s.pageOf(c, list, q.Limit, page.Next, page.Prev)}
	for i, cu := range page.Customers {
		body.Data[i] = customerOf(cu)
	}
	return answer(c, http.StatusOK, body)
}

func customerAt(cu company.Customer) map[string]string {
	return map[string]string{"Location": "/v1/customers/" + cu.ID, "ETag": etag(cu.Version)}
}
