package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// orderIndexes is the index table: every index of orders that lists use, the narrowest first. A list walks the first
// index that has its order. Conditions that this leaves over make it gather the few rows of another index, or examine
// rows within keyset.PageBounds. The tests in listplan_test.go explain a list for each row on both databases.
//
// An index of all orders costs 41 to 138 bytes an order, twice that while it grows, and one more entry to write when a row changes.
// Any change writes to all of them, because updated_at is indexed. So only prebooks, which are few, have an index by their kind.
var orderIndexes = []keyset.Index[OrderFilter]{
	{Name: "orders_sequence", Handful: true, Branches: numbered},
	{Name: "orders_reference", Handful: true, Filters: []string{"external_reference"}, Branches: referenced},
	{Name: "orders_checkout", Filters: []string{"checkout_id"}, Branches: checkedOut},
	{Name: "orders_customer", Filters: []string{"customer_id"}, Sorted: "placed_at", Branches: ofCustomers},
	{Name: "orders_customer", Filters: []string{"customer_code"}, Sorted: "placed_at", Branches: ofCustomerCodes},
	{Name: "orders_unpaid", Filters: []string{"payment_indicator"}, Sorted: "placed_at", Branches: unpaidByCard},
	{Name: "orders_ship", Filters: []string{"ship_date"}, Sorted: "placed_at", Branches: onShipDays},
	{Name: "orders_email", Filters: []string{"email_status"}, Sorted: "placed_at", Branches: ofEmailStatus},
	{Name: "orders_salesperson", Filters: []string{"salesperson"}, Sorted: "placed_at", Branches: ofSalespeople},
	{Name: "orders_owner", Filters: []string{"owner", "status"}, Sorted: "placed_at", Branches: owned},
	{Name: "orders_prebooks", Filters: []string{"kind", "status"}, Sorted: "placed_at", Branches: prebooks},
	{Name: "orders_origin_status", Filters: []string{"origin", "status"}, Sorted: "placed_at", Branches: ofOrigins},
	{Name: "orders_payment", Filters: []string{"payment_status"}, Sorted: "placed_at", Branches: ofPayment},
	{Name: "orders_sequence", Filters: []string{"number"}, Branches: beginningsOfNumbers},
	{Name: "order_lines_sku", Filters: []string{"sku"}, Branches: withSKU},
	{Name: "order_lines_source", Filters: []string{"source"}, Branches: fromSource},
	wordIndex(0), wordIndex(1), wordIndex(2), wordIndex(3), wordIndex(4),
	{Name: "orders_ship", Days: "ship_date", Sorted: "placed_at", Bounds: placedDay},
	{Name: "orders_placed_day", Filters: []string{"placed_at"}, Days: placedDay, Sorted: "sequence"},
	{Name: "orders_placed_day_updated", Filters: []string{"placed_at"}, Days: placedDay, Sorted: "updated_at"},
	{Name: "orders_placed", Sorted: "placed_at"},
	{Name: "orders_updated", Sorted: "updated_at"},
	{Name: "orders_ship", Sorted: "ship_date", Then: "placed_at"},
	{Name: "orders_total", Sorted: "total"},
	{Name: "orders_name", Sorted: "name_key"},
	{Name: "orders_status", Sorted: "status", Branches: fromStatusToStatus},
	{Name: "orders_sequence", Sorted: "sequence"},
}

// placedDay is the day in UTC of placed_at.
var placedDay = keyset.UTCDay("placed_at")

// numbered selects documents by their numbers, if all filters are numbers. The origin is left to be examined.
func numbered(_ string, f *OrderFilter) []keyset.Branch {
	var sequences []any
	for _, n := range f.Numbers {
		if n.Sequence == 0 || n.Through != 0 {
			return nil
		}
		sequences = append(sequences, n.Sequence)
	}
	return keyset.AnyOf("sequence", sequences)
}

// beginningsOfNumbers selects documents by their numbers, if one of the filters is the beginning of a number.
func beginningsOfNumbers(_ string, f *OrderFilter) []keyset.Branch {
	var branches []keyset.Branch
	beginnings := false
	for _, n := range f.Numbers {
		if n.Sequence == 0 {
			return nil
		}
		sql, args := numbersCondition([]order.NumberFilter{n})
		branches = append(branches, keyset.Branch{Where: sql, Args: args, Order: "sequence"})
		beginnings = beginnings || n.Through != 0
	}
	if !beginnings {
		return nil
	}
	return keyset.Disjoint(branches)
}

func referenced(_ string, f *OrderFilter) []keyset.Branch {
	branches := keyset.AnyOf("reference_key", keys(f.ExternalReference, canon.SearchKeyOf))
	if len(branches) > 0 {
		exact, args := keyset.Condition("external_reference", keyset.Texts(f.ExternalReference))
		b := &branches[0]
		b.Where, b.Args = "reference_key <> '' AND "+b.Where+" AND "+exact, append(b.Args, args...)
	}
	return branches
}

func checkedOut(_ string, f *OrderFilter) []keyset.Branch {
	return keyset.AnyOf("checkout_id", keyset.Texts(f.CheckoutIDs))
}

func ofCustomers(_ string, f *OrderFilter) []keyset.Branch {
	return keyset.EachOf("customer_id = ?", keyset.Texts(f.CustomerIDs))
}

func ofCustomerCodes(companyID string, f *OrderFilter) []keyset.Branch {
	return keyset.EachOf("customer_id = (SELECT c.id FROM customers c WHERE c.company_id = ? AND c.code_key = ?)", keys(f.CustomerCodes, canon.KeyOf), companyID)
}

func unpaidByCard(_ string, f *OrderFilter) []keyset.Branch {
	if f.PaymentIndicator == nil || !*f.PaymentIndicator {
		return nil
	}
	return []keyset.Branch{{Where: "payment_indicator"}}
}

// maxShipDays is the longest range of ship dates whose days are all read, each in the order of placing. Of a longer range, the
// days that have the next rows are found first. PostgreSQL plans each day of such a range for some milliseconds, until it keeps the plan.
const maxShipDays = 8

func onShipDays(_ string, f *OrderFilter) []keyset.Branch {
	if f.ShipFrom.IsZero() || f.ShipTo.IsZero() || f.ShipTo.Sub(f.ShipFrom) >= maxShipDays*24*time.Hour {
		return nil
	}
	var days []any
	for day := f.ShipFrom.UTC(); !day.After(f.ShipTo); day = day.AddDate(0, 0, 1) {
		days = append(days, day)
	}
	return keyset.EachOf("ship_date = ?", days)
}

// ofSalespeople selects documents with a salesperson.
func ofSalespeople(_ string, f *OrderFilter) []keyset.Branch {
	if slices.Contains(f.Salespeople, "") {
		return nil
	}
	return keyset.EachOf("salesperson_email <> '' AND lower(salesperson_email) = ?", anyCase(f.Salespeople))
}

// ofEmailStatus selects documents with an e-mail.
func ofEmailStatus(_ string, f *OrderFilter) []keyset.Branch {
	if slices.Contains(f.EmailStatuses, "") {
		return nil
	}
	return keyset.EachOf("email_status <> '' AND email_status = ?", keyset.Texts(f.EmailStatuses))
}

// fromStatusToStatus is the range of an index by status that has all statuses of the filter.
func fromStatusToStatus(_ string, f *OrderFilter) []keyset.Branch {
	if len(f.Statuses) == 0 {
		return []keyset.Branch{{}}
	}
	return []keyset.Branch{{Where: "status BETWEEN ? AND ?", Args: []any{string(slices.Min(f.Statuses)), string(slices.Max(f.Statuses))}}}
}

func ofPayment(_ string, f *OrderFilter) []keyset.Branch {
	return keyset.EachOf("payment_status = ?", keyset.Texts(f.PaymentStatuses))
}

// owned selects a Storefront's documents, in each status.
func owned(_ string, f *OrderFilter) []keyset.Branch {
	if f.OwnerSub == "" {
		return nil
	}
	return inEachStatus(keyset.EachOf("owner_sub = ?", []any{f.OwnerSub}), f)
}

// prebooks selects the prebooks in each status, if the filter asks for them alone.
func prebooks(_ string, f *OrderFilter) []keyset.Branch {
	if len(f.Kinds) != 1 || f.Kinds[0] != order.KindPrebook {
		return nil
	}
	return keyset.Across([]keyset.Branch{{Where: "kind = 'prebook'"}}, "status", keyset.Texts(f.Statuses))
}

// ofOrigins selects each origin in each status. A filter of only one of the two reads every value of the other.
func ofOrigins(_ string, f *OrderFilter) []keyset.Branch {
	if len(f.Origins) == 0 && len(f.Statuses) == 0 {
		return nil
	}
	origins := f.Origins
	if len(origins) == 0 {
		origins = order.Origins
	}
	return inEachStatus(keyset.EachOf("origin = ?", keyset.Texts(origins)), f)
}

// inEachStatus combines each branch with each status of the filter, or with every status if it has none.
func inEachStatus(branches []keyset.Branch, f *OrderFilter) []keyset.Branch {
	statuses := f.Statuses
	if len(statuses) == 0 {
		statuses = order.Statuses
	}
	return keyset.Across(branches, "status", keyset.Texts(statuses))
}

// indexedWords is how many words of q are looked up in the index. Further words are examined.
const indexedWords = 5

// wordFilter is the name of the filter for one of the words of q. Each is a filter of its own, so that the word with the fewest
// rows leads to them, and the others are examined.
func wordFilter(i int) string { return fmt.Sprintf("word %d", i+1) }

// wordIndex selects the documents with a word that begins like the word of q at this place. Its ids are not in the order of any
// sort, so a frequent word is examined while the list walks in the order of its sort, which soon fills a page.
func wordIndex(i int) keyset.Index[OrderFilter] {
	return keyset.Index[OrderFilter]{Name: "order_words_word", Filters: []string{wordFilter(i)}, Branches: func(companyID string, f *OrderFilter) []keyset.Branch {
		words := canon.Words(f.Query)
		if i >= len(words) {
			return nil
		}
		begins, args := keyset.BeginsWith("w.word", words[i])
		return []keyset.Branch{{IDs: "SELECT w.order_id AS id FROM order_words w WHERE w.company_id = ? AND " + begins, Args: append([]any{companyID}, args...)}}
	}}
}

// wordFilters are the filters of q: one for each indexed word, and one for all others.
func wordFilters() []keyset.Filter[OrderFilter] {
	filters := []keyset.Filter[OrderFilter]{{
		Name: "words",
		Narrow: func(f *OrderFilter) bool {
			return f.Query == "" || keyset.Storable(f.Query) && len(canon.Words(f.Query)) > 0
		},
		Where: func(_ string, f *OrderFilter) (string, []any) {
			words := canon.Words(f.Query)
			return hasWords(words[min(indexedWords, len(words)):])
		},
	}}
	for i := range indexedWords {
		filters = append(filters, keyset.Filter[OrderFilter]{Name: wordFilter(i), Where: func(_ string, f *OrderFilter) (string, []any) {
			words := canon.Words(f.Query)
			return hasWords(words[min(i, len(words)):min(i+1, len(words))])
		}})
	}
	return filters
}

// hasWords is the condition that an order has words that begin like these. It repeats the last one until the number is a power
// of two, like keyset.Condition. Words have no character that LIKE reads as a pattern.
func hasWords(words []string) (sql string, args []any) {
	if len(words) == 0 {
		return "", nil
	}
	for _, word := range words {
		args = append(args, "% "+word+"%")
	}
	for n := len(args); n&(n-1) != 0; n++ {
		args = append(args, args[len(args)-1])
	}
	return strings.TrimSuffix(strings.Repeat("words LIKE ? AND ", len(args)), " AND "), args
}

// numbersCondition is the condition of the Order field. A letter matches every number of its origin. Digits match any
// origin.
func numbersCondition(numbers []order.NumberFilter) (string, []any) {
	var parts []string
	var args []any
	for _, n := range numbers {
		var is []string
		if n.Origin != "" {
			is, args = append(is, "origin = ?"), append(args, string(n.Origin))
		}
		switch {
		case n.Through != 0:
			is, args = append(is, "sequence BETWEEN ? AND ?"), append(args, n.Sequence, n.Through)
		case n.Sequence != 0:
			is, args = append(is, "sequence = ?"), append(args, n.Sequence)
		case n.Origin == "":
			return "", nil // matches every number
		}
		parts = append(parts, strings.Join(is, " AND "))
	}
	return strings.Join(parts, " OR "), args
}
