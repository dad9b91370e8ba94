package fuzz

import (
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"pgregory.net/rapid"
)

// parameters draws values for some of the operation's parameters, and for all required ones.
func (f *Fuzzer) parameters(d drawer, op contract.Operation) (query url.Values, headers map[string]string) {
	query, headers = url.Values{}, map[string]string{}
	for _, ref := range op.Parameters {
		p := ref.Value
		switch {
		case p.Name == "Idempotency-Key":
			headers[p.Name] = uuid.NewString()
		case p.Name == "If-Match" && (p.Required || d.chance(20)):
			headers[p.Name] = rapid.SampledFrom([]string{"*", "*", "*", `"v1"`, `"v2"`}).Draw(d.T, "If-Match")
		case p.Name == "If-None-Match" && d.chance(20):
			tags := []string{"*", `"v1"`}
			if op.Method == "PUT" {
				tags = tags[:1]
			}
			headers[p.Name] = rapid.SampledFrom(tags).Draw(d.T, "If-None-Match")
		case p.In == openapi3.ParameterInQuery && p.Name != "cursor" && d.chance(15):
			v := d.value(p.Schema.Value)
			if list, ok := v.([]any); ok {
				words := make([]string, len(list))
				for i := range list {
					words[i] = fmt.Sprint(list[i])
				}
				v = strings.Join(words, ",")
			}
			if text := fmt.Sprint(v); text != "" {
				query.Set(p.Name, text)
			}
		}
	}
	return query, headers
}

// body draws a body that follows the schema, and mostly the rules of the business too. schema is nil if the operation
// has no body.
func (f *Fuzzer) body(d drawer, op contract.Operation) (object, *openapi3.Schema) {
	if op.RequestBody == nil {
		return nil, nil
	}
	schema := op.RequestBody.Value.Content["application/json"].Schema.Value
	body := d.object(schema)
	if d.chance(25) {
		return body, schema
	}
	switch op.OperationID {
	case "placeOrder":
		delete(body, "customer_id")
		delete(body, "currency")
		delete(body, "taxes")
		delete(body, "charges")
		body["customer_code"], body["lines"] = f.customer, []any{line("on_hand", 1), line("k2k", 2)}[:rapid.IntRange(1, 2).Draw(d.T, "lines")]
	case "recordPayment", "recordRefund":
		delete(body, "corrects")
		delete(body, "currency")
		body["amount"] = fmt.Sprintf("%d.00", rapid.IntRange(1, 5).Draw(d.T, "amount"))
	case "confirmOrders":
		delete(body, "orders")
		body["ids"] = rapid.SliceOfN(rapid.SampledFrom(f.ids["orders"]), 1, 3).Draw(d.T, "ids")
	case "createCustomer":
		body["code"] = uuid.NewString()
	case "putCustomer":
		delete(body, "code") // the path has it
	case "updateOrder":
		return object{"carrier": d.value(schema.Properties["carrier"].Value), "po_number": d.value(schema.Properties["po_number"].Value)}, schema
	case "addLine":
		delete(body, "position")
		body = merged(body, line("on_hand", 1))
		delete(body, "units")
	case "updateLine":
		return object{"mark_code": d.value(schema.Properties["mark_code"].Value), "unit_price": "0.5"}, schema
	case "updateSettings":
		return object{"tax_id": d.value(schema.Properties["tax_id"].Value), "email_invoice_on_confirmation": rapid.Bool().Draw(d.T, "mail")}, schema
	case "emailOrder":
		body["to"] = []string{"buyer@bloom.example"}
	case "checkoutOrder", "billOrder":
		return object{}, schema
	}
	return body, schema
}

// breakRule breaks one rule of the request and returns its name.
func (f *Fuzzer) breakRule(d drawer, op contract.Operation, query url.Values, headers map[string]string, body object, schema *openapi3.Schema, c *servicetest.Client) string {
	open := op.Security != nil && len(*op.Security) == 0
	choices := []string{"unknown parameter"}
	for _, ref := range op.Parameters {
		switch p := ref.Value; {
		case p.In == openapi3.ParameterInQuery:
			choices = append(choices, "bad parameter")
		case p.Name == "If-Match" && p.Required:
			choices = append(choices, "no If-Match")
		case p.Name == "Idempotency-Key":
			choices = append(choices, "bad key")
		}
	}
	if !open {
		choices = append(choices, "no token")
	}
	if schema != nil {
		choices = append(choices, "malformed", "media type", "body", "body", "body", "body")
	}
	switch choice := choices[dice(d.T, len(choices))]; choice {
	case "unknown parameter":
		query.Set("no_such_parameter", "1")
		return choice
	case "bad parameter":
		return f.breakParameter(d, op, query)
	case "no If-Match":
		delete(headers, "If-Match")
		return choice
	case "bad key":
		headers["Idempotency-Key"] = strings.Repeat("k", 300)
		query.Del("dry_run") // a dry run ignores the key
		return choice
	case "no token":
		c.Token = ""
		return choice
	case "media type":
		headers["Content-Type"] = "text/plain"
		return choice
	case "body":
		return d.breakOne(schema, body)
	default:
		return choice
	}
}

// noValue is invalid for most parameters.
const noValue = "no-such-value"

func (f *Fuzzer) breakParameter(d drawer, op contract.Operation, query url.Values) string {
	var can []*openapi3.Parameter
	for _, ref := range op.Parameters {
		if p := ref.Value; p.In == openapi3.ParameterInQuery && (contract.Fit(p.Schema.Value, noValue) != nil || p.Name == "cursor") {
			can = append(can, ref.Value)
		}
	}
	if len(can) == 0 {
		query.Set("no_such_parameter", "1")
		return "unknown parameter"
	}
	p := rapid.SampledFrom(can).Draw(d.T, "parameter")
	query.Set(p.Name, noValue)
	return "parameter " + p.Name
}

func merged(into, more object) object {
	maps.Copy(into, more)
	return into
}

func line(source string, boxes int) object {
	return object{"source": source, "sku": "ROSE", "description": "Rose Freedom 60 cm", "box_type": "HB", "boxes": boxes, "units_per_box": 100, "unit_type": "stem", "unit_price": "0.2350"}
}
