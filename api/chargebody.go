package api

import "github.com/orderdesk/orderdesk/pkg/order"

// chargeBody is an amount beside the lines, such as freight; negative for a discount.
type chargeBody struct {
	// The company's own code of the charge.
	Code *string `json:"code" format:"line" maxLength:"50"`
	// As printed.
	Description *string `json:"description" maxLength:"200"`
	// Money, in the currency's decimals.
	Amount string `json:"amount" validate:"required" format:"amount"`
} // @name Charge

func chargeBodiesOf(charges []order.Charge, digits int) []chargeBody {
	bodies := make([]chargeBody, len(charges))
	for i, c := range charges {
		bodies[i] = chargeBody{nullIfEmpty(c.Code), nullIfEmpty(c.Description), c.Amount.Format(digits)}
	}
	return bodies
}

func cartCharges(bodies []chargeBody) []order.CartCharge {
	charges := make([]order.CartCharge, len(bodies))
	for i, b := range bodies {
		charges[i] = order.CartCharge{Code: valueOrZero(b.Code), Description: valueOrZero(b.Description), Amount: b.Amount}
	}
	return charges
}

// taxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount, and what it comes to.
type taxBody struct {
	// As printed.
	Name string `json:"name" format:"line" maxLength:"100"`
	// Per cent of subtotal and charges, computed for each document; null where the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// Money, in the currency's decimals.
	Amount string `json:"amount" format:"amount"`
} // @name Tax

// editTaxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount. A computed amount may come back
// as it was read.
type editTaxBody struct {
	// As printed.
	Name string `json:"name" format:"line" validate:"required" minLength:"1" maxLength:"100"`
	// Per cent of subtotal and charges, computed for each document; null where the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// Money, in the currency's decimals.
	Amount *string `json:"amount" format:"amount"`
} // @name TaxInput

func taxBodiesOf(taxes []order.Tax, digits int) []taxBody {
	bodies := make([]taxBody, len(taxes))
	for i, t := range taxes {
		bodies[i] = taxBody{Name: t.Name, Amount: t.Amount.Format(digits)}
		if t.Rate != nil {
			bodies[i].Rate = new(t.Rate.String())
		}
	}
	return bodies
}
