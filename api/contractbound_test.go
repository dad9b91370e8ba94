package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// bound is a value at the edge of what a schema takes, put into a body at a pointer.
type bound struct {
	pointer string
	wrap    func(v any) object
	within  any
	beyond  any
}

// bounds is the edges of every text, number and list of a body, those of its objects and of its lists' items among them.
func bounds(s *openapi3.Schema, at string, wrap func(any) object) []bound {
	var all []bound
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, pointer := s.Properties[name].Value, at+"/"+name
		put := func(v any) object { return wrap(object{name: v}) }
		switch {
		case slices.Contains(unread, name):
		case p.Type.Includes("object"):
			all = append(all, bounds(p, pointer, put)...)
		case p.Type.Includes("array"):
			if item := p.Items.Value; len(item.Properties) > 0 {
				all = append(all, bounds(item, pointer+"/0", func(v any) object { return put([]any{v}) })...)
			}
			all = append(all, bound{pointer, put, nil, slices.Repeat([]any{object{}}, int(*p.MaxItems)+1)})
			if p.MinItems > 0 {
				all = append(all, bound{pointer, put, nil, []any{}})
			}
		case p.Type.Includes("integer"):
			all = append(all, bound{pointer, put, int(*p.Min), int(*p.Min) - 1}, bound{pointer, put, int(*p.Max), int(*p.Max) + 1})
		case p.Type.Includes("string") && len(p.Enum) == 0:
			all = append(all, textBounds(p, pointer, put)...)
		}
	}
	return all
}

// textBounds is the longest text and the shortest, and whatever is not of its form.
func textBounds(p *openapi3.Schema, pointer string, put func(any) object) []bound {
	longest := strings.Repeat("x", int(*p.MaxLength)) //nolint:gosec // of this document
	all := []bound{{pointer, put, nil, longest + "x"}}
	if contract.Fit(p, longest) == nil {
		all[0].within = longest
	}
	if p.MinLength > 0 {
		all = append(all, bound{pointer, put, nil, ""})
	}
	for _, text := range edges {
		if contract.Fit(p, text) != nil {
			all = append(all, bound{pointer, put, nil, text})
		}
	}
	return all
}

// The bounds that the document states of requests are those that are enforced: a value at the edge raises no fault of
// size, and one past it is refused, by its pointer.
func TestBoundsOfTheDocument(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	admin, tried := s.As(t, auth.Admin), 0
	for _, o := range doc.Operations() {
		if o.RequestBody == nil || o.OperationID == "receiveSendGridEvents" {
			continue
		}
		path := withThing(t, s, o, o.Path)
		send := func(body object) []string {
			a := admin.Do(o.Method, path, body, "Idempotency-Key", uuid.NewString(), "If-Match", "*")
			if a.Status != http.StatusUnprocessableEntity {
				return nil
			}
			return a.Faults()
		}
		schema := o.RequestBody.Value.Content["application/json"].Schema.Value
		for _, b := range bounds(schema, "", func(v any) object { o, _ := v.(object); return o }) {
			faults := send(b.wrap(b.beyond))
			if slices.Contains(faults, b.pointer+" field_read_only") {
				continue // what is computed is refused whatever its size
			}
			tried++
			require.True(t, slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, b.pointer+" ") }), "%s takes %.60q at %s: %v", o.OperationID, b.beyond, b.pointer, faults)
			if b.within != nil {
				for _, code := range []string{"field_too_long", "field_out_of_range", "field_required"} {
					require.NotContains(t, send(b.wrap(b.within)), b.pointer+" "+code, o.OperationID)
				}
			}
		}
	}
	require.Greater(t, tried, 1000)
}
