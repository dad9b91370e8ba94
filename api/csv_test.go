package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// notInCSV lists the members of a list's row that its export omits, with the reason.
var notInCSV = map[string]map[string]string{
	"orders": {
		"origin/name": "the code says it", "status_label": "the status says it", "company_id": "every row has the caller's",
		"customer/id": "the code names the customer", "salesperson/name": "the address names them",
		"checkout_id": "an id, for programs",
		"invoice/id":  "the number names it", "invoice/issued_at": "the export of invoices has it",
		"credit_note/id": "the number names it", "credit_note/issued_at": "the export of credit notes has it",
		"void/cause": "the timeline tells it", "void/reason": "the timeline tells it", "void/by/sub": "the timeline tells it", "void/by/name": "the timeline tells it",
		"created_at": "it is placed_at", "internal_notes": "a file is passed on, and they are for staff", "allowed_actions": "it is the caller's, now",
		"lines": "the export of lines has them, and NDJSON with include=lines",
	},
	"invoices":     {"customer/id": "the code names the customer"},
	"credit-notes": {"customer/id": "the code names the customer", "invoice/id": "the number names it"},
	"order-lines":  {"order/customer/id": "the code names the customer"},
	"payments":     {"customer/id": "the code names the customer"},
	"customers":    {"ship_tos": "a list of addresses, which no cell can hold; NDJSON has them"},
}

// An export has a column for each member of the list's rows, or a reason to omit it.
func TestCSVShowsEveryMember(t *testing.T) {
	checked := map[string]bool{}
	for _, file := range []string{checkCSV(t, orderExport), checkCSV(t, invoiceExport), checkCSV(t, creditNoteExport), checkCSV(t, customerExport), checkCSV(t, orderLineExport), checkCSV(t, paymentExport)} {
		checked[file] = true
	}
	for _, r := range Routes() {
		if len(r.Columns) > 0 {
			file := strings.TrimSuffix(strings.TrimPrefix(r.Path, "/v1/"), "/export")
			require.Equal(t, web.Export, r.Limit, "%s takes as long as its caller reads: give its row exportLimit", r.Path)
			require.True(t, checked[file], "no test compares the columns of %s with its rows: add it to TestCSVShowsEveryMember", r.Path)
		}
	}
}

func checkCSV[R any](t *testing.T, form web.ExportForm[R]) (file string) {
	file = form.Name
	var row R
	fieldtest.Fill(t, &row)
	cells := form.Table.Cells(row)
	shown := map[string]bool{}
	for i, name := range form.Table.Names {
		require.NotEmpty(t, cells[i], "%s: the column %s", file, name)
		shown[cells[i]] = true
	}
	raw, err := json.Marshal(row)
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(raw, &tree))
	members := map[string]string{}
	leaves(reflect.TypeFor[R](), "", tree, members)
	for _, member := range slices.Sorted(maps.Keys(members)) {
		_, left := notInCSV[file][member]
		switch {
		case !shown[members[member]] && !left:
			t.Errorf("%s has no column for the member %s: add one to its table, or say in notInCSV why not", file, member)
		case shown[members[member]] && left:
			t.Errorf("%s has a column for the member %s, which notInCSV also lists", file, member)
		}
	}
	for member := range notInCSV[file] {
		require.Contains(t, members, member, "notInCSV of %s names a member that there is not", file)
	}
	return file
}

// leaves returns the members of a row that contain no other members, by path.
func leaves(of reflect.Type, at string, tree any, into map[string]string) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if items, ok := tree.([]any); ok {
		tree = strings.Trim(fmt.Sprint(items...), "[]") // Fill makes one item
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		into[at] = strings.Trim(fmt.Sprint(tree), `"`)
		return
	}
	for _, f := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" {
			continue
		}
		leaves(f.Type, strings.TrimPrefix(at+"/"+name, "/"), tree.(map[string]any)[name], into)
	}
}
