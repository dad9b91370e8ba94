package store

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// listIndex is one row of the index table: what an index of orders serves.
type listIndex struct {
	index    string
	fields   []field                                        // what its rows fulfil, the range of the sorted column aside
	sorted   string                                         // the column that each branch comes sorted by, before the id
	handful  bool                                           // a value has a row or two
	branches func(companyID string, f OrderFilter) []branch // nil: of no help to this filter
}

// orderIndexes is the index table: every index of orders that lists read, the most narrowing first. A list is walked
// along the first that comes in its order; a filter that this leaves over makes it gather the few rows of another, or
// examine what it meets within pageBounds. The tests in listplan_test.go explain a list of each row on both databases.
//
// Each index is 25 to 90 bytes an order and one more entry to write when a row changes (any change writes to all of
// them, since updated_at is indexed). So there is none for kind (it follows from most statuses), salesperson and
// email_status: those are examined. payment_status has one, since what staff look for by it is rare.
var orderIndexes = []listIndex{
	{index: "orders_sequence", handful: true, branches: numbered},
	{index: "orders_reference", handful: true, fields: []field{ofReference}, branches: referenced},
	{index: "orders_checkout", fields: []field{ofCheckout}, branches: checkedOut},
	{index: "orders_customer", fields: []field{ofCustomer}, sorted: "placed_at", branches: ofCustomers},
	{index: "orders_customer", fields: []field{ofCode}, sorted: "placed_at", branches: ofCustomerCodes},
	{index: "orders_unpaid", fields: []field{ofIndicator}, sorted: "placed_at", branches: unpaidByCard},
	{index: "orders_owner", fields: []field{ofOwner, ofStatus}, sorted: "placed_at", branches: owned},
	{index: "orders_origin_status", fields: []field{ofOrigin, ofStatus}, sorted: "placed_at", branches: ofOrigins},
	{index: "orders_payment", fields: []field{ofPaymentStatus}, sorted: "placed_at", branches: ofPayment},
	{index: "orders_number, orders_code, orders_name, orders_po, orders_reference", fields: []field{ofQuery}, branches: searched},
	{index: "orders_placed", sorted: "placed_at", branches: whole},
	{index: "orders_updated", sorted: "updated_at", branches: whole},
	{index: "orders_ship", sorted: "ship_date", branches: whole},
	{index: "orders_total", sorted: "total", branches: whole},
	{index: "orders_name", sorted: "name_key", branches: whole},
	{index: "orders_sequence", sorted: "sequence", branches: whole},
}

// mostBranches is how many values an index is asked for; more are examined.
const mostBranches = 50

// paths are the rows of the index table that help with the filter, with the ranges of the columns they are sorted by.
func (f OrderFilter) paths(companyID string) []path {
	var paths []path
	for _, row := range orderIndexes {
		branches := row.branches(companyID, f)
		if len(branches) == 0 || len(branches) > mostBranches {
			continue
		}
		p := path{index: row.index, fields: row.fields, sorted: row.sorted, handful: row.handful, branches: branches}
		for _, r := range orderRanges {
			if sql, args := r.of(&f); sql != "" && r.column == row.sorted {
				p.fields = append([]field{r.field}, p.fields...)
				for i := range branches {
					branches[i].where, branches[i].args = and(branches[i].where, sql), append(branches[i].args, args...)
				}
			}
		}
		for i := range branches {
			if branches[i].order == "" && row.sorted != "" {
				branches[i].order = row.sorted
			}
		}
		paths = append(paths, p)
	}
	return paths
}

func and(a, b string) string {
	if a == "" {
		return b
	}
	return a + " AND " + b
}

func whole(string, OrderFilter) []branch { return []branch{{}} }

// numbered is the documents of numbers, where all of them say which: the origin is left to be examined.
func numbered(_ string, f OrderFilter) []branch {
	var sequences []any
	for _, n := range f.Numbers {
		if n.Sequence == 0 {
			return nil
		}
		sequences = append(sequences, n.Sequence)
	}
	return oneOf("sequence", sequences)
}

func referenced(_ string, f OrderFilter) []branch {
	branches := oneOf("reference_key", keys(f.ExternalReference))
	if len(branches) > 0 {
		values := padded(texts(f.ExternalReference))
		b := &branches[0]
		b.where = "reference_key <> '' AND " + b.where + " AND external_reference IN (" + marks(len(values)) + ")"
		b.args = append(b.args, values...)
	}
	return branches
}

func checkedOut(_ string, f OrderFilter) []branch { return oneOf("checkout_id", texts(f.CheckoutIDs)) }

// oneOf is one branch of several values, unsorted.
func oneOf(column string, values []any) []branch {
	if len(values) == 0 {
		return nil
	}
	values = padded(values)
	return []branch{{where: column + " IN (" + marks(len(values)) + ")", args: values}}
}

// eachOf is a branch for each value.
func eachOf(condition string, values []any) []branch {
	var branches []branch
	for _, v := range values {
		branches = append(branches, branch{where: condition, args: []any{v}})
	}
	return branches
}

func ofCustomers(_ string, f OrderFilter) []branch {
	return eachOf("customer_id = ?", texts(f.CustomerIDs))
}

func ofCustomerCodes(companyID string, f OrderFilter) []branch {
	branches := eachOf("customer_id = (SELECT c.id FROM customers c WHERE c.company_id = ? AND c.code_key = ?)", keys(f.CustomerCodes))
	for i := range branches {
		branches[i].args = append([]any{companyID}, branches[i].args...)
	}
	return branches
}

func unpaidByCard(_ string, f OrderFilter) []branch {
	if f.PaymentIndicator == nil || !*f.PaymentIndicator {
		return nil
	}
	return []branch{{where: "payment_indicator"}}
}

func ofPayment(_ string, f OrderFilter) []branch {
	return eachOf("payment_status = ?", texts(f.PaymentStatuses))
}

// owned is a Storefront's documents, in each status.
func owned(_ string, f OrderFilter) []branch {
	if f.OwnerSub == "" {
		return nil
	}
	return across(eachOf("owner_sub = ?", []any{f.OwnerSub}), f.Statuses)
}

// ofOrigins is each origin in each status. A filter of one of the two goes through all of the other.
func ofOrigins(_ string, f OrderFilter) []branch {
	if len(f.Origins) == 0 && len(f.Statuses) == 0 {
		return nil
	}
	origins := f.Origins
	if len(origins) == 0 {
		origins = order.Origins
	}
	return across(eachOf("origin = ?", texts(origins)), f.Statuses)
}

// across is each branch in each status; in every one where none is asked for.
func across(branches []branch, statuses []order.Status) []branch {
	if len(statuses) == 0 {
		statuses = order.Statuses
	}
	var all []branch
	for _, b := range branches {
		for _, s := range statuses {
			all = append(all, branch{where: b.where + " AND status = ?", args: append(append([]any{}, b.args...), string(s))})
		}
	}
	return all
}

func searched(_ string, f OrderFilter) []branch {
	if f.Query == "" {
		return nil
	}
	return orderSearch(f)
}

// orderSearch is where q is looked for: a branch for each column, without what an earlier one has.
func orderSearch(f OrderFilter) []branch {
	key := company.KeyOf(f.Query)
	return overlapping([]string{"number", "code_key", "name_key", "po_key", "reference_key"}, map[string]string{"number": strings.ToUpper(f.Query)},
		key, map[string]string{"po_key": "po_key <> ''", "reference_key": "reference_key <> ''"})
}

// overlapping is a branch for each column that may begin with the prefix. A partial index is used where its own
// condition stands in the statement.
func overlapping(columns []string, instead map[string]string, prefix string, partial map[string]string) []branch {
	var branches []branch
	var before []string
	var beforeArgs []any
	for _, column := range columns {
		p, ok := instead[column]
		if !ok {
			p = prefix
		}
		sql, args := prefixed(column, p)
		b := branch{where: sql, args: args, order: column, but: strings.Join(before, " OR "), butsArgs: append([]any{}, beforeArgs...)}
		if is, ok := partial[column]; ok {
			b.where = is + " AND " + sql
		}
		branches = append(branches, b)
		before, beforeArgs = append(before, sql), append(beforeArgs, args...)
	}
	return branches
}

// anyBranch is the branches as one condition.
func anyBranch(name field, branches []branch) condition {
	c := condition{field: name}
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(" + b.where + ")"
		c.args = append(c.args, b.args...)
	}
	c.sql = strings.Join(parts, " OR ")
	return c
}
