package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// example is one exchange with a running service. A test recorded it (make examples) and repeats it at every run.
type example struct {
	Operation string          `json:"operation"`
	Name      string          `json:"name"`
	Plain     bool            `json:"plain"` // it comes first, because many readers and generated mock servers show the first example only
	Summary   string          `json:"summary"`
	Call      string          `json:"call"` // the request's line: POST /v1/orders?dry_run=true
	Status    int             `json:"status"`
	Media     string          `json:"media"` // of an answer that is not JSON
	Request   json.RawMessage `json:"request"`
	Response  json.RawMessage `json:"response"`
}

// examples are the recorded exchanges. The document is made without those that are missing; a test names them.
type examples struct {
	byOperation map[string][]example
	problems    map[string]example // by code
	shown       map[string]object  // the examples that the document refers to, by their names in it
}

func readExamples(folder string) (examples, error) {
	all := examples{byOperation: map[string][]example{}, problems: map[string]example{}, shown: map[string]object{}}
	files, err := filepath.Glob(filepath.Join(folder, "*.*.json"))
	if err != nil {
		return all, err
	}
	slices.Sort(files)
	for _, file := range files {
		var e example
		if err := readJSON(file, &e); err != nil {
			return all, err
		}
		all.byOperation[e.Operation] = append(all.byOperation[e.Operation], e)
	}
	for _, several := range all.byOperation {
		slices.SortStableFunc(several, func(a, b example) int { return cmp.Compare(a.rank(), b.rank()) })
	}
	err = readJSON(filepath.Join(folder, "problems.json"), &all.problems)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return all, err
}

// rank puts the plain example of its operation first.
func (e example) rank() int {
	if e.Plain {
		return 0
	}
	return 1
}

func readJSON(file string, into any) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// requests returns the examples of the request body.
func (x examples) requests(operation string) object {
	var named object
	for _, e := range x.byOperation[operation] {
		if said(e.Request) {
			named.set(e.Name, x.keep(e, "request", e.Request))
		}
	}
	return named
}

// answers returns the examples of a status in a media type. The files leave the media type of JSON empty.
func (x examples) answers(operation string, status int, media string) object {
	if media == "application/json" {
		media = ""
	}
	var named object
	for _, e := range x.byOperation[operation] {
		if e.Status == status && e.Media == media && said(e.Response) {
			named.set(e.Name, x.keep(e, "answer", e.Response))
		}
	}
	return named
}

// keep adds one side of the exchange to the components and returns a reference to it. So the operation stays short.
func (x examples) keep(e example, side string, body json.RawMessage) object {
	name := e.Operation + "." + e.Name + "." + side
	x.shown[name] = e.shown(body)
	return ref("examples", name)
}

// problem returns the recorded problem of the code.
func (x examples) problem(code string) (any, bool) {
	e, ok := x.problems[code]
	if !ok {
		return nil, false
	}
	return mustDecode(e.Response), true
}

func said(body json.RawMessage) bool { return len(body) > 0 && string(body) != "null" }

// shown returns one side of the exchange as the document shows it.
func (e example) shown(body json.RawMessage) object {
	call := "`" + e.Call + "`"
	if e.Media != "" {
		call += " with `Accept: " + e.Media + "`"
	}
	return object{{"summary", e.Summary}, {"description", call}, {"value", mustDecode(body)}}
}

// mustDecode panics if the text is not JSON, because null in its place would be published as a real answer. The files
// were already read as JSON.
func mustDecode(raw json.RawMessage) any {
	v, err := decoded(raw)
	if err != nil {
		panic("openapi: " + err.Error())
	}
	return v
}
