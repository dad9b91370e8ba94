package strictjson

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// canonical appends the value without white space, with members sorted by name, and with strings escaped in one way. So two
// bodies with the same content have the same bytes, except that a number keeps its spelling.
func canonical(to []byte, n *node) []byte {
	switch n.kind {
	case nullNode:
		return append(to, "null"...)
	case falseNode:
		return append(to, "false"...)
	case trueNode:
		return append(to, "true"...)
	case numberNode:
		return append(to, n.text...)
	case stringNode:
		return appendText(to, n.text)
	case listNode:
		to = append(to, '[')
		for i := range n.kids {
			if i > 0 {
				to = append(to, ',')
			}
			to = canonical(to, &n.kids[i])
		}
		return append(to, ']')
	}
	if len(n.kids) == 0 {
		return append(to, "{}"...)
	}
	order := make([]*node, len(n.kids))
	for i := range n.kids {
		order[i] = &n.kids[i]
	}
	slices.SortFunc(order, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	to = append(to, '{')
	for i, member := range order {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, member.name), ':')
		to = canonical(to, member)
	}
	return append(to, '}')
}

// appendText appends the string in quotes, with the escapes that JSON demands and no others.
func appendText(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r < ' ':
			to = append(to, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}
