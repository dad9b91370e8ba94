package store_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

var (
	check  = regexp.MustCompile(`CHECK \(((?:[^()]|\([^()]*\))*)\)`)
	number = regexp.MustCompile(`\b([2-9]|[1-9][0-9]+)\b`) // 1 in "at least 1" is not a limit
)

// A number in a check of the database equals a limit of the trade. TestSchemasAgree compares the two databases.
func TestChecksAreTheTradesLimits(t *testing.T) {
	code := fmt.Sprintf("length(currency) = %d", money.CodeLength)
	want := []string{
		"companies: " + code,
		fmt.Sprintf("customers: terms_days BETWEEN %d AND %d", company.MinTermsDays, company.MaxTermsDays),
		"orders: " + code,
		fmt.Sprintf("orders: total BETWEEN 0 AND %d", money.MaxAmount),
		fmt.Sprintf("orders: line_count BETWEEN 1 AND %d", order.MaxLines),
		fmt.Sprintf("order_lines: unit_price BETWEEN 0 AND %d", int64(money.MaxPrice)),
		fmt.Sprintf("order_lines: amount BETWEEN 0 AND %d", money.MaxAmount),
	}
	var found []string
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	for _, text := range texts(t, s.DB(t), `SELECT sql FROM sqlite_master WHERE type = 'table' AND tbl_name NOT GLOB 'river_*' AND tbl_name NOT GLOB 'sqlite_*'`) {
		table := strings.Trim(strings.Fields(text)[2], `"`)
		for _, c := range check.FindAllStringSubmatch(text, -1) {
			if number.MatchString(c[1]) {
				found = append(found, table+": "+c[1])
			}
		}
	}
	require.ElementsMatch(t, want, found, "a check and the constant that it repeats")
}

// in matches a check of a column's values.
var in = regexp.MustCompile(`(\w+) (?:NOT )?IN \(([^)]*)\)`)

// A list in a check of the database has the values of a type of the trade, with ” for none.
func TestChecksListTheTradesValues(t *testing.T) {
	words := func(folder, name string) string {
		return quotedList(fieldtest.Constants[string](t, "../"+folder, name))
	}
	referenced := slices.DeleteFunc(fieldtest.Constants[billing.Method](t, "../billing", "Method"), func(m billing.Method) bool { return !m.Referenced() })
	deliveries := slices.DeleteFunc(fieldtest.Constants[email.Delivery](t, "../email", "Delivery"), func(d email.Delivery) bool { return d == email.Dropped })
	want := map[string]string{
		words("order", "Source"): "", words("order", "BoxType"): "", words("order", "UnitType"): "", words("order", "LineStatus"): "",
		words("order", "Kind"): "", words("order", "VoidCause"): "", words("order", "Origin"): "",
		quotedList(order.StatusesOf(order.KindOrder)): "", quotedList(order.StatusesOf(order.KindPrebook)): "",
		words("billing", "Status"): "", words("billing", "PaymentKind"): "", words("billing", "Method"): "", quotedList(referenced): "",
		words("company", "Autoconfirm"): "", words("company", "UnpaidPolicy"): "", words("company", "RecipientPolicy"): "",
		words("hook", "Status"): "", words("hook", "State"): "",
		words("email", "Kind"): "", words("email", "State"): "", quotedList(deliveries): "",
		quotedList([]string{"image/png", "image/jpeg"}): "", quotedList([]string{"order", "invoice", "credit_note"}): "", // logos, and the series of numbers
	}
	s := storetest.Open(t, storetest.SQLite(t), store.Options{})
	for _, text := range texts(t, s.DB(t), `SELECT sql FROM sqlite_master WHERE type = 'table' AND tbl_name NOT GLOB 'river_*' AND tbl_name NOT GLOB 'sqlite_*'`) {
		for _, found := range in.FindAllStringSubmatch(text, -1) {
			listed := quotedList(strings.Split(strings.ReplaceAll(found[2], "'", ""), ", "))
			require.Contains(t, want, listed, "%s lists %s, which is not the full list of a type's constants", found[1], found[2])
			want[listed] = found[1]
		}
	}
	for list, column := range want {
		require.NotEmpty(t, column, "no check lists %s", list)
	}
}

// quotedList joins words in alphabetical order, without the empty one.
func quotedList[T ~string](words []T) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w T) bool { return w == "" })
	slices.Sort(words)
	return fmt.Sprintf("%q", words)
}
