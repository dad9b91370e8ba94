package demo

import (
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// People are the staff of the demo company and its web shop: one for each role, in the order of the role matrix.
func People() []auth.Actor {
	return []auth.Actor{admin, manager, sales, allocation, cashier, webshop}
}

var (
	admin      = person("ruth.okafor", "Ruth Okafor", auth.Admin)
	manager    = person("marcus.lindqvist", "Marcus Lindqvist", auth.SalesManager)
	sales      = person("anna.keller", "Anna Keller", auth.Sales)
	allocation = person("tomas.reyes", "Tomás Reyes", auth.SalesAllocation)
	cashier    = person("joy.tanaka", "Joy Tanaka", auth.Cashier)
	webshop    = auth.Actor{CompanyID: Company, Subject: "webshop", Name: "Web shop", Email: "webshop@" + domain, Roles: []auth.Role{auth.Storefront}}
	edi        = auth.Actor{CompanyID: Company, Subject: "edi-gateway", Name: "EDI gateway", Email: "edi@" + domain, Roles: []auth.Role{auth.Sales}}
	standing   = auth.Actor{CompanyID: Company, Subject: "standing-orders", Name: "Standing orders", Email: "orders@" + domain, Roles: []auth.Role{auth.Sales}}
)

const domain = "hudsonvine.example"

func person(sub, name string, role auth.Role) auth.Actor {
	return auth.Actor{CompanyID: Company, Subject: sub + "@" + domain, Name: name, Email: sub + "@" + domain, Roles: []auth.Role{role}}
}

func call(who auth.Actor, operation string) desk.Call {
	return desk.Call{Actor: who, Operation: operation, RequestID: "demo"}
}

// ignore is an encoder for answers that are not used.
func ignore[T any](T) (desk.Answer, error) { return desk.Answer{}, nil }

// keep is an encoder that keeps the result.
func keep[T any](in *T) desk.Encode[T] {
	return func(out T) (desk.Answer, error) {
		*in = out
		return desk.Answer{}, nil
	}
}
