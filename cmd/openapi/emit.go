package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/orderdesk/orderdesk/api"
	"go.yaml.in/yaml/v3"
)

// rank is the order in which members stand that have one; the rest follow by name.
var rank = func() map[string]int {
	m := map[string]int{}
	for i, name := range []string{
		"openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components",
		"title", "version", "summary", "name", "in", "description", "operationId", "x-roles", "x-idempotent", "deprecated",
		"required", "style", "explode", "parameters", "requestBody", "responses", "headers", "content", "schema",
		"$ref", "allOf", "anyOf", "type", "format", "enum", "const", "default", "pattern", "minLength", "maxLength", "minimum", "maximum",
		"minItems", "maxItems", "items", "minProperties", "maxProperties", "properties", "additionalProperties", "value", "example", "examples",
		"get", "post", "patch", "put", "delete", "schemas", "securitySchemes",
	} {
		m[name] = i
	}
	return m
}()

// ordered is an object's members in the order of the document: routes as the route table has them, members by rank.
func ordered(parent string, o object) []string {
	names := sortedKeys(o)
	if parent == "paths" {
		at := map[string]int{}
		for i, r := range api.Routes() {
			if _, known := at[r.Path]; !known {
				at[r.Path] = i
			}
		}
		sort.SliceStable(names, func(i, j int) bool { return at[names[i]] < at[names[j]] })
		return names
	}
	if slices.Contains([]string{"properties", "examples", "schemas", "responses", "headers", "example", "value", "default"}, parent) {
		return names
	}
	sort.SliceStable(names, func(i, j int) bool { return place(names[i]) < place(names[j]) })
	return names
}

func place(name string) int {
	if i, ok := rank[name]; ok {
		return i
	}
	return len(rank)
}

func sortedKeys(o object) []string {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

const header = "# Made by make generate from the code; see cmd/openapi. Do not edit.\n"

func asYAML(doc object) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(node("", doc)); err != nil {
		return nil, err
	}
	err := enc.Close() // which may write, too
	return b.Bytes(), err
}

// node is a JSON value as a YAML node, its members in order.
func node(parent string, v any) *yaml.Node {
	switch v := v.(type) {
	case object:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, name := range ordered(parent, v) {
			n.Content = append(n.Content, scalar(name), node(name, v[name]))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			n.Content = append(n.Content, node("", item))
		}
		return n
	default:
		return scalar(v)
	}
}

func scalar(v any) *yaml.Node {
	if s, ok := v.(string); ok {
		n := &yaml.Node{}
		n.SetString(s)
		if n.Style == 0 && needsQuotes(s) {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	}
	n := &yaml.Node{}
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		v = int64(f)
	}
	if err := n.Encode(v); err != nil {
		panic(fmt.Sprintf("openapi: %v is no YAML: %v", v, err))
	}
	return n
}

// needsQuotes keeps those texts as texts that some YAML readers take for numbers, dates or booleans.
func needsQuotes(s string) bool {
	var v any
	if err := yaml.Unmarshal([]byte(s), &v); err != nil {
		return true
	}
	_, text := v.(string)
	return !text || strings.ContainsAny(s, "#:")
}

func asJSON(doc object) ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, "", doc); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := json.Indent(&out, b.Bytes(), "", " ")
	out.WriteByte('\n')
	return out.Bytes(), err
}

func writeJSON(b *bytes.Buffer, parent string, v any) error {
	switch v := v.(type) {
	case object:
		b.WriteByte('{')
		for i, name := range ordered(parent, v) {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, "", name); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := writeJSON(b, name, v[name]); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, "", item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	return nil
}
