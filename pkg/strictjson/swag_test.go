package strictjson

import (
	"encoding/json"
	"io"
	"log"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/swaggo/swag"
)

// What Rule says of swag: that it reads these tags, under these names, and not the others.
func TestSwagReadsTheSameTags(t *testing.T) {
	p := swag.New(swag.SetDebugger(log.New(io.Discard, "", 0)))
	p.PropNamingStrategy = swag.SnakeCase
	require.NoError(t, p.ParseAPI("testdata/swag", "api.go", 1))
	raw, err := json.Marshal(p.GetSwagger())
	require.NoError(t, err)
	var doc struct {
		Definitions map[string]struct {
			Required   []string
			Properties map[string]json.RawMessage
		}
		Paths map[string]map[string]struct{ Parameters []json.RawMessage }
	}
	require.NoError(t, json.Unmarshal(raw, &doc))
	body := doc.Definitions["swag.body"]
	require.Equal(t, []string{"lines", "text"}, body.Required)
	for name, want := range map[string]string{
		"text":   `{"type":"string","maxLength":200,"minLength":1}`,
		"origin": `{"type":"string","enum":["W","P"]}`,
		"qty":    `{"type":"integer","maximum":500,"minimum":1}`,
		"lines":  `{"type":"array","maxItems":500,"minItems":1,"items":{"$ref":"#/definitions/swag.line"}}`,
		"tags":   `{"type":"array","maxItems":9,"items":{"type":"string","maxLength":3,"enum":["a","b"]}}`,
		"day":    `{"type":"string","format":"date"}`,
		"code":   `{"type":"string","x-nullable":true,"x-pattern":"^[A-Z]{2}$"}`,
		"note":   `{"type":"string","maxLength":10,"x-nullable":true}`,
		"po":     `{"type":"string","maxLength":4,"x-nullable":true}`,
		"limit":  `{"type":"integer","default":50}`,
		"lost":   `{"$ref":"#/definitions/swag.Opt-string"}`,   // an Opt without swaggertype: the bounds are lost
		"minor":  `{"type":"array","items":{"type":"string"}}`, // minItems is not a tag
		"match":  `{"type":"string"}`,                          // nor is pattern
	} {
		require.JSONEq(t, want, string(body.Properties[name]), name)
	}
	for i, want := range []string{
		`{"type":"string","format":"uuid","name":"customer_id","in":"query"}`,
		`{"maximum":200,"minimum":1,"type":"integer","default":50,"name":"limit","in":"query"}`,
		`{"maxItems":4,"type":"array","items":{"enum":["W","P"],"type":"string"},"name":"origin","in":"query"}`,
		`{"type":"string","format":"date","name":"ship_date_from","in":"query"}`,
	} {
		require.JSONEq(t, want, string(doc.Paths["/t"]["post"].Parameters[i+1]))
	}
}
