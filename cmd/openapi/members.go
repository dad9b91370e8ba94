package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// problemMembers describes the members that codes add to a problem, each where it applies.
func problemMembers() object {
	codes, meanings := map[string][]string{}, map[string][]string{} // by the member's name
	for _, e := range fault.Catalogue() {
		for _, m := range e.Members {
			if !slices.Contains(meanings[m.Name], m.Meaning) {
				meanings[m.Name], codes[m.Name] = append(meanings[m.Name], m.Meaning), append(codes[m.Name], string(e.Code))
			}
		}
	}
	members := object{}
	for name, all := range meanings {
		text := fmt.Sprintf("With some codes: %s.", all[0])
		if len(all) > 1 {
			var each []string
			for i, meaning := range all {
				each = append(each, fmt.Sprintf("With %s: %s.", codes[name][i], meaning))
			}
			text = strings.Join(each, " ")
		}
		schema := memberSchema(name)
		bound(schema, "", name)
		schema["description"] = text
		members[name] = schema
	}
	return members
}

func memberSchema(name string) object {
	switch name {
	case "current_version":
		return object{"type": "integer", "format": "int64", "minimum": float64(1)}
	case "changes":
		return object{"type": "array", "x-nullable": true, "maxItems": float64(20), "items": object{"$ref": refPrefix + "ChangeSince"}}
	case "orders":
		return object{"type": "array", "x-nullable": true, "maxItems": float64(500), "items": object{"$ref": refPrefix + "DocumentLink"}}
	case "checkout_id", "customer_id", "order_id":
		return object{"type": "string", "x-nullable": true, "format": "uuid"}
	case "net":
		return object{"type": "string", "x-nullable": true, "format": "decimal"}
	}
	return object{"type": "string", "x-nullable": true, "maxLength": float64(500), "pattern": plainText}
}

// problemSchemas is what those members hold. The code has no types for them that swag could read.
func problemSchemas() object {
	text := func(description string) object { return object{"type": "string", "description": description} }
	schemas := object{
		"ChangeSince": object{
			"type": "object", "description": "What one writer changed since the version that the caller has.",
			"required": []any{"actor", "at", "fields", "type", "version"},
			"properties": object{
				"version": object{"type": "integer", "description": "The version that it made.", "minimum": float64(1)},
				"at":      object{"type": "string", "format": "date-time", "description": "When."},
				"type":    text("What happened, as the timeline has it: order.edited."),
				"actor":   object{"allOf": []any{object{"$ref": refPrefix + "Actor"}}, "description": "Who."},
				"fields":  object{"type": "array", "maxItems": float64(20000), "description": "The fields that it changed.", "items": object{"type": "string", "maxLength": float64(200)}},
			},
		},
		"DocumentLink": object{
			"type": []any{"object", "string"}, "description": "A document and where it is; with line_already_billed its id alone.", "required": []any{"id", "kind", "number", "url"},
			"format": "uuid", "maxLength": float64(36), "pattern": uuidSchema("")["pattern"], // of the id alone
			"properties": object{
				"id": uuidSchema("The document's id."), "number": text("As people see it: W000123."), "url": text("Its address."),
				"kind": object{"type": "string", "enum": []any{"order", "prebook"}, "description": "Order or prebook."},
			},
		},
	}
	for name := range schemas {
		for member, schema := range at(schemas, name, "properties") {
			if o, _ := schema.(object); o["allOf"] == nil {
				bound(o, name+"."+member, member)
			}
		}
	}
	return schemas
}

func uuidSchema(description string) object {
	s := object{"type": "string", "format": "uuid", "description": description}
	bound(s, "", "id")
	return s
}
