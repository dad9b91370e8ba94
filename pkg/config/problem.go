package config

import (
	"fmt"
	"strings"
)

// Problem is one problem of the configuration.
type Problem struct {
	Variable string // the variable to change
	Fault    string // follows the name in a sentence: "has 12 bytes"; it never contains a secret
	Remedy   string // a sentence
}

func (p Problem) String() string { return p.Variable + " " + p.Fault + ". " + p.Remedy }

// Problems is all problems of the configuration, in the order of [Variables]. Its error text has a line for each.
type Problems []Problem

func (p Problems) Error() string {
	var b strings.Builder
	if len(p) == 1 {
		b.WriteString("the configuration has a problem:")
	} else {
		fmt.Fprintf(&b, "the configuration has %d problems:", len(p))
	}
	for _, problem := range p {
		b.WriteString("\n  " + problem.String())
	}
	return b.String()
}
