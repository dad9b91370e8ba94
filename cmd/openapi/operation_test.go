package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
)

// holdBody is how long to hold an order.
type holdBody struct {
	// How long, in days.
	Days int `json:"days" required:"true" minimum:"1" maximum:"30"`
	// Why, on one line.
	Reason *string `json:"reason" format:"line" maxLength:"100"`
}

// heldBody is a document that is held.
type heldBody struct {
	// The document.
	ID string `json:"id" format:"uuid"`
	// Until when.
	Until *string `json:"until" format:"date"`
}

// hold is an operation that nobody has written yet.
func hold() api.Route {
	return api.Route{Route: web.Route{
		Method: http.MethodPost, Path: "/v1/orders/{id}/hold", Operation: "holdOrder", Permission: auth.Permission(order.Edit), Key: web.KeyHonoured, DryRun: true,
		Spec: web.Spec{Body: holdBody{}, Answers: []web.Answer{{Status: http.StatusOK, Body: heldBody{}}}, Version: web.Tagged, Refuses: desk.EditRefusals},
	}}
}

const holdComment = `package x

// holdOrder godoc
//
//	@Summary		Hold an order
//	@Description	Keeps everybody from confirming it.
//	@ID				holdOrder
//	@Tags			orders
//	@Param			id	path	string	true	"the order's id"	Format(uuid)
//	@Success		200	"The order as it is while it is held"
//	@Router			/v1/orders/{id}/hold [post]
func holdOrder() {}
`

// withHold returns the source with the operation in its table, and its comment.
func withHold(t *testing.T, comment string, r api.Route) source {
	t.Helper()
	s := sourceAt(root)
	s.routes = append(s.routes, r)
	if comment != "" {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "hold.go"), []byte(comment), 0o600))
		s.comments = append(s.comments, folder)
	}
	return s
}

// A new operation gets into the document by its row, its types and its comment alone. If one of these is missing, the
// error says what to write and where.
func TestNewOperation(t *testing.T) {
	_, doc := made(t, withHold(t, holdComment, hold()))
	op := doc.at(doc, "paths", "/v1/orders/{id}/hold", "post")
	require.Equal(t, "Hold an order", op["summary"])
	require.Equal(t, "honoured", op["x-idempotent"])
	require.Contains(t, op["x-roles"], "Admin")
	body := op.at(doc, "requestBody", "content", "application/json", "schema")
	require.Equal(t, tree{
		"type": "object", "description": "How long to hold an order.", "required": []any{"days"}, "additionalProperties": false,
		"properties": tree{
			"days":   tree{"description": "How long, in days.", "type": "integer", "format": "int64", "minimum": 1, "maximum": 30},
			"reason": tree{"description": "Why, on one line.", "$ref": "#/components/schemas/NullableSingleLine100"},
		},
	}, body)
	require.Equal(t, tree{
		"type": "string", "description": "Text on one line, of at most 100 characters.",
		"format": "line", "maxLength": 100, "pattern": api.Reader().Pattern("line", false),
	}, doc.at(doc, "components", "schemas", "SingleLine100"))
	answer := op.at(doc, "responses", "200")
	require.Equal(t, "The order as it is while it is held.", answer["description"])
	for _, header := range []string{"ETag", "Idempotency-Replayed", "Dry-Run", "RateLimit", "X-Request-Id"} {
		require.Contains(t, answer["headers"], header)
	}
	held := answer.at(doc, "content", "application/json", "schema")
	require.Equal(t, []any{"id", "until"}, held["required"])
	require.Equal(t, "#/components/schemas/NullableDate", held.at(doc, "properties")["until"].(tree)["$ref"])
	for _, code := range []fault.Code{fault.OrderNotFound, fault.OrderChanged, fault.IdempotencyKeyReused, fault.OrderNotEditable} {
		problem := op.at(doc, "responses", statusText(code), "content", "application/problem+json")
		require.Contains(t, problem["examples"], string(code))
	}

	for wanted, s := range map[string]source{
		`POST /v1/orders/{id}/hold has no comment: say above its handler what it does, with @ID holdOrder`:        withHold(t, "", hold()),
		`the comment of holdOrder does not say what 200 is: @Success 200 "…"`:                                     withHold(t, strings.ReplaceAll(holdComment, "//\t@Success", "// "), hold()),
		`the comment of holdOrder has no @Param id`:                                                               withHold(t, strings.ReplaceAll(holdComment, "//\t@Param", "// "), hold()),
		`holdOrder is POST /v1/orders/{id}/hold in its comment and PATCH /v1/orders/{id}/hold in the route table`: withHold(t, holdComment, func() api.Route { r := hold(); r.Method = http.MethodPatch; return r }()),
		`the comment of holdOrder lacks @Summary, @Description or its one @Tags`:                                  withHold(t, strings.ReplaceAll(holdComment, "//\t@Tags", "// "), hold()),
		`holdOrder answers nothing: give its route the Answers it has`:                                            withHold(t, holdComment, func() api.Route { r := hold(); r.Answers = nil; return r }()),
		`main.silent.Days has no words: say above the field what it holds`:                                        withHold(t, holdComment, func() api.Route { r := hold(); r.Body = silent{}; return r }()),
	} {
		_, err := s.build()
		require.ErrorContains(t, err, wanted)
		require.NotContains(t, err.Error(), "and no route")
	}
	s := sourceAt(root)
	s.comments = withHold(t, holdComment, hold()).comments
	_, err := s.build()
	require.ErrorContains(t, err, "POST /v1/orders/{id}/hold has a comment (holdOrder) and no route")

	require.Contains(t, missingExamples(doc), "holdOrder 200: no example")
	raw, err := json.Marshal(doc)
	require.NoError(t, err)
	contracted, err := contract.Read(raw)
	require.NoError(t, err)
	missing, _ := contracted.Missing([]string{"holdOrder 200"})
	require.Contains(t, missing, "holdOrder 409")
	require.NotContains(t, missing, "holdOrder 200")
}

// silent is a type whose field has no comment.
type silent struct {
	Days int `json:"days"`
}
