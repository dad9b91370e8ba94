package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// alike is the statuses of which all operations behind a token say the same: their answers and examples are shared. An
// example of any other is the operation's own.
var alike = []int{
	http.StatusUnauthorized, http.StatusNotAcceptable, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
}

// refusals is what a running service said when it refused, by operation and code (api/exampleproblems_test.go). A problem
// that all tell alike was told by one of them.
type refusals map[string]map[string]example

func readRefusals(folder string) (refusals, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	all := refusals{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var told map[string]example
		if err := json.Unmarshal(raw, &told); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = told
	}
	return all, nil
}

// of is the problem that the operation told, or, where it speaks for itself no more than others do, one of these.
func (p refusals) of(operation, code string) (example, error) {
	for _, who := range []string{operation, "listOrders", "placeOrder"} {
		if e, ok := p[who][code]; ok {
			return e, nil
		}
	}
	return example{}, fmt.Errorf("nobody asked %s for %s: go test ./api -run TestProblemExamples -update writes it", operation, code)
}

// ownProblem reports whether an operation's problem of a status is about itself: then it is shown as it told it. A public
// one tells everything itself but a defect, of which nobody says a thing.
func ownProblem(r api.Route, status string) bool {
	n, _ := strconv.Atoi(status)
	return !slices.Contains(alike, n) || r.Auth == web.Public && n != http.StatusInternalServerError
}

// exemplify gives every problem of every operation its example.
func exemplify(doc object, told refusals) error {
	shared := object{}
	for _, r := range api.Routes() {
		if r.Undocumented {
			continue
		}
		op := at(doc, "paths", r.Path, strings.ToLower(r.Method))
		for status, v := range at(op, "responses") {
			content, _ := v.(object)["content"].(object)
			problem, ok := content["application/problem+json"].(object)
			if !ok {
				continue
			}
			examples := at(problem, "examples")
			for _, code := range at(op, "responses", status)["x-codes"].([]any) { //nolint:errcheck // problemAnswer has written it
				name := code.(string) //nolint:errcheck // codes are texts
				answer, err := told.of(r.Operation, name)
				if err != nil {
					return err
				}
				e := fault.Code(name).Entry()
				example := object{"summary": e.Title, "description": e.Cause + " " + api.Written(e.Fix) + " Here: `" + answer.Call + "`.", "value": decoded(answer.Response)}
				if ownProblem(r, status) {
					examples[name] = example
					continue
				}
				if _, made := shared[name]; !made {
					shared[name] = example
				}
				examples[name] = object{"$ref": "#/components/examples/" + name}
			}
		}
	}
	at(doc, "components")["examples"] = shared
	return nil
}
