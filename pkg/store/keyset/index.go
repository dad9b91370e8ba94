package keyset

import "strings"

// Index describes what an index of the table can serve.
type Index[F any] struct {
	Name     string
	Filters  []string                          // names of the filters that its branches apply, except a range of the sorted column
	Sorted   string                            // the column by which each branch is sorted, before the id; "": none
	Days     string                            // if set, a column of dates before Sorted: the index serves only a range of days, day by day
	Bounds   string                            // with Days: Sorted, or a day that follows from it, if other indexes have it: see bounded
	Then     string                            // a column after Sorted that the filter may have a range of: see hop
	DaysOf   string                            // with Days: the column of times whose day they are: see hop
	Handful  bool                              // a value has so few rows that they need not be counted
	Branches func(scope string, f *F) []Branch // nil: the whole index; no branches: the index does not help this filter
}

// Branch is one range of an index.
type Branch struct {
	Where string // added to the scope; "": the whole scope
	Args  []any
	Order string // the next column of the index; "": the index's Sorted
	IDs   string // if set, Where is empty: a statement with Args that selects the ids of the branch's rows from another table, as id

	except     string // excludes rows of earlier branches if branches overlap
	exceptArgs []any
}

// maxBranches is the largest number of values that are looked up in an index. More values are examined row by row.
const maxBranches = 100

// path returns the index as a path to the filter's rows, limited to the range of the column that it is sorted by.
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
	p.whole = x.Branches == nil
	if p.ranged = limited; limited {
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

// AnyOf is one unsorted branch for several values.
func AnyOf(column string, values []any) []Branch {
	if len(values) == 0 {
		return nil
	}
	sql, args := Condition(column, values)
	return []Branch{{Where: sql, Args: args}}
}

// One is a branch for one value, or none for an empty text.
func One(condition, value string) []Branch {
	if value == "" {
		return nil
	}
	return []Branch{{Where: condition, Args: []any{value}}}
}

// EachOf is a branch for each value. Its arguments are those in before, which all branches share, and then the value.
func EachOf(condition string, values []any, before ...any) []Branch {
	var branches []Branch
	for _, v := range values {
		branches = append(branches, Branch{Where: condition, Args: append(before[:len(before):len(before)], v)})
	}
	return branches
}

// Across combines each branch with each value of another column.
func Across(branches []Branch, column string, values []any) []Branch {
	var all []Branch
	for _, b := range branches {
		for _, v := range values {
			all = append(all, Branch{Where: b.Where + " AND " + column + " = ?", Args: append(b.Args[:len(b.Args):len(b.Args)], v)})
		}
	}
	return all
}

// Disjoint makes each branch exclude the rows of earlier branches, so that a row matching several is read once.
func Disjoint(branches []Branch) []Branch {
	for i := 1; i < len(branches); i++ {
		b := &branches[i]
		b.except, b.exceptArgs = AnyBranch(branches[:i])
	}
	return branches
}

// AnyBranch joins branches into one condition with OR.
func AnyBranch(branches []Branch) (sql string, args []any) {
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "(" + b.Where + ")"
		args = append(args, b.Args...)
	}
	return strings.Join(parts, " OR "), args
}

// Prefix is a column and a text that it may begin with.
type Prefix struct {
	Column, Text string
	Partial      string // the condition of a partial index, which the planner uses only if the statement has it
}

// Prefixes is a branch for each column and its prefix.
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
