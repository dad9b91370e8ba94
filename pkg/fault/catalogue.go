package fault

import "sort"

// Code names a fault for programs. It never changes, is in lower case and reads noun_problem: order_not_found.
type Code string

// Entry describes a code. The status of the answer, the pages under /v1/errors and the API document are made from it.
type Entry struct {
	Code      Code
	Kind      Kind
	Title     string   // short, the same each time
	Cause     string   // why it happens
	Fix       string   // what the caller can do; it may name operations, see Render
	Retryable bool     // the same request may succeed later
	Field     bool     // it appears only in errors[], never as the code of a problem
	Hint      bool     // it appears only in allowed_actions, never as the code of a problem
	Members   []Member // extra members of the problem
}

// Member is an extra member of a problem.
type Member struct{ Name, Meaning string }

// Entry returns the catalogue's entry of the code. A code that the catalogue lacks gets an entry of the kind Internal;
// TestCatalogueIsComplete prevents that.
func (c Code) Entry() Entry {
	if e, ok := catalogue[c]; ok {
		return e
	}
	return Entry{Code: c, Kind: Internal, Title: "Internal error"}
}

// Catalogue returns the entries of all codes, sorted by code.
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
