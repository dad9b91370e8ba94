package keyset

import "strings"

// Index says what an index of the table serves.
type Index[F any] struct {
	Name     string
	Filters  []string                          // names of the filters that its branches fulfil, apart from a range of the sorted column
	Sorted   string                            // the column that each branch comes sorted by, before the id; "": none
	Handful  bool                              // a value has a row or two, so that they need not be counted
	Branches func(scope string, f *F) []Branch // nil: the whole index; no branches: of no help to this filter
}

// Branch is one range of an index.
type Branch struct {
	Where string // beside the scope; "": all of it
	Args  []any
	Order string // the column that the index goes on with; "": the index's Sorted

	except     string // rows of an earlier branch, where branches overlap
	exceptArgs []any
}

// maxBranches is how many values an index is asked for. More of them are examined.
const maxBranches = 50

// path is the index as a path to what the filter asks for, with the range of the column that it is sorted by.
func (x Index[F]) path(scope string, f *F, ranges map[string]condition) (path, bool) {
	branches := []Branch{{}}
	if x.Branches != nil {
		branches = x.Branches(scope, f)
	}
	if len(branches) == 0 || len(branches) > maxBranches {
		return path{}, false
	}
	p := path{index: x.Name, filters: x.Filters, sorted: x.Sorted, handful: x.Handful, branches: branches}
	limits, limited := ranges[x.Sorted]
	if limited {
		p.filters = append([]string{limits.filter}, p.filters...)
	}
	for i := range branches {
		b := &branches[i]
		if limited {
			b.Where, b.Args = strings.TrimPrefix(b.Where+" AND "+limits.sql, " AND "), append(b.Args[:len(b.Args):len(b.Args)], limits.args...)
		}
		if b.Order == "" {
			b.Order = x.Sorted
		}
	}
	return p, true
}

// AnyOf is one branch of several values, unsorted.
func AnyOf(column string, values []any) []Branch {
	if len(values) == 0 {
		return nil
	}
	sql, args := Condition(column, values)
	return []Branch{{Where: sql, Args: args}}
}

// One is a branch of one value; none for the empty text.
func One(condition, value string) []Branch {
	if value == "" {
		return nil
	}
	return []Branch{{Where: condition, Args: []any{value}}}
}

// EachOf is a branch for each value. Its arguments are those before, which the branches share, and the value.
func EachOf(condition string, values []any, before ...any) []Branch {
	var branches []Branch
	for _, v := range values {
		branches = append(branches, Branch{Where: condition, Args: append(before[:len(before):len(before)], v)})
	}
	return branches
}

// Across is each branch in combination with each value of a further column.
func Across(branches []Branch, column string, values []any) []Branch {
	var all []Branch
	for _, b := range branches {
		for _, v := range values {
			all = append(all, Branch{Where: b.Where + " AND " + column + " = ?", Args: append(b.Args[:len(b.Args):len(b.Args)], v)})
		}
	}
	return all
}

// Disjoint lets each branch leave out what an earlier one has, so that a row which fits several is met once.
func Disjoint(branches []Branch) []Branch {
	for i := 1; i < len(branches); i++ {
		b := &branches[i]
		b.except, b.exceptArgs = Or(branches[:i])
	}
	return branches
}

// Or joins branches to one condition.
func Or(branches []Branch) (sql string, args []any) {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(" + b.Where + ")"
		args = append(args, b.Args...)
	}
	return strings.Join(parts, " OR "), args
}

// Prefix is a column that may begin with a text.
type Prefix struct {
	Column, Text string
	Partial      string // the condition of a partial index, which is used only where it stands in the statement
}

// Prefixes is a branch for each column that may begin with its text.
func Prefixes(prefixes ...Prefix) []Branch {
	var branches []Branch
	for _, p := range prefixes {
		sql, args := BeginsWith(p.Column, p.Text)
		if p.Partial != "" {
			sql = p.Partial + " AND " + sql
		}
		branches = append(branches, Branch{Where: sql, Args: args, Order: p.Column})
	}
	return Disjoint(branches)
}
