package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with the environment.
type Problem struct {
	Variable string // the variable to change
	Fault    string // continues the variable's name: "has 12 bytes". Never the value of a secret
	Remedy   string // a sentence
}

func (p Problem) String() string { return p.Variable + " " + p.Fault + ". " + p.Remedy }

// Problems are everything that is wrong with the environment, in the order of [Variables]. As an error it has a line
// for each.
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
