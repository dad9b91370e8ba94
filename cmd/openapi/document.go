package main

import (
	"errors"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// document is the API document while it is built.
type document struct {
	comments map[string]comment // by operation
	words    *words
	schemas  *schemas
	examples examples
	codes    map[string]bool // of problems that an operation announces

	takers map[reflect.Type]int // how many operations take the parameters that a struct declares
	shared object               // the query parameters that several operations take, by name
}

// source is the input of the document: Go files below root, and their routes.
type source struct {
	root     string
	comments []string // the folders that hold handlers
	routes   []api.Route
}

func sourceAt(root string) source {
	return source{root, []string{filepath.Join(root, "api")}, api.Routes()}
}

// build builds the document. If something is missing, the error names everything that is.
func (s source) build() (object, error) {
	comments, err := readComments(s.comments...)
	if err != nil {
		return nil, err
	}
	kept, err := readExamples(filepath.Join(s.root, "cmd", "openapi", "examples"))
	if err != nil {
		return nil, err
	}
	w := newWords(s.root)
	d := &document{
		comments: comments, words: w, examples: kept, codes: map[string]bool{},
		schemas: &schemas{reader: api.Reader(), words: w, answered: map[reflect.Type]bool{}, made: map[string]object{}, owner: map[string]reflect.Type{}, nullable: map[string]bool{}},
	}
	return d.build(s.routes)
}

func (d *document) build(routes []api.Route) (object, error) {
	var missing []error
	var paths object
	var operations []object
	reader := d.schemas.reader
	for _, r := range routes {
		for _, a := range r.Answers {
			if a.Body != nil {
				d.schemas.noteAnswer(reader.BodyShape(reflect.TypeOf(a.Body)))
			}
		}
	}
	d.takers = takers(routes, reader)
	d.schemas.of(web.Problem{}, answer)
	d.schemas.extend("Problem", api.ProblemMembers{})
	var codes, fieldCodes []string
	for _, e := range fault.Catalogue() {
		if e.Field {
			fieldCodes = append(fieldCodes, string(e.Code))
		} else {
			codes = append(codes, string(e.Code))
		}
	}
	d.schemas.openEnum("Problem", "code", codes)
	d.schemas.openEnum("FieldError", "code", fieldCodes)
	for _, r := range routes {
		if r.Undocumented {
			continue
		}
		op, err := d.operation(r)
		delete(d.comments, r.Operation)
		if err != nil {
			missing = append(missing, err)
			continue
		}
		operations = append(operations, op)
		paths.set(r.Path, append(paths.at(r.Path), member{strings.ToLower(r.Method), op}))
	}
	for _, name := range slices.Sorted(maps.Keys(d.comments)) {
		c := d.comments[name]
		missing = append(missing, errors.New(c.method+" "+c.path+" has a comment ("+name+") and no route"))
	}
	components := object{
		{"securitySchemes", securitySchemes()},
		{"parameters", append(d.shared, sharedParameters()...)},
		{"headers", sharedHeaders()},
		{"responses", d.share(operations)},
		{"examples", d.sharedExamples()},
	}
	doc := append(about(), member{"paths", paths}, member{"webhooks", d.webhooks()})
	components.set("schemas", d.schemas.sorted())
	doc.set("components", components)
	unused(doc, components)
	sameInGo(components.at("schemas"))
	return doc, errors.Join(append(missing, d.schemas.missing...)...)
}

// sameInGo makes an object that may be null the same type in a Go client as one that may not, because a pointer already may be nil.
func sameInGo(schemas object) {
	for i, m := range schemas {
		variant, _ := m.value.(object)
		if name, nullable := strings.CutPrefix(m.name, "Nullable"); nullable && variant.get("properties") != nil && schemas.get(name) != nil {
			variant.set("x-go-type", name)
			schemas[i].value = variant
		}
	}
}

// unused removes the headers and parameters that no operation has.
func unused(doc, components object) {
	used := map[string]bool{}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case object:
			for _, m := range v {
				if name, ok := m.value.(string); ok && m.name == "$ref" {
					used[name] = true
				} else if ok && m.name == rowOf {
					used["#/components/schemas/"+name] = true
				}
				look(m.value)
			}
		case []any:
			for _, item := range v {
				look(item)
			}
		}
	}
	look(doc)
	for _, kind := range []string{"headers", "parameters", "schemas"} {
		components.set(kind, slices.DeleteFunc(components.at(kind), func(m member) bool { return !used["#/components/"+kind+"/"+m.name] }))
	}
}
