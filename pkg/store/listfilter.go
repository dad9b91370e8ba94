package store

import (
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/order"
)

// The conditions of OrderFilter.
const (
	ofOwner         field = "owner"
	ofOrigin        field = "origin"
	ofKind          field = "kind"
	ofStatus        field = "status"
	ofPaymentStatus field = "payment_status"
	ofIndicator     field = "payment_indicator"
	ofCustomer      field = "customer_id"
	ofCode          field = "customer_code"
	ofSalesperson   field = "salesperson"
	ofNumber        field = "number"
	ofReference     field = "external_reference"
	ofCheckout      field = "checkout_id"
	ofQuery         field = "q"
	ofShip          field = "ship_date"
	ofPlaced        field = "placed_at"
	ofTotal         field = "total"
	ofUpdated       field = "updated_at"
	ofEmail         field = "email_status"
)

// ordersListing is the list that a filter asks for; false where nothing can match.
func ordersListing(companyID string, f OrderFilter) (listing, bool) {
	f, ok := f.normal()
	if !ok {
		return listing{}, false
	}
	s := orderSorts[f.Sort.Key]
	s.desc = f.Sort.Desc
	return listing{
		table: "orders", columns: "*", company: companyID, sort: s, limit: pageLimit(f.Limit), after: f.After, before: f.Before,
		conditions: f.conditions(companyID), paths: f.paths(companyID),
	}, true
}

// normal is the filter with each value once, as the columns have it, and without values that no row can have; false
// where that leaves a field without any.
func (f OrderFilter) normal() (OrderFilter, bool) {
	if f.Sort.Key == "" {
		f.Sort.Key = ByPlacedAt
	}
	ok := storable(f.OwnerSub) && storable(f.Query) &&
		among(&f.Origins, order.Origins) && among(&f.Statuses, order.Statuses) &&
		narrow(&f.Kinds, nil) && narrow(&f.PaymentStatuses, nil) && narrow(&f.Numbers, nil) &&
		narrow(&f.CustomerIDs, validUUID) && narrow(&f.CheckoutIDs, validUUID) &&
		narrow(&f.CustomerCodes, storable) && narrow(&f.Salespeople, storable) &&
		narrow(&f.ExternalReference, func(s string) bool { return s != "" && storable(s) }) && narrow(&f.EmailStatuses, storable) &&
		f.lettersAsOrigins() && f.kindsAsStatuses()
	return f, ok
}

// lettersAsOrigins makes of numbers that are all a letter alone (W: every web order) the origins they are.
func (f *OrderFilter) lettersAsOrigins() bool {
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

// kindsAsStatuses narrows the statuses to those that the kind has, by which the index goes.
func (f *OrderFilter) kindsAsStatuses() bool {
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

// conditions are all that the filter asks of a row. The filter is a normal one.
func (f OrderFilter) conditions(companyID string) []condition {
	var all []condition
	add := func(name field, sql string, args ...any) {
		if sql != "" {
			all = append(all, condition{name, sql, args})
		}
	}
	in := func(name field, column string, values []any) {
		if len(values) > 0 {
			values = padded(values)
			add(name, column+" IN ("+marks(len(values))+")", values...)
		}
	}
	if f.OwnerSub != "" {
		add(ofOwner, "owner_sub = ?", f.OwnerSub)
	}
	in(ofOrigin, "origin", texts(f.Origins))
	in(ofKind, "kind", texts(f.Kinds))
	in(ofStatus, "status", texts(f.Statuses))
	in(ofPaymentStatus, "payment_status", texts(f.PaymentStatuses))
	if f.PaymentIndicator != nil {
		add(ofIndicator, map[bool]string{true: "payment_indicator", false: "NOT payment_indicator"}[*f.PaymentIndicator])
	}
	in(ofCustomer, "customer_id", texts(f.CustomerIDs))
	if codes := padded(keys(f.CustomerCodes)); len(codes) > 0 {
		add(ofCode, "customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ? AND c.code_key IN ("+marks(len(codes))+"))", append([]any{companyID}, codes...)...)
	}
	in(ofSalesperson, "lower(salesperson_email)", texts(lowered(f.Salespeople)))
	if numbers := f.numbers(); numbers.sql != "" {
		all = append(all, numbers)
	}
	in(ofReference, "external_reference", texts(f.ExternalReference))
	in(ofCheckout, "checkout_id", texts(f.CheckoutIDs))
	if f.Query != "" {
		all = append(all, anyBranch(ofQuery, orderSearch(f)))
	}
	for _, r := range orderRanges {
		if sql, args := r.of(&f); sql != "" {
			add(r.field, sql, args...)
		}
	}
	in(ofEmail, "email_status", texts(f.EmailStatuses))
	return all
}

// numbers is the Order field as a condition: a letter is every number of the origin, digits are one of any.
func (f OrderFilter) numbers() condition {
	var parts []string
	c := condition{field: ofNumber}
	for _, n := range f.Numbers {
		switch {
		case n.Sequence == 0 && n.Origin == "":
			return condition{} // any number at all
		case n.Sequence == 0:
			parts, c.args = append(parts, "origin = ?"), append(c.args, string(n.Origin))
		case n.Origin == "":
			parts, c.args = append(parts, "sequence = ?"), append(c.args, n.Sequence)
		default:
			parts, c.args = append(parts, "origin = ? AND sequence = ?"), append(c.args, string(n.Origin), n.Sequence)
		}
	}
	c.sql = strings.Join(parts, " OR ")
	return c
}

// orderRanges are the filters from–to, each of a column that some index is sorted by.
var orderRanges = []struct {
	field  field
	column string
	of     func(*OrderFilter) (string, []any)
}{
	{ofShip, "ship_date", func(f *OrderFilter) (string, []any) {
		return between("ship_date", atTime(f.ShipFrom), "<=", atTime(f.ShipTo))
	}},
	{ofPlaced, "placed_at", func(f *OrderFilter) (string, []any) {
		return between("placed_at", atTime(f.PlacedFrom), "<", atTime(f.PlacedBefore))
	}},
	{ofTotal, "total", func(f *OrderFilter) (string, []any) {
		var low, high any
		if f.TotalMin != nil {
			low = int64(*f.TotalMin)
		}
		if f.TotalMax != nil {
			high = int64(*f.TotalMax)
		}
		return between("total", low, "<=", high)
	}},
	{ofUpdated, "updated_at", func(f *OrderFilter) (string, []any) {
		return between("updated_at", atTime(f.UpdatedSince), "", nil)
	}},
}

// pageMost is how many rows a page has at most, whatever is asked for.
const pageMost = 1000

// pageLimit is the limit that applies.
func pageLimit(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, pageMost)
}
