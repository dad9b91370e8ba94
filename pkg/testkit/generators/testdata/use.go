// Package use is what a back end does with the Go client of oapi-codegen. make check-generators compiles it; nothing runs it.
package use

import "github.com/orderdesk/orderdesk/pkg/testkit/generators/oapi"

// ShipTo returns where an order goes: to its own address, or to the first one of its customer. Both have one type.
func ShipTo(o oapi.Order, c oapi.Customer) *oapi.Address {
	if o.ShipTo == nil && len(c.ShipTos) > 0 {
		return &c.ShipTos[0]
	}
	return o.ShipTo
}
