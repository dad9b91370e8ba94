package api

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/stretchr/testify/require"
)

// limit is a rule of the trade that tags repeat: the limit of a member of some bodies, or of a parameter.
type limit struct {
	where string // a JSON pointer, * for an item of a list; a parameter is its name
	least int64
	most  int64
}

// noLeast means that a limit has no minimum, or only that the value must not be empty.
const noLeast = -1

// limits names the constant that each bound of a request repeats. A member has the same limit in every body of its
// resource.
var limits = map[string][]limit{
	"order": slices.Concat(headerLimits(), within("/lines/*", lineLimits()), []limit{
		{"/customer_code", noLeast, company.MaxCode},
		{"/external_reference", noLeast, order.MaxReference},
		{"/currency", money.CodeLength, money.CodeLength},
		{"/ship_to/name", noLeast, company.MaxName},
		{"/ship_to/line1", noLeast, company.MaxAddressLine},
		{"/ship_to/line2", noLeast, company.MaxAddressLine},
		{"/ship_to/city", noLeast, company.MaxCity},
		{"/ship_to/region", noLeast, company.MaxRegion},
		{"/ship_to/postal_code", noLeast, company.MaxPostalCode},
		{"/ship_to/country", noLeast, company.MaxCountry},
		{"/ship_to/phone", noLeast, company.MaxPhone},
		{"/lines", noLeast, order.MaxLines},
		{"/charges", noLeast, order.MaxCharges},
		{"/charges/*/code", noLeast, order.MaxChargeCode},
		{"/charges/*/description", noLeast, order.MaxChargeDescription},
		{"/taxes", noLeast, order.MaxTaxes},
		{"/taxes/*/name", noLeast, order.MaxTaxName},
	}),
	"line": append(lineLimits(), limit{"/position", order.MinCount, order.MaxLines}),
	"action": {
		{"/line_ids", noLeast, order.MaxLines},
		{"/reason", noLeast, order.MaxReason},
		{"/ids", noLeast, order.MaxAtOnce},
		{"/orders", noLeast, order.MaxAtOnce},
		{"/orders/*/version", order.MinVersion, order.MaxVersion},
	},
	"payment": {
		{"/currency", money.CodeLength, money.CodeLength},
		{"/reference", noLeast, billing.MaxReference},
		{"/notes", noLeast, billing.MaxNotes},
	},
	"email": {
		{"/to", noLeast, email.MaxRecipients},
		{"/cc", noLeast, email.MaxRecipients},
		{"/subject", noLeast, email.MaxSubject},
		{"/message", noLeast, email.MaxMessage},
	},
	"customer": {
		{"/code", noLeast, company.MaxCode},
		{"/name", noLeast, company.MaxName},
		{"/emails", noLeast, company.MaxEmails},
		{"/tax_id", noLeast, company.MaxTaxID},
		{"/phone", noLeast, company.MaxPhone},
		{"/terms/label", noLeast, company.MaxTermsLabel},
		{"/terms/days", company.MinTermsDays, company.MaxTermsDays},
		{"/salesperson/name", noLeast, company.MaxName},
		{"/salesperson/email", noLeast, company.MaxEmail},
		{"/ship_tos", noLeast, company.MaxShipTos},
		{"/ship_tos/*/name", noLeast, company.MaxName},
		{"/ship_tos/*/line1", noLeast, company.MaxAddressLine},
		{"/ship_tos/*/line2", noLeast, company.MaxAddressLine},
		{"/ship_tos/*/city", noLeast, company.MaxCity},
		{"/ship_tos/*/region", noLeast, company.MaxRegion},
		{"/ship_tos/*/postal_code", noLeast, company.MaxPostalCode},
		{"/ship_tos/*/country", noLeast, company.MaxCountry},
		{"/ship_tos/*/phone", noLeast, company.MaxPhone},
		{"/address/line1", noLeast, company.MaxAddressLine},
		{"/address/line2", noLeast, company.MaxAddressLine},
		{"/address/city", noLeast, company.MaxCity},
		{"/address/region", noLeast, company.MaxRegion},
		{"/address/postal_code", noLeast, company.MaxPostalCode},
		{"/address/country", noLeast, company.MaxCountry},
	},
	"settings": {
		{"/time_zone", noLeast, company.MaxZone},
		{"/draft_expiry_hours", company.MinDraftExpiryHours, company.MaxDraftExpiryHours},
		{"/order_url", noLeast, company.MaxOrderURL},
		{"/invoice_number_prefix", noLeast, company.MaxPrefix},
		{"/credit_note_number_prefix", noLeast, company.MaxPrefix},
		{"/tax_id", noLeast, company.MaxTaxID},
		{"/letterhead/name", noLeast, company.MaxName},
		{"/letterhead/address", noLeast, company.MaxLetterheadAddress},
		{"/letterhead/sender", noLeast, company.MaxName},
	},
	"webhook": {
		{"/url", noLeast, hook.MaxURL},
		{"/description", noLeast, hook.MaxDescription},
		{"/types", noLeast, hook.MaxTypes},
		{"/scope/storefront", noLeast, company.MaxName},
		{"/notify_email", noLeast, company.MaxEmail},
		{"/expires_in", 0, int64(hook.MaxOverlap / time.Second)},
		{"/after", noLeast, 1000}, // a cursor of HTTP
	},
	"query": {
		{"salesperson", noLeast, company.MaxEmail},
		{"email", noLeast, company.MaxEmail},
		{"number", noLeast, billing.MaxNumber},
		{"sku", noLeast, order.MaxSKU},
		{"reference", noLeast, billing.MaxReference},
		{"q", noLeast, company.MaxName}, // the longest member that it searches
		{"limit", 1, 200},               // the next two belong to HTTP, not to orders
		{"cursor", noLeast, 1000},
		{"after", noLeast, 1000},
		{"types", noLeast, desk.MaxTypes},
		{"type", noLeast, hook.MaxTypes},
	},
}

// limitOf returns the limit of a member or of a parameter. A parameter with the name of a member has the member's
// limit.
func limitOf(resource, where string) (limit, bool) {
	for _, l := range limits[resource] {
		if l.where == where {
			return l, true
		}
	}
	if resource == "query" {
		for _, body := range []string{"order", "customer"} {
			if l, ok := limitOf(body, "/"+where); ok {
				l.where = where
				return l, true
			}
		}
	}
	return limit{}, false
}

// headerLimits returns the limits of the header of a document.
func headerLimits() []limit {
	var all []limit
	for name, most := range order.HeaderLimits {
		all = append(all, limit{"/" + name, noLeast, most})
	}
	return all
}

// lineLimits are the limits of a line.
func lineLimits() []limit {
	return []limit{
		{"/sku", noLeast, order.MaxSKU},
		{"/description", noLeast, order.MaxDescription},
		{"/boxes", order.MinCount, order.MaxBoxes},
		{"/units_per_box", order.MinCount, order.MaxPack},
		{"/units", order.MinCount, order.MaxUnits},
		{"/mark_code", noLeast, order.MaxMarkCode},
		{"/notes", noLeast, order.MaxLineNotes},
	}
}

// within are the limits for members of an inner object.
func within(where string, inner []limit) []limit {
	all := slices.Clone(inner)
	for i := range all {
		all[i].where = where + all[i].where
	}
	return all
}

var resourceOf = map[string]string{
	"placeOrder": "order", "updateOrder": "order", "addLine": "line", "updateLine": "line", "checkoutOrder": "action", "billOrder": "action", "voidOrder": "action", "confirmOrders": "action",
	"recordPayment": "payment", "recordRefund": "payment", "emailOrder": "email",
	"createCustomer": "customer", "updateCustomer": "customer", "putCustomer": "customer", "updateSettings": "settings",
	"createWebhookEndpoint": "webhook", "updateWebhookEndpoint": "webhook", "rotateWebhookSecret": "webhook", "replayWebhookEvents": "webhook",
}

// Each bound in a tag has the value of a constant of the pure packages.
func TestBoundsAreTheTradesLimits(t *testing.T) {
	used := map[string]bool{}
	hold := func(resource, operation string, found []limit) {
		for _, is := range found {
			want, ok := limitOf(resource, is.where)
			where := fmt.Sprintf("%s of %s (%s)", is.where, operation, resource)
			if !assertThat(t, ok, "%s has a bound that no constant stands for: name one in limits, or that of a header in HeaderLimits (header.go)", where) {
				continue
			}
			used[resource+is.where] = true
			require.Equal(t, want, is, "%s differs from its constant", where)
		}
	}
	for _, r := range Routes() {
		if r.Body != nil && r.Writes() {
			resource, ok := resourceOf[r.Operation]
			require.True(t, ok, "resourceOf does not say what %s is about", r.Operation)
			hold(resource, r.Operation, boundsOf(Reader().BodyShape(reflect.TypeOf(r.Body)), "/"))
		}
		if r.Query != nil {
			hold("query", r.Operation, boundsOf(Reader().QueryShape(reflect.TypeOf(r.Query)), ""))
		}
	}
	for resource, list := range limits {
		for _, l := range list {
			require.True(t, used[resource+l.where], "nothing has the limit %s of %s", l.where, resource)
		}
	}
}

// A member has the same limit in an answer as in a request.
func TestAnswersKeepTheTradesLimits(t *testing.T) {
	for resource, answers := range map[string][]any{
		"order": {orderBody{}, orderSummary{}, issuedBody{}}, "customer": {customerBody{}}, "settings": {settingsBody{}}, "payment": {paymentBody{}}, "email": {emailBody{}}, "webhook": {endpointBody{}},
	} {
		compared := 0
		for _, answer := range answers {
			for _, is := range boundsOf(Reader().BodyShape(reflect.TypeOf(answer)), "/") {
				for _, l := range limits[resource] {
					if l.where == is.where {
						compared++
						require.Equal(t, l.most, is.most, "%s of %T", is.where, answer)
					}
				}
			}
		}
		require.NotZero(t, compared, resource)
	}
}

func assertThat(t *testing.T, ok bool, format string, args ...any) bool {
	t.Helper()
	if !ok {
		t.Errorf(format, args...)
	}
	return ok
}

// boundsOf returns every bound in the tags of a shape's fields, by pointer in a body and by name in a query.
func boundsOf(s *strictjson.Shape, at string) []limit {
	var found []limit
	for _, f := range s.Fields {
		where, bounds := at+f.Name, at+f.Name
		if f.Shape.Kind == strictjson.List && at != "" && f.Go.Tag.Get("maxLength") != "" {
			bounds += "/*" // of each text in the list
		}
		if l, bounded := boundOf(f.Go.Tag, bounds); bounded {
			found = append(found, l)
		}
		inner := f.Shape
		for inner.Kind == strictjson.List {
			inner, where = inner.Elem, where+"/*"
		}
		if inner.Kind == strictjson.Object {
			found = append(found, boundsOf(inner, where+"/")...)
		}
	}
	return found
}

// boundOf reads the tags that strictjson.Rule names. A rule that only forbids empty values is not a bound.
func boundOf(tag reflect.StructTag, where string) (limit, bool) {
	l := limit{where, noLeast, 0}
	bounded := false
	read := func(text string, into *int64) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			*into, bounded = n, true
		}
	}
	read(cmp.Or(tag.Get("minItems"), tag.Get("minLength"), tag.Get("minimum")), &l.least)
	read(cmp.Or(tag.Get("maxItems"), tag.Get("maxLength"), tag.Get("maximum")), &l.most)
	if tag.Get("minimum") == "" && l.least == 1 {
		l.least = noLeast
	}
	return l, bounded
}
