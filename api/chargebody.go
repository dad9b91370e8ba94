package api

import "github.com/orderdesk/orderdesk/pkg/order"

// chargeBody is an amount on top of the lines, such as freight. A discount is negative.
type chargeBody struct {
	// The company's own code of the charge.
	Code *string `json:"code" format:"line" maxLength:"50"`
	// The text printed on the document.
	Description *string `json:"description" maxLength:"200"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" required:"true" format:"amount"`
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

// taxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount, and the resulting amount.
type taxBody struct {
	// The text printed on the document.
	Name string `json:"name" format:"line" maxLength:"100"`
	// The rate in per cent of subtotal and charges; null if the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// The amount, with the currency's decimals.
	Amount string `json:"amount" format:"amount"`
} // @name Tax

// editTaxBody is a tax: a rate in per cent of subtotal and charges, or a fixed amount. The amount of a rate may be sent back as
// it was read.
type editTaxBody struct {
	// The text printed on the document.
	Name string `json:"name" format:"line" required:"true" minLength:"1" maxLength:"100"`
	// The rate in per cent of subtotal and charges; null if the amount is fixed.
	Rate *string `json:"rate" format:"rate"`
	// The amount, with the currency's decimals.
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
