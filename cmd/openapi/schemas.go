package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/api"
)

const refPrefix = "#/components/schemas/"

// tidySchemas names the schemas as clients read them, unwraps the Opt of merge patches, and writes the bounds that
// formats and tables give.
func tidySchemas(doc object) {
	schemas := at(doc, "components", "schemas")
	unwrap(doc, schemas)
	rename(doc, schemas)
	splitShared(doc, schemas)
	requests := requestSchemas(doc, schemas)
	for _, name := range sortedKeys(schemas) {
		s := schemas[name].(object) //nolint:errcheck // schemas are objects
		complete(s, name, requests[name])
	}
}

// unwrap puts what an Opt holds in the Opt's place.
func unwrap(doc, schemas object) {
	walk(doc, func(o object) {
		ref, _ := o["$ref"].(string)
		inner, ok := strings.CutPrefix(ref, refPrefix+"strictjson.Opt-")
		if ok {
			o["$ref"] = refPrefix + inner
		}
	})
	maps.DeleteFunc(schemas, func(name string, _ any) bool { return strings.HasPrefix(name, "strictjson.Opt-") })
}

// rename gives types without a name of their own one that a client's generator can use.
func rename(doc, schemas object) {
	for _, old := range sortedKeys(schemas) {
		name, ok := strings.CutPrefix(old, "api.")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "Body")
		name = strings.ToUpper(name[:1]) + name[1:]
		schemas[name] = schemas[old]
		delete(schemas, old)
		walk(doc, func(o object) {
			if o["$ref"] == refPrefix+old {
				o["$ref"] = refPrefix + name
			}
		})
	}
}

// inputSuffix marks the schema of what is sent where an answer has one of that name: an answer has every member, and a
// request those that the caller has something to say about.
const inputSuffix = "Input"

// splitShared gives requests a schema of their own wherever they share one with answers.
func splitShared(doc, schemas object) {
	requests, answers := requestSchemas(doc, schemas), answerSchemas(doc, schemas)
	var shared []string
	for _, name := range sortedKeys(schemas) {
		if requests[name] && answers[name] {
			shared = append(shared, name)
			schemas[name+inputSuffix] = clone(schemas[name])
		}
	}
	asInput := func(o object) {
		ref, _ := o["$ref"].(string)
		if name, ok := strings.CutPrefix(ref, refPrefix); ok && slices.Contains(shared, name) {
			o["$ref"] = ref + inputSuffix
		}
	}
	for _, name := range sortedKeys(schemas) {
		if !answers[name] { // an Input among them
			walk(schemas[name], asInput)
		}
	}
	eachBody(doc, func(body any) { walk(body, asInput) })
}

// requestSchemas is the names of the schemas that bodies of requests are made of.
func requestSchemas(doc, schemas object) map[string]bool {
	names := map[string]bool{}
	eachBody(doc, func(body any) { follow(body, schemas, names) })
	return names
}

// answerSchemas is the names of the schemas that answers are made of.
func answerSchemas(doc, schemas object) map[string]bool {
	names := map[string]bool{}
	walk(doc["paths"], func(o object) { follow(o["responses"], schemas, names) })
	return names
}

func eachBody(doc object, do func(body any)) {
	walk(doc["paths"], func(o object) {
		if body, ok := o["requestBody"]; ok {
			do(body)
		}
	})
	do(at(doc, "components")["requestBodies"])
}

// follow adds the names of the schemas that something refers to, and of those that these refer to.
func follow(v any, schemas object, names map[string]bool) {
	walk(v, func(o object) {
		ref, _ := o["$ref"].(string)
		if name, ok := strings.CutPrefix(ref, refPrefix); ok && !names[name] {
			names[name] = true
			follow(schemas[name], schemas, names)
		}
	})
}

// complete writes what a schema of an object leaves unsaid: that requests take no other members, which members answers
// always have, and the bounds of every value.
func complete(s object, name string, request bool) {
	properties, _ := s["properties"].(object)
	words := strings.TrimSuffix(name, inputSuffix) // the members of what is sent are described as those of what is answered
	if s["description"] == nil && schemaTexts[name] != "" {
		s["description"] = schemaTexts[name]
	}
	if s["type"] == "object" && properties != nil {
		if request {
			s["additionalProperties"] = false
		}
		if !request {
			s["required"] = alwaysThere(properties, name)
		}
	}
	for _, property := range sortedKeys(properties) {
		if p, ok := properties[property].(object); ok {
			bound(p, words+"."+property, property)
			if request {
				asBound(p)
			}
			if text := memberText(words, property); p["description"] == nil && text != "" {
				describeMember(p, text)
			}
		}
	}
}

// asBound writes the binder's own pattern where answers have a looser one.
func asBound(s object) {
	walk(s, func(o object) {
		if o["pattern"] == plainText {
			o["pattern"] = api.Reader().Pattern("", filled(o))
		}
	})
}

// describeMember gives a member its words. A bare reference takes none before it is wrapped; lift unwraps it again.
func describeMember(p object, text string) {
	if ref, ok := p["$ref"]; ok {
		delete(p, "$ref")
		p["allOf"] = []any{object{"$ref": ref}}
	}
	p["description"] = text
}

// alwaysThere is the members of an answer that are present whatever they hold: all but those that are asked for.
func alwaysThere(properties object, schema string) []any {
	var names []any
	for _, name := range sortedKeys(properties) {
		if !slices.Contains(onDemand[schema], name) {
			names = append(names, name)
		}
	}
	return names
}

// onDemand is the members of answers that are there only when asked for.
var onDemand = map[string][]string{
	"Page":         {"total", "total_exact", "synced_until", "facets"},
	"OrderSummary": {"allowed_actions"},
}

// bound writes the bounds of a value, and of what it holds.
func bound(s object, path, property string) {
	if pattern, ok := s["x-pattern"]; ok {
		s["pattern"] = pattern
		delete(s, "x-pattern")
	}
	switch s["type"] {
	case nil:
		anyValue(s)
	case "string":
		boundText(s, path, property)
	case "integer":
		boundInteger(s)
	case "array":
		if _, ok := s["maxItems"]; !ok {
			s["maxItems"] = float64(itemsOf(path, property))
		}
		if items, ok := s["items"].(object); ok {
			bound(items, path, property)
		}
	case "object":
		if values, ok := s["additionalProperties"].(object); ok {
			s["maxProperties"] = float64(100)
			bound(values, path, property)
		}
	}
}

// anyValue says of a member that holds whatever a document's member holds, such as a change's before and after, what
// that can be: nothing longer than the longest text and the longest list of an order.
func anyValue(s object) {
	if s["$ref"] != nil || s["allOf"] != nil {
		return
	}
	s["type"] = []any{"string", "number", "boolean", "object", "array", "null"}
	s["maxLength"], s["pattern"], s["maxItems"] = float64(2000), plainText, float64(500)
	s["items"] = object{}
}

func boundText(s object, path, property string) {
	if _, ok := s["enum"]; ok {
		return
	}
	format, _ := s["format"].(string)
	if f, ok := api.Reader().Formats()[format]; ok {
		if _, given := s["maxLength"]; !given {
			s["maxLength"] = float64(f.Length)
		}
		s["pattern"], s["format"] = api.Reader().Pattern(format, filled(s)), f.Keyword
		if f.Keyword == "" {
			delete(s, "format")
		}
		return
	}
	if _, ok := s["maxLength"]; !ok {
		s["maxLength"] = float64(lengthOf(path, property))
	}
	if _, ok := s["pattern"]; !ok && format == "" {
		s["pattern"] = plainText
	}
}

// filled reports whether a text must not be blank.
func filled(s object) bool {
	least, _ := s["minLength"].(float64)
	return least > 0
}

// plainText is what an answer holds: no control characters but tab and the ends of lines. Requests are held to
// strictjson.TextPattern, which is stricter.
const plainText = `^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$`

func boundInteger(s object) {
	if _, ok := s["format"]; !ok {
		s["format"] = "int64"
	}
	if _, ok := s["minimum"]; !ok {
		s["minimum"] = float64(0)
	}
	if _, ok := s["maximum"]; !ok {
		s["maximum"] = float64(9007199254740991) // what a double holds exactly; every figure stays far below
	}
}
