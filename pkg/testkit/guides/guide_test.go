package guides

import (
	"strings"
)

// guide is a document as blocks: fenced code and the text between.
type guide struct{ blocks []*block }

type block struct {
	kind   string // sh, json, …; empty: text outside fences
	fence  string // its opening line
	text   string
	line   int
	answer *block // the output of a block of commands
}

// parse splits a document at its fences.
func parse(document string) *guide {
	g := &guide{}
	current := &block{line: 1}
	var lines []string
	end := func(next *block) {
		current.text = strings.Join(lines, "\n")
		g.blocks = append(g.blocks, current)
		current, lines = next, nil
	}
	for i, line := range strings.Split(document, "\n") {
		switch {
		case current.fence == "" && strings.HasPrefix(line, "```"):
			end(&block{kind: strings.Fields(line[3:] + " text")[0], fence: line, line: i + 2})
		case current.fence != "" && line == "```":
			end(&block{line: i + 2})
		default:
			lines = append(lines, line)
		}
	}
	end(nil)
	for i, b := range g.blocks {
		if b.kind == "sh" && i+2 < len(g.blocks) {
			switch next := g.blocks[i+2]; next.kind {
			case "json", "http", "text":
				b.answer = next
			}
		}
	}
	return g
}

// commands returns the blocks to run.
func (g *guide) commands() []*block {
	var all []*block
	for _, b := range g.blocks {
		if b.kind == "sh" {
			all = append(all, b)
		}
	}
	return all
}

// String returns the document.
func (g *guide) String() string {
	var parts []string
	for _, b := range g.blocks {
		if b.fence == "" {
			parts = append(parts, b.text)
			continue
		}
		parts = append(parts, b.fence+"\n"+b.text+"\n```")
	}
	return strings.Join(parts, "\n")
}
