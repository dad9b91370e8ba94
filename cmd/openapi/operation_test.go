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

// juggleBody is how long to juggle an order.
type juggleBody struct {
	// How long, in days.
	Days int `json:"days" required:"true" minimum:"1" maximum:"30"`
	// Why, on one line.
	Reason *string `json:"reason" format:"line" maxLength:"100"`
}

// juggledBody is a document that is juggled.
type juggledBody struct {
	// The document.
	ID string `json:"id" format:"uuid"`
	// Until when.
	Until *string `json:"until" format:"date"`
}

// juggle is an operation that nobody has written, nor ever will.
func juggle() api.Route {
	return api.Route{Route: web.Route{
		Method: http.MethodPost, Path: "/v1/orders/{id}/juggle", Operation: "juggleOrder", Permission: auth.Permission(order.Edit), Key: web.KeyHonoured, DryRun: true,
		Spec: web.Spec{Body: juggleBody{}, Answers: []web.Answer{{Status: http.StatusOK, Body: juggledBody{}}}, Version: web.Tagged, Refuses: desk.EditRefusals},
	}}
}

const juggleComment = `package x

// juggleOrder godoc
//
//	@Summary		Juggle an order
//	@Description	Keeps everybody from confirming it.
//	@ID				juggleOrder
//	@Tags			orders
//	@Param			id	path	string	true	"the order's id"	Format(uuid)
//	@Success		200	"The order as it is while it is juggled"
//	@Router			/v1/orders/{id}/juggle [post]
func juggleOrder() {}
`

// withJuggle returns the source with the operation in its table, and its comment.
func withJuggle(t *testing.T, comment string, r api.Route) source {
	t.Helper()
	s := sourceAt(root)
	s.routes = append(s.routes, r)
	if comment != "" {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "juggle.go"), []byte(comment), 0o600))
		s.comments = append(s.comments, folder)
	}
	return s
}

// A new operation gets into the document by its row, its types and its comment alone. If one of these is missing, the
// error says what to write and where.
func TestNewOperation(t *testing.T) {
	_, doc := made(t, withJuggle(t, juggleComment, juggle()))
	op := doc.at(doc, "paths", "/v1/orders/{id}/juggle", "post")
	require.Equal(t, "Juggle an order", op["summary"])
	require.Equal(t, "honoured", op["x-idempotent"])
	require.Contains(t, op["x-roles"], "Admin")
	body := op.at(doc, "requestBody", "content", "application/json", "schema")
	require.Equal(t, tree{
		"type": "object", "description": "How long to juggle an order.", "required": []any{"days"}, "additionalProperties": false,
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
	require.Equal(t, "The order as it is while it is juggled.", answer["description"])
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
		`POST /v1/orders/{id}/juggle has no comment: say above its handler what it does, with @ID juggleOrder`:          withJuggle(t, "", juggle()),
		`the comment of juggleOrder does not say what 200 is: @Success 200 "…"`:                                         withJuggle(t, strings.ReplaceAll(juggleComment, "//\t@Success", "// "), juggle()),
		`the comment of juggleOrder has no @Param id`:                                                                   withJuggle(t, strings.ReplaceAll(juggleComment, "//\t@Param", "// "), juggle()),
		`juggleOrder is POST /v1/orders/{id}/juggle in its comment and PATCH /v1/orders/{id}/juggle in the route table`: withJuggle(t, juggleComment, func() api.Route { r := juggle(); r.Method = http.MethodPatch; return r }()),
		`the comment of juggleOrder lacks @Summary, @Description or its one @Tags`:                                      withJuggle(t, strings.ReplaceAll(juggleComment, "//\t@Tags", "// "), juggle()),
		`juggleOrder answers nothing: give its route the Answers it has`:                                                withJuggle(t, juggleComment, func() api.Route { r := juggle(); r.Answers = nil; return r }()),
		`main.silent.Days has no words: say above the field what it holds`:                                              withJuggle(t, juggleComment, func() api.Route { r := juggle(); r.Body = silent{}; return r }()),
	} {
		_, err := s.build()
		require.ErrorContains(t, err, wanted)
		require.NotContains(t, err.Error(), "and no route")
	}
	s := sourceAt(root)
	s.comments = withJuggle(t, juggleComment, juggle()).comments
	_, err := s.build()
	require.ErrorContains(t, err, "POST /v1/orders/{id}/juggle has a comment (juggleOrder) and no route")

	require.Contains(t, missingExamples(doc), "juggleOrder 200: no example")
	raw, err := json.Marshal(doc)
	require.NoError(t, err)
	contracted, err := contract.Read(raw)
	require.NoError(t, err)
	missing, _ := contracted.Missing([]string{"juggleOrder 200"})
	require.Contains(t, missing, "juggleOrder 409")
	require.NotContains(t, missing, "juggleOrder 200")
}

// silent is a type whose field has no comment.
type silent struct {
	Days int `json:"days"`
}
