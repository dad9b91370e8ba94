package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

var (
	check  = regexp.MustCompile(`CHECK \(((?:[^()]|\([^()]*\))*)\)`)
	number = regexp.MustCompile(`\b([2-9]|[1-9][0-9]+)\b`) // that there is something is no limit
)

// A check of the database that has a number says how far the trade lets it go. TestSchemasAgree compares the two databases.
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
