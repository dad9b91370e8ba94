package api

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const aCompany, anID = "0197a3c4-0000-7000-8000-000000000001", "0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"

// reading is the result of reading the parameters of an operation. list is the key of the list, or empty without one.
type reading struct {
	passed any // the value for the desk
	list   string
}

// readings has a function for each operation that reads its parameters as its handler does.
var readings = map[string]func(query any) (reading, error){
	"listOrders": func(query any) (reading, error) {
		return pageRead[desk.OrderFilter](query, query.(*orderQuery).extras())
	},
	"listOrderLines": func(query any) (reading, error) {
		return pageRead[desk.OrderFilter](query, query.(*orderLineQuery).extras())
	},
	"listPayments": func(query any) (reading, error) {
		return pageRead[desk.PaymentFilter](query, query.(*paymentQuery).extras())
	},
	"listInvoices":    func(query any) (reading, error) { return pageRead[desk.InvoiceFilter](query) },
	"listCreditNotes": func(query any) (reading, error) { return pageRead[desk.IssuedFilter](query) },
	"listCustomers":   func(query any) (reading, error) { return pageRead[desk.CustomerFilter](query) },
	"exportOrders": func(query any) (reading, error) {
		q := query.(*orderExportQuery)
		return exportRead[desk.OrderFilter](query, q.extras(), q.ExportQuery)
	},
	"exportOrderLines": func(query any) (reading, error) {
		return exportRead[desk.OrderFilter](query, query.(*orderLineExportQuery).ExportQuery)
	},
	"exportPayments": func(query any) (reading, error) {
		return exportRead[desk.PaymentFilter](query, query.(*paymentExportQuery).ExportQuery)
	},
	"exportInvoices": func(query any) (reading, error) {
		return exportRead[desk.InvoiceFilter](query, query.(*invoiceExportQuery).ExportQuery)
	},
	"exportCreditNotes": func(query any) (reading, error) {
		return exportRead[desk.IssuedFilter](query, query.(*creditNoteExportQuery).ExportQuery)
	},
	"exportCustomers": func(query any) (reading, error) {
		return exportRead[desk.CustomerFilter](query, query.(*customerExportQuery).ExportQuery)
	},
	"listEvents": func(query any) (reading, error) { return reading{passed: query.(*feedQuery).filter()}, nil },
	"getOrder": func(query any) (reading, error) {
		q := *query.(*detailsQuery)
		return reading{passed: []any{q.parts(), slices.Contains(q.Include, "lines")}}, nil // lines are answered with and without it
	},
	"listOrderEvents": func(query any) (reading, error) {
		q := *query.(*eventQuery)
		f, err := q.filter(aCompany, anID)
		return reading{f, q.listKey(aCompany, anID)}, err
	},
	"listWebhookDeliveries": func(query any) (reading, error) {
		q := *query.(*deliveryQuery)
		f, err := q.filter(aCompany, anID)
		return reading{f, q.listKey(aCompany, anID)}, err
	},
	"listOrderEmails": func(query any) (reading, error) {
		q := *query.(*emailQuery)
		f, err := q.filter(aCompany, anID)
		return reading{f, q.listKey(aCompany, anID)}, err
	},
	"printOrder": func(query any) (reading, error) {
		media, size := query.(*printQuery).choice()
		return reading{passed: []any{media, size}}, nil
	},
}

var (
	reader     = auth.Actor{CompanyID: aCompany, Email: "anna@rosefields.example"}
	herCompany = company.Company{Currency: "USD"}
)

// pageRead is what readList makes of the parameters of a list, and what the handler makes of them besides.
func pageRead[F any](query any, besides ...any) (reading, error) {
	q := query.(listQuery[F])
	f, err := pageFilter(q, reader, herCompany)
	return reading{append([]any{f}, besides...), q.listKey(aCompany)}, err
}

// exportRead is what readExport makes of the parameters of an export, and what the handler makes of them besides.
func exportRead[F any](query any, besides ...any) (reading, error) {
	f, err := query.(filterQuery[F]).filter(reader, herCompany, desk.Window{})
	return reading{passed: append([]any{f}, besides...)}, err
}

// samples has valid values for each format.
var samples = map[string]string{
	"amount": "12.50", "date": "2026-12-01", "date-time": "2026-12-01T10:00:00Z", "line": "abc", "moment": "2026-12-01", "order-number": "W000123", "origin": "P", "uuid": anID, "event-type": "order.*",
}

// samplesOf returns valid values of a parameter: each word of its enum except the default, or one value.
func samplesOf(t *testing.T, f strictjson.Field, list string) []string {
	t.Helper()
	switch {
	case f.Go.Tag.Get("enums") != "":
		return slices.DeleteFunc(strings.Split(f.Go.Tag.Get("enums"), ","), func(word string) bool { return f.Default != nil && word == *f.Default })
	case f.Name == "after":
		return []string{"latest"}
	case f.Name == "cursor":
		return []string{*web.EncodeCursor(list, &web.Position{Value: "v", ID: anID}, true)}
	case f.Go.Type.Kind() == reflect.Int:
		return []string{"7"}
	case f.Go.Type == reflect.TypeFor[*bool]():
		return []string{"true", "false"}
	case f.Go.Type.Kind() == reflect.Bool:
		return []string{"true"}
	}
	sample, ok := samples[f.Go.Tag.Get("format")]
	require.True(t, ok, "%s.%s has the format %q: add a value of it to samples", f.Owner, f.Go.Name, f.Go.Tag.Get("format"))
	return []string{sample}
}

// read reads a query as the operation of the route does.
func read(t *testing.T, route Route, values url.Values) reading {
	t.Helper()
	reads, ok := readings[route.Operation]
	require.True(t, ok, "%s takes parameters: add them to readings (api/parameters_test.go)", route.Operation)
	query := reflect.New(reflect.TypeOf(route.Query)).Interface()
	require.NoError(t, Reader().ReadQuery(values, query))
	got, err := reads(query)
	require.NoError(t, err)
	return got
}

// eachParameter runs a check for each parameter of each operation, with a reading without it and one for each of its samples.
func eachParameter(t *testing.T, check func(t *testing.T, f strictjson.Field, without reading, with map[string]reading)) {
	for _, route := range Routes() {
		if route.Query == nil {
			continue
		}
		t.Run(route.Operation, func(t *testing.T) {
			without := read(t, route, url.Values{})
			for _, f := range Reader().QueryShape(reflect.TypeOf(route.Query)).Fields {
				with := map[string]reading{}
				for _, sample := range samplesOf(t, f, without.list) {
					with[sample] = read(t, route, url.Values{f.Name: {sample}})
				}
				check(t, f, without, with)
			}
		})
	}
}

// No parameter is accepted and then ignored: each value changes what the operation requests from the desk.
func TestEveryParameterIsUsed(t *testing.T) {
	eachParameter(t, func(t *testing.T, f strictjson.Field, without reading, with map[string]reading) {
		seen := map[string]string{printed(t, without.passed): "no " + f.Name}
		for sample, got := range with {
			passed := printed(t, got.passed)
			if other, ok := seen[passed]; ok {
				t.Errorf("%s=%s is accepted and asks for the same as %s: use %s.%s where the filter is made", f.Name, sample, other, f.Owner, f.Go.Name)
			}
			seen[passed] = f.Name + "=" + sample
		}
	})
}

// notSampled lists the fields of filters that no sample of a parameter sets, with the reason.
var notSampled = map[string]string{
	"OwnerSub":   "the desk limits a Storefront to its own documents",
	"Before":     "the cursors of the samples lead forward",
	"CheckoutID": "the desk reads it of the order",
	"Snapshots":  "an export sets it",
}

// A parameter sets every field of a filter.
func TestEveryFieldOfAFilterHasAParameter(t *testing.T) {
	set := map[reflect.Type]map[string]bool{}
	note := func(passed any) {
		list, ok := passed.([]any)
		if !ok {
			list = []any{passed}
		}
		for _, one := range list {
			v := reflect.ValueOf(one)
			if v.Kind() != reflect.Struct {
				continue
			}
			if set[v.Type()] == nil {
				set[v.Type()] = map[string]bool{}
			}
			for _, name := range fieldtest.Names(one) {
				set[v.Type()][name] = set[v.Type()][name] || !v.FieldByName(name).IsZero()
			}
		}
	}
	eachParameter(t, func(_ *testing.T, _ strictjson.Field, without reading, with map[string]reading) {
		note(without.passed)
		for _, got := range with {
			note(got.passed)
		}
	})
	require.NotEmpty(t, set)
	for filter, fields := range set {
		for name, ok := range fields {
			assert.True(t, ok || notSampled[name] != "", "no parameter sets %s.%s: add one to the struct of the list's parameters", filter, name)
		}
	}
}

// A cursor belongs to one list. All parameters identify the list, except those that page through it.
func TestListKeyMovesWithEveryParameter(t *testing.T) {
	eachParameter(t, func(t *testing.T, f strictjson.Field, without reading, with map[string]reading) {
		seen := map[string]string{without.list: "no " + f.Name}
		for sample, got := range with {
			if without.list == "" {
				continue // not a list
			}
			if slices.Contains(web.PagingParameters, f.Name) {
				require.Equal(t, without.list, got.list, "%s=%s only pages through the list, and breaks its cursors", f.Name, sample)
				continue
			}
			if other, ok := seen[got.list]; ok {
				t.Errorf("a cursor of %s is taken for one of %s=%s", other, f.Name, sample)
			}
			seen[got.list] = f.Name + "=" + sample
		}
	})
}

// printed returns a value as text, with the values that pointers point to.
func printed(t *testing.T, v any) string {
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}
