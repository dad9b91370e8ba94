package strictjson

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// maxDepth is how deep a body may nest.
const maxDepth = 32

// node is a JSON value as it was sent. Unlike the values of encoding/json, it keeps the order and the spelling of names and
// numbers, and absent members are not zero values.
type node struct {
	kind byte   // one of the constants below
	name string // of the member, inside an object
	text string // a string's value, or a number as it was written
	kids []node // the items of a list or the members of an object
}

const (
	nullNode   = 'n'
	falseNode  = 'f'
	trueNode   = 't'
	numberNode = '0'
	stringNode = '"'
	listNode   = '['
	objectNode = '{'
)

// describe returns the type for a sentence.
func (n *node) describe() string {
	switch n.kind {
	case nullNode:
		return "null"
	case falseNode, trueNode:
		return "a boolean"
	case numberNode:
		return "a number"
	case stringNode:
		return "a string"
	case listNode:
		return "an array"
	default:
		return "an object"
	}
}

// add appends an item or a member. Twice the room each time copies long lists less often than append does.
func (n *node) add(kid node) {
	if len(n.kids) == cap(n.kids) {
		n.kids = slices.Grow(n.kids, max(cap(n.kids), 1))
	}
	n.kids = append(n.kids, kid)
}

// byteOrderMark may come before a value. Some programs write it before all text, and nobody sees it. RFC 8259, 8.1 lets a reader skip it.
const byteOrderMark = "\uFEFF"

// parse reads exactly one JSON value (RFC 8259) in UTF-8. Its error is the first fault of the text.
func parse(raw []byte) (node, error) {
	if at := invalidUTF8(raw); at >= 0 {
		return node{}, fault.New(fault.JSONMalformed, "The body is not UTF-8 at byte %d.", at)
	}
	p := parser{in: string(raw)}
	if strings.HasPrefix(p.in, byteOrderMark) {
		p.at = len(byteOrderMark)
	}
	p.space()
	if p.at == len(p.in) {
		return node{}, fault.New(fault.JSONMalformed, "The body is empty; send a JSON value.")
	}
	var n node
	if err := p.value(&n, 0); err != nil {
		return node{}, err
	}
	if p.space(); p.at < len(p.in) {
		return node{}, fault.New(fault.JSONTrailingData, "The JSON value ends before byte %d, and something follows it.", p.at)
	}
	return n, nil
}

func invalidUTF8(raw []byte) int {
	if utf8.Valid(raw) {
		return -1
	}
	for at := 0; at < len(raw); {
		r, size := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

type parser struct {
	in string
	at int
}

func (p *parser) malformed(expected string) error {
	if p.at >= len(p.in) {
		return fault.New(fault.JSONMalformed, "The body ends at byte %d, where %s is expected.", p.at, expected)
	}
	return fault.New(fault.JSONMalformed, "At byte %d of the body %s is expected.", p.at, expected)
}

func (p *parser) space() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// take moves over the byte if it is next.
func (p *parser) take(b byte) bool {
	if p.at < len(p.in) && p.in[p.at] == b {
		p.at++
		return true
	}
	return false
}

func (p *parser) value(n *node, depth int) error {
	rest := p.in[p.at:]
	switch {
	case rest == "":
		return p.malformed("a value")
	case rest[0] == '{' || rest[0] == '[':
		if depth == maxDepth {
			return fault.New(fault.JSONTooDeep, "At byte %d the body nests deeper than %d levels.", p.at, maxDepth)
		}
		p.at++
		if n.kind = rest[0]; n.kind == listNode {
			return p.list(n, depth+1)
		}
		return p.object(n, depth+1)
	case rest[0] == '"':
		n.kind = stringNode
		return p.text(&n.text)
	case rest[0] == '-' || rest[0] >= '0' && rest[0] <= '9':
		n.kind = numberNode
		return p.number(&n.text)
	}
	for _, word := range []string{"null", "true", "false"} {
		if strings.HasPrefix(rest, word) {
			n.kind = word[0]
			p.at += len(word)
			return nil
		}
	}
	return p.malformed("a value")
}

func (p *parser) list(n *node, depth int) error {
	if p.space(); p.take(']') {
		return nil
	}
	for {
		p.space()
		var item node
		if err := p.value(&item, depth); err != nil {
			return err
		}
		n.add(item)
		if p.space(); p.take(']') {
			return nil
		}
		if !p.take(',') {
			return p.malformed("a comma or ]")
		}
	}
}

func (p *parser) object(n *node, depth int) error {
	if p.space(); p.take('}') {
		return nil
	}
	var seen names
	for {
		p.space()
		var member node
		at := p.at
		if at == len(p.in) || p.in[at] != '"' {
			return p.malformed("a member's name")
		}
		if err := p.text(&member.name); err != nil {
			return err
		}
		if other, twice := seen.add(n.kids, member.name); twice {
			return fault.New(fault.JSONDuplicateMember, "At byte %d of the body %s names a member that %s has named already.",
				at, Quote(member.name), Quote(other))
		}
		if p.space(); !p.take(':') {
			return p.malformed("a colon")
		}
		p.space()
		if err := p.value(&member, depth); err != nil {
			return err
		}
		n.add(member)
		if p.space(); p.take('}') {
			return nil
		}
		if !p.take(',') {
			return p.malformed("a comma or }")
		}
	}
}

// names finds two members of an object with the same name, ignoring letter case. It needs no map for small objects.
type names struct{ folded map[string]string }

const fewNames = 24

func (s *names) add(members []node, name string) (other string, twice bool) {
	if len(members) < fewNames {
		for i := range members {
			if strings.EqualFold(members[i].name, name) {
				return members[i].name, true
			}
		}
		return "", false
	}
	if s.folded == nil {
		s.folded = make(map[string]string, 2*fewNames)
		for i := range members {
			s.folded[fold(members[i].name)] = members[i].name
		}
	}
	folded := fold(name)
	if other, twice = s.folded[folded]; !twice {
		s.folded[folded] = name
	}
	return other, twice
}
