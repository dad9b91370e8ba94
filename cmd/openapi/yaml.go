package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const header = "# Made by make generate from the code; see cmd/openapi. Do not edit.\n"

// widest is the longest line on which a short list or object is written.
const widest = 150

func asYAML(doc object) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(node(doc)); err != nil {
		return nil, err
	}
	err := enc.Close() // Close may write too
	return b.Bytes(), err
}

// node returns a JSON value as YAML. A short value is on one line: a reference, a list of words, a small part of an example.
func node(v any) *yaml.Node {
	var n *yaml.Node
	switch v := v.(type) {
	case object:
		n = &yaml.Node{Kind: yaml.MappingNode}
		for _, m := range v {
			n.Content = append(n.Content, scalar(m.name), node(m.value))
		}
	case []any:
		n = &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			n.Content = append(n.Content, node(item))
		}
	default:
		return scalar(v)
	}
	if width(n) <= widest && !nested(n) {
		n.Style = yaml.FlowStyle
	}
	return n
}

// nested reports whether the items of a value have lists or objects of their own. That is too much for one line.
func nested(n *yaml.Node) bool {
	for _, inner := range n.Content {
		if len(inner.Content) > 0 {
			for _, innermost := range inner.Content {
				if len(innermost.Content) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// width returns the length of a value on one line.
func width(n *yaml.Node) int {
	total := len(n.Value) + 2
	if strings.Contains(n.Value, "\n") {
		return widest + 1
	}
	for _, inner := range n.Content {
		total += width(inner)
	}
	return total
}

func scalar(v any) *yaml.Node {
	n := &yaml.Node{}
	switch v := v.(type) {
	case string:
		n.SetString(v)
		if n.Style == 0 && needsQuotes(v) {
			n.Style = yaml.SingleQuotedStyle
		}
		return n
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: v.String()}
	}
	if err := n.Encode(v); err != nil {
		panic(fmt.Sprintf("openapi: %v is no YAML: %v", v, err))
	}
	return n
}

// oldBooleans are the words that are booleans in YAML 1.1, which many readers still follow.
var oldBooleans = []string{"y", "yes", "n", "no", "on", "off"}

// needsQuotes reports whether some YAML readers take the text for a number, a date or a boolean.
func needsQuotes(s string) bool {
	if slices.Contains(oldBooleans, strings.ToLower(s)) {
		return true
	}
	var v any
	if err := yaml.Unmarshal([]byte(s), &v); err != nil {
		return true
	}
	_, text := v.(string)
	return !text || strings.ContainsAny(s, "#:{}[],&*?|<>=!%@`'\"")
}
