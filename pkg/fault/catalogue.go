package fault

import "sort"

// Code names a fault for programs: stable, lower case, noun_problem.
type Code string

// Entry is what is known of a code: for the answer's status, the error pages and the API document.
type Entry struct {
	Code      Code
	Kind      Kind
	Title     string   // short, the same for every occurrence
	Cause     string   // why it happens
	Fix       string   // what the caller does about it
	Retryable bool     // the same request may succeed later, unchanged
	Field     bool     // it appears in errors[], never as the problem itself
	Hint      bool     // it appears in allowed_actions, never as a problem
	Members   []Member // extra members of the problem
}

// Member is an extra member of a problem.
type Member struct{ Name, Meaning string }

// Entry is the catalogue's entry of the code. A code outside the catalogue is internal; a test keeps that from happening.
func (c Code) Entry() Entry {
	if e, ok := catalogue[c]; ok {
		return e
	}
	return Entry{Code: c, Kind: Internal, Title: "Internal error"}
}

// Catalogue is every code, by name.
func Catalogue() []Entry {
	all := make([]Entry, 0, len(catalogue))
	for _, e := range catalogue {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Code < all[j].Code })
	return all
}

var catalogue = func() map[Code]Entry {
	m := make(map[Code]Entry, len(entries))
	for _, e := range entries {
		m[e.Code] = e
	}
	return m
}()
