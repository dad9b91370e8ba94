package order

import "strings"

// Remedy is what to do instead of a refused action: steps, one after the other. It names actions, not paths, so that each caller
// is told only what the role matrix lets it do: see For. A screen shows it to people.
type Remedy struct {
	Steps []Step
	Note  string // a sentence after the steps; empty if there is none
}

// Step is one step of a remedy.
type Step struct {
	Action    Action // that the step performs; empty if everybody can take it
	Do        string // in the imperative, without a full stop: "bill its checked-out lines"
	Operation string // the operation that does it, for a remedy that no screen shows; see fault.Render
	In        Status // the status of the document that the step is about, if that is not the refused document
}

// do returns a remedy of these steps.
func do(steps ...Step) Remedy { return Remedy{Steps: steps} }

// anybody returns a step that every caller can take.
func anybody(do string) Step { return Step{Do: do} }

// String returns the remedy for a caller who may take every step.
func (r Remedy) String() string { return r.write(func(Step) string { return "" }) }

// For returns the remedy of a refused document for the caller. A step that its roles do not allow becomes a request to somebody
// whose roles do: "Ask somebody with the role Admin or Sales Manager to void the order, then place a new one."
func (r Remedy) For(who Caller, o *Order) string {
	return r.write(func(s Step) string {
		about := o
		if s.In != "" {
			about = &Order{OwnerSub: o.OwnerSub, Status: s.In}
		}
		if s.Action == "" || covers(who.Scope(s.Action), who, about) {
			return ""
		}
		return who.RolesFor(s.Action, about.Status)
	})
}

// write writes the steps as one sentence. ask returns the roles to ask for a step, or an empty string if the caller takes it.
func (r Remedy) write(ask func(Step) string) string {
	var all strings.Builder
	for i, s := range r.Steps {
		switch {
		case i > 0 && i == len(r.Steps)-1:
			all.WriteString(", then ")
		case i > 0:
			all.WriteString(", ")
		}
		if roles := ask(s); roles != "" {
			ask := AskFor(roles)
			all.WriteString(strings.ToLower(ask[:1]) + ask[1:] + " to " + s.Do)
			continue
		}
		all.WriteString(s.Do)
		if s.Operation != "" {
			all.WriteString(" with {" + s.Operation + "}")
		}
	}
	if all.Len() == 0 {
		return ""
	}
	text := all.String() + "."
	text = strings.ToUpper(text[:1]) + text[1:]
	if r.Note != "" {
		text += " " + r.Note
	}
	return text
}

// AskFor begins the remedy of a caller whose roles do not allow what is to be done. The roles are those that do.
func AskFor(roles string) string { return "Ask somebody with the role " + roles }
