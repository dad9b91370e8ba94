package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/stretchr/testify/require"
)

var (
	named   = regexp.MustCompile(`\{([a-z][A-Za-z]*)\}`)
	request = regexp.MustCompile(`\b(GET|HEAD|PUT|PATCH|DELETE) /|\bPOST `)
)

// The texts of the pure packages name operations and no addresses. Each operation that they name exists.
func TestTradeNamesOperationsNotPaths(t *testing.T) {
	operations := map[string]bool{}
	for _, r := range api.Routes() {
		operations[r.Operation] = !r.Undocumented
	}
	seen := 0
	for _, folder := range []string{"order", "billing", "company", "email", "money", "fault", "auth", "desk"} {
		files, err := filepath.Glob("../pkg/" + folder + "/*.go")
		require.NoError(t, err)
		require.NotEmpty(t, files, folder)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				require.NotRegexp(t, request, text, name)
				if folder != "desk" { // it links documents in e-mails and problems
					require.NotContains(t, text, "/v1/", name)
				}
				if folder == "order" { // its texts are messages and remedies, which a screen shows to people
					require.NotRegexp(t, named, text, name)
				}
				for _, found := range named.FindAllStringSubmatch(text, -1) {
					seen++
					require.True(t, operations[found[1]], "%s names {%s}, which is no operation", name, found[1])
				}
				return true
			})
		}
	}
	require.Greater(t, seen, 10)
}

// A screen shows remedies to people, in problems, in allowed_actions and in batches: they name no path and no id. What is for the
// client's programmer does: the fix of a code, and the detail of a wrong field.
func TestRemediesAreForPeople(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales, manager := s.As(t, auth.Sales), s.As(t, auth.SalesManager)
		pre := place(manager, cart("BLOOM", line("k2k", 1))).At("id").Text()
		const bill = "Check out lines, bill them, then confirm the order billed from it."
		require.Equal(t, bill, manager.Post(at(pre, "confirm"), nil).Refused(409, "prebook_has_no_invoice").At("remedy").Text())
		require.Equal(t, bill, details(manager, pre).At("allowed_actions/confirm/remedy").Text())
		rows := manager.Post("/v1/orders/confirm", object{"ids": []string{pre}}, "Idempotency-Key", uuid.NewString()).Is(207)
		require.Equal(t, bill, rows.At("results/0/problem/remedy").Text())

		const asks = "sk somebody with the role Admin, Sales Manager or Sales Allocation to bill"
		require.Contains(t, sales.Post(at(pre, "confirm"), nil).Refused(409, "prebook_has_no_invoice").At("remedy").Text(), asks)
		require.Contains(t, details(sales, pre).At("allowed_actions/confirm/remedy").Text(), asks)
		one := object{"line_ids": []string{details(sales, pre).At("lines/0/id").Text()}}
		open := manager.Post(at(pre, "bill"), one, "Idempotency-Key", uuid.NewString()).Refused(409, "line_not_checked_out")
		require.Equal(t, "Check out lines first.", open.At("remedy").Text())

		for who, remedy := range map[*client]string{manager: "Create it with POST /v1/customers.", sales: "Ask somebody with the role Admin or Sales Manager to create it."} {
			unknown := who.Post("/v1/orders", cart("NOBODY", line("on_hand", 1)))
			unknown.Refused(422, "body_invalid")
			require.Contains(t, string(unknown.Body), remedy)
		}

		require.Equal(t, "Bill the checked-out lines with POST /v1/orders/{id}/bill, then confirm the order in the answer.", sales.Get("/v1/errors/prebook_has_no_invoice").Is(200).At("fix").Text())
		for _, page := range []string{string(sales.Get("/v1/meta/order-states").Body), string(sales.Get("/v1/errors").Body)} {
			for _, found := range named.FindAllString(page, -1) {
				require.True(t, slices.Contains([]string{"{id}", "{code}"}, found), "%s is not written out", found)
			}
		}
	})
}
