package store

import (
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// orderTable describes the Order Summary: the columns of OrderFilter and of the sorts. orderIndexes lists the indexes.
var orderTable = &keyset.Table[OrderFilter, order.Order]{
	Name: "orders", Scope: scope, Columns: summaryColumns, ID: func(o *order.Order) string { return o.ID },

	// No column is ever null, and those that change do so together with updated_at.
	Sorts: map[SortKey]keyset.Column[order.Order]{
		ByPlacedAt:  byPlacedAt,
		ByShipDate:  keyset.ByDate("ship_date", func(o *order.Order) time.Time { return o.ShipDate }).Then(byPlacedAt),
		ByNumber:    keyset.ByInt("sequence", func(o *order.Order) int64 { return o.Sequence }).Unique(),
		ByTotal:     keyset.ByInt("total", func(o *order.Order) int64 { return int64(o.Total) }),
		ByCustomer:  keyset.ByText("name_key", func(o *order.Order) string { return o.NameKey }),
		ByStatus:    keyset.ByText("status", func(o *order.Order) string { return string(o.Status) }),
		ByUpdatedAt: keyset.ByTime("updated_at", func(o *order.Order) time.Time { return o.UpdatedAt }),
	},

	Filters: slices.Concat(wordFilters(), lineFilters(), []keyset.Filter[OrderFilter]{
		keyset.Equal("owner", "owner_sub", func(f *OrderFilter) string { return f.OwnerSub }),
		keyset.In("origin", "origin", func(f *OrderFilter) *[]order.Origin { return &f.Origins }, keyset.Among(order.Origins)),
		keyset.In("kind", "kind", func(f *OrderFilter) *[]order.Kind { return &f.Kinds }, nil),
		keyset.In("status", "status", func(f *OrderFilter) *[]order.Status { return &f.Statuses }, keyset.Among(order.Statuses)),
		keyset.In("payment_status", "payment_status", func(f *OrderFilter) *[]billing.Status { return &f.PaymentStatuses }, nil),
		keyset.Bool("payment_indicator", "payment_indicator", func(f *OrderFilter) *bool { return f.PaymentIndicator }),
		keyset.In("customer_id", "customer_id", func(f *OrderFilter) *[]string { return &f.CustomerIDs }, keyset.UUID),
		{
			Name:   "customer_code",
			Narrow: func(f *OrderFilter) bool { return keyset.Narrow(&f.CustomerCodes, nil) },
			Where: func(companyID string, f *OrderFilter) (string, []any) {
				codes, args := keyset.Condition("c.code_key", keys(f.CustomerCodes, canon.KeyOf))
				if codes == "" {
					return "", nil
				}
				return "customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ? AND " + codes + ")", append([]any{companyID}, args...)
			},
		},
		{
			Name:   "salesperson",
			Narrow: func(f *OrderFilter) bool { return keyset.Narrow(&f.Salespeople, nil) },
			Where: func(_ string, f *OrderFilter) (string, []any) {
				return keyset.Condition("lower(salesperson_email)", anyCase(f.Salespeople))
			},
		},
		{
			Name:   "number",
			Narrow: func(f *OrderFilter) bool { return keyset.NarrowAny(&f.Numbers, nil) },
			Where:  func(_ string, f *OrderFilter) (string, []any) { return numbersCondition(f.Numbers) },
		},
		keyset.In("external_reference", "external_reference", func(f *OrderFilter) *[]string { return &f.ExternalReference },
			func(s string) bool { return s != "" && keyset.Storable(s) }),
		keyset.In("checkout_id", "checkout_id", func(f *OrderFilter) *[]string { return &f.CheckoutIDs }, keyset.UUID),
		keyset.Between("ship_date", func(f *OrderFilter) keyset.Ends {
			return keyset.Ends{From: keyset.At(f.ShipFrom), To: keyset.At(f.ShipTo)}
		}),
		keyset.Between("placed_at", func(f *OrderFilter) keyset.Ends {
			return keyset.Ends{From: keyset.At(f.PlacedFrom), Before: keyset.At(f.PlacedBefore)}
		}),
		keyset.Between(placedDay, func(f *OrderFilter) keyset.Ends { return utcDays(f.PlacedFrom, f.PlacedBefore) }).Following(),
		keyset.Between("total", func(f *OrderFilter) keyset.Ends {
			return keyset.Ends{From: keyset.Int(f.TotalMin), To: keyset.Int(f.TotalMax)}
		}),
		keyset.Between("updated_at", func(f *OrderFilter) keyset.Ends { return keyset.Ends{From: keyset.At(f.UpdatedSince)} }),
		keyset.In("email_status", "email_status", func(f *OrderFilter) *[]string { return &f.EmailStatuses }, nil),
	}),

	Imply:   func(f *OrderFilter) bool { return lettersAsOrigins(f) && openLinesAsPrebooks(f) && kindsAsStatuses(f) },
	Indexes: orderIndexes,

	Facets: []keyset.Facet[OrderFilter]{
		keyset.FacetOf("origin", "origin", order.Origins, func(f *OrderFilter) *[]order.Origin { return &f.Origins }),
		keyset.FacetOf("kind", "kind", order.Kinds, func(f *OrderFilter) *[]order.Kind { return &f.Kinds }),
		keyset.FacetOf("status", "status", order.Statuses, func(f *OrderFilter) *[]order.Status { return &f.Statuses }),
		keyset.FacetOf("payment_status", "payment_status", billing.Statuses, func(f *OrderFilter) *[]billing.Status { return &f.PaymentStatuses }),
		keyset.FacetOf("email_status", "email_status", emailStatuses, func(f *OrderFilter) *[]string { return &f.EmailStatuses }),
		keyset.FacetBool("payment_indicator", "payment_indicator", func(f *OrderFilter) **bool { return &f.PaymentIndicator }),
		{
			Name: "salesperson", Text: "lower(salesperson_email)", Label: "salesperson_name",
			Only: func(f *OrderFilter, email string) { f.Salespeople = []string{email} },
			Any:  func(f *OrderFilter) { f.Salespeople = nil },
		},
		{
			Name: "customer", Text: "CAST(customer_id AS text)",
			Only: func(f *OrderFilter, id string) { f.CustomerIDs, f.CustomerCodes = []string{id}, nil },
			Any:  func(f *OrderFilter) { f.CustomerIDs, f.CustomerCodes = nil, nil },
		},
		{
			Name: "ship_date", Text: "substr(CAST(ship_date AS text), 1, 10)",
			Only: func(f *OrderFilter, day string) {
				date, _ := time.Parse(time.DateOnly, day) // a date of the database
				f.ShipFrom, f.ShipTo = date, date
			},
			Any: func(f *OrderFilter) { f.ShipFrom, f.ShipTo = time.Time{}, time.Time{} },
		},
	},
}

var byPlacedAt = keyset.ByTime("placed_at", func(o *order.Order) time.Time { return o.PlacedAt })

// emailStatuses is the values of email_status that are counted. A document without an e-mail has none of them.
var emailStatuses = func() []string {
	texts := make([]string, len(email.Statuses))
	for i, status := range email.Statuses {
		texts[i] = string(status)
	}
	return texts
}()

// lettersAsOrigins turns numbers into origins if all of them are only a letter (W: every web order).
func lettersAsOrigins(f *OrderFilter) bool {
	var letters []order.Origin
	for _, n := range f.Numbers {
		if n.Sequence != 0 || n.Origin == "" {
			return true
		}
		letters = append(letters, n.Origin)
	}
	if len(letters) == 0 {
		return true
	}
	f.Numbers = nil
	if len(f.Origins) > 0 {
		f.Origins = slices.DeleteFunc(slices.Clone(f.Origins), func(o order.Origin) bool { return !slices.Contains(letters, o) })
		return len(f.Origins) > 0
	}
	f.Origins = letters
	return true
}

// kindsAsStatuses restricts the statuses to those of the kind, because the index begins with the status.
func kindsAsStatuses(f *OrderFilter) bool {
	if len(f.Kinds) != 1 {
		return true
	}
	has := order.StatusesOf(f.Kinds[0])
	if len(f.Statuses) == 0 {
		f.Statuses = has
		return true
	}
	f.Statuses = slices.DeleteFunc(slices.Clone(f.Statuses), func(s order.Status) bool { return !slices.Contains(has, s) })
	return len(f.Statuses) > 0
}
