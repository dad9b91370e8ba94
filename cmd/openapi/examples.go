package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// example is one exchange with a running service, kept by the test that made it (api/examples_test.go) and made again by
// it at every run.
type example struct {
	Operation string          `json:"operation"`
	Name      string          `json:"name"`
	Summary   string          `json:"summary"`
	Call      string          `json:"call"` // the request's line: POST /v1/orders?dry_run=true
	Status    int             `json:"status"`
	Media     string          `json:"media"` // of an answer that is no JSON
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
}

func readExamples(folder string) (map[string][]example, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	examples := map[string][]example{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var e example
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		examples[e.Operation] = append(examples[e.Operation], e)
	}
	return examples, nil
}

func requestExamples(examples []example) object {
	named := object{}
	for _, e := range examples {
		if len(e.Request) > 0 && string(e.Request) != "null" {
			named[e.Name] = e.shown(e.Request)
		}
	}
	return named
}

// answerExamples is the answers of a status in a media type; JSON is empty in the files.
func answerExamples(examples []example, status, media string) object {
	if media == "application/json" {
		media = ""
	}
	named := object{}
	for _, e := range examples {
		if fmt.Sprint(e.Status) == status && e.Media == media && len(e.Response) > 0 && string(e.Response) != "null" {
			named[e.Name] = e.shown(e.Response)
		}
	}
	return named
}

// shown is one side of the exchange as the document shows it.
func (e example) shown(body json.RawMessage) object {
	call := "`" + e.Call + "`"
	if e.Media != "" {
		call += " with `Accept: " + e.Media + "`"
	}
	return object{"summary": e.Summary, "description": call, "value": decoded(body)}
}

// decoded panics where there is no JSON: null would be published as if it had been said.
func decoded(raw json.RawMessage) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(fmt.Sprintf("openapi: %s is no JSON: %v", raw, err))
	}
	return v
}

// jsonValue is a Go value as encoding/json would read it back.
func jsonValue(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("openapi: %v cannot be JSON: %v", v, err))
	}
	return decoded(raw)
}

func clone(v any) any { return jsonValue(v) }
